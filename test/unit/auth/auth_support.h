/* Two nodes on one database: each with a pool, a listening connection and an auth of its own, on
 * one loop. */
#ifndef TEST_AUTH_SUPPORT_H
#define TEST_AUTH_SUPPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "check.h"
#include <libpq-fe.h>
#include "auth/auth.h"
#include "obmen/time.h"
#include "pg/listen.h"
#include "pg/migrate.h"
#include "pg/pool.h"

#define ADMIN_PASSWORD "the admin's password"

static inline const char *test_url(void)
{
    const char *url = getenv("DATABASE_URL");
    assert_non_null(url);
    return url;
}

struct node {
    struct db *db;
    struct db_listener *listener;
    struct auth *auth;
    int changes;
    bool auth_closed, listener_closed, db_closed;
};

static uv_loop_t loop;

static inline int64_t slowness(void)
{
    const char *s = getenv("OBMEN_TEST_SLOWNESS");
    return s ? atoi(s) : 1;
}

/* Turns the loop until the condition holds; fails after ms. */
#define TURN_UNTIL(condition, ms)                                                                  \
    do {                                                                                           \
        int64_t turn_end = time_mono_ms() + (ms)*slowness();                                       \
        while (!(condition)) {                                                                     \
            if (time_mono_ms() > turn_end)                                                         \
                fail_msg("not within %d ms: %s", (int)(ms), #condition);                           \
            uv_run(&loop, UV_RUN_NOWAIT);                                                          \
            nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);                                \
        }                                                                                          \
    } while (0)

static inline void on_flag(void *arg)
{
    *(bool *)arg = true;
}

static inline void on_notified(void *arg, const char *channel, struct str payload, int pid)
{
    auth_notified(((struct node *)arg)->auth);
}

static inline void on_up(void *arg)
{
    auth_listening(((struct node *)arg)->auth, true);
}

static inline void on_down(void *arg, const struct err *err)
{
    auth_listening(((struct node *)arg)->auth, false);
}

static inline void on_change(void *arg)
{
    ((struct node *)arg)->changes++;
}

static inline void node_open_with(struct node *n, const char *secret, int ttl_s, bool listen)
{
    static const char *const channels[] = {"obmen_auth", NULL};
    static const struct db_listener_events events = {on_notified, on_up, on_down};
    struct err err = ERR_INIT;

    *n = (struct node){.changes = 0};
    n->db = db_open(&loop,
        &(struct db_options){.conninfo = test_url(),
            .keep = 2,
            .overflow = 2,
            .timeout_ms = 10000,
            .max_waiting = 1000},
        &err);
    assert_non_null(n->db);
    n->auth = auth_open(
        &loop, &(struct auth_options){.db = n->db, .secret = secret, .token_ttl_s = ttl_s});
    auth_start(n->auth);
    auth_on_change(n->auth, on_change, n);
    if (listen) {
        n->listener = db_listener_open(&loop, test_url(), channels, &events, n);
        TURN_UNTIL(db_listener_is_up(n->listener), 30000);
    }
    TURN_UNTIL(auth_ready(n->auth), 30000);
}

static inline void node_open(struct node *n)
{
    node_open_with(n, NULL, 3600, true);
}

static inline void node_close(struct node *n)
{
    if (n->listener) {
        db_listener_close(n->listener, on_flag, &n->listener_closed);
        TURN_UNTIL(n->listener_closed, 30000);
    }
    auth_close(n->auth, on_flag, &n->auth_closed);
    TURN_UNTIL(n->auth_closed, 30000);
    db_close(n->db, 2000, on_flag, &n->db_closed);
    TURN_UNTIL(n->db_closed, 30000);
}

/* ---- one call, waited for ---- */

struct outcome {
    bool done;
    struct err err;
    char token[200];
    struct principal who;
    int64_t id;
    enum role role;
    bool active;
};

static inline void on_login(
    void *arg, struct str token, const struct principal *who, const struct err *err)
{
    struct outcome *o = arg;
    o->done = true;
    if (err) {
        o->err = *err;
        return;
    }
    snprintf(o->token, sizeof(o->token), "%.*s", STR_ARG(token));
    o->who = *who;
}

static inline void on_done(void *arg, const struct err *err)
{
    struct outcome *o = arg;
    o->done = true;
    if (err)
        o->err = *err;
}

static inline void on_user(void *arg, const struct user *u, const struct err *err)
{
    struct outcome *o = arg;
    o->done = true;
    if (err) {
        o->err = *err;
        return;
    }
    o->id = u->id;
    o->role = u->role;
    o->active = u->is_active;
}

static inline struct outcome sign_in_from(
    struct node *n, const char *name, const char *password, const char *address)
{
    struct outcome o = {0};
    auth_login(n->auth, str_from(name), str_from(password), str_from(address), on_login, &o);
    TURN_UNTIL(o.done, 30000);
    return o;
}

static inline struct outcome sign_in(struct node *n, const char *name, const char *password)
{
    return sign_in_from(n, name, password, "10.0.0.1");
}

static inline struct outcome add_user(
    struct node *n, const char *name, const char *password, enum role role)
{
    struct outcome o = {0};
    auth_user_add(n->auth, str_from(name), str_from(password), role, on_user, &o);
    TURN_UNTIL(o.done, 30000);
    return o;
}

static inline struct outcome change_user(
    struct node *n, int64_t id, const enum role *role, const bool *active, const char *password)
{
    struct outcome o = {0};
    auth_user_change(n->auth, id, role, active, str_from(password), on_user, &o);
    TURN_UNTIL(o.done, 30000);
    return o;
}

static inline bool is_valid(struct node *n, const struct outcome *signed_in)
{
    struct principal who;
    return auth_check(n->auth, str_from(signed_in->token), &who);
}

/* One number or text from outside, blocking. */
static inline int64_t sql(const char *text)
{
    PGconn *pg = PQconnectdb(test_url());
    PGresult *r = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    int64_t v = PQntuples(r) > 0 ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
    PQclear(r);
    PQfinish(pg);
    return v;
}

/* An empty house: no users, no secret. */
static inline int fresh(void **state)
{
    sql("TRUNCATE users, revoked_tokens, settings RESTART IDENTITY");
    return 0;
}

static inline int fresh_with_admin(void **state)
{
    char generated[33];
    struct err err;
    fresh(state);
    return auth_prepare(test_url(), ADMIN_PASSWORD, generated, &err);
}

static inline int schema(void **state)
{
    struct err err = ERR_INIT;
    int applied;
    uv_loop_init(&loop);
    if (db_migrate(test_url(), 10000, &applied, &err) == 0)
        return 0;
    print_error("%s: %s\n", err.message, err.cause);
    return -1;
}

static inline int loop_is_empty(void **state)
{
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

#endif
