/* The table of all settings, and the way from environment and file into struct config. */
#include "base/config.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include "base/config_parts.h"
#include "obmen/utf8.h"

enum kind { TEXT, NUMBER, CHOICE };

struct setting {
    const char *key;
    enum kind kind;
    size_t offset;
    const char *standard; /* text of the default; NULL: not set */
    config_check check;   /* TEXT */
    long long min, max;   /* NUMBER */
    const char *choices;  /* CHOICE: "a|b|c", the value is the position */
    bool secret;          /* never shown */
};

/* clang-format off */
#define T(name, member, standard, check) {name, TEXT, offsetof(struct config, member), standard, check, 0, 0, NULL, false}
#define S(name, member, check) {name, TEXT, offsetof(struct config, member), NULL, check, 0, 0, NULL, true}
#define N(name, member, standard, min, max) {name, NUMBER, offsetof(struct config, member), standard, NULL, min, max, NULL, false}
#define C(name, member, standard, choices) {name, CHOICE, offsetof(struct config, member), standard, NULL, 0, 0, choices, false}

/* clang-format on */

static const struct setting settings[] = {
    S("DATABASE_URL", database_url, check_database_url),
    T("OBMEN_LISTEN", listen, "127.0.0.1:8001", check_listen),
    N("OBMEN_WORKERS", workers, "10", 1, 1000),
    N("OBMEN_QUEUE_MAX", queue_max, "1000", 1, 1000000),
    N("OBMEN_TASK_RETENTION_DAYS", task_retention_days, "90", 0, 36500),
    N("OBMEN_DB_POOL", db_pool, "10", 1, 1000),
    N("OBMEN_DB_OVERFLOW", db_overflow, "20", 0, 1000),
    N("OBMEN_DB_TIMEOUT_MS", db_timeout_ms, "30000", 100, 3600000),
    N("OBMEN_BATCH", batch, "100", 1, 10000),
    S("OBMEN_ADMIN_PASSWORD", admin_password, check_password),
    S("OBMEN_SECRET", secret, check_secret),
    N("OBMEN_TOKEN_TTL", token_ttl_s, "43200", 60, 31536000),
    T("OBMEN_1C_URL", onec_url, NULL, check_url),
    T("OBMEN_1C_USERNAME", onec_username, NULL, check_username),
    S("OBMEN_1C_PASSWORD", onec_password, check_text),
    C("OBMEN_1C_PROFILE", onec_profile, "auto", "auto|ut|bp"),
    N("OBMEN_1C_PAGE", onec_page, "1000", 1, 100000),
    N("OBMEN_1C_TIMEOUT_MS", onec_timeout_ms, "60000", 100, 3600000),
    T("OBMEN_VK_URL", vk_url, "https://api.vk.com/method", check_url),
    S("OBMEN_VK_TOKEN", vk_token, check_token),
    N("OBMEN_VK_RATE", vk_rate, "0", 0, 1000),
    S("OBMEN_REDIS_URL", redis_url, check_redis_url),
    T("OBMEN_STATIC", static_dir, NULL, check_folder),
    T("OBMEN_CORS_ORIGINS", cors_origins, NULL, check_origins),
    T("OBMEN_TRUSTED_PROXIES", trusted_proxies, NULL, check_networks),
    C("OBMEN_LOG", log_level, "info", "debug|info|warning|error"),
    C("OBMEN_LOG_FORMAT", log_format, "auto", "auto|text|json"),
    C("OBMEN_LANG", english, "ru", "ru|en"),
    T("OBMEN_TLS_CERT", tls_cert, NULL, check_readable),
    T("OBMEN_TLS_KEY", tls_key, NULL, check_readable),
    N("OBMEN_RATE", rate, "100", 0, 1000000),
    N("OBMEN_MAX_CONNECTIONS", max_connections, "10000", 0, 1000000),
    N("OBMEN_MAX_CONNECTIONS_PER_ADDRESS", max_connections_per_address, "1000", 0, 1000000),
    S("OBMEN_METRICS_TOKEN", metrics_token, check_token),
};
#define SETTINGS (sizeof settings / sizeof *settings)

/* Where a value came from, for the error line. */
struct source {
    const char *path; /* NULL: the environment or the default */
    int line;
};

/* Bytes of a value in the error line: what is allowed must find room behind it. */
#define VALUE_SHOWN 48

