/* The server as a whole: listening, limits of connections, the one timer, closing. */
#include "http/internal.h"

#include <signal.h>
#include <stdlib.h>
#include "obmen/log.h"

#define BACKLOG 1024
#define TURN_NS                                                                                    \
    2000000           /* of writing at a stretch: a message to thousands must not hold the loop    \
                       */
#define TELL_MS 10000 /* between two log lines of a kind that peers can cause */

/* ---- options ---- */

static const char *keep_text(struct http_server *s, const char *text)
{
    return text ? arena_cstr(&s->memory, str_from(text)) : NULL;
}

static void set_options(struct http_server *s, const struct http_options *o)
{
    s->o = *o;
    if (!s->o.max_line)
        s->o.max_line = 8 * 1024;
    if (!s->o.max_headers)
        s->o.max_headers = 32 * 1024;
    if (!s->o.max_fields)
        s->o.max_fields = 100;
    if (!s->o.max_body)
        s->o.max_body = 1024 * 1024;
    if (!s->o.head_timeout_ms)
        s->o.head_timeout_ms = 10000;
    if (!s->o.body_idle_ms)
        s->o.body_idle_ms = 30000;
    if (!s->o.keepalive_ms)
        s->o.keepalive_ms = 75000;
    s->o.listen = keep_text(s, o->listen);
    s->o.server_name = keep_text(s, o->server_name);
    s->o.trusted_proxies = NULL;
    s->limits = (struct strict_limits){s->o.max_line, s->o.max_headers, (unsigned)s->o.max_fields};
}

uint64_t http_server_timeout(const struct http_server *s, enum conn_state state)
{
    switch (state) {
    case CONN_FRESH:
    case CONN_HEAD:
        return (uint64_t)s->o.head_timeout_ms;
    case CONN_BODY:
    case CONN_DRAIN:
        return (uint64_t)s->o.body_idle_ms;
    case CONN_IDLE:
    case CONN_STREAMING:
    case CONN_WRITING:
        return (uint64_t)s->o.keepalive_ms;
    case CONN_LINGER:
        return LINGER_MS;
    default:
        return 0;
    }
}

/* ---- closing ---- */

static void on_turner_closed(uv_handle_t *handle)
{
    struct http_server *s = handle->data;
    exchange_pool_shrink(s, 0);
    http_out_pool_release(&s->pool);
    SSL_CTX_free(s->tls);
    map_release(&s->by_address);
    buf_release(&s->scratch);
    arena_release(&s->memory);
    free(s);
}

void http_server_maybe_free(struct http_server *s)
{
    if (s->called && s->pending == 0 && !uv_is_closing((uv_handle_t *)&s->turner))
        uv_close((uv_handle_t *)&s->turner, on_turner_closed);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct http_server *s = handle->data;
    s->called = true;
    if (s->closed)
        s->closed(s->closed_arg);
    http_server_maybe_free(s);
}

void http_server_handle_closed(struct http_server *s)
{
    if (--s->handles == 0 && s->closing)
        uv_close((uv_handle_t *)&s->timer, on_timer_closed);
}

static void on_listener_closed(uv_handle_t *handle)
{
    http_server_handle_closed(((struct listener *)handle->data)->server);
}

static void begin_closing(struct http_server *s)
{
    s->closing = true;
    if (s->handles == 0)
        uv_close((uv_handle_t *)&s->timer, on_timer_closed);
    for (int i = 0; i < s->listener_count; i++)
        uv_close((uv_handle_t *)&s->listeners[i].tcp, on_listener_closed);
}

void http_server_close(struct http_server *s, int grace_ms, void (*closed)(void *arg), void *arg)
{
    s->closed = closed;
    s->closed_arg = arg;
    begin_closing(s);
    for (int state = CONN_FRESH; state <= CONN_IDLE; state++) {
        LIST_EACH_SAFE(item, &s->places[state])
        {
            struct http_conn *c = container_of(item, struct http_conn, place);
            if (http_conn_unsent(c) == 0)
                http_conn_close(c);
            else
                http_conn_finish_writing(c);
        }
    }
    s->grace_due = uv_now(s->loop) + (uint64_t)(grace_ms > 0 ? grace_ms : 0);
    if (s->handles > 0)
        http_server_watch(s, s->grace_due);
}

/* ---- time ---- */

static void on_timer(uv_timer_t *timer);

void http_server_watch(struct http_server *s, uint64_t due)
{
    if ((s->timer_due && s->timer_due <= due) || uv_is_closing((uv_handle_t *)&s->timer))
        return;
    uint64_t now = uv_now(s->loop);
    s->timer_due = due > now ? due : now + 1;
    uv_timer_start(&s->timer, on_timer, s->timer_due - now, 0);
}

