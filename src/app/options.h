/* What the subcommands have in common: --help, --config FILE, settings, one clear line on standard
 * error. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include "base/config.h"

#define EXIT_USAGE 2

struct options {
    const char *config_path; /* --config FILE or NULL */
    bool no_migrate;         /* --no-migrate */
};

/* Reads the options of `obmen SUB`. Returns -1 to go on, else the exit status (--help printed, or a
 * wrong option named). allow_no_migrate: --no-migrate is an option of this subcommand. */
int options_read(struct options *o, int argc, char **argv, const char *help, bool allow_no_migrate);
/* Loads the settings, sets the language. 0, or -1 after one line on standard error. */
int options_config(const struct options *o, struct config *ret_config);
/* As above, and DATABASE_URL must be set. */
int options_config_with_database(const struct options *o, struct config *ret_config);
/* "obmen: message" on standard error; with the cause when there is one. */
void options_complain(const struct err *err);

#endif
