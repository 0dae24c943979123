/*
 * One WebSocket. Its states:
 *
 *   OPEN --ws_close, fault, silence: Close sent--> CLOSING --peer's Close, 2 s--> FINISHING
 * --connection closed--> freed | ^
 *     +--peer's Close (answered), protocol error (Close sent)------------------------+
 *
 * In CLOSING only the peer's Close is still looked for; in FINISHING the connection writes what is
 * queued and ends. The connection may end in any state.
 */
#include "ws/session.h"

#include <stdlib.h>
#include "base/list.h"
#include "obmen/arena.h"
#include "ws/handshake.h"
#include "ws/input.h"

#define QUEUE_MAX (1024 * 1024)

struct ws_group {
    uv_loop_t *loop;
    uv_timer_t tick;
    struct ws_options o;
    int tick_ms;
    struct list open;       /* OPEN, the next to be pinged first */
    struct list unanswered; /* OPEN, pinged and not heard since (by ws_session.waiting) */
    struct list closing;    /* CLOSING, the earliest first */
    struct list finishing;
    int count;
    bool shut;
    void (*closed)(void *arg);
    void *closed_arg;
};

enum ws_state { WS_OPEN, WS_CLOSING, WS_FINISHING };

struct ws_session {
    struct list place;   /* in the group's list of its state */
    struct list waiting; /* in the group's `unanswered`, or alone */
    struct ws_group *group;
    struct http_conn *conn;
    const struct ws_events *events;
    void *arg;
    int64_t due; /* OPEN: the next ping; CLOSING: patience ends */
    int64_t heard;
    enum ws_state state;
    uint16_t code;
    bool feeding, gone; /* gone while feeding: freed when that ends */
    struct ws_input input;
};

static int64_t now_of(const struct ws_group *g)
{
    return (int64_t)uv_now(g->loop);
}

static void move(struct ws_session *s, enum ws_state state)
{
    struct ws_group *g = s->group;
    struct list *to[] = {&g->open, &g->closing, &g->finishing};
    list_remove(&s->place);
    list_remove(&s->waiting);
    list_add_tail(to[state], &s->place);
    s->state = state;
}

/* ---- out ---- */

static void write_frame(struct ws_session *s, enum ws_opcode opcode, struct str payload)
{
    unsigned char frame[WS_HEADER_MAX + 125];
    size_t head = ws_header(frame, opcode, payload.n);
    if (payload.n)
        memcpy(frame + head, payload.p, payload.n);
    http_conn_write(s->conn, (struct str){(const char *)frame, head + payload.n});
}

static void write_close(struct ws_session *s, int code, const char *reason)
{
    char payload[125];
    size_t n = 0;
    if (code != 1005) {
        payload[0] = (char)(code >> 8);
        payload[1] = (char)code;
        size_t length = reason ? strlen(reason) : 0;
        n = 2 + (length < sizeof payload - 2 ? length : sizeof payload - 2);
        if (n > 2)
            memcpy(payload + 2, reason, n - 2);
    }
    write_frame(s, WS_CLOSE, (struct str){payload, n});
}

static void finish(struct ws_session *s, int patience_ms)
{
    move(s, WS_FINISHING);
    http_conn_finish(s->conn, patience_ms);
}

void ws_close(struct ws_session *s, int code, const char *reason)
{
    if (s->state != WS_OPEN)
        return;
    s->code = (uint16_t)code;
    s->input.dropping = true;
    s->due = now_of(s->group) + s->group->o.close_ms;
    move(s, WS_CLOSING);
    write_close(s, code, reason);
}

static bool may_send(struct ws_session *s)
{
    if (s->state == WS_OPEN && http_conn_queued(s->conn) > QUEUE_MAX)
        ws_close(s, 1008, "the client does not read");
    return s->state == WS_OPEN;
}

void ws_send(struct ws_session *s, struct ws_frame *f)
{
    if (may_send(s))
        http_conn_write_shared(s->conn, f->bytes, ws_frame_release, ws_frame_ref(f));
}

void ws_send_text(struct ws_session *s, struct str payload)
{
    struct ws_frame *f = ws_frame_text(payload);
    ws_send(s, f);
    ws_frame_unref(f);
}

size_t ws_queued(const struct ws_session *s)
{
    return s->state == WS_OPEN ? http_conn_queued(s->conn) : 0;
}

bool ws_is_open(const struct ws_session *s)
{
    return s->state == WS_OPEN;
}

/* ---- in ---- */

static void on_text(void *arg, struct str message)
{
    struct ws_session *s = arg;
    if (s->state == WS_OPEN)
        s->events->text(s->arg, message);
}

static void on_ping(void *arg, struct str payload)
{
    struct ws_session *s = arg;
    if (may_send(s))
        write_frame(s, WS_PONG, payload);
}

static void on_pong(void *arg)
{
}

static void on_close(void *arg, int code)
{
    struct ws_session *s = arg;
    if (s->state == WS_OPEN) {
        s->code = (uint16_t)code;
        write_close(s, code, NULL);
    }
    finish(s, s->group->o.close_ms);
}

static void on_fault(void *arg, int code)
{
    ws_close(arg, code, NULL);
}

static const struct ws_input_events input_events = {on_text, on_ping, on_pong, on_close, on_fault};

static void heard(struct ws_session *s)
{
    s->heard = now_of(s->group);
    list_remove(&s->waiting);
}

static void release(struct ws_session *s);