/* Lists are in the order of deadlines, but for FINISHING, where each owner names its own. */
static uint64_t expire(struct http_server *s, enum conn_state state, uint64_t now)
{
    uint64_t next = 0;
    LIST_EACH_SAFE(item, &s->places[state])
    {
        struct http_conn *c = container_of(item, struct http_conn, place);
        if (!c->deadline)
            break;
        if (c->deadline <= now) {
            http_conn_expire(c);
            continue;
        }
        if (!next || c->deadline < next)
            next = c->deadline;
        if (state != CONN_FINISHING)
            break;
    }
    return next;
}

static void end_grace(struct http_server *s)
{
    s->grace_due = 0;
    for (int state = 0; state < CONN_CLOSING; state++)
        LIST_EACH_SAFE(item, &s->places[state])
    http_conn_close(container_of(item, struct http_conn, place));
}

static void on_timer(uv_timer_t *timer)
{
    struct http_server *s = timer->data;
    uint64_t now = uv_now(s->loop);
    s->timer_due = 0;
    if (s->grace_due && s->grace_due <= now)
        end_grace(s);
    else if (s->grace_due)
        http_server_watch(s, s->grace_due);
    for (int state = 0; state < CONN_CLOSING; state++) {
        uint64_t next = expire(s, (enum conn_state)state, now);
        if (next)
            http_server_watch(s, next);
    }
}

/* ---- the end of a turn ---- */

static void on_turn(uv_idle_t *turner)
{
    struct http_server *s = turner->data;
    struct list now = LIST_INIT(now); /* what becomes dirty meanwhile waits for the next turn */
    uint64_t begin = uv_hrtime();
    if (!list_empty(&s->dirty)) {
        list_add_tail(&s->dirty, &now);
        list_remove(&s->dirty);
    }
    for (int i = 1; !list_empty(&now); i++) {
        http_conn_turn(container_of(now.next, struct http_conn, dirty));
        if (i % 8 == 0 && uv_hrtime() - begin > TURN_NS)
            break;
    }
    while (!list_empty(&now)) { /* out of time: others first, then these */
        struct list *item = now.prev;
        list_remove(item);
        list_add_head(&s->dirty, item);
    }
    if (list_empty(&s->dirty))
        uv_idle_stop(turner);
}

void http_server_wake(struct http_server *s)
{
    if (!uv_is_active((uv_handle_t *)&s->turner) && !uv_is_closing((uv_handle_t *)&s->turner))
        uv_idle_start(&s->turner, on_turn);
}

/* ---- limits of connections ---- */

struct host_count {
    int n;
};

bool http_server_count(struct http_server *s, struct http_conn *c)
{
    if (s->o.max_connections > 0 && s->figures.connections >= s->o.max_connections)
        return false;
    struct address host = address_host(&c->address);
    struct host_count *count = map_get(&s->by_address, host.b, sizeof host.b);
    /* All people behind a trusted proxy come from its address. */
    if (count && s->o.max_per_address > 0 && count->n >= s->o.max_per_address &&
        !address_blocks_have(&s->trusted, &c->address))
        return false;
    if (!count) {
        count = mem_alloc(sizeof *count);
        map_put(&s->by_address, host.b, sizeof host.b, count);
    }
    count->n++;
    c->counted = true;
    s->figures.connections++;
    s->figures.accepted++;
    return true;
}

void http_server_uncount(struct http_server *s, struct http_conn *c)
{
    if (c->refused)
        s->refused_open--;
    if (!c->counted)
        return;
    struct address host = address_host(&c->address);
    struct host_count *count = map_get(&s->by_address, host.b, sizeof host.b);
    if (--count->n == 0)
        free(map_remove(&s->by_address, host.b, sizeof host.b));
    c->counted = false;
    s->figures.connections--;
}

static bool due_to_tell(struct http_server *s, uint64_t *told)
{
    uint64_t now = uv_now(s->loop);
    if (*told && now - *told < TELL_MS)
        return false;
    *told = now;
    return true;
}

void http_server_refused(struct http_server *s, const char *peer)
{
    s->figures.refused++;
    if (!due_to_tell(s, &s->refused_told))
        return;
    log_event(LOG_WARNING, "connections refused",
        TR("Слишком много соединений (OBMEN_MAX_CONNECTIONS, …_PER_ADDRESS)",
            "Too many connections (OBMEN_MAX_CONNECTIONS, …_PER_ADDRESS)"),
        LS("peer", peer), LI("connections", s->figures.connections),
        LI("refused", (int64_t)s->figures.refused));
}

/* ---- listening ---- */

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *l = stream->data;
    if (status == 0)
        http_conn_accept(l->server, l);
    else if (due_to_tell(l->server, &l->server->accept_told))
        log_event(LOG_WARNING, "accept failed", NULL, LS("cause", uv_strerror(status)));
}

