#include "auth/internal.h"
#include <stdlib.h>
#include "obmen/log.h"
#include "auth/statements.h"
#include "obmen/arena.h"
#include "obmen/utf8.h"

enum { TICK_MS = 1000, TICKS_LISTENING = 5, TICKS_PURGE = 600, TICKS_FIRST_PURGE = 30 };

static void use_secret(struct auth *a, struct str secret)
{
    token_key_init(&a->key, secret);
    a->has_key = true;
}

/* The secret that all nodes share when none was configured; one that was changed there signs
 * everybody out. */
static void use_stored_secret(struct auth *a, struct str secret)
{
    if (a->own_secret || str_is(secret, a->stored_secret) || secret.n >= sizeof(a->stored_secret))
        return;
    memcpy(a->stored_secret, secret.p, secret.n);
    a->stored_secret[secret.n] = 0;
    use_secret(a, secret);
}

/* ---- following the database ---- */

static void start_loading(struct auth *a);

static void tell_changes(struct auth *a)
{
    if (memory_take_changed(&a->memory) && a->changed)
        a->changed(a->changed_arg);
}

void auth_changed_here(struct auth *a)
{
    a->local_changes++;
    tell_changes(a);
}

static void take_over(struct auth *a, struct db_result *const *results)
{
    const struct db_result *secret = results[0], *users = results[1], *revoked = results[2];

    if (db_rows(secret) == 1)
        use_stored_secret(a, db_text(secret, 0, 0));

    memory_begin(&a->memory);
    for (int i = 0; i < db_rows(users); i++) {
        enum role role;
        if (role_parse(db_text(users, i, 2), &role))
            memory_user(&a->memory, db_i64(users, i, 0), db_text(users, i, 1), role,
                db_bool(users, i, 3), (int32_t)db_i64(users, i, 4));
    }
    memory_end(&a->memory);
    for (int i = 0; i < db_rows(revoked); i++) {
        struct uuid id;
        if (db_uuid(revoked, i, 0, &id))
            memory_revoke(&a->memory, &id, db_time(revoked, i, 1));
    }
    a->loaded = a->has_key;
    if (!a->has_key)
        log_event(LOG_ERROR, "no secret",
            TR("В базе нет секрета для входа: запустите сервер без --no-migrate или задайте "
               "OBMEN_SECRET",
                "The database holds no sign-in secret: start the server without --no-migrate or "
                "set "
                "OBMEN_SECRET"));
}

struct loading {
    struct auth *a;
    uint64_t local_changes;
};

static void on_loaded(void *arg, struct db_result *const *results, const struct err *err)
{
    struct loading *l = arg;
    struct auth *a = l->a;

    a->loading = false;
    if (err) {
        if (!err->cancelled && !a->closing)
            log_event(LOG_WARNING, "accounts not read", NULL, LERR(err));
    } else if (l->local_changes != a->local_changes) {
        a->load_again = true; /* it may lack what was changed here meanwhile */
    } else {
        take_over(a, results);
        tell_changes(a);
    }
    free(l);
    if (a->load_again && !err)
        start_loading(a);
    auth_end(a);
}

static void start_loading(struct auth *a)
{
    if (a->closing)
        return;
    struct loading *l = mem_alloc(sizeof(*l));
    *l = (struct loading){a, a->local_changes};
    a->loading = true;
    a->load_again = false;
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    db_add(u, &auth_sql_secret);
    db_add(u, &auth_sql_all_users);
    db_add(u, &auth_sql_all_revoked);
    auth_begin(a);
    db_submit(u, on_loaded, l);
}

void auth_reload(struct auth *a)
{
    if (a->loading)
        a->load_again = true;
    else
        start_loading(a);
}

static void on_purged(void *arg, struct db_result *const *results, const struct err *err)
{
    struct auth *a = arg;
    if (err && !err->cancelled && !a->closing)
        log_event(LOG_WARNING, "ended sign-outs not removed", NULL, LERR(err));
    auth_end(a);
}

static void purge(struct auth *a)
{
    memory_purge(&a->memory, time_now());
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    db_add(u, &auth_sql_purge);
    auth_begin(a);
    db_submit(u, on_purged, a);
}

