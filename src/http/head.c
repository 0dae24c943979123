#include "http/head.h"

#include "http/uri.h"

static int refuse(struct err *e, const char *text)
{
    err_set(e, ERR_VALIDATION_ERROR, "%s", text);
    e->http_status = 400;
    return -1;
}

/* ---- splitting ---- */

struct splitter {
    struct http_request *req;
    unsigned room; /* entries of req->headers */
    struct str target;
    uint8_t major, minor;
};

/* The bytes lie in one piece, so a span that comes in parts only grows. */
static int extend(struct str *s, const char *at, size_t n)
{
    if (s->p == NULL)
        s->p = at;
    s->n = (size_t)(at + n - s->p);
    return 0;
}

static int on_method(llhttp_t *p, const char *at, size_t n)
{
    return extend(&((struct splitter *)p->data)->req->method_text, at, n);
}

static int on_url(llhttp_t *p, const char *at, size_t n)
{
    return extend(&((struct splitter *)p->data)->target, at, n);
}

static struct http_header *last_header(struct splitter *s)
{
    return &s->req->headers[s->req->header_count - 1];
}

static int on_field(llhttp_t *p, const char *at, size_t n)
{
    struct splitter *s = p->data;
    if (s->req->header_count == 0 || last_header(s)->value.p) {
        if ((unsigned)s->req->header_count == s->room)
            return -1;
        s->req->header_count++;
    }
    return extend(&last_header(s)->name, at, n);
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
    return extend(&last_header(p->data)->value, at, n);
}

static int on_value_complete(llhttp_t *p)
{
    struct http_header *h = last_header(p->data);
    if (h->value.p == NULL)
        h->value = STR("");
    return 0;
}

/* llhttp forgets the version when a message without a body completes. */
static int on_headers_complete(llhttp_t *p)
{
    struct splitter *s = p->data;
    s->major = p->http_major;
    s->minor = p->http_minor;
    return 0;
}

static const llhttp_settings_t settings = {
    .on_method = on_method,
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_header_value_complete = on_value_complete,
    .on_headers_complete = on_headers_complete,
};

/* ---- judging ---- */

static enum http_method method_of(const llhttp_t *p)
{
    switch (p->method) {
    case HTTP_GET:
        return HTTP_M_GET;
    case HTTP_HEAD:
        return HTTP_M_HEAD;
    case HTTP_POST:
        return HTTP_M_POST;
    case HTTP_PUT:
        return HTTP_M_PUT;
    case HTTP_PATCH:
        return HTTP_M_PATCH;
    case HTTP_DELETE:
        return HTTP_M_DELETE;
    case HTTP_OPTIONS:
        return HTTP_M_OPTIONS;
    default:
        return HTTP_M_OTHER;
    }
}

static bool next_item(struct str *list, struct str *ret_item)
{
    while (list->n > 0) {
        *ret_item = str_trim(str_cut(list, ','));
        if (ret_item->n > 0)
            return true;
    }
    return false;
}

static bool sane_id(struct str s)
{
    if (s.n == 0 || s.n >= sizeof((struct http_request *)0)->id)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!letter && c != '.' && c != '_' && c != '-')
            return false;
    }
    return true;
}

/* What was seen, to be judged together. */
struct seen {
    unsigned hosts, lengths, encodings;
    bool close, keep_alive;
    struct str host;
};

static int judge_header(struct http_request *req, const struct http_header *h, struct head *head,
    struct seen *seen, struct err *ret_err)
{
    struct str list = h->value, item;
    switch (h->name.n) {
    case 4:
        if (str_eq_nocase(h->name, STR("host"))) {
            seen->hosts++;
            seen->host = h->value;
        }
        break;
    case 6:
        if (str_eq_nocase(h->name, STR("expect"))) {
            while (next_item(&list, &item))
                *(str_eq_nocase(item, STR("100-continue")) ? &head->expect_continue
                                                           : &head->expect_other) = true;
        }
        break;
    case 10:
        if (str_eq_nocase(h->name, STR("connection"))) {
            while (next_item(&list, &item)) {
                seen->close |= str_eq_nocase(item, STR("close"));
                seen->keep_alive |= str_eq_nocase(item, STR("keep-alive"));
            }
        }
        break;
    case 12:
        if (str_eq_nocase(h->name, STR("x-request-id")) && sane_id(h->value)) {
            memcpy(req->id, h->value.p, h->value.n);
            req->id[h->value.n] = 0;
        }
        break;
    case 14:
        if (str_eq_nocase(h->name, STR("content-length"))) {
            long long n;
            if (seen->lengths++ > 0 || !str_to_i64(h->value, 0, INT64_MAX / 2, &n))
                return refuse(ret_err, TR("Неверный или повторный заголовок Content-Length",
                                           "Content-Length is not valid or is repeated"));
            head->content_length = n;
        }
        break;
    case 15:
        if (str_eq_nocase(h->name, STR("x-forwarded-for")))
            head->forwarded_for = head->forwarded_for.n == 0
                                      ? h->value
                                      : arena_printf(&req->arena, "%.*s,%.*s",
                                            STR_ARG(head->forwarded_for), STR_ARG(h->value));
        break;
    case 17:
        if (str_eq_nocase(h->name, STR("transfer-encoding"))) {
            if (seen->encodings++ > 0 || !str_eq_nocase(h->value, STR("chunked")))
                return refuse(
                    ret_err, TR("Поддерживается только «Transfer-Encoding: chunked», один раз",
                                 "Only \"Transfer-Encoding: chunked\" is understood, once"));
            head->chunked = true;
        } else if (str_eq_nocase(h->name, STR("x-forwarded-proto"))) {
            head->forwarded_proto = h->value;
        }
        break;
    }
    return 0;
}