static int refuse(const struct setting *s, const char *value, const struct source *from,
    const char *problem, struct err *ret_err)
{
    struct str shown = utf8_head(str_from(value), VALUE_SHOWN);
    char where[CONFIG_WHERE], what[VALUE_SHOWN + 8] = "";
    config_where(where, from->path, from->line);
    if (!s->secret)
        snprintf(what, sizeof what, "=%.*s%s", STR_ARG(shown), shown.n < strlen(value) ? "…" : "");
    err_set(ret_err, ERR_VALIDATION_ERROR, "%s%s%s: %s", where, s->key, what, problem);
    /* One line, whatever the value holds. */
    for (char *p = ret_err ? ret_err->message : ""; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' ';
    return -1;
}

/* ---- reading one value ---- */

static int set_number(struct config *c, const struct setting *s, const char *value,
    const struct source *from, struct err *ret_err)
{
    long long v, any;
    char text[160];
    if (!str_to_i64(str_from(value), s->min, s->max, &v)) {
        bool whole = str_to_i64(str_from(value), LLONG_MIN, LLONG_MAX, &any);
        snprintf(text, sizeof text, TR("%s; допустимо %lld…%lld", "%s; allowed is %lld…%lld"),
            whole ? TR("вне допустимых пределов", "out of range")
                  : TR("это не целое число", "this is no whole number"),
            s->min, s->max);
        return refuse(s, value, from, text, ret_err);
    }
    *(int *)((char *)c + s->offset) = (int)v;
    return 0;
}

static void store_choice(struct config *c, const struct setting *s, int v)
{
    switch (s->offset) {
    case offsetof(struct config, onec_profile):
        c->onec_profile = v;
        break;
    case offsetof(struct config, log_level):
        c->log_level = v;
        break;
    case offsetof(struct config, log_format):
        c->log_format = v;
        break;
    default:
        c->english = v;
    }
}

static int set_choice(struct config *c, const struct setting *s, const char *value,
    const struct source *from, struct err *ret_err)
{
    struct str rest = str_from(s->choices);
    for (int i = 0; rest.p; i++)
        if (str_is(str_cut(&rest, '|'), value)) {
            store_choice(c, s, i);
            return 0;
        }
    char text[160], list[80];
    size_t n = 0;
    for (const char *p = s->choices; *p && n < sizeof list - 3; p++) {
        list[n++] = *p == '|' ? ',' : *p;
        if (*p == '|')
            list[n++] = ' ';
    }
    list[n] = '\0';
    snprintf(text, sizeof text,
        TR("неизвестное значение; допустимо: %s", "unknown value; allowed are: %s"), list);
    return refuse(s, value, from, text, ret_err);
}

static int set_text(struct config *c, const struct setting *s, const char *value,
    const struct source *from, struct err *ret_err)
{
    const char *problem = NULL;
    const char *checked = s->check(&c->memory, value, &problem);
    if (!checked)
        return refuse(s, value, from, problem, ret_err);
    *(const char **)((char *)c + s->offset) = arena_cstr(&c->memory, str_from(checked));
    return 0;
}

static int set(struct config *c, const struct setting *s, const char *value,
    const struct source *from, struct err *ret_err)
{
    switch (s->kind) {
    case NUMBER:
        return set_number(c, s, value, from, ret_err);
    case CHOICE:
        return set_choice(c, s, value, from, ret_err);
    default:
        return set_text(c, s, value, from, ret_err);
    }
}

/* ---- keys ---- */

static const struct setting *setting_named(struct str key)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (str_is(key, settings[i].key))
            return &settings[i];
    return NULL;
}

#define KEY_MAX 64

/* How many letters must be changed, added, dropped or swapped with their neighbour. */
static size_t distance(struct str a, const char *b)
{
    size_t rows[3][KEY_MAX + 1], n = strlen(b);
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            bool same = a.p[i - 1] == b[j - 1];
            size_t best = last[j - 1] + !same;
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.p[i - 1] == b[j - 2] && a.p[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[n];
}

static int refuse_key(struct str key, const struct source *from, struct err *ret_err)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < SETTINGS && key.n <= KEY_MAX; i++) {
        size_t d = distance(key, settings[i].key);
        if (key.n > strlen("OBMEN_1C_") && str_starts(str_from(settings[i].key), key))
            d = 1; /* the beginning of a key means that key, however long the rest */
        if (d < least) {
            least = d;
            nearest = settings[i].key;
        }
    }
    char where[CONFIG_WHERE], hint[120];
    struct str shown = utf8_head(key, KEY_MAX);
    config_where(where, from->path, from->line);
    if (nearest && least <= 4)
        snprintf(hint, sizeof hint, TR("может быть, %s?", "did you mean %s?"), nearest);
    else
        snprintf(hint, sizeof hint, "%s",
            TR("все настройки: obmen serve --help", "all settings: obmen serve --help"));
    return err_set(ret_err, ERR_VALIDATION_ERROR,
        TR("%s%.*s: такой настройки нет; %s", "%s%.*s: no such setting; %s"), where, STR_ARG(shown),
        hint);
}

