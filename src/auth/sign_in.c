/*
 * A sign-in's way:
 *     LOOKING_UP (one row, also for unknown names) → [hasher's queue] → throttled? → HASHING → done
 * The throttle is asked when the hash is about to start, so that a hundred tries sent at once get
 * no further than ten sent one by one. Unknown and disabled names hash against a dummy: the answer
 * and its time are the same.
 */
#include <stdlib.h>
#include "auth/internal.h"
#include "auth/statements.h"
#include "obmen/arena.h"
#include "obmen/log.h"
#include "obmen/utf8.h"

struct login {
    struct auth *a;
    struct arena memory;
    struct str password; /* wiped at the end */
    struct str name;     /* as the database lower-cases it: what the throttle counts */
    struct address_key from;
    struct str address;
    auth_login_fn done;
    void *arg;

    bool known;
    int64_t id;
    enum role role;
    int32_t version;
    struct str username;
};

static void login_end(
    struct login *l, struct str token, const struct principal *who, const struct err *err)
{
    struct auth *a = l->a;
    l->done(l->arg, token, who, err);
    sodium_memzero((char *)l->password.p, l->password.n);
    arena_release(&l->memory);
    free(l);
    auth_end(a);
}

static void refuse(struct login *l, const struct err *err)
{
    login_end(l, STR_NULL, NULL, err);
}

static void welcome(struct login *l)
{
    struct auth *a = l->a;
    struct token t = {.id = uuid_v7(),
        .user_id = l->id,
        .version = l->version,
        .expires_at = time_now() + a->ttl_us};
    char text[TOKEN_TEXT];
    struct principal who = {.user_id = l->id,
        .role = l->role,
        .token_id = t.id,
        .version = l->version,
        .expires_at = t.expires_at};

    token_write(&a->key, &t, text);
    memcpy(who.username, l->username.p, l->username.n);
    throttle_succeeded(&a->throttle, l->name, l->from);
    /* Another node may have made or changed this user a moment ago: the row is newer than memory.
     */
    memory_user(&a->memory, l->id, l->username, l->role, true, l->version);
    auth_changed_here(a);
    log_event(
        LOG_INFO, "signed in", NULL, LSTR("username", l->username), LSTR("address", l->address));
    login_end(l, str_from(text), &who, NULL);
    sodium_memzero(text, sizeof(text));
}

static bool may_start(void *arg)
{
    struct login *l = arg;
    int64_t wait = throttle_wait_ms(&l->a->throttle, l->name, l->from, time_mono_ms());
    if (wait == 0)
        return true;

    struct err err;
    err_set(&err, ERR_RATE_LIMIT_ERROR,
        TR("Слишком много неудачных входов: повторите через %lld с",
            "Too many failed sign-ins: try again in %lld s"),
        (long long)(wait + 999) / 1000);
    err.retry_after_ms = (int)wait;
    log_event(LOG_WARNING, "sign-in throttled", NULL, LSTR("username", l->name),
        LSTR("address", l->address));
    refuse(l, &err);
    return false;
}

static void on_hashed(void *arg, bool ok, const char *hash)
{
    struct login *l = arg;
    struct err err;

    if (!hash || l->a->closing) {
        auth_refuse_closing(&err);
        refuse(l, &err);
    } else if (ok && l->known) {
        welcome(l);
    } else {
        throttle_failed(&l->a->throttle, l->name, l->from, time_mono_ms());
        log_event(LOG_WARNING, "sign-in refused", NULL, LSTR("username", l->name),
            LSTR("address", l->address));
        err_set(&err, ERR_AUTHENTICATION_ERROR,
            TR("Неверное имя или пароль", "Wrong name or password"));
        refuse(l, &err);
    }
}

static void on_looked_up(void *arg, struct db_result *const *results, const struct err *err)
{
    static const struct hash_events events = {may_start, on_hashed};
    struct login *l = arg;

    if (err) {
        refuse(l, err);
        return;
    }
    const struct db_result *r = results[0];
    const char *hash = l->a->dummy_hash;
    l->name = arena_str(&l->memory, db_text(r, 0, 0));
    if (!db_is_null(r, 0, 1) && db_bool(r, 0, 4) && role_parse(db_text(r, 0, 3), &l->role)) {
        l->known = true;
        l->id = db_i64(r, 0, 1);
        l->username = arena_str(&l->memory, utf8_head(db_text(r, 0, 2), 64));
        l->version = (int32_t)db_i64(r, 0, 5);
        hash = arena_cstr(&l->memory, db_text(r, 0, 6));
    }
    struct err full;
    if (hasher_verify(&l->a->hasher, l->password, hash, &l->from, &events, l, &full) != 0)
        refuse(l, &full);
}

void auth_login(struct auth *a, struct str username, struct str password, struct str address,
    auth_login_fn done, void *arg)
{
    struct login *l = mem_alloc(sizeof(*l));
    *l = (struct login){.a = a, .memory = ARENA_INIT, .done = done, .arg = arg};
    l->password = arena_str(&l->memory, password);
    l->name = arena_str(&l->memory, username);
    l->address = arena_str(&l->memory, address);
    l->from = address_key(address);
    auth_begin(a);

    struct err err;
    if (a->closing || !a->loaded) {
        auth_refuse_closing(&err);
        refuse(l, &err);
        return;
    }
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    db_add(u, &auth_sql_for_sign_in);
    db_bind_text(u, username);
    db_submit(u, on_looked_up, l);
}

/* ---- signing out ---- */

struct logout {
    struct auth *a;
    struct uuid token_id;
    usec_t expires_at;
    auth_done_fn done;
    void *arg;
};

static void on_revoked(void *arg, struct db_result *const *results, const struct err *err)
{
    struct logout *o = arg;
    struct auth *a = o->a;
    if (!err) {
        memory_revoke(&a->memory, &o->token_id, o->expires_at);
        auth_changed_here(a);
    }
    o->done(o->arg, err);
    free(o);
    auth_end(a);
}

void auth_logout(struct auth *a, const struct principal *who, auth_done_fn done, void *arg)
{
    struct logout *o = mem_alloc(sizeof(*o));
    *o = (struct logout){a, who->token_id, who->expires_at, done, arg};
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    db_add(u, &auth_sql_revoke);
    db_bind_uuid(u, &who->token_id);
    db_bind_time(u, who->expires_at);
    db_add(u, &auth_sql_notify);
    auth_begin(a);
    db_submit(u, on_revoked, o);
}