static int judge(struct http_request *req, struct head *head, struct err *ret_err)
{
    struct seen seen = {0};
    for (int i = 0; i < req->header_count; i++) {
        struct http_header *h = &req->headers[i];
        h->value = str_trim(h->value);
        if (judge_header(req, h, head, &seen, ret_err) < 0)
            return -1;
    }
    if (seen.hosts > 1 || (seen.hosts == 0 && !head->http10))
        return refuse(ret_err,
            TR("Заголовок Host должен быть ровно один", "Exactly one Host header is needed"));
    if (seen.hosts == 1 && !uri_host_valid(seen.host))
        return refuse(ret_err, TR("Неверный заголовок Host", "The Host header is not valid"));
    if (seen.encodings > 0 && seen.lengths > 0)
        return refuse(ret_err, TR("Content-Length и Transfer-Encoding вместе недопустимы",
                                   "Content-Length and Transfer-Encoding exclude each other"));
    if (seen.encodings > 0 && head->http10)
        return refuse(ret_err,
            TR("Transfer-Encoding в HTTP/1.0 не бывает", "HTTP/1.0 has no Transfer-Encoding"));
    head->keep_alive = !seen.close && (!head->http10 || seen.keep_alive);
    if (head->http10)
        head->expect_continue = head->expect_other = false;
    return 0;
}

static int refuse_by_parser(llhttp_errno_t code, struct err *ret_err)
{
    switch (code) {
    case HPE_INVALID_METHOD:
        return refuse(ret_err, TR("Неизвестный метод запроса", "The request method is not known"));
    case HPE_INVALID_URL:
        return refuse(ret_err, TR("Неверный адрес запроса", "The request target is not valid"));
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_UNEXPECTED_CONTENT_LENGTH:
    case HPE_INVALID_TRANSFER_ENCODING:
        return refuse(ret_err, TR("Длина тела запроса указана неверно или противоречиво",
                                   "The length of the body is not valid or contradictory"));
    default:
        return refuse(
            ret_err, TR("Запрос не соответствует HTTP/1.1", "The request is not valid HTTP/1.1"));
    }
}

int http_head_parse(struct http_request *req, llhttp_t *parser, struct str bytes, unsigned fields,
    struct head *ret, struct err *ret_err)
{
    struct splitter s = {.req = req, .room = fields};
    req->headers = arena_alloc(&req->arena, sizeof *req->headers * (fields + 1));
    req->header_count = 0;
    llhttp_init(parser, HTTP_REQUEST, &settings);
    parser->data = &s;
    llhttp_errno_t code = llhttp_execute(parser, bytes.p, bytes.n);
    parser->data = NULL;
    if ((code != HPE_OK && code != HPE_PAUSED_UPGRADE) || (unsigned)req->header_count != fields) {
        refuse_by_parser(code, ret_err);
        err_cause(ret_err, "llhttp: %s", llhttp_errno_name(code));
        return -1;
    }
    *ret = (struct head){.http10 = s.minor == 0, .content_length = -1};
    req->method = method_of(parser);
    ret->connect = parser->method == HTTP_CONNECT;
    if (judge(req, ret, ret_err) < 0)
        return -1;
    ret->star = req->method == HTTP_M_OPTIONS && str_eq(s.target, STR("*"));
    if (ret->connect || ret->star) {
        req->path = STR("/");
        return 0;
    }
    struct uri uri;
    if (uri_parse(&req->arena, s.target, &uri, ret_err) < 0)
        return -1;
    req->path = uri.path;
    req->query = uri.query;
    return 0;
}
