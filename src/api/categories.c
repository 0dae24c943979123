/* GET /categories, POST /categories, PATCH /categories/{id}, POST /categories/{id}/merge */
#include "api/cached.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "classify/store.h"

#define NAME "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}"
#define KIND                                                                                       \
    "\"kind\":{\"type\":\"string\",\"enum\":[\"income\",\"expense\",\"tax\",\"financing\","        \
    "\"internal\"]}"
static const char add_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"name\",\"kind\"],"
    "\"properties\":{\"code\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":50}," NAME "," KIND
    ",\"parent_id\":{\"type\":\"integer\",\"minimum\":1}}}";
static const char change_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" NAME "," KIND
    ",\"is_active\":{\"type\":\"boolean\"}}}";

static struct category_fields read_fields(struct input *in, const struct json *body)
{
    struct category_fields f = {.code = str_trim(json_text(json_get(body, "code"))),
        .name = str_trim(json_text(json_get(body, "name"))),
        .kind = json_text(json_get(body, "kind"))};
    json_i64(json_get(body, "parent_id"), &f.parent_id);
    f.has_active = json_bool(json_get(body, "is_active"), &f.active);
    if (json_get(body, "name") && !f.name.n)
        input_fault(in, "name", TR("не должно быть пустым", "must not be empty"));
    return f;
}

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        categories_tree(api->db, reply_json, req);
}

static void add(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    const struct json *body = input_body(&in, add_schema, false);
    struct category_fields f = read_fields(&in, body);
    if (input_ok(&in))
        category_add(api->db, &f, reply_created, req);
}

/* Summaries show its name, and its kind says what is a receipt or a payment. */
static void on_changed(void *arg, struct str json, const struct err *err)
{
    struct http_request *req = arg;
    if (!err)
        cache_delete_all(api_call(req)->api->cache, &cached_summaries);
    reply_json(req, json, err);
}

static void change(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    if (!input_path_id(req, 0, TR("Нет такой категории", "There is no such category"), &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, change_schema, false);
    struct category_fields f = read_fields(&in, body);
    if (body && body->count == 0)
        input_fault(&in, "body", TR("нечего менять", "nothing to change"));
    if (input_ok(&in))
        category_change(api->db, id, &f, on_changed, req);
}

/* ---- merge ---- */

static const char merge_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"into_id\"],"
    "\"properties\":{\"into_id\":{\"type\":[\"integer\",\"null\"],\"minimum\":1}}}";

static void merge(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id, into = 0;
    if (!input_path_id(req, 0, TR("Нет такой категории", "There is no such category"), &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, merge_schema, false);
    json_i64(json_get(body, "into_id"), &into);
    if (input_ok(&in))
        category_merge(api->db, id, into, api_call(req)->who.user_id, on_changed, req);
}

const struct http_route categories_routes[] = {
    {"GET", "/api/v1/categories", list, API_USER, 0},
    {"POST", "/api/v1/categories", add, API_MANAGER, 16 * 1024},
    {"PATCH", "/api/v1/categories/{id}", change, API_MANAGER, 16 * 1024},
    {"POST", "/api/v1/categories/{id}/merge", merge, API_MANAGER, 16 * 1024},
    {0},
};
