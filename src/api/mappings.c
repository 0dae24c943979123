/* /business-operation-mappings: list, add, read, change, delete */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "classify/store.h"

#define MEMBERS                                                                                    \
    "\"properties\":{\"business_operation\":{\"type\":\"string\",\"minLength\":1,"                 \
    "\"maxLength\":200},\"category_id\":{\"type\":[\"integer\",\"null\"],\"minimum\":1},"          \
    "\"confidence\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"                            \
    "\"is_active\":{\"type\":\"boolean\"}}"
static const char add_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"business_operation\",\"category_id\"]," MEMBERS "}";
static const char change_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false," MEMBERS "}";

static struct mapping_fields read_fields(struct input *in, const struct json *body)
{
    struct mapping_fields f = {
        .business_operation = str_trim(json_text(json_get(body, "business_operation"))),
        .has_category = json_get(body, "category_id") != NULL};
    json_i64(json_get(body, "category_id"), &f.category_id);
    f.has_active = json_bool(json_get(body, "is_active"), &f.active);
    if (json_get(body, "business_operation") && !f.business_operation.n)
        input_fault(in, "business_operation", TR("не должно быть пустым", "must not be empty"));
    f.confidence = input_confidence(in, body);
    return f;
}

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;
    input_known(&in, "q", "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    struct str q = input_text(&in, "q", 200);
    if (input_ok(&in))
        mappings_list(api->db, q, limit, offset, reply_json, req);
}

static bool path_id(struct http_request *req, int64_t *ret)
{
    return input_path_id(req, 0, TR("Нет такого сопоставления", "There is no such mapping"), ret);
}

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    if (input_ok(&in) && path_id(req, &id))
        mapping_get(api->db, id, reply_json, req);
}

static void add(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    struct mapping_fields f = read_fields(&in, input_body(&in, add_schema, false));
    if (input_ok(&in))
        mapping_add(api->db, &f, api_call(req)->who.user_id, reply_created, req);
}

static void change(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    if (!path_id(req, &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, change_schema, false);
    struct mapping_fields f = read_fields(&in, body);
    if (body && body->count == 0)
        input_fault(&in, "body", TR("нечего менять", "nothing to change"));
    if (input_ok(&in))
        mapping_change(api->db, id, &f, api_call(req)->who.user_id, reply_json, req);
}

static void delete_one(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    input_no_body(&in);
    if (input_ok(&in) && path_id(req, &id))
        mapping_delete(api->db, id, reply_deleted, req);
}

const struct http_route mappings_routes[] = {
    {"GET", "/api/v1/business-operation-mappings", list, API_USER, 0},
    {"POST", "/api/v1/business-operation-mappings", add, API_MANAGER, 16 * 1024},
    {"GET", "/api/v1/business-operation-mappings/{id}", get, API_USER, 0},
    {"PATCH", "/api/v1/business-operation-mappings/{id}", change, API_MANAGER, 16 * 1024},
    {"DELETE", "/api/v1/business-operation-mappings/{id}", delete_one, API_MANAGER, 0},
    {0},
};
