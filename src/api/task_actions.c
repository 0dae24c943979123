/* Starting, cancelling, repeating and clearing away: POST /tasks, POST /tasks/{id}/cancel, DELETE
 * /tasks/{id}, POST /tasks/{id}/retry, POST /tasks/cleanup */
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"

/* ---- starting ---- */

/* Ranges of numbers and the params are the engine's to judge (engine_check), but a JSON number must
 * fit an int first. */
static const char create_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"task_type\"],"
    "\"properties\":{"
    "\"task_type\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100},"
    "\"params\":{\"type\":\"object\"},"
    "\"priority\":{\"type\":\"string\",\"enum\":[\"critical\",\"high\",\"normal\",\"low\"]},"
    "\"timeout\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":604800},"
    "\"max_retries\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":100},"
    "\"run_at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"unique_key\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
    "\"metadata\":{\"type\":\"object\"}}}";

static struct str json_as_text(struct http_request *req, const struct json *j)
{
    if (!j)
        return STR_NULL;
    struct buf text = BUF_INIT;
    json_write(&text, j);
    struct str copy = arena_str(&req->arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static struct task_new read_task(struct http_request *req, const struct json *body)
{
    struct task_new task = {.task_type = json_text(json_get(body, "task_type")),
        .params = json_as_text(req, json_get(body, "params")),
        .metadata = json_as_text(req, json_get(body, "metadata")),
        .priority = TASK_NORMAL,
        .max_retries = -1,
        .unique_key = json_text(json_get(body, "unique_key")),
        .user_id = api_call(req)->who.user_id};
    int64_t n;

    task_priority_parse(json_text(json_get(body, "priority")), &task.priority);
    if (json_i64(json_get(body, "timeout"), &n))
        task.timeout_s = (int)n;
    if (json_i64(json_get(body, "max_retries"), &n))
        task.max_retries = (int)n;
    time_parse_utc(json_text(json_get(body, "run_at")), &task.run_at);
    return task;
}

static bool may_start(struct api *api, const struct principal *who, struct str task_type)
{
    const struct obm_task_type *type = engine_type(api->engine, task_type);
    return who->role >= ROLE_MANAGER || !type || type->user;
}

static void create(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct task_new task;

    input_no_query(&in);
    const struct json *body = input_body(&in, create_schema, false);
    if (!input_ok(&in))
        return;
    task = read_task(req, body);
    if (!may_start(api, &api_call(req)->who, task.task_type)) {
        struct err err;
        err_set(&err, ERR_AUTHORIZATION_ERROR,
            TR("Такие задачи запускают менеджер и администратор",
                "Such tasks are for managers and administrators"));
        http_reply_error(req, &err);
        return;
    }
    engine_check(api->engine, &task, &in.faults);
    if (input_ok(&in))
        tasks_start(req, &task);
}

/* ---- cancelling ---- */

static void reply_acted(struct http_request *req, const struct task_state *s, const char *message)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    char id[UUID_TEXT];
    uuid_format(&s->id, id);
    jw_object(&w);
    jw_kcstr(&w, "message", message);
    jw_kcstr(&w, "task_id", id);
    jw_kcstr(&w, "status", task_status_name(s->status));
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void on_cancelled(void *arg, const struct task_state *s, const struct err *err)
{
    struct http_request *req = arg;
    if (err)
        http_reply_error(req, err);
    else
        reply_acted(req, s,
            s->status == TASK_CANCELLED ? TR("Задача отменена", "The task is cancelled")
                                        : TR("Отмена запрошена", "Cancelling was asked for"));
}

static void cancel_found(struct http_request *req, const struct task_state *s)
{
    const struct api_call *call = api_call(req);
    engine_cancel(call->api->engine, &s->id, call->who.user_id, on_cancelled, req);
}

static bool nothing_but_the_path(struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    input_no_body(&in);
    return input_ok(&in);
}

static void cancel(void *ctx, struct http_request *req)
{
    if (nothing_but_the_path(req))
        tasks_find(req, cancel_found);
}

/* ---- repeating ---- */

static void on_retried(void *arg, const struct task_state *s, const struct err *err)
{
    struct http_request *req = arg;
    if (err)
        http_reply_error(req, err);
    else
        reply_acted(req, s,
            TR("Задача продолжится с того места, где остановилась",
                "The task goes on from where it stopped"));
}

static void retry_found(struct http_request *req, const struct task_state *s)
{
    const struct api_call *call = api_call(req);
    engine_retry(call->api->engine, &s->id, call->who.user_id, on_retried, req);
}

static void retry(void *ctx, struct http_request *req)
{
    if (nothing_but_the_path(req))
        tasks_find(req, retry_found);
}

/* ---- clearing away ---- */

static void on_removed(void *arg, int64_t count, const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    file_tidy_now(api_call(req)->api->files);
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    char message[80];
    snprintf(message, sizeof(message), TR("Удалено задач: %lld", "Tasks removed: %lld"),
        (long long)count);
    jw_object(&w);
    jw_kcstr(&w, "message", message);
    jw_ki64(&w, "removed_count", count);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void cleanup(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t hundredths = 24 * 100; /* hours; parts of an hour are fine: "0.5" */

    input_known(&in, "max_age_hours", NULL);
    input_no_body(&in);
    input_hours(&in, "max_age_hours", &hundredths);
    if (input_ok(&in))
        engine_cleanup(api->engine, (double)hundredths / 100, on_removed, req);
}

const struct http_route task_actions_routes[] = {
    {"POST", "/api/v1/tasks", create, API_USER, 0},
    {"POST", "/api/v1/tasks/{id}/cancel", cancel, API_USER, 0},
    {"DELETE", "/api/v1/tasks/{id}", cancel, API_USER, 0},
    {"POST", "/api/v1/tasks/{id}/retry", retry, API_MANAGER, 0},
    {"POST", "/api/v1/tasks/cleanup", cleanup, API_ADMIN, 0},
    {0},
};
