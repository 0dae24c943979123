/*
 * Starting a task once, however often the request is repeated (header Idempotency-Key, per user,
 * one day).
 *
 *     RESERVE: the key and a fresh task id are stored, or those stored by an earlier try are read
 *       ├ other body → 422
 *       ├ answered   → the first answer again
 *       └ CREATE with that id (a task that has it already counts as made) → MARK answered → answer
 *
 * Whatever dies between two of these steps, the next try ends at the same task.
 */
#include <sodium.h>
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/tasks.h"
#include "obmen/log.h"

enum { KEY_MAX = 255 };

static const struct db_stmt reserve = {"idempotency_reserve",
    "INSERT INTO idempotency_keys (user_id, key, request_hash, task_id)"
    " VALUES ($1::bigint, $2::text, $3::bytea, $4::uuid)"
    " ON CONFLICT (user_id, key) DO UPDATE SET request_hash = excluded.request_hash,"
    " task_id = excluded.task_id, answered = false, deduplicated = false, created_at = now()"
    " WHERE idempotency_keys.created_at < now() - interval '24 hours'"};

static const struct db_stmt reserved = {"idempotency_reserved",
    "SELECT request_hash = $3::bytea, task_id, answered, deduplicated FROM idempotency_keys"
    " WHERE user_id = $1::bigint AND key = $2::text"};

static const struct db_stmt mark = {"idempotency_mark",
    "UPDATE idempotency_keys SET task_id = $3::uuid, answered = true, deduplicated = $4::boolean"
    " WHERE user_id = $1::bigint AND key = $2::text"};

static const struct db_stmt forget = {"idempotency_forget",
    "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'"};

struct start {
    struct http_request *req;
    struct task_new task;
    struct str key; /* STR_NULL: none */
    unsigned char hash[crypto_generichash_BYTES];
    struct task_created made;
};

static void on_marked(void *arg, struct db_result *const *results, const struct err *err)
{
    struct start *s = arg;
    if (err) /* the task stands; a repetition will find it by its id */
        log_event(LOG_WARNING, "idempotency key not marked", NULL, LERR(err));
    reply_accepted(s->req, &s->made.id, s->made.deduplicated);
}

static void on_created(void *arg, const struct task_created *made, const struct err *err)
{
    struct start *s = arg;
    struct api *api = api_call(s->req)->api;

    if (err) {
        http_reply_error(s->req, err);
        return;
    }
    if (!s->key.p) {
        reply_accepted(s->req, &made->id, made->deduplicated);
        return;
    }
    s->made = *made;
    struct db_unit *u = db_unit_new(api->db, DB_USER);
    db_add(u, &mark);
    db_bind_i64(u, s->task.user_id);
    db_bind_text(u, s->key);
    db_bind_uuid(u, &made->id);
    db_bind_bool(u, made->deduplicated);
    db_submit(u, on_marked, s);
}

static void on_reserved(void *arg, struct db_result *const *results, const struct err *err)
{
    struct start *s = arg;
    struct api *api = api_call(s->req)->api;

    if (err) {
        http_reply_error(s->req, err);
        return;
    }
    const struct db_result *r = results[1];
    if (db_rows(r) != 1 || !db_uuid(r, 0, 1, &s->task.id)) {
        struct err gone; /* forgotten between the two statements: it was a day old */
        err_set_passing(
            &gone, ERR_SERVICE_UNAVAILABLE, TR("Повторите запрос", "Send the request again"));
        http_reply_error(s->req, &gone);
        return;
    }
    if (!db_bool(r, 0, 0)) {
        struct input in = input_begin(s->req);
        input_fault(&in, "Idempotency-Key",
            TR("с этим ключом уже был другой запрос", "this key was used with another request"));
        input_ok(&in);
        return;
    }
    if (db_bool(r, 0, 2)) {
        reply_accepted(s->req, &s->task.id, db_bool(r, 0, 3));
        return;
    }
    engine_create(api->engine, &s->task, on_created, s);
}

static bool key_is_sane(struct str key)
{
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] < ' ' || key.p[i] > '~')
            return false;
    return key.n > 0 && key.n <= KEY_MAX;
}

/* What makes two requests the same: where they go and what they say. */
static void hash_request(
    const struct http_request *req, unsigned char out[crypto_generichash_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, crypto_generichash_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)req->path.p, req->path.n);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)req->body.p, req->body.n);
    crypto_generichash_final(&state, out, crypto_generichash_BYTES);
}

void tasks_start(struct http_request *req, const struct task_new *task)
{
    struct api *api = api_call(req)->api;
    struct start *s = arena_alloc(&req->arena, sizeof(*s));

    *s = (struct start){.req = req, .task = *task, .key = http_header(req, "Idempotency-Key")};
    if (!s->key.p) {
        engine_create(api->engine, &s->task, on_created, s);
        return;
    }
    if (!key_is_sane(s->key)) {
        struct input in = input_begin(req);
        input_fault(&in, "Idempotency-Key",
            TR("от 1 до %d печатных знаков ASCII", "1 to %d printable ASCII characters"), KEY_MAX);
        input_ok(&in);
        return;
    }
    hash_request(req, s->hash);
    struct str hash = {(const char *)s->hash, sizeof(s->hash)};
    struct uuid id = uuid_v7();
    struct db_unit *u = db_unit_new(api->db, DB_USER);
    db_add(u, &reserve);
    db_bind_i64(u, task->user_id);
    db_bind_text(u, s->key);
    db_bind_bytes(u, hash);
    db_bind_uuid(u, &id);
    db_add(u, &reserved);
    db_bind_i64(u, task->user_id);
    db_bind_text(u, s->key);
    db_bind_bytes(u, hash);
    db_submit(u, on_reserved, s);
}

static void on_forgotten(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err && !err->cancelled)
        log_event(LOG_WARNING, "idempotency keys not forgotten", NULL, LERR(err));
}

void idempotency_tidy(struct api *api)
{
    struct db_unit *u = db_unit_new(api->db, DB_USER);
    db_add(u, &forget);
    db_submit(u, on_forgotten, NULL);
}
