/* Reading tasks: GET /tasks, /tasks/{id}, /status, /result, /errors, /log, /tasks/stats,
 * /task-types */
#include "api/tasks.h"
#include "api/csv.h"
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"

bool tasks_visible(const struct http_request *req, const struct task_state *s)
{
    const struct principal *who = &api_call(req)->who;
    return who->role >= ROLE_MANAGER || s->user_id == who->user_id;
}

void tasks_not_found(struct http_request *req)
{
    problem_not_found(req, TR("Нет такой задачи", "There is no such task"));
}

bool tasks_path_id(struct http_request *req, struct uuid *ret)
{
    return input_path_uuid(req, 0, TR("Нет такой задачи", "There is no such task"), ret);
}

/* ---- one task ---- */

typedef void (*found_fn)(struct http_request *req, const struct task_state *s);

struct finding {
    struct http_request *req;
    found_fn found;
};

static void hand_on(struct http_request *req, const struct task_state *s, found_fn found)
{
    if (tasks_visible(req, s))
        found(req, s);
    else
        tasks_not_found(req);
}

static void on_found(void *arg, const struct task_state *s, const struct err *err)
{
    struct finding *f = arg;
    if (s)
        hand_on(f->req, s, f->found);
    else
        http_reply_error(f->req, err);
}

void tasks_find(struct http_request *req, found_fn found)
{
    struct api *api = api_call(req)->api;
    struct uuid id;

    if (!tasks_path_id(req, &id))
        return;
    const struct task_state *s = engine_peek(api->engine, &id);
    if (s) {
        hand_on(req, s, found);
        return;
    }
    struct finding *f = arena_alloc(&req->arena, sizeof(*f));
    *f = (struct finding){req, found};
    engine_get(api->engine, &id, on_found, f);
}

static void find_for_reading(struct http_request *req, found_fn found)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        tasks_find(req, found);
}

static void reply_task(struct http_request *req, const struct task_state *s)
{
    struct buf body = BUF_INIT;
    buf_reserve(&body, 1500);
    task_state_json(&body, s);
    http_reply(req, 200, REPLY_JSON, body);
}

static void get(void *ctx, struct http_request *req)
{
    find_for_reading(req, reply_task);
}

static void write_id(struct json_writer *w, const struct task_state *s)
{
    char id[UUID_TEXT];
    uuid_format(&s->id, id);
    jw_kcstr(w, "task_id", id);
    jw_kcstr(w, "status", task_status_name(s->status));
}

static void reply_status(struct http_request *req, const struct task_state *s)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    write_id(&w, s);
    jw_ki64(&w, "progress", s->progress);
    jw_ki64(&w, "total", s->total);
    jw_ki64(&w, "processed", s->stats.fetched);
    jw_kstr(&w, "phase", s->phase);
    jw_kstr(&w, "wait_reason", s->wait_reason);
    jw_kbool(&w, "cancel_requested", s->cancel_requested);
    jw_kstr(&w, "error", s->error);
    jw_kcstr(&w, "error_code", s->error_code ? err_code_name(s->error_code) : NULL);
    jw_ki64(&w, "seq", s->seq);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void status(void *ctx, struct http_request *req)
{
    find_for_reading(req, reply_status);
}

