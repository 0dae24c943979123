/* GET /users, POST /users, PATCH /users/{id} */
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "auth/password.h"

#define ROLE_SCHEMA "\"role\":{\"type\":\"string\",\"enum\":[\"ADMIN\",\"MANAGER\",\"USER\"]}"
#define PASSWORD_SCHEMA "\"password\":{\"type\":\"string\"}"

static const char add_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"username\",\"password\","
    "\"role\"],"
    "\"properties\":{\"username\":{\"type\":\"string\"}," PASSWORD_SCHEMA "," ROLE_SCHEMA "}}";

static const char change_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"properties\":{\"is_active\":{\"type\":\"boolean\"}," PASSWORD_SCHEMA "," ROLE_SCHEMA "}}";

static void write_user(struct json_writer *w, const struct user *u)
{
    char at[TIME_TEXT];
    jw_object(w);
    jw_ki64(w, "id", u->id);
    jw_kstr(w, "username", u->username);
    jw_kcstr(w, "role", role_name(u->role));
    jw_kbool(w, "is_active", u->is_active);
    time_format_utc(u->created_at, at);
    jw_kcstr(w, "created_at", at);
    time_format_utc(u->updated_at, at);
    jw_kcstr(w, "updated_at", at);
    jw_object_end(w);
}

static void on_users(
    void *arg, const struct user *users, int count, int64_t total, const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    jw_key(&w, "users");
    jw_array(&w);
    for (int i = 0; i < count; i++)
        write_user(&w, &users[i]);
    jw_array_end(&w);
    jw_ki64(&w, "total", total);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;
    input_known(&in, "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    if (input_ok(&in))
        auth_users(api->auth, limit, offset, on_users, req);
}

static void reply_user(
    struct http_request *req, int status, const struct user *u, const struct err *err)
{
    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    write_user(&w, u);
    http_reply(req, status, REPLY_JSON, body);
}

static void on_added(void *arg, const struct user *u, const struct err *err)
{
    reply_user(arg, 201, u, err);
}

static void on_changed(void *arg, const struct user *u, const struct err *err)
{
    reply_user(arg, 200, u, err);
}

static void check_password(struct input *in, struct str password)
{
    struct err err;
    if (password.p && password_allowed(password, &err) != 0)
        input_fault(in, "password", "%s", err.message);
}

static void add(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    enum role role = ROLE_USER;
    struct err err;

    input_no_query(&in);
    const struct json *body = input_body(&in, add_schema, false);
    struct str name = json_text(json_get(body, "username")),
               password = json_text(json_get(body, "password"));
    if (body) {
        if (!auth_name_allowed(name, &err))
            input_fault(&in, "username", "%s", err.message);
        check_password(&in, password);
        role_parse(json_text(json_get(body, "role")), &role);
    }
    if (input_ok(&in))
        auth_user_add(api->auth, name, password, role, on_added, req);
}

static void change(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    enum role role;
    bool active, has_role = false, has_active = false;
    int64_t id;

    if (!input_path_id(req, 0, TR("Нет такого пользователя", "There is no such user"), &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, change_schema, false);
    struct str password = json_text(json_get(body, "password"));
    if (body) {
        has_role = role_parse(json_text(json_get(body, "role")), &role);
        has_active = json_bool(json_get(body, "is_active"), &active);
        check_password(&in, password);
        if (body->count == 0)
            input_fault(&in, "body",
                TR("нечего менять: нужно role, is_active или password",
                    "nothing to change: give role, is_active or password"));
    }
    if (input_ok(&in))
        auth_user_change(api->auth, id, has_role ? &role : NULL, has_active ? &active : NULL,
            password, on_changed, req);
}

const struct http_route users_routes[] = {
    {"GET", "/api/v1/users", list, API_ADMIN, 0},
    {"POST", "/api/v1/users", add, API_ADMIN, 16 * 1024},
    {"PATCH", "/api/v1/users/{id}", change, API_ADMIN, 16 * 1024},
    {0},
};