static int check_keys(
    const struct config_line *lines, const char *path, char *const *env, struct err *ret_err)
{
    for (; lines; lines = lines->next) {
        struct source from = {path, lines->line};
        if (!setting_named(str_from(lines->key)))
            return refuse_key(str_from(lines->key), &from, ret_err);
    }
    for (; env && *env; env++) {
        struct str value = str_from(*env);
        struct str key = str_cut(&value, '=');
        if (str_starts(key, STR("OBMEN_")) && !setting_named(key))
            return refuse_key(key, &(struct source){0}, ret_err);
    }
    return 0;
}

/* An empty value means not set, wherever it stands: an empty variable does not hide the file's
 * line. */
static const char *value_of(const struct setting *s, const struct config_line *lines,
    const char *path, char *const *env, struct source *ret_from)
{
    *ret_from = (struct source){0};
    for (; env && *env; env++) {
        struct str value = str_from(*env);
        if (str_is(str_cut(&value, '='), s->key) && value.n)
            return value.p;
    }
    for (; lines; lines = lines->next)
        if (strcmp(lines->key, s->key) == 0 && *lines->value) {
            *ret_from = (struct source){path, lines->line};
            return lines->value;
        }
    return s->standard;
}

static int check_together(const struct config *c, struct err *ret_err)
{
    if (!c->tls_cert != !c->tls_key)
        return err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("%s: не задано, а %s задано; для https нужны оба файла",
                "%s: not set while %s is; https needs both files"),
            c->tls_cert ? "OBMEN_TLS_KEY" : "OBMEN_TLS_CERT",
            c->tls_cert ? "OBMEN_TLS_CERT" : "OBMEN_TLS_KEY");
    if (c->onec_password && !c->onec_username)
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("OBMEN_1C_USERNAME: не задано, а OBMEN_1C_PASSWORD задано; нужны оба или ни одного",
                "OBMEN_1C_USERNAME: not set while OBMEN_1C_PASSWORD is; both are needed, or none"));
    return 0;
}

static int load(struct config *c, const char *path, char *const *env, struct err *ret_err)
{
    const struct setting *language = setting_named(STR("OBMEN_LANG"));
    struct config_line *lines = NULL;
    struct source from;
    const char *value = value_of(language, NULL, NULL, env, &from);
    lang_english =
        value && strcmp(value, "en") == 0; /* the file's own errors come before its OBMEN_LANG */
    if (path && config_file_read(&c->memory, path, &lines, ret_err) < 0)
        return -1;
    value = value_of(language, lines, path, env, &from);
    lang_english = value && strcmp(value, "en") == 0;

    if (check_keys(lines, path, env, ret_err) < 0)
        return -1;
    for (size_t i = 0; i < SETTINGS; i++) {
        value = value_of(&settings[i], lines, path, env, &from);
        if (value && set(c, &settings[i], value, &from, ret_err) < 0)
            return -1;
    }
    return check_together(c, ret_err);
}

int config_load(struct config *c, const char *path, char *const *env, struct err *ret_err)
{
    *c = (struct config){0};
    if (load(c, path, env, ret_err) == 0)
        return 0;
    config_release(c);
    return -1;
}

void config_release(struct config *c)
{
    arena_release(&c->memory);
    *c = (struct config){0};
}

void config_describe(struct buf *out)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        buf_printf(out, "  %-34s %s", s->key, s->standard ? s->standard : "-");
        if (s->kind == NUMBER)
            buf_printf(out, " (%lld to %lld)", s->min, s->max);
        else if (s->kind == CHOICE)
            buf_printf(out, " (%s)", s->choices);
        buf_addc(out, '\n');
    }
}
