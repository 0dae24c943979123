/* GET, POST /vk/keywords; GET, PATCH, DELETE /vk/keywords/{id} */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "vk/query.h"

#define KEYWORD "\"keyword\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100}"
#define ACTIVE "\"is_active\":{\"type\":\"boolean\"}"

static const char add_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"keyword\"],"
    "\"properties\":{" KEYWORD "," ACTIVE "}}";
static const char change_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" KEYWORD "," ACTIVE "}}";

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;
    input_known(&in, "q", "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    struct str q = input_text(&in, "q", 200);
    if (input_ok(&in))
        vk_list_keywords(api->db, q, limit, offset, reply_json, req);
}

/* STR_NULL when there is none, or it was refused. */
static struct str read_keyword(struct input *in, const struct json *body)
{
    struct str keyword = json_text(json_get(body, "keyword"));
    if (!keyword.p)
        return STR_NULL;
    keyword = str_trim(keyword);
    if (!vk_keyword_allowed(keyword))
        input_fault(in, "keyword",
            TR("в нём должно быть хотя бы одно слово", "at least one word must be in it"));
    return keyword;
}

static void on_added(void *arg, struct str json, const struct err *err)
{
    struct http_request *req = arg;
    struct buf body = BUF_INIT;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    buf_add_str(&body, json);
    http_reply(req, 201, REPLY_JSON, body);
}

static void add(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    bool active = true;
    input_no_query(&in);
    const struct json *body = input_body(&in, add_schema, false);
    struct str keyword = read_keyword(&in, body);
    json_bool(json_get(body, "is_active"), &active);
    if (input_ok(&in))
        vk_add_keyword(api->db, keyword, active, on_added, req);
}

static bool path_id(struct http_request *req, int64_t *ret)
{
    return input_path_id(req, 0, TR("Такого ключевого слова нет", "There is no such keyword"), ret);
}

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    if (input_ok(&in) && path_id(req, &id))
        vk_get_keyword(api->db, id, reply_json, req);
}

static void change(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    bool active;
    if (!path_id(req, &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, change_schema, false);
    struct str keyword = read_keyword(&in, body);
    bool has_active = json_bool(json_get(body, "is_active"), &active);
    if (body && body->count == 0)
        input_fault(&in, "body",
            TR("нечего менять: нужно keyword или is_active",
                "nothing to change: give keyword or is_active"));
    if (input_ok(&in))
        vk_change_keyword(api->db, id, keyword, has_active ? &active : NULL, reply_json, req);
}

static void on_removed(void *arg, struct str json, const struct err *err)
{
    if (err)
        http_reply_error(arg, err);
    else
        http_reply(arg, 204, NULL, BUF_INIT);
}

static void drop(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    input_no_body(&in);
    if (input_ok(&in) && path_id(req, &id))
        vk_delete_keyword(api->db, id, on_removed, req);
}

const struct http_route vk_keywords_routes[] = {
    {"GET", "/api/v1/vk/keywords", list, API_USER, 0},
    {"POST", "/api/v1/vk/keywords", add, API_MANAGER, 16 * 1024},
    {"GET", "/api/v1/vk/keywords/{id}", get, API_USER, 0},
    {"PATCH", "/api/v1/vk/keywords/{id}", change, API_MANAGER, 16 * 1024},
    {"DELETE", "/api/v1/vk/keywords/{id}", drop, API_MANAGER, 0},
    {0},
};
