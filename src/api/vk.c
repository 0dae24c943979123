/* VK: POST /vk/parse-comments, /vk/analyze-comments, /vk/export-data; GET /vk/groups, /vk/posts,
 * /vk/comments */
#include "api/cached.h"
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"
#include "vk/query.h"
#include "vk/vk.h"

/* ---- starting ---- */

#define PRIORITY                                                                                   \
    "\"priority\":{\"type\":\"string\",\"enum\":[\"critical\",\"high\",\"normal\",\"low\"]}"
#define TIMEOUT "\"timeout\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":604800}"

static const char parse_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"group_id\"],"
    "\"properties\":{\"group_id\":{},\"post_id\":{\"type\":\"integer\",\"minimum\":1},"
    "\"full\":{\"type\":\"boolean\"}," PRIORITY "," TIMEOUT "}}";
static const char analyze_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"group_id\"],"
    "\"properties\":{\"group_id\":{}," TIMEOUT "}}";

static const char export_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"group_id\",\"format\"],"
    "\"properties\":{\"group_id\":{},\"format\":{\"type\":\"string\",\"enum\":[\"json\",\"csv\","
    "\"xlsx\"]}," PRIORITY "," TIMEOUT "}}";

/* {"group_id":…} of the task: a number, or the short name; an address becomes one of the two. */
static bool read_group(struct input *in, const struct json *body, struct json_writer *params)
{
    struct str name;
    int64_t id;
    if (!body)
        return false;
    if (!vk_group_param(json_get(body, "group_id"), &id, &name)) {
        input_fault(in, "group_id",
            TR("нужен номер сообщества, его короткое имя или адрес на vk.com",
                "a community's number, its short name or its address at vk.com is needed"));
        return false;
    }
    if (id)
        jw_ki64(params, "group_id", id);
    else
        jw_kstr(params, "group_id", name);
    return true;
}

static void start(struct http_request *req, const char *type, const struct json *body,
    enum task_priority priority, struct buf *params)
{
    const struct api_call *call = api_call(req);
    int64_t timeout = 0;
    json_i64(json_get(body, "timeout"), &timeout);
    task_priority_parse(json_text(json_get(body, "priority")), &priority);
    struct task_new task = {.task_type = str_from(type),
        .params = arena_str(&req->arena, buf_str(params)),
        .priority = priority,
        .timeout_s = (int)timeout,
        .max_retries = -1,
        .user_id = call->who.user_id};
    tasks_start(req, &task);
}

static void parse(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct buf params = BUF_INIT;
    struct json_writer w = json_writer(&params);
    int64_t post;
    bool full;
    input_no_query(&in);
    const struct json *body = input_body(&in, parse_schema, false);
    jw_object(&w);
    read_group(&in, body, &w);
    if (json_i64(json_get(body, "post_id"), &post))
        jw_ki64(&w, "post_id", post);
    if (json_bool(json_get(body, "full"), &full))
        jw_kbool(&w, "full", full);
    jw_object_end(&w);
    if (input_ok(&in))
        start(req, "parse_comments", body, TASK_NORMAL, &params);
    buf_release(&params);
}

static void analyze(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct buf params = BUF_INIT;
    struct json_writer w = json_writer(&params);
    input_no_query(&in);
    const struct json *body = input_body(&in, analyze_schema, false);
    jw_object(&w);
    read_group(&in, body, &w);
    jw_object_end(&w);
    if (input_ok(&in))
        start(req, "analyze_comments", body, TASK_NORMAL, &params);
    buf_release(&params);
}

static void export(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct buf params = BUF_INIT;
    struct json_writer w = json_writer(&params);
    input_no_query(&in);
    const struct json *body = input_body(&in, export_schema, false);
    jw_object(&w);
    read_group(&in, body, &w);
    jw_kstr(&w, "format", json_text(json_get(body, "format")));
    jw_object_end(&w);
    if (input_ok(&in))
        start(req, "export_data", body, TASK_LOW, &params);
    buf_release(&params);
}

/* ---- reading ---- */

struct group_list {
    struct cached cached;
    struct str q;
    int limit, offset;
};

static void read_groups(struct api *api, struct cached *c, void *to)
{
    const struct group_list *l = (const struct group_list *)c;
    vk_list_groups(api->db, l->q, l->limit, l->offset, cached_json, to);
}

static void groups(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct group_list *l = arena_alloc(&req->arena, sizeof(*l));
    input_known(&in, "q", "limit", "offset", NULL);
    input_paging(&in, &l->limit, &l->offset);
    l->q = input_text(&in, "q", 200);
    if (input_ok(&in))
        cached_reply(req, &cached_vk_groups, &l->cached, read_groups);
}

static bool read_filter(struct input *in, struct vk_filter *f)
{
    input_known(in, "group_id", "post_id", "keyword", "q", "limit", "offset", NULL);
    input_paging(in, &f->limit, &f->offset);
    input_i64(in, "group_id", 1, INT64_MAX, &f->group_id);
    input_i64(in, "post_id", 1, INT64_MAX, &f->post_id);
    f->keyword = str_trim(input_text(in, "keyword", 400));
    f->q = input_text(in, "q", 200);
    return input_ok(in);
}

static void posts(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct vk_filter f = {0};
    if (read_filter(&in, &f))
        vk_list_posts(api->db, &f, reply_json, req);
}

static void comments(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct vk_filter f = {0};
    if (read_filter(&in, &f))
        vk_list_comments(api->db, &f, reply_json, req);
}

const struct http_route vk_routes[] = {
    {"POST", "/api/v1/vk/parse-comments", parse, API_MANAGER, 0},
    {"POST", "/api/v1/vk/analyze-comments", analyze, API_MANAGER, 0},
    {"POST", "/api/v1/vk/export-data", export, API_USER, 0},
    {"GET", "/api/v1/vk/groups", groups, API_USER, 0},
    {"GET", "/api/v1/vk/posts", posts, API_USER, 0},
    {"GET", "/api/v1/vk/comments", comments, API_USER, 0},
    {0},
};
