/* One request on its way: head → gates → router → body → handler → answered. */
#include "http/internal.h"

#include <stdlib.h>
#include "obmen/log.h"

#define POOL_MAX 64   /* unused exchanges kept by a server */
#define KEEP_MAX 8192 /* bytes of arena or buffer that an unused one may hold */

static struct exchange *exchange_new(struct http_conn *c)
{
    struct http_server *s = c->server;
    struct exchange *x;
    if (list_empty(&s->exchanges)) {
        x = mem_alloc(sizeof *x);
        list_init(&x->free);
    } else {
        x = container_of(s->exchanges.next, struct exchange, free);
        list_remove(&x->free);
        s->exchange_count--;
    }
    x->req.conn = c;
    x->req.started_ns = uv_hrtime();
    x->req.peer = str_from(c->peer);
    x->req.peer_is_loopback = address_is_loopback(&c->address);
    c->x = x;
    return x;
}

static void shrink(struct buf *b)
{
    if (b->cap > KEEP_MAX)
        buf_release(b);
    else
        buf_clear(b);
}

void exchange_free(struct http_server *s, struct exchange *x)
{
    if (x->req.arena.total > KEEP_MAX)
        arena_release(&x->req.arena);
    else
        arena_reset(&x->req.arena);
    shrink(&x->body.bytes);
    shrink(&x->extra);
    struct exchange empty = {
        .req.arena = x->req.arena, .body.bytes = x->body.bytes, .extra = x->extra};
    *x = empty;
    list_init(&x->free);
    list_add_head(&s->exchanges, &x->free); /* the warmest first */
    if (++s->exchange_count > POOL_MAX || s->called)
        exchange_pool_shrink(s, s->called ? 0 : POOL_MAX);
}

void exchange_pool_shrink(struct http_server *s, int keep)
{
    while (s->exchange_count > keep) {
        struct exchange *x = container_of(s->exchanges.prev, struct exchange, free);
        list_remove(&x->free);
        s->exchange_count--;
        arena_release(&x->req.arena);
        buf_release(&x->body.bytes);
        buf_release(&x->extra);
        free(x);
    }
}

/* ---- answered ---- */

static void write_log(const struct exchange *x, uint64_t ns)
{
    const struct http_request *req = &x->req;
    log_event(LOG_INFO, "request", NULL, LSTR("method", req->method_text), LSTR("path", req->path),
        LI("status", x->status), LI("ms", (int64_t)((ns + 500000) / 1000000)),
        LI("bytes", (int64_t)x->sent), LSTR("peer", req->peer), LS("request_id", req->id));
}

static void tell_answered(const struct exchange *x)
{
    struct http_conn *c = x->req.conn;
    struct http_server *s = c->server;
    if (c->refused || s->called)
        return;
    uint64_t ns = uv_hrtime() - x->req.started_ns;
    if (s->gates.answered)
        s->gates.answered(s->gates.ctx, &x->req, x->status, ns, x->sent);
    if (s->o.access_log && log_enabled(LOG_INFO))
        write_log(x, ns);
}

static void next_request(struct http_conn *c)
{
    struct exchange *x = c->x;
    bool keep = x->keep_alive;
    c->x = NULL;
    exchange_free(c->server, x);
    if (!keep) {
        http_conn_finish_writing(c);
        return;
    }
    http_conn_enter(c, c->out.queued >= OUT_HIGH ? CONN_WRITING : CONN_IDLE);
    http_conn_dirty(c);
}

void exchange_done(struct exchange *x)
{
    struct http_conn *c = x->req.conn;
    x->handed = false;
    x->answered = true;
    x->intake.events = NULL;
    tell_answered(x);
    if (http_conn_gone(c)) {
        c->x = NULL;
        exchange_free(c->server, x);
        http_conn_free_if_done(c);
    } else if (x->keep_alive && !http_body_done(&x->body)) {
        x->body.discard = true;
        x->body.max = DRAIN_MAX;
        http_conn_enter(c, CONN_DRAIN);
        http_conn_dirty(c);
    } else {
        next_request(c);
    }
}

void exchange_switched(struct exchange *x)
{
    struct http_conn *c = x->req.conn;
    x->handed = false;
    tell_answered(x);
    c->x = NULL;
    exchange_free(c->server, x);
}

bool exchange_can_drain(const struct exchange *x)
{
    return http_body_done(&x->body) ||
           (!x->continue_due && (x->body.kind == BODY_CHUNKED || x->body.left <= DRAIN_MAX));
}

/* ---- on its way ---- */

