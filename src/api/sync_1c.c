/* Synchronization with 1C: GET /sync-1c/test-connection, POST /sync-1c/…/sync-async */
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"

/* ---- the connection ---- */

static void on_tested(void *arg, bool success, const char *message, struct str details)
{
    struct http_request *req = arg;
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    jw_kbool(&w, "success", success);
    jw_kcstr(&w, "message", message);
    jw_kraw(&w, "details", details);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void test_connection(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        onec_test(api->onec, on_tested, req);
}

/* ---- starting ---- */

static const char period_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"
    "\"date_to\":{\"type\":\"string\",\"format\":\"date\"},"
    "\"auto_classify\":{\"type\":\"boolean\",\"default\":true},"
    "\"mode\":{\"type\":\"string\",\"enum\":[\"incremental\",\"full\"]},"
    "\"dry_run\":{\"type\":\"boolean\"}}}";

static const char catalogue_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"dry_run\":{\"type\":\"boolean\"}}}";

/* Days that were not given: up to today, and from 30 days before the end. */
static bool read_period(struct input *in, const struct json *body, usec_t *ret_from, usec_t *ret_to)
{
    usec_t from, to;
    onec_default_period(&from, &to);
    usec_t length = to - from;
    bool has_from = time_parse_date(json_text(json_get(body, "date_from")), ret_from);
    if (!time_parse_date(json_text(json_get(body, "date_to")), ret_to))
        *ret_to = to;
    if (!has_from)
        *ret_from = *ret_to - length;
    if (*ret_from <= *ret_to)
        return true;
    input_fault(in, "date_from", TR("позже, чем date_to", "is after date_to"));
    return false;
}

static void start(struct http_request *req, const char *type, struct str params)
{
    const struct api_call *call = api_call(req);
    struct task_new task = {.task_type = str_from(type),
        .params = params,
        .priority = TASK_NORMAL,
        .max_retries = -1,
        .user_id = call->who.user_id};
    if (engine_type(call->api->engine, task.task_type))
        tasks_start(req, &task);
    else
        problem_not_found(req, TR("Эта синхронизация здесь не установлена",
                                   "This synchronization is not installed here"));
}

static void start_period(struct http_request *req, const char *type)
{
    struct input in = input_begin(req);
    char from_text[TIME_TEXT], to_text[TIME_TEXT];
    usec_t from = 0, to = 0;
    bool classify = true, dry = false;
    struct str mode = STR_NULL;

    input_no_query(&in);
    const struct json *body = input_body(&in, period_schema, true);
    if (body) {
        read_period(&in, body, &from, &to);
        json_bool(json_get(body, "auto_classify"), &classify);
        json_bool(json_get(body, "dry_run"), &dry);
        mode = json_text(json_get(body, "mode"));
    }
    if (!input_ok(&in))
        return;
    time_format_date(from, from_text);
    time_format_date(to, to_text);
    start(req, type,
        arena_printf(&req->arena,
            "{\"date_from\":\"%s\",\"date_to\":\"%s\",\"auto_classify\":%s,\"mode\":\"%s\","
            "\"dry_run\":%s}",
            from_text, to_text, classify ? "true" : "false",
            str_is(mode, "full") ? "full" : "incremental", dry ? "true" : "false"));
}

static void start_catalogue(struct http_request *req, const char *type)
{
    struct input in = input_begin(req);
    bool dry = false;
    input_no_query(&in);
    const struct json *body = input_body(&in, catalogue_schema, true);
    json_bool(json_get(body, "dry_run"), &dry);
    if (input_ok(&in))
        start(req, type, dry ? STR("{\"dry_run\":true}") : STR("{}"));
}

static void sync_transactions(void *ctx, struct http_request *req)
{
    start_period(req, "sync_bank_transactions");
}

static void sync_full(void *ctx, struct http_request *req)
{
    start_period(req, "sync_full");
}

static void sync_contractors(void *ctx, struct http_request *req)
{
    start_catalogue(req, "sync_contractors");
}

static void sync_organizations(void *ctx, struct http_request *req)
{
    start_catalogue(req, "sync_organizations");
}

static void sync_categories(void *ctx, struct http_request *req)
{
    start_catalogue(req, "sync_categories");
}

const struct http_route sync_1c_routes[] = {
    {"GET", "/api/v1/sync-1c/test-connection", test_connection, API_MANAGER, 0},
    {"POST", "/api/v1/sync-1c/bank-transactions/sync-async", sync_transactions, API_MANAGER, 0},
    {"POST", "/api/v1/sync-1c/contractors/sync-async", sync_contractors, API_MANAGER, 0},
    {"POST", "/api/v1/sync-1c/organizations/sync-async", sync_organizations, API_MANAGER, 0},
    {"POST", "/api/v1/sync-1c/categories/sync-async", sync_categories, API_MANAGER, 0},
    {"POST", "/api/v1/sync-1c/full/sync-async", sync_full, API_MANAGER, 0},
    {0},
};
