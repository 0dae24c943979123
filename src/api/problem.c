#include "api/problem.h"
#include "obmen/json.h"

void problem_fields(struct http_request *req, const struct field_errors *fields)
{
    const struct field_error *first = fields->first;
    struct buf errors = BUF_INIT;
    struct json_writer w = json_writer(&errors);
    struct err err;

    jw_array(&w);
    for (const struct field_error *f = first; f; f = f->next) {
        jw_object(&w);
        jw_kstr(&w, "field", f->field);
        jw_kstr(&w, "message", f->message);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    err_set(
        &err, ERR_VALIDATION_ERROR, "%.*s: %.*s", STR_ARG(first->field), STR_ARG(first->message));
    http_reply_problem(req, &err, buf_str(&errors));
    buf_release(&errors);
}

void problem_not_found(struct http_request *req, const char *message)
{
    struct err err;
    err_set(&err, ERR_NOT_FOUND, "%s", message);
    http_reply_error(req, &err);
}
