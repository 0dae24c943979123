#include "http/body.h"

static int on_body(llhttp_t *p, const char *at, size_t n)
{
    struct body *b = p->data;
    if (!b->discard)
        buf_add(&b->bytes, at, n);
    return 0;
}

static int on_complete(llhttp_t *p)
{
    ((struct body *)p->data)->complete = true;
    return HPE_PAUSED;
}

/* No callbacks for header lines: trailers are dropped. */
static const llhttp_settings_t settings = {.on_body = on_body, .on_message_complete = on_complete};

void http_body_begin(struct body *b, llhttp_t *parser, const struct head *head)
{
    struct buf bytes = b->bytes;
    buf_clear(&bytes);
    *b = (struct body){.parser = parser, .bytes = bytes, .max = UINT64_MAX};
    if (head->chunked)
        b->kind = BODY_CHUNKED;
    else if (head->content_length > 0)
        b->kind = BODY_LENGTH;
    b->left = head->content_length > 0 ? (uint64_t)head->content_length : 0;
    parser->settings = (void *)&settings;
    parser->data = b;
}

int http_body_feed(struct body *b, const struct strict_limits *limits, const char *p, size_t n,
    size_t *ret_used, struct err *ret_err)
{
    enum strict_result r;
    size_t used = 0;
    if (b->kind == BODY_LENGTH) {
        used = n < b->left ? n : (size_t)b->left;
        b->left -= used;
        r = b->left == 0 ? STRICT_DONE : STRICT_MORE;
    } else {
        r = strict_chunks(&b->chunks, limits, b->max, p, n, &used);
    }
    /* What stands before a bad byte is parsed too: whose objection comes first must not depend on
     * how the bytes came. */
    llhttp_errno_t code = used > 0 ? llhttp_execute(b->parser, p, used) : HPE_OK;
    bool fine = code == HPE_OK || (code == HPE_PAUSED && b->complete);
    if (fine && r == STRICT_BAD)
        return strict_err(b->chunks.why, ret_err);
    /* Guard and parser must agree on where the body ends: a difference is what smuggling lives on.
     */
    if (!fine || (r == STRICT_DONE) != b->complete) {
        err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("Тело запроса передано с нарушением HTTP/1.1",
                "The body is not framed as HTTP/1.1 wants it"));
        ret_err->http_status = 400;
        err_cause(ret_err, "llhttp: %s", llhttp_errno_name(code));
        return -1;
    }
    *ret_used = used;
    return 0;
}

int strict_err(enum strict_why why, struct err *ret_err)
{
    static const struct {
        enum err_code code;
        const char *ru, *en;
    } findings[] = {
        [STRICT_OK] = {ERR_INTERNAL_ERROR, "", ""},
        [STRICT_METHOD] = {ERR_VALIDATION_ERROR, "Запрос начинается не с метода HTTP",
            "The request does not begin with an HTTP method"},
        [STRICT_TARGET] = {ERR_VALIDATION_ERROR, "Неверный адрес запроса",
            "The request target is not valid"},
        [STRICT_VERSION] = {ERR_VALIDATION_ERROR, "Поддерживаются только HTTP/1.1 и HTTP/1.0",
            "Only HTTP/1.1 and HTTP/1.0 are understood"},
        [STRICT_LINE_END] = {ERR_VALIDATION_ERROR, "Строки запроса должны оканчиваться на CR LF",
            "Lines of a request must end with CR LF"},
        [STRICT_FOLD] = {ERR_VALIDATION_ERROR, "Заголовок перенесён на новую строку",
            "A header is folded over lines"},
        [STRICT_NAME] = {ERR_VALIDATION_ERROR, "Неверное имя заголовка",
            "A header name is not valid"},
        [STRICT_VALUE] = {ERR_VALIDATION_ERROR, "Недопустимый символ в значении заголовка",
            "A header value has a byte that is not allowed"},
        [STRICT_CHUNK] = {ERR_VALIDATION_ERROR, "Неверная разбивка тела на части (chunked)",
            "The chunks of the body are not well-formed"},
        [STRICT_LINE_LONG] = {ERR_URI_TOO_LONG, "Строка запроса слишком длинная",
            "The request line is too long"},
        [STRICT_HEADERS_LONG] = {ERR_HEADERS_TOO_LARGE, "Заголовки запроса слишком велики",
            "The header fields are too large"},
        [STRICT_FIELDS_MANY] = {ERR_HEADERS_TOO_LARGE, "Слишком много заголовков",
            "There are too many header fields"},
        [STRICT_BODY_LONG] = {ERR_PAYLOAD_TOO_LARGE, "Тело запроса слишком велико",
            "The body is too large"},
    };
    err_set(ret_err, findings[why].code, "%s", TR(findings[why].ru, findings[why].en));
    if (findings[why].code == ERR_VALIDATION_ERROR)
        ret_err->http_status = 400;
    return -1;
}
