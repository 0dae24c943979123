/* Between the files of the settings: what one value may be, and the --config file. */
#ifndef BASE_CONFIG_PARTS_H
#define BASE_CONFIG_PARTS_H

#include "base/config.h"

/* Checks the value, perhaps rewrites it (in the arena) and returns it; NULL and one sentence's end
 * in *ret_problem: what is wrong, ";", what is allowed. The sentence never repeats a secret. */
typedef const char *(*config_check)(struct arena *a, const char *value, const char **ret_problem);

const char *check_listen(struct arena *a, const char *value, const char **ret_problem);
const char *check_networks(
    struct arena *a, const char *value, const char **ret_problem); /* addresses and CIDRs */
const char *check_origins(struct arena *a, const char *value, const char **ret_problem);
const char *check_url(struct arena *a, const char *value, const char **ret_problem);
const char *check_redis_url(struct arena *a, const char *value, const char **ret_problem);
const char *check_database_url(struct arena *a, const char *value, const char **ret_problem);
const char *check_folder(struct arena *a, const char *value, const char **ret_problem);
const char *check_readable(struct arena *a, const char *value, const char **ret_problem);
const char *check_username(struct arena *a, const char *value, const char **ret_problem);
const char *check_text(struct arena *a, const char *value, const char **ret_problem);
const char *check_password(
    struct arena *a, const char *value, const char **ret_problem); /* 8…1024 bytes */
const char *check_secret(
    struct arena *a, const char *value, const char **ret_problem); /* 32…1024 bytes */
const char *check_token(
    struct arena *a, const char *value, const char **ret_problem); /* visible ASCII, 8…512 */

/* One assignment of the --config file. */
struct config_line {
    const char *key, *value;
    int line;
    struct config_line *next;
};
/* "path, line 5: " into out; "" when path is NULL. Of a long path only the end: what is wrong must
 * find room behind it. */
#define CONFIG_WHERE 112
void config_where(char out[CONFIG_WHERE], const char *path, int line);
/* Everything lives in the arena. The error names the file and the line. */
int config_file_read(
    struct arena *a, const char *path, struct config_line **ret_lines, struct err *ret_err);
/* The same for text in memory. */
int config_file_parse(struct arena *a, const char *path, struct str text,
    struct config_line **ret_lines, struct err *ret_err);

#endif
