/* Reading a request: headers, parameters of the query and of forms. */
#include "http/server.h"

#include "obmen/utf8.h"
#include "http/uri.h"

struct str http_header(const struct http_request *req, const char *name)
{
    struct str wanted = str_from(name);
    for (int i = 0; i < req->header_count; i++) {
        const struct http_header *h = &req->headers[i];
        if (h->name.n == wanted.n && str_eq_nocase(h->name, wanted))
            return h->value;
    }
    return STR_NULL;
}

/* Never a NULL pointer, so that "?a=" differs from an absent a. */
static bool decode(struct arena *a, struct str raw, struct str *ret)
{
    char *out = arena_bytes(a, raw.n + 1);
    size_t n;
    if (!uri_decode(raw, true, out, &n))
        return false;
    out[n] = 0;
    *ret = (struct str){out, n};
    return true;
}

bool http_form_next(
    struct arena *a, struct str form, size_t *at, struct str *ret_name, struct str *ret_value)
{
    while (*at < form.n) {
        struct str rest = {form.p + *at, form.n - *at};
        const char *end = memchr(rest.p, '&', rest.n);
        struct str pair = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
        *at += pair.n + (end != NULL);
        if (pair.n == 0)
            continue;
        const char *sign = memchr(pair.p, '=', pair.n);
        struct str name = {pair.p, sign ? (size_t)(sign - pair.p) : pair.n};
        struct str value = sign ? (struct str){sign + 1, pair.n - name.n - 1} : STR("");
        /* A pair that cannot be decoded (only forms can have one) is no pair. */
        if (decode(a, name, ret_name) && decode(a, value, ret_value))
            return true;
    }
    return false;
}

bool http_query_next(
    struct http_request *req, size_t *at, struct str *ret_name, struct str *ret_value)
{
    return http_form_next(&req->arena, req->query, at, ret_name, ret_value);
}

struct str http_query(struct http_request *req, const char *name)
{
    struct str key, value;
    size_t at = 0;
    while (http_query_next(req, &at, &key, &value))
        if (str_is(key, name))
            return value;
    return STR_NULL;
}
