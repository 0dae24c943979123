/* Dry runs: GET /tasks/{id}/changes, what it would have done; POST /tasks/{id}/apply, does it. */
#include "ledger/dry_run.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"

static const char *const actions[] = {"create", "update", "deactivate", "link", "unclear", NULL};

struct wanted {
    struct str action;
    int limit, offset;
};

/* The query was checked before the task was looked for. */
static bool read_wanted(struct http_request *req, struct wanted *w)
{
    struct input in = input_begin(req);
    input_known(&in, "action", "limit", "offset", NULL);
    input_paging(&in, &w->limit, &w->offset);
    int action = input_choice(&in, "action", actions);
    w->action = action < 0 ? STR_NULL : str_from(actions[action]);
    return input_ok(&in);
}

static void reply_changes(struct http_request *req, const struct task_state *s)
{
    struct wanted w;
    if (read_wanted(req, &w))
        ledger_list_changes(
            api_call(req)->api->db, &s->id, w.action, w.limit, w.offset, reply_json, req);
}

static void list(void *ctx, struct http_request *req)
{
    struct wanted w;
    if (read_wanted(req, &w))
        tasks_find(req, reply_changes);
}

/* ---- apply ---- */

/* The parameters without dry_run; STR_NULL: it was none. */
static struct str real_params(struct http_request *req, const struct task_state *s)
{
    struct err err;
    bool dry = false;
    const struct json *params = json_parse(&req->arena, s->params, &err);
    json_bool(json_get(params, "dry_run"), &dry);
    if (!dry)
        return STR_NULL;
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    jw_object(&w);
    for (const struct json *m = params->child; m; m = m->next) {
        if (str_is(m->key, "dry_run"))
            continue;
        struct buf value = BUF_INIT;
        json_write(&value, m);
        jw_key(&w, arena_cstr(&req->arena, m->key));
        jw_raw(&w, buf_str(&value));
        buf_release(&value);
    }
    jw_object_end(&w);
    struct str made = arena_str(&req->arena, buf_str(&text));
    buf_release(&text);
    return made;
}

static void conflict(struct http_request *req, const char *message)
{
    struct err err;
    err_set(&err, ERR_CONFLICT, "%s", message);
    http_reply_error(req, &err);
}

static void start_real(struct http_request *req, const struct task_state *s)
{
    struct str params = real_params(req, s);
    if (!params.p) {
        conflict(req, TR("Это был не пробный запуск: применять нечего",
                          "This was no dry run: there is nothing to apply"));
        return;
    }
    if (s->status != TASK_COMPLETED) {
        conflict(req, TR("Пробный запуск не закончен: его отчёт неполон",
                          "The dry run is not completed: its report is not whole"));
        return;
    }
    struct task_new task = {.task_type = arena_str(&req->arena, s->task_type),
        .params = params,
        .priority = s->priority,
        .max_retries = -1,
        .timeout_s = s->timeout_s,
        .user_id = api_call(req)->who.user_id};
    tasks_start(req, &task);
}

static void apply(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    input_no_body(&in);
    if (input_ok(&in))
        tasks_find(req, start_real);
}

const struct http_route changes_routes[] = {
    {"GET", "/api/v1/tasks/{id}/changes", list, API_USER, 0},
    {"POST", "/api/v1/tasks/{id}/apply", apply, API_MANAGER, 0},
    {0},
};