static void reply_result(struct http_request *req, const struct task_state *s)
{
    if (!s->result.p) {
        problem_not_found(req, TR("У задачи ещё нет результата", "The task has no result yet"));
        return;
    }
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    write_id(&w, s);
    jw_kraw(&w, "result", s->result);
    jw_kstr(&w, "error", s->error);
    jw_kcstr(&w, "error_code", s->error_code ? err_code_name(s->error_code) : NULL);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void result(void *ctx, struct http_request *req)
{
    find_for_reading(req, reply_result);
}

/* ---- what belongs to one task ---- */

static void reply_log(struct http_request *req, const struct task_state *s)
{
    struct input in = input_begin(req);
    int limit, offset;
    input_paging(&in, &limit, &offset);
    engine_events(api_call(req)->api->engine, &s->id, limit, offset, reply_json, req);
}

static void task_log(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    int limit, offset;
    input_known(&in, "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    if (input_ok(&in))
        tasks_find(req, reply_log);
}

static void reply_errors(struct http_request *req, const struct task_state *s)
{
    struct input in = input_begin(req);
    int limit, offset;
    input_paging(&in, &limit, &offset);
    if (str_is(http_query(req, "format"), "csv"))
        csv_errors(req, &s->id, http_query(req, "limit").n ? limit : -1, offset);
    else
        engine_errors(api_call(req)->api->engine, &s->id, limit, offset, reply_json, req);
}

static void errors(void *ctx, struct http_request *req)
{
    static const char *const formats[] = {"json", "csv", NULL};
    struct input in = input_begin(req);
    int limit, offset;

    input_known(&in, "limit", "offset", "format", NULL);
    input_paging(&in, &limit, &offset);
    input_choice(&in, "format", formats);
    if (input_ok(&in))
        tasks_find(req, reply_errors);
}

/* ---- all tasks ---- */

static void on_list(void *arg, const struct task_state *const *tasks, int count, int64_t total,
    const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    buf_adds(&body, "{\"tasks\":[");
    for (int i = 0; i < count; i++) {
        if (i > 0)
            buf_addc(&body, ',');
        task_state_json(&body, tasks[i]);
    }
    buf_printf(&body, "],\"total\":%lld}", (long long)total);
    http_reply(req, 200, REPLY_JSON, body);
}

/* "running" or "pending,running" */
static unsigned read_statuses(struct input *in)
{
    struct str rest = input_text(in, "status", 100);
    unsigned mask = 0;
    enum task_status one;
    while (rest.n > 0) {
        if (task_status_parse(str_trim(str_cut(&rest, ',')), &one)) {
            mask |= 1u << one;
            continue;
        }
        input_fault(in, "status", TR("допустимо: %s", "allowed: %s"),
            "pending, running, completed, failed, cancelled");
        break;
    }
    return mask;
}

static void list(void *ctx, struct http_request *req)
{
    static const char *const sorts[] = {
        "-created_at", "created_at", "priority", "-completed_at", NULL};
    struct api *api = ctx;
    const struct principal *who = &api_call(req)->who;
    struct input in = input_begin(req);
    struct task_filter f = {.user_id = 0};

    input_known(&in, "task_type", "status", "user_id", "q", "created_from", "created_to", "sort",
        "limit", "offset", NULL);
    f.task_type = input_text(&in, "task_type", 100);
    f.statuses = read_statuses(&in);
    input_i64(&in, "user_id", 1, INT64_MAX, &f.user_id);
    f.q = input_text(&in, "q", 200);
    bool has_from = input_moment(&in, "created_from", false, &f.created_from);
    bool has_to = input_moment(&in, "created_to", true, &f.created_to);
    int sort = input_choice(&in, "sort", sorts);
    f.sort = sort == 1   ? TASK_SORT_OLDEST
             : sort == 2 ? TASK_SORT_PRIORITY
             : sort == 3 ? TASK_SORT_COMPLETED
                         : TASK_SORT_NEWEST;
    input_paging(&in, &f.limit, &f.offset);
    if (has_from && has_to && f.created_from >= f.created_to)
        input_fault(&in, "created_from", TR("позже, чем created_to", "is after created_to"));
    if (!input_ok(&in))
        return;

    if (who->role < ROLE_MANAGER) {
        if (f.user_id && f.user_id != who->user_id) {
            on_list(req, NULL, 0, 0, NULL);
            return;
        }
        f.user_id = who->user_id;
    }
    engine_list(api->engine, &f, on_list, req);
}

static void stats(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    const struct principal *who = &api_call(req)->who;
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        engine_stats(api->engine, who->role < ROLE_MANAGER ? who->user_id : 0, reply_json, req);
}

static void types(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    const struct obm_task_type *t;
    struct input in = input_begin(req);
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);

    input_no_query(&in);
    if (!input_ok(&in))
        return;
    jw_object(&w);
    jw_key(&w, "task_types");
    jw_array(&w);
    for (int i = 0; (t = engine_type_at(api->engine, i)); i++) {
        jw_object(&w);
        jw_kcstr(&w, "name", t->name);
        jw_kcstr(&w, "title", TR(t->title_ru, t->title_en));
        jw_kbool(&w, "user", t->user);
        jw_kraw(&w, "params_schema", str_from(t->params_schema));
        jw_key(&w, "phases");
        jw_array(&w);
        for (const struct obm_phase *p = t->phases; p->name; p++)
            jw_cstr(&w, p->name);
        jw_array_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

const struct http_route tasks_routes[] = {
    {"GET", "/api/v1/tasks", list, API_USER, 0},
    {"GET", "/api/v1/tasks/stats", stats, API_USER, 0},
    {"GET", "/api/v1/tasks/{id}", get, API_USER, 0},
    {"GET", "/api/v1/tasks/{id}/status", status, API_USER, 0},
    {"GET", "/api/v1/tasks/{id}/result", result, API_USER, 0},
    {"GET", "/api/v1/tasks/{id}/errors", errors, API_USER, 0},
    {"GET", "/api/v1/tasks/{id}/log", task_log, API_USER, 0},
    {"GET", "/api/v1/task-types", types, API_USER, 0},
    {0},
};
