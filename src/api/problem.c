#include "api/problem.h"
#include "obmen/json.h"

void problem_fields(struct http_request *req, const struct field_errors *fields)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    const struct field_error *first = fields->first;

    jw_object(&w);
    jw_kcstr(&w, "type", "about:blank");
    jw_kcstr(&w, "title", err_code_title(ERR_VALIDATION_ERROR));
    jw_ki64(&w, "status", 422);
    jw_kstr(&w, "detail", arena_printf(&req->arena, "%.*s: %.*s", STR_ARG(first->field), STR_ARG(first->message)));
    jw_kcstr(&w, "code", err_code_name(ERR_VALIDATION_ERROR));
    jw_kcstr(&w, "request_id", req->id);
    jw_key(&w, "errors");
    jw_array(&w);
    for (const struct field_error *f = first; f; f = f->next) {
        jw_object(&w);
        jw_kstr(&w, "field", f->field);
        jw_kstr(&w, "message", f->message);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    http_reply(req, 422, "application/problem+json", body);
}

void problem_not_found(struct http_request *req, const char *message)
{
    struct err err;
    err_set(&err, ERR_NOT_FOUND, "%s", message);
    http_reply_error(req, &err);
}
