/* POST /auth/login, POST /auth/logout, GET /auth/me */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "auth/password.h"

static const char login_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"username\",\"password\"],"
    "\"properties\":{"
    "\"username\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"password\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024}}}";

static void set_cookie(struct http_request *req, struct str token, int64_t max_age)
{
    http_add_header(req, "Set-Cookie",
        arena_printf(&req->arena,
            AUTH_COOKIE "=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", STR_ARG(token),
            (long long)max_age, req->secure ? "; Secure" : ""));
}

static void write_who(struct json_writer *w, const struct principal *who)
{
    jw_object(w);
    jw_ki64(w, "id", who->user_id);
    jw_kcstr(w, "username", who->username);
    jw_kcstr(w, "role", role_name(who->role));
    jw_object_end(w);
}

static void on_login(
    void *arg, struct str token, const struct principal *who, const struct err *err)
{
    struct http_request *req = arg;
    int64_t ttl = api_call(req)->api->config->token_ttl_s;

    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    jw_kstr(&w, "access_token", token);
    jw_kcstr(&w, "token_type", "bearer");
    jw_ki64(&w, "expires_in", ttl);
    jw_key(&w, "user");
    write_who(&w, who);
    jw_object_end(&w);
    set_cookie(req, token, ttl);
    http_reply(req, 200, REPLY_JSON, body);
}

/* The form, also as OAuth 2 clients send it. */
static void read_form(struct input *in, struct str *ret_name, struct str *ret_password)
{
    static const char *const others[] = {"grant_type", "scope", "client_id", "client_secret"};
    struct http_request *req = in->req;
    struct str name, value;
    size_t at = 0;

    while (http_form_next(&req->arena, req->body, &at, &name, &value)) {
        struct str *place = str_is(name, "username")   ? ret_name
                            : str_is(name, "password") ? ret_password
                                                       : NULL;
        bool known = place != NULL;
        for (size_t i = 0; !known && i < sizeof(others) / sizeof(others[0]); i++)
            known = str_is(name, others[i]);
        if (!known)
            field_errors_add(&in->faults, name, TR("неизвестное поле", "unknown member"));
        else if (place && place->p)
            field_errors_add(&in->faults, name, TR("поле указано дважды", "given twice"));
        else if (place)
            *place = value;
    }
    if (!ret_name->n || ret_name->n > 64)
        input_fault(
            in, "username", TR("нужно имя от 1 до 64 байт", "must be a name of 1 to 64 bytes"));
    if (!ret_password->n || ret_password->n > PASSWORD_MAX)
        input_fault(in, "password",
            TR("нужен пароль до %d байт", "must be a password of at most %d bytes"), PASSWORD_MAX);
}

static void login(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct str name = STR_NULL, password = STR_NULL;

    input_no_query(&in);
    if (input_content_type(req, "application/x-www-form-urlencoded")) {
        read_form(&in, &name, &password);
    } else {
        const struct json *body = input_body(&in, login_schema, false);
        name = json_text(json_get(body, "username"));
        password = json_text(json_get(body, "password"));
    }
    if (input_ok(&in))
        auth_login(api->auth, name, password, req->peer, on_login, req);
}

static void on_logout(void *arg, const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    set_cookie(req, STR(""), 0);
    http_reply(req, 204, NULL, BUF_INIT);
}

static void logout(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    input_no_body(&in);
    if (input_ok(&in))
        auth_logout(api->auth, &api_call(req)->who, on_logout, req);
}

static void me(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    if (!input_ok(&in))
        return;
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    write_who(&w, &api_call(req)->who);
    http_reply(req, 200, REPLY_JSON, body);
}

const struct http_route sign_in_routes[] = {
    {"POST", "/api/v1/auth/login", login, API_ANYONE, 16 * 1024},
    {"POST", "/api/v1/auth/logout", logout, API_USER, 0},
    {"GET", "/api/v1/auth/me", me, API_USER, 0},
    {0},
};
