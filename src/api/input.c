#include "api/input.h"
#include <stdarg.h>
#include "api/problem.h"
#include "obmen/decimal.h"

struct input input_begin(struct http_request *req)
{
    return (struct input){.req = req, .faults.arena = &req->arena};
}

bool input_ok(struct input *in)
{
    if (!in->answered && in->faults.first) {
        problem_fields(in->req, &in->faults);
        in->answered = true;
    }
    return !in->answered;
}

void input_fault(struct input *in, const char *field, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str message = arena_vprintf(&in->req->arena, fmt, args);
    va_end(args);
    field_errors_add(&in->faults, str_from(field), "%.*s", STR_ARG(message));
}

static void refuse(struct input *in, const struct err *err)
{
    if (!in->answered)
        http_reply_error(in->req, err);
    in->answered = true;
}

/* ---- the body ---- */

bool input_content_type(const struct http_request *req, const char *type)
{
    struct str rest = http_header(req, "Content-Type");
    struct str essence = str_trim(str_cut(&rest, ';'));
    return str_eq_nocase(essence, str_from(type));
}

/* NULL after having been answered. */
static const struct json *parse_body(struct input *in)
{
    struct err err;
    if (!input_content_type(in->req, "application/json")) {
        err_set(&err, ERR_UNSUPPORTED_MEDIA_TYPE,
            TR("Тело запроса должно быть JSON: Content-Type: application/json",
                "The body must be JSON: Content-Type: application/json"));
        refuse(in, &err);
        return NULL;
    }
    const struct json *body = json_parse(&in->req->arena, in->req->body, &err);
    if (!body) {
        err.http_status = 400;
        refuse(in, &err);
    }
    return body;
}

static bool is_object(struct input *in, const struct json *body)
{
    if (json_is(body, JSON_OBJECT))
        return true;
    input_fault(in, "body", TR("должен быть объект JSON", "must be a JSON object"));
    return false;
}

const struct json *input_body(struct input *in, const char *schema_text, bool empty_ok)
{
    struct arena *arena = &in->req->arena;
    struct err err;
    const struct json *schema = json_parse(arena, str_from(schema_text), &err);
    const struct json *body;

    if (empty_ok && in->req->body.n == 0)
        body = json_parse(arena, STR("{}"), &err);
    else
        body = parse_body(in);
    if (!body || !is_object(in, body) || !schema_check(schema, body, "", &in->faults))
        return NULL;
    return schema_defaults(arena, schema, body);
}

void input_no_body(struct input *in)
{
    if (in->req->body.n == 0)
        return;
    const struct json *body = parse_body(in);
    if (!body || !is_object(in, body))
        return;
    for (const struct json *member = body->child; member; member = member->next)
        field_errors_add(&in->faults, member->key, TR("неизвестное поле", "unknown member"));
}

int input_confidence(struct input *in, const struct json *body)
{
    const struct json *j = json_get(body, "confidence");
    int64_t percent;
    if (!j)
        return 0;
    if (decimal_parse(j->text, &percent) && percent >= 1 && percent <= 100)
        return (int)percent;
    input_fault(in, "confidence",
        TR("нужно число от 0.01 до 1, не больше двух знаков после точки",
            "must be a number from 0.01 to 1 with at most two decimals"));
    return 0;
}

/* ---- the path ---- */

bool input_path_uuid(struct http_request *req, int index, const char *message, struct uuid *ret)
{
    if (uuid_parse(req->params[index], ret))
        return true;
    problem_not_found(req, message);
    return false;
}

bool input_path_id(struct http_request *req, int index, const char *message, int64_t *ret)
{
    long long id;
    if (str_to_i64(req->params[index], 1, INT64_MAX, &id)) {
        *ret = id;
        return true;
    }
    problem_not_found(req, message);
    return false;
}