static int listen_failed(struct str text, int r, struct err *ret_err)
{
    int n = (int)text.n;
    switch (r) {
    case UV_EADDRINUSE:
        err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Порт занят: %.*s уже использует другая программа; завершите её или задайте другой "
               "адрес в OBMEN_LISTEN",
                "Port in use: another program has %.*s; end it or set another address in "
                "OBMEN_LISTEN"),
            n, text.p);
        break;
    case UV_EACCES:
        err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Нет прав слушать %.*s: порты ниже 1024 доступны только root; выберите порт выше в "
               "OBMEN_LISTEN",
                "No permission to listen on %.*s: ports below 1024 need root; choose a higher one "
                "in OBMEN_LISTEN"),
            n, text.p);
        break;
    case UV_EADDRNOTAVAIL:
        err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("У этой машины нет адреса %.*s; исправьте OBMEN_LISTEN",
                "This machine has no address %.*s; correct OBMEN_LISTEN"),
            n, text.p);
        break;
    default:
        err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Не удалось начать приём соединений на %.*s: %s", "Cannot listen on %.*s: %s"), n,
            text.p, uv_strerror(r));
    }
    err_cause(ret_err, "%s", uv_err_name(r));
    return -1;
}

static int listen_on(struct http_server *s, struct str text, struct err *ret_err)
{
    struct sockaddr_storage sa;
    if (address_listen(text, &sa, ret_err) < 0)
        return -1;
    struct listener *l = &s->listeners[s->listener_count];
    l->server = s;
    l->tcp.data = l;
    int r = uv_tcp_init(s->loop, &l->tcp);
    if (r < 0)
        return listen_failed(text, r, ret_err);
    s->listener_count++;
    s->handles++;
    /* [::] takes IPv4 too, unless an IPv4 address is listed for itself. */
    unsigned flags = sa.ss_family == AF_INET6 && strchr(s->o.listen, '.') ? UV_TCP_IPV6ONLY : 0;
    r = uv_tcp_bind(&l->tcp, (struct sockaddr *)&sa, flags);
    if (r == 0)
        r = uv_listen((uv_stream_t *)&l->tcp, BACKLOG, on_connection);
    int size = sizeof sa;
    if (r == 0)
        r = uv_tcp_getsockname(&l->tcp, (struct sockaddr *)&sa, &size);
    if (r < 0)
        return listen_failed(text, r, ret_err);
    l->port = ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port
                                             : ((struct sockaddr_in *)&sa)->sin_port);
    return 0;
}

static int listen_all(struct http_server *s, struct err *ret_err)
{
    struct str rest = str_from(s->o.listen);
    int room = 1;
    for (size_t i = 0; i < rest.n; i++)
        room += rest.p[i] == ',';
    s->listeners = arena_alloc(&s->memory, sizeof *s->listeners * (size_t)room);
    do {
        if (listen_on(s, str_trim(str_cut(&rest, ',')), ret_err) < 0)
            return -1;
    } while (rest.n > 0);
    return 0;
}

struct http_server *http_server_open(uv_loop_t *loop, const struct http_options *o,
    struct http_router *router, const struct http_gates *gates, struct err *ret_err)
{
    struct http_server *s = mem_alloc(sizeof *s);
    signal(SIGPIPE, SIG_IGN); /* writing to a peer that has gone is an error, not a signal: libuv
                                 leaves that to us */
    s->loop = loop;
    s->router = router;
    if (gates)
        s->gates = *gates;
    set_options(s, o);
    http_server_set_tls(s, o->tls);
    for (int i = 0; i < CONN_STATES; i++)
        list_init(&s->places[i]);
    list_init(&s->dirty);
    list_init(&s->exchanges);
    uv_random(NULL, NULL, &s->id_seed, sizeof s->id_seed, 0, NULL);
    uv_timer_init(loop, &s->timer);
    uv_idle_init(loop, &s->turner);
    s->timer.data = s->turner.data = s;
    if (address_blocks_parse(&s->memory, o->trusted_proxies, &s->trusted, ret_err) < 0 ||
        listen_all(s, ret_err) < 0) {
        begin_closing(s); /* frees when the loop has closed what was opened */
        return NULL;
    }
    return s;
}

void http_server_set_tls(struct http_server *s, struct ssl_ctx_st *tls)
{
    if (tls)
        SSL_CTX_up_ref(tls);
    SSL_CTX_free(s->tls);
    s->tls = tls;
}

int http_server_port(const struct http_server *s, int i)
{
    return i >= 0 && i < s->listener_count ? s->listeners[i].port : 0;
}

void http_server_figures(const struct http_server *s, struct http_figures *ret)
{
    *ret = s->figures;
}
