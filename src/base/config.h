/*
 * Settings: environment over --config file over defaults (SPEC §1). Read once at start, then
 * constant.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/err.h"
#include "obmen/log.h"

struct config {
    struct arena memory;      /* owns every text below */
    const char *database_url; /* NULL: not set */
    const char *listen;       /* "127.0.0.1:8001" or several, comma-separated; checked */
    int workers, queue_max, task_retention_days, db_pool, db_overflow, db_timeout_ms, batch;
    const char *admin_password, *secret; /* NULL: generate */
    int token_ttl_s;
    const char *onec_url, *onec_username, *onec_password; /* NULL: not set */
    enum { ONEC_AUTO, ONEC_UT, ONEC_BP } onec_profile;
    int onec_page, onec_timeout_ms;
    const char *vk_url, *vk_token;
    int vk_rate; /* requests per second; 0: what VK allows any token */
    const char *redis_url;
    const char *static_dir;
    const char *cors_origins, *trusted_proxies; /* comma-separated; checked; NULL: none */
    enum log_level log_level;
    enum { LOG_FORMAT_AUTO, LOG_FORMAT_TEXT, LOG_FORMAT_JSON } log_format;
    bool english; /* OBMEN_LANG=en */
    const char *tls_cert, *tls_key;
    int rate, max_connections, max_connections_per_address;
    const char *metrics_token;
};

/* path: --config file or NULL. environ-like array env ("KEY=VALUE", NULL-ended). On failure one
 * line names the key, what is wrong with its value and what is allowed; unknown OBMEN_… keys are
 * refused. */
int config_load(struct config *c, const char *path, char *const *env, struct err *ret_err);
void config_release(struct config *c);
/* A line for each setting: its key, its default and what is allowed. */
void config_describe(struct buf *out);

#endif