static void on_bytes(void *arg, struct str piece)
{
    struct ws_session *s = arg;
    if (s->state == WS_FINISHING || s->feeding)
        return;
    heard(s);
    s->feeding = true;
    ws_input_feed(&s->input, piece, &input_events, s);
    s->feeding = false;
    if (s->gone) {
        release(s);
        return;
    }
    if (s->input.broken && s->state != WS_FINISHING)
        finish(s, s->group->o.close_ms);
}

static void on_writable(void *arg)
{
    struct ws_session *s = arg;
    if (s->state == WS_OPEN && s->events->writable)
        s->events->writable(s->arg);
}

/* ---- the end ---- */

static void on_group_closed(uv_handle_t *handle)
{
    struct ws_group *g = handle->data;
    void (*closed)(void *) = g->closed;
    void *arg = g->closed_arg;
    free(g);
    closed(arg);
}

static void group_left(struct ws_group *g)
{
    if (--g->count > 0)
        return;
    uv_timer_stop(&g->tick);
    if (g->shut)
        uv_close((uv_handle_t *)&g->tick, on_group_closed);
}

static void release(struct ws_session *s)
{
    struct ws_group *g = s->group;
    list_remove(&s->place);
    list_remove(&s->waiting);
    s->events->closed(s->arg, s->code ? s->code : 1006);
    ws_input_release(&s->input);
    free(s);
    group_left(g);
}

static void on_closed(void *arg)
{
    struct ws_session *s = arg;
    if (s->state != WS_FINISHING)
        move(s, WS_FINISHING); /* nothing can be sent any more */
    if (s->feeding)
        s->gone = true;
    else
        release(s);
}

/* ---- the group ---- */

static void on_tick(uv_timer_t *timer)
{
    struct ws_group *g = timer->data;
    int64_t now = now_of(g);
    LIST_EACH_SAFE(item, &g->unanswered)
    {
        struct ws_session *s = container_of(item, struct ws_session, waiting);
        if (now - s->heard >= g->o.silence_ms)
            ws_close(s, 1001, "no answer to pings");
    }
    while (!list_empty(&g->open)) {
        struct ws_session *s = container_of(g->open.next, struct ws_session, place);
        if (s->due > now)
            break;
        s->due = now + g->o.ping_ms;
        move(s, WS_OPEN);
        list_add_tail(&g->unanswered, &s->waiting);
        write_frame(s, WS_PING, STR_NULL);
    }
    while (!list_empty(&g->closing)) {
        struct ws_session *s = container_of(g->closing.next, struct ws_session, place);
        if (s->due > now)
            break;
        finish(s, 0);
    }
}

struct ws_group *ws_group_open(uv_loop_t *loop, const struct ws_options *o)
{
    struct ws_group *g = mem_alloc(sizeof *g);
    g->loop = loop;
    g->o = o ? *o : (struct ws_options){0};
    if (g->o.ping_ms <= 0)
        g->o.ping_ms = 25000;
    if (g->o.silence_ms <= 0)
        g->o.silence_ms = 60000;
    if (g->o.close_ms <= 0)
        g->o.close_ms = 2000;
    g->tick_ms = g->o.close_ms;
    if (g->o.ping_ms < g->tick_ms)
        g->tick_ms = g->o.ping_ms;
    if (g->o.silence_ms < g->tick_ms)
        g->tick_ms = g->o.silence_ms;
    g->tick_ms = g->tick_ms > 4 ? g->tick_ms / 4 : 1;
    list_init(&g->open);
    list_init(&g->unanswered);
    list_init(&g->closing);
    list_init(&g->finishing);
    uv_timer_init(loop, &g->tick);
    g->tick.data = g;
    return g;
}

void ws_group_close(struct ws_group *g, int code, void (*closed)(void *arg), void *arg)
{
    g->shut = true;
    g->closed = closed;
    g->closed_arg = arg;
    LIST_EACH_SAFE(item, &g->open)
    ws_close(container_of(item, struct ws_session, place), code, NULL);
    g->count++;
    group_left(g);
}

int ws_group_count(const struct ws_group *g)
{
    return g->count;
}

struct ws_session *ws_accept(
    struct ws_group *g, struct http_request *req, const struct ws_events *events, void *arg)
{
    if (g->shut) {
        struct err e = ERR_INIT;
        err_set(&e, ERR_SERVICE_UNAVAILABLE, "%s",
            TR("Сервер останавливается: подключитесь снова через несколько секунд.",
                "The server is stopping: connect again in a few seconds."));
        http_reply_error(req, &e);
        return NULL;
    }
    char accept[WS_ACCEPT_KEY];
    ws_accept_key(http_header(req, "Sec-WebSocket-Key"), accept);
    http_add_header(req, "Upgrade", STR("websocket"));
    http_add_header(req, "Connection", STR("Upgrade"));
    http_add_header(req, "Sec-WebSocket-Accept", str_from(accept));
    static const struct http_upgrade upgrade = {on_bytes, on_writable, on_closed};
    struct ws_session *s = mem_alloc(sizeof *s);
    s->group = g;
    s->events = events;
    s->arg = arg;
    s->heard = now_of(g);
    s->due = s->heard + g->o.ping_ms;
    list_init(&s->place);
    list_init(&s->waiting);
    s->conn = http_switch(req, &upgrade, s);
    move(s, WS_OPEN);
    if (g->count++ == 0)
        uv_timer_start(&g->tick, on_tick, (uint64_t)g->tick_ms, (uint64_t)g->tick_ms);
    return s;
}
