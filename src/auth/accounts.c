/* Adding, changing and listing users on the loop. */
#include <stdlib.h>
#include "auth/internal.h"
#include "auth/statements.h"
#include "obmen/arena.h"
#include "obmen/log.h"

struct change {
    struct auth *a;
    int64_t id; /* 0: a new one */
    char name[65];
    enum role role;
    bool is_active, has_role, has_active;
    auth_user_fn done;
    void *arg;
};

static struct user user_from(const struct db_result *r, int row)
{
    struct user u = {.id = db_i64(r, row, USER_ID),
        .username = db_text(r, row, USER_NAME),
        .is_active = db_bool(r, row, USER_ACTIVE),
        .created_at = db_time(r, row, USER_CREATED),
        .updated_at = db_time(r, row, USER_UPDATED)};
    if (!role_parse(db_text(r, row, USER_ROLE), &u.role))
        u.role = ROLE_USER;
    return u;
}

static void change_end(struct change *c, const struct user *u, const struct err *err)
{
    struct auth *a = c->a;
    c->done(c->arg, u, err);
    free(c);
    auth_end(a);
}

/* The row of `add` or `change`: memory follows at once, other nodes by NOTIFY. */
static void stored(struct change *c, const struct db_result *r)
{
    struct auth *a = c->a;
    struct user u = user_from(r, 0);
    memory_user(
        &a->memory, u.id, u.username, u.role, u.is_active, (int32_t)db_i64(r, 0, USER_VERSION));
    auth_changed_here(a);
    change_end(c, &u, NULL);
}

/* ---- adding ---- */

static void on_added(void *arg, struct db_result *const *results, const struct err *err)
{
    struct change *c = arg;
    if (err) {
        change_end(c, NULL, err);
    } else if (db_rows(results[0]) == 0) {
        struct err taken;
        err_set(&taken, ERR_CONFLICT,
            TR("Пользователь «%s» уже есть", "There is a user '%s' already"), c->name);
        change_end(c, NULL, &taken);
    } else {
        stored(c, results[0]);
    }
}

static void add_hashed(void *arg, bool ok, const char *hash)
{
    struct change *c = arg;
    if (!ok || c->a->closing) {
        struct err err;
        auth_refuse_closing(&err);
        change_end(c, NULL, &err);
        return;
    }
    struct db_unit *u = db_unit_new(c->a->db, DB_USER);
    db_add(u, &auth_sql_add);
    db_bind_cstr(u, c->name);
    db_bind_cstr(u, hash);
    db_bind_cstr(u, role_name(c->role));
    db_add(u, &auth_sql_notify);
    db_submit(u, on_added, c);
}

static void hash_then(struct change *c, struct str password, const struct hash_events *events)
{
    struct err err;
    if (password_allowed(password, &err) != 0 ||
        hasher_hash(&c->a->hasher, password, events, c, &err) != 0)
        change_end(c, NULL, &err);
}

void auth_user_add(struct auth *a, struct str username, struct str password, enum role role,
    auth_user_fn done, void *arg)
{
    static const struct hash_events events = {NULL, add_hashed};
    struct change *c = mem_alloc(sizeof(*c));
    struct err err;

    *c = (struct change){.a = a, .role = role, .done = done, .arg = arg};
    auth_begin(a);
    if (!auth_name_allowed(username, &err)) {
        change_end(c, NULL, &err);
        return;
    }
    memcpy(c->name, username.p, username.n);
    hash_then(c, password, &events);
}

/* ---- changing ---- */

static void on_changed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct change *c = arg;
    struct err why;

    if (err) {
        change_end(c, NULL, err);
    } else if (db_rows(results[1]) == 1) {
        stored(c, results[1]);
    } else if (db_rows(results[2]) == 0) {
        err_set(&why, ERR_NOT_FOUND, TR("Нет пользователя с номером %lld", "There is no user %lld"),
            (long long)c->id);
        change_end(c, NULL, &why);
    } else {
        err_set(&why, ERR_CONFLICT,
            TR("Это последний действующий администратор: сначала назначьте другого",
                "This is the last active administrator: appoint another one first"));
        change_end(c, NULL, &why);
    }
}

static void store_change(struct change *c, const char *hash)
{
    struct db_unit *u = db_unit_new(c->a->db, DB_USER);
    db_add(u, &auth_sql_lock_users);
    db_add(u, &auth_sql_change);
    db_bind_i64(u, c->id);
    db_bind_cstr(u, c->has_role ? role_name(c->role) : NULL);
    if (c->has_active)
        db_bind_bool(u, c->is_active);
    else
        db_bind_null(u);
    db_bind_cstr(u, hash);
    db_add(u, &auth_sql_one);
    db_bind_i64(u, c->id);
    db_add(u, &auth_sql_notify);
    db_submit(u, on_changed, c);
}

static void change_hashed(void *arg, bool ok, const char *hash)
{
    struct change *c = arg;
    if (ok && !c->a->closing) {
        store_change(c, hash);
        return;
    }
    struct err err;
    auth_refuse_closing(&err);
    change_end(c, NULL, &err);
}

void auth_user_change(struct auth *a, int64_t id, const enum role *role, const bool *is_active,
    struct str password, auth_user_fn done, void *arg)
{
    static const struct hash_events events = {NULL, change_hashed};
    struct change *c = mem_alloc(sizeof(*c));

    *c = (struct change){.a = a, .id = id, .done = done, .arg = arg};
    if (role) {
        c->has_role = true;
        c->role = *role;
    }
    if (is_active) {
        c->has_active = true;
        c->is_active = *is_active;
    }
    auth_begin(a);
    if (password.p)
        hash_then(c, password, &events);
    else
        store_change(c, NULL);
}

/* ---- listing ---- */

struct listing {
    struct auth *a;
    auth_users_fn done;
    void *arg;
};

static void on_listed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct listing *l = arg;
    struct auth *a = l->a;

    if (err) {
        l->done(l->arg, NULL, 0, 0, err);
    } else {
        int n = db_rows(results[0]);
        struct user *users = mem_alloc((size_t)(n > 0 ? n : 1) * sizeof(*users));
        for (int i = 0; i < n; i++)
            users[i] = user_from(results[0], i);
        l->done(l->arg, users, n, db_i64(results[1], 0, 0), NULL);
        free(users);
    }
    free(l);
    auth_end(a);
}

void auth_users(struct auth *a, int limit, int offset, auth_users_fn done, void *arg)
{
    struct listing *l = mem_alloc(sizeof(*l));
    *l = (struct listing){a, done, arg};
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    db_add(u, &auth_sql_page);
    db_bind_i32(u, limit);
    db_bind_i64(u, offset);
    db_add(u, &auth_sql_count);
    auth_begin(a);
    db_submit(u, on_listed, l);
}