static void on_tick(uv_timer_t *timer)
{
    struct auth *a = timer->data;
    a->ticks++;
    if (!a->loading &&
        (!a->loaded || !a->listening || a->load_again || a->ticks % TICKS_LISTENING == 0))
        start_loading(a);
    if (a->loaded && a->ticks % TICKS_PURGE == TICKS_FIRST_PURGE)
        purge(a);
}

/* ---- life ---- */

struct auth *auth_open(uv_loop_t *loop, const struct auth_options *o)
{
    struct auth *a = mem_alloc(sizeof(*a));

    if (sodium_init() < 0)
        abort(); /* no randomness on this machine: nothing here would be safe */
    a->loop = loop;
    a->db = o->db;
    a->ttl_us = (int64_t)o->token_ttl_s * USEC_PER_SEC;
    hasher_init(&a->hasher, loop);
    throttle_init(&a->throttle, THROTTLE_PAIRS);
    password_dummy(a->dummy_hash);
    if (o->secret) {
        a->own_secret = true;
        use_secret(a, str_from(o->secret));
    }
    uv_timer_init(loop, &a->timer);
    a->timer.data = a;
    return a;
}

void auth_start(struct auth *a)
{
    uv_timer_start(&a->timer, on_tick, TICK_MS, TICK_MS);
    start_loading(a);
}

static void maybe_closed(struct auth *a)
{
    if (!a->timer_closed || a->pending > 0)
        return;
    void (*closed)(void *arg) = a->closed;
    void *arg = a->closed_arg;

    memory_deinit(&a->memory);
    throttle_deinit(&a->throttle);
    sodium_memzero(a, sizeof(*a));
    free(a);
    if (closed)
        closed(arg);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct auth *a = handle->data;
    a->timer_closed = true;
    maybe_closed(a);
}

void auth_close(struct auth *a, void (*closed)(void *arg), void *arg)
{
    a->closing = true;
    a->changed = NULL;
    a->closed = closed;
    a->closed_arg = arg;
    uv_close((uv_handle_t *)&a->timer, on_timer_closed);
    hasher_stop(&a->hasher);
}

void auth_begin(struct auth *a)
{
    a->pending++;
}

void auth_end(struct auth *a)
{
    a->pending--;
    if (a->closing)
        maybe_closed(a);
}

int auth_refuse_closing(struct err *ret_err)
{
    return err_set_passing(ret_err, ERR_SERVICE_UNAVAILABLE,
        TR("Сервер останавливается или ещё не готов: повторите через несколько секунд",
            "The server is stopping or not ready yet: try again in a few seconds"));
}

bool auth_ready(const struct auth *a)
{
    return a->loaded;
}

void auth_notified(struct auth *a)
{
    if (!a->closing)
        auth_reload(a);
}

void auth_listening(struct auth *a, bool up)
{
    a->listening = up;
    if (up && !a->closing)
        auth_reload(a);
}

void auth_on_change(struct auth *a, void (*changed)(void *arg), void *arg)
{
    a->changed = changed;
    a->changed_arg = arg;
}

/* ---- judging tokens ---- */

bool auth_check(struct auth *a, struct str token, struct principal *ret_who)
{
    struct token t;
    return a->loaded && token_read(&a->key, token, time_now(), &t) &&
           memory_allows(&a->memory, &t, ret_who);
}

bool auth_still(struct auth *a, const struct principal *who)
{
    struct token t = {.id = who->token_id,
        .user_id = who->user_id,
        .version = who->version,
        .expires_at = who->expires_at};
    struct principal now;
    return t.expires_at > time_now() && memory_allows(&a->memory, &t, &now) &&
           now.role == who->role;
}

bool auth_name_allowed(struct str name, struct err *ret_err)
{
    bool ok = name.n >= 1 && name.n <= 64 && utf8_valid(name);
    for (size_t i = 0; ok && i < name.n; i++)
        ok = (unsigned char)name.p[i] > ' ' && name.p[i] != 0x7f;
    if (!ok)
        err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Имя пользователя: от 1 до 64 байт без пробелов и управляющих знаков",
                "A user name has 1 to 64 bytes, without blanks and control characters"));
    return ok;
}
