/*
 * A stream of requests through guard, llhttp, head, target and body, as a connection feeds them.
 * Fed whole and fed in pieces it must come to the same requests and the same end; what is accepted
 * must keep the promises of struct http_request.
 */
#include "fuzz.h"
#include "http/body.h"
#include "http/head.h"
#include "http/strict.h"
#include "http/uri.h"
#include "obmen/utf8.h"

static const struct strict_limits limits = {512, 2048, 20};
#define MAX_BODY 4096

/* Everything that was understood, as text. */
static void note(struct buf *log, const char *what, struct str s)
{
    buf_adds(log, what);
    buf_addc(log, '=');
    buf_add_str(log, s);
    buf_addc(log, '\n');
}

static void note_request(struct buf *log, struct http_request *req, const struct head *head)
{
    PROMISE(req->path.n > 0 && req->path.p[0] == '/');
    PROMISE(utf8_valid(req->path) && !memchr(req->path.p, 0, req->path.n));
    struct str rest = req->path, part;
    while (rest.n > 0) {
        part = str_cut(&rest, '/');
        PROMISE(!str_is(part, "..") && !str_is(part, "."));
    }
    PROMISE(strlen(req->id) < sizeof req->id);
    PROMISE(!head->chunked || head->content_length < 0);
    note(log, "method", req->method_text);
    note(log, "path", req->path);
    note(log, "query", req->query);
    for (int i = 0; i < req->header_count; i++) {
        const struct http_header *h = &req->headers[i];
        PROMISE(strict_token(h->name.p, h->name.n) && strict_value(h->value.p, h->value.n));
        note(log, "name", h->name);
        note(log, "value", h->value);
    }
    struct str name, value;
    size_t at = 0;
    while (http_query_next(req, &at, &name, &value))
        PROMISE(utf8_valid(name) && utf8_valid(value));
}

struct reader {
    struct buf in; /* not yet used */
    size_t scanned;
    struct strict_head guard;
    struct http_request req;
    llhttp_t parser;
    struct head head;
    struct body body;
    bool in_body, ended;
    struct buf log;
};

static void end(struct reader *r, const struct err *e)
{
    note(&r->log, "refused", str_from(e->message));
    PROMISE(e->http_status == 400 || e->code == ERR_URI_TOO_LONG ||
            e->code == ERR_HEADERS_TOO_LARGE || e->code == ERR_PAYLOAD_TOO_LARGE);
    r->ended = true;
}

/* True when there was something to do. */
static bool step(struct reader *r)
{
    struct err e = ERR_INIT;
    size_t used, skip;
    if (r->in_body) {
        if (r->in.n == 0)
            return false;
        if (http_body_feed(&r->body, &limits, r->in.p, r->in.n, &used, &e) < 0) {
            end(r, &e);
            return false;
        }
        buf_consume(&r->in, used);
        PROMISE(r->body.bytes.n <= MAX_BODY);
        if (http_body_done(&r->body)) {
            note(&r->log, "body", buf_str(&r->body.bytes));
            r->in_body = false;
        }
        return true;
    }
    enum strict_result result =
        strict_head(&r->guard, &limits, r->in.p + r->scanned, r->in.n - r->scanned, &used, &skip);
    if (result == STRICT_BAD) {
        strict_err(r->guard.why, &e);
        end(r, &e);
        return false;
    }
    if (result == STRICT_MORE) {
        r->scanned = strict_head_begun(&r->guard) ? r->in.n - skip : 0;
        buf_consume(&r->in, strict_head_begun(&r->guard) ? skip : r->in.n);
        return false;
    }
    size_t head_end = r->scanned + used;
    PROMISE(head_end <= r->in.n && head_end - skip <= limits.max_line + limits.max_headers + 4);
    arena_reset(&r->req.arena);
    r->req = (struct http_request){.arena = r->req.arena};
    struct str bytes = arena_str(&r->req.arena, (struct str){r->in.p + skip, head_end - skip});
    unsigned fields = r->guard.fields;
    r->guard = (struct strict_head){0};
    r->scanned = 0;
    buf_consume(&r->in, head_end);
    if (http_head_parse(&r->req, &r->parser, bytes, fields, &r->head, &e) < 0) {
        end(r, &e);
        return false;
    }
    note_request(&r->log, &r->req, &r->head);
    http_body_begin(&r->body, &r->parser, &r->head);
    r->body.max = MAX_BODY;
    if (r->body.left > MAX_BODY) {
        note(&r->log, "refused", STR("announced"));
        r->ended = true;
        return false;
    }
    r->in_body = !http_body_done(&r->body);
    return true;
}

static struct buf read_all(const uint8_t *data, size_t n, size_t piece)
{
    struct reader r = {0};
    for (size_t at = 0; at < n && !r.ended; at += piece) {
        buf_add(&r.in, data + at, n - at < piece ? n - at : piece);
        while (!r.ended && step(&r)) {
        }
    }
    buf_release(&r.in);
    buf_release(&r.body.bytes);
    arena_release(&r.req.arena);
    return r.log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    lang_english = true;
    if (n < 2)
        return 0;
    size_t piece = data[0] % 16 + 1;
    struct buf whole = read_all(data + 1, n - 1, n), pieces = read_all(data + 1, n - 1, piece);
    PROMISE(str_eq(buf_str(&whole), buf_str(&pieces)));
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