static void make_id(struct http_server *s, struct http_request *req)
{
    static const char digits[] = "0123456789abcdef";
    char *p = req->id;
    for (int shift = 60; shift >= 0; shift -= 4)
        *p++ = digits[s->id_seed >> shift & 15];
    *p++ = '-';
    uint64_t n = ++s->id_count;
    int shift = 60;
    while (shift > 0 && (n >> shift & 15) == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        *p++ = digits[n >> shift & 15];
    *p = 0;
}

void exchange_refuse(struct http_conn *c, const struct err *err)
{
    struct exchange *x = c->x ? c->x : exchange_new(c);
    if (x->intake.events) { /* it is its handler who answers */
        x->keep_alive = false;
        exchange_intake_end(x, err);
        return;
    }
    if (x->answered) { /* it was only its body that was still coming */
        http_conn_finish_writing(c);
        return;
    }
    if (!x->req.id[0])
        make_id(c->server, &x->req);
    x->keep_alive = false;
    x->handed = true;
    http_conn_enter(c, CONN_HANDLING);
    http_reply_error(&x->req, err);
}

/* The address and scheme that the person's program used, as trusted proxies tell them. */
static void look_behind_proxies(struct http_server *s, struct exchange *x)
{
    struct http_conn *c = x->req.conn;
    x->req.secure = c->tls != NULL;
    if ((x->head.forwarded_for.n == 0 && x->head.forwarded_proto.n == 0) ||
        !address_blocks_have(&s->trusted, &c->address))
        return;
    struct address client = address_forwarded(&s->trusted, c->address, x->head.forwarded_for);
    char *text = arena_bytes(&x->req.arena, ADDRESS_TEXT);
    address_format(&client, text);
    x->req.peer = str_from(text);
    if (x->head.forwarded_proto.n > 0)
        x->req.secure = str_eq_nocase(x->head.forwarded_proto, STR("https"));
}

static void reply_status(struct exchange *x, enum err_code code, int status, const char *text)
{
    struct err e = ERR_INIT;
    err_set(&e, code, "%s", text);
    e.http_status = status;
    http_reply_error(&x->req, &e);
}

static void hand_over(struct exchange *x)
{
    x->req.body = buf_str(&x->body.bytes);
    x->handed = true;
    http_conn_enter(x->req.conn, CONN_HANDLING);
    x->handle(x->ctx, &x->req);
}

static void reply_options(struct exchange *x, const char *allow)
{
    char text[96];
    int n = snprintf(text, sizeof text, "%s%sOPTIONS", allow, allow[0] ? ", " : "");
    http_add_header(&x->req, "Allow", (struct str){text, (size_t)n});
    if (x->req.method == HTTP_M_OPTIONS)
        http_reply(&x->req, 204, NULL, BUF_INIT);
    else
        reply_status(x, ERR_METHOD_NOT_ALLOWED, 405,
            TR("Этот метод здесь не поддерживается; смотрите заголовок Allow",
                "This method is not supported here; see the Allow header"));
}

/* Finds who answers and how large a body may be. false: answered. */
static bool route(struct exchange *x)
{
    struct http_server *s = x->req.conn->server;
    const struct http_route *r;
    char allow[80];
    if (x->head.connect || x->head.star) {
        x->keep_alive &= !x->head.connect; /* what follows a CONNECT is no HTTP */
        reply_options(x, "GET, HEAD, POST, PUT, PATCH, DELETE");
        return false;
    }
    switch (http_router_match(s->router, &x->req, &r, &x->ctx, allow, sizeof allow)) {
    case 405:
        reply_options(x, allow);
        return false;
    case 404:
        reply_status(
            x, ERR_NOT_FOUND, 404, TR("Такого адреса нет", "There is nothing at this address"));
        return false;
    }
    x->handle = r->handle;
    x->body.max = r->max_body ? r->max_body : s->o.max_body;
    if (x->body.left > x->body.max) {
        x->keep_alive = false;
        char text[160];
        snprintf(text, sizeof text,
            TR("Тело запроса слишком велико: допускается не больше %zu байт",
                "The body is too large: at most %zu bytes are accepted"),
            (size_t)x->body.max);
        reply_status(x, ERR_PAYLOAD_TOO_LARGE, 0, text);
        return false;
    }
    return true;
}

void exchange_begin(struct http_conn *c, struct str head, unsigned fields)
{
    struct http_server *s = c->server;
    struct exchange *x = exchange_new(c);
    struct http_request *req = &x->req;
    s->figures.requests++;
    char *copy = arena_bytes(&req->arena, head.n);
    memcpy(copy, head.p, head.n);
    struct err e = ERR_INIT;
    if (http_head_parse(req, &x->parser, (struct str){copy, head.n}, fields, &x->head, &e) < 0) {
        exchange_refuse(c, &e);
        return;
    }
    if (!req->id[0])
        make_id(s, req);
    look_behind_proxies(s, x);
    http_body_begin(&x->body, &x->parser, &x->head);
    x->keep_alive = x->head.keep_alive;
    x->continue_due = x->head.expect_continue && !http_body_done(&x->body);
    x->handed = true;
    http_conn_enter(c, CONN_HANDLING);
    if (x->head.expect_other) {
        reply_status(x, ERR_VALIDATION_ERROR, 417,
            TR("Понимается только «Expect: 100-continue»",
                "Only \"Expect: 100-continue\" is understood"));
        return;
    }
    if (s->gates.before && !s->gates.before(s->gates.ctx, req))
        return;
    if (!route(x))
        return;
    if (s->gates.routed && !s->gates.routed(s->gates.ctx, req))
        return;
    if (http_body_done(&x->body) || (req->route && req->route->streamed)) {
        hand_over(x);
    } else {
        x->handed = false;
        http_conn_enter(c, CONN_BODY);
    }
}

size_t exchange_feed(struct http_conn *c, const char *p, size_t n)
{
    struct exchange *x = c->x;
    struct err e = ERR_INIT;
    size_t used = 0;
    x->continue_due = false;
    if (http_body_feed(&x->body, &c->server->limits, p, n, &used, &e) < 0) {
        exchange_refuse(c, &e);
        return n;
    }
    if (x->intake.events) {
        if (exchange_take_piece(c) && http_body_done(&x->body))
            exchange_intake_end(x, NULL);
        return used;
    }
    if (!http_body_done(&x->body))
        http_conn_enter(c, c->state); /* the idle time begins anew */
    else if (c->state == CONN_DRAIN)
        next_request(c);
    else
        hand_over(x);
    return used;
}
