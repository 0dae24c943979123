/*
 *   RESTING ─clock─► RESOLVING ─► CONNECTING ─► GREETING (AUTH, SELECT, PING) ─► UP
 *      ▲                 │             │             │                           │
 *      └────── refused, timed out, lost ─────────────┴───────────────────────────┘
 *
 * The clock is the backoff in RESTING and the patience in every other state.
 */
#include "cache/redis.h"

#include <assert.h>
#include <hiredis/async.h>
#include <stdlib.h>
#include "base/list.h"
#include "cache/redis_poll.h"
#include "cache/redis_url.h"
#include "obmen/arena.h"
#include "obmen/backoff.h"
#include "obmen/log.h"
#include "obmen/time.h"

#define CONNECT_MS 3000
#define SAY_AGAIN_MS 60000 /* a Redis that stays away is logged so often */

enum state { RESTING, RESOLVING, CONNECTING, GREETING, UP };

struct redis {
    uv_loop_t *loop;
    struct arena memory;
    struct redis_url url;
    struct redis_events events;
    void *arg;
    enum state state;
    redisAsyncContext *context; /* from CONNECTING on */
    uv_timer_t clock;
    uv_getaddrinfo_t lookup;
    bool looking;
    struct list sent; /* struct command, in the order of their answers */
    int greetings;    /* still to be answered */
    unsigned failures;
    int64_t logged_at;
    char last_error[320];

    bool closing;
    int open; /* handles and look-ups: the clock, the poll, the name */
    void (*closed)(void *arg);
    void *closed_arg;
};

struct command {
    struct list link;
    struct redis *r;
    int64_t sent_at;
    redis_answer_fn answer;
    void *arg;
};

static void part_closed(void *arg)
{
    struct redis *r = arg;
    if (--r->open > 0 || !r->closing)
        return;
    void (*closed)(void *) = r->closed;
    void *closed_arg = r->closed_arg;
    arena_release(&r->memory);
    free(r);
    closed(closed_arg);
}

/* ---- the clock ---- */

static void on_clock(uv_timer_t *clock);

static void set_clock(struct redis *r, int64_t ms)
{
    uv_update_time(r->loop);
    uv_timer_start(&r->clock, on_clock, ms > 0 ? (uint64_t)ms : 0, 0);
}

/* ---- losing it ---- */

/* Everything under way is answered with NULL from inside redisAsyncFree. */
static void drop_context(struct redis *r)
{
    redisAsyncContext *context = r->context;
    r->context = NULL;
    if (!context)
        return;
    context->data = NULL;
    redisAsyncFree(context);
}

static void lose(struct redis *r, const char *why)
{
    struct err err = ERR_INIT;
    bool was_up = r->state == UP;
    err_set_passing(&err, ERR_CACHE_ERROR, "%s",
        TR("Redis не отвечает: кэш работает без него. Проверьте OBMEN_REDIS_URL и запущен ли "
           "Redis.",
            "Redis does not answer: the cache works without it. Check OBMEN_REDIS_URL and that "
            "Redis runs."));
    err_cause(&err, "%s", why);
    snprintf(r->last_error, sizeof r->last_error, "%s", why);
    r->state = RESTING;
    drop_context(r);
    if (r->closing)
        return;
    int64_t now = time_mono_ms();
    if (was_up || !r->logged_at || now - r->logged_at >= SAY_AGAIN_MS) {
        r->logged_at = now;
        log_event(LOG_WARNING, was_up ? "redis lost" : "redis not reached", NULL, LERR(&err));
    }
    set_clock(r, 50 + backoff_ms(r->failures++, 100, 4950, 0));
    if (was_up)
        r->events.down(r->arg, &err);
}

/* ---- commands ---- */

static void on_reply(redisAsyncContext *context, void *reply, void *data)
{
    struct command *c = data;
    struct redis *r = c->r;
    list_remove(&c->link);
    if (c->answer)
        c->answer(c->arg, reply);
    free(c);
    if (r->state == UP && list_empty(&r->sent))
        uv_timer_stop(&r->clock);
}

static bool send_command(
    struct redis *r, int argc, const struct str *argv, redis_answer_fn answer, void *arg)
{
    const char **texts = mem_alloc((size_t)argc * sizeof *texts);
    size_t *lengths = mem_alloc((size_t)argc * sizeof *lengths);
    struct command *c = mem_alloc(sizeof *c);
    for (int i = 0; i < argc; i++) {
        texts[i] = argv[i].p ? argv[i].p : "";
        lengths[i] = argv[i].n;
    }
    *c = (struct command){.r = r, .sent_at = time_mono_ms(), .answer = answer, .arg = arg};
    list_add_tail(&r->sent, &c->link);
    bool sent = redisAsyncCommandArgv(r->context, on_reply, c, argc, texts, lengths) == REDIS_OK;
    free(texts);
    free(lengths);
    if (!sent) {
        list_remove(&c->link);
        free(c);
    } else if (!uv_is_active((uv_handle_t *)&r->clock)) {
        set_clock(r, REDIS_PATIENCE_MS);
    }
    return sent;
}

bool redis_command(
    struct redis *r, int argc, const struct str *argv, redis_answer_fn answer, void *arg)
{
    return r->state == UP && r->context && send_command(r, argc, argv, answer, arg);
}

/* ---- getting there ---- */

static void on_greeted(void *arg, const struct redisReply *reply)
{
    struct redis *r = arg;
    if (r->state != GREETING)
        return;
    if (!reply)
        return; /* lost: on_disconnect follows or lose was called */
    if (reply->type == REDIS_REPLY_ERROR) {
        lose(r, reply->str);
        return;
    }
    if (--r->greetings > 0)
        return;
    uv_timer_stop(&r->clock);
    r->state = UP;
    if (r->failures || r->logged_at)
        log_event(LOG_INFO, "redis connected again", NULL, LI("failures", r->failures));
    r->failures = 0;
    r->logged_at = 0;
    r->events.up(r->arg);
}

static void greet(struct redis *r)
{
    char number[12];
    struct str account[] = {STR("AUTH"), r->url.name, r->url.password};
    struct str select[] = {STR("SELECT"), STR_NULL};
    struct str ping[] = {STR("PING")};
    r->state = GREETING;
    r->greetings = 1;
    set_clock(r, CONNECT_MS);
    if (r->url.password.p) {
        bool named = r->url.name.p;
        if (!named)
            account[1] = r->url.password;
        r->greetings++;
        send_command(r, named ? 3 : 2, account, on_greeted, r);
    }
    if (r->url.number) {
        snprintf(number, sizeof number, "%d", r->url.number);
        select[1] = str_from(number);
        r->greetings++;
        send_command(r, 2, select, on_greeted, r);
    }
    send_command(r, 1, ping, on_greeted, r);
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct redis *r = context->data;
    if (!r)
        return;
    if (status != REDIS_OK) {
        r->context = NULL; /* hiredis frees it after this call */
        lose(r, context->errstr ? context->errstr : "no connection");
        return;
    }
    greet(r);
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct redis *r = context->data;
    if (!r)
        return;
    r->context = NULL; /* hiredis frees it after this call */
    lose(r, context->errstr && *context->errstr ? context->errstr : "connection closed");
}

static void connect_to(struct redis *r, const struct addrinfo *address)
{
    char host[80] = "";
    getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    r->state = CONNECTING;
    set_clock(r, CONNECT_MS);
    r->context = redisAsyncConnect(host, atoi(r->url.port));
    if (!r->context || r->context->err) {
        lose(r, r->context ? r->context->errstr : "no memory");
        return;
    }
    if (redis_poll_attach(r->context, r->loop, part_closed, r) < 0) {
        lose(r, "no handle");
        return;
    }
    r->open++;
    r->context->data = r;
    redisAsyncSetConnectCallback(r->context, on_connect);
    redisAsyncSetDisconnectCallback(r->context, on_disconnect);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct redis *r = request->data;
    r->looking = false;
    if (!r->closing && r->state == RESOLVING) {
        if (status < 0 || !list) {
            lose(r, uv_strerror(status < 0 ? status : UV_EAI_NODATA));
        } else {
            /* another address each time, of those the name has */
            const struct addrinfo *address = list;
            for (unsigned i = r->failures; i > 0; i--)
                address = address->ai_next ? address->ai_next : list;
            connect_to(r, address);
        }
    }
    uv_freeaddrinfo(list);
    part_closed(r);
}

static void begin(struct redis *r)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    if (r->looking) { /* the last look-up hangs */
        set_clock(r, CONNECT_MS);
        return;
    }
    r->state = RESOLVING;
    set_clock(r, CONNECT_MS);
    r->lookup.data = r;
    int status = uv_getaddrinfo(r->loop, &r->lookup, on_resolved, r->url.host, r->url.port, &hints);
    if (status < 0) {
        lose(r, uv_strerror(status));
        return;
    }
    r->looking = true;
    r->open++;
}

static void on_clock(uv_timer_t *clock)
{
    struct redis *r = clock->data;
    if (r->state == RESTING) {
        begin(r);
        return;
    }
    if (r->state == UP) {
        if (list_empty(&r->sent))
            return;
        struct command *oldest = container_of(r->sent.next, struct command, link);
        int64_t left = oldest->sent_at + REDIS_PATIENCE_MS - time_mono_ms();
        if (left > 0) {
            set_clock(r, left);
            return;
        }
    }
    lose(r, "no answer in time");
}

/* ---- open, close ---- */

struct redis *redis_open(
    uv_loop_t *loop, const char *url, const struct redis_events *events, void *arg)
{
    struct redis *r = mem_alloc(sizeof *r);
    struct err err = ERR_INIT;
    int status = redis_url_parse(&r->memory, url, &r->url, &err);
    assert(status == 0);
    (void)status;
    r->loop = loop;
    r->events = *events;
    r->arg = arg;
    list_init(&r->sent);
    uv_timer_init(loop, &r->clock);
    r->clock.data = r;
    r->open = 1;
    set_clock(r, 0);
    return r;
}

static void on_clock_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

void redis_close(struct redis *r, void (*closed)(void *arg), void *arg)
{
    r->closing = true;
    r->closed = closed;
    r->closed_arg = arg;
    r->state = RESTING;
    drop_context(r);
    if (r->looking)
        uv_cancel((uv_req_t *)&r->lookup);
    uv_close((uv_handle_t *)&r->clock, on_clock_closed);
}

bool redis_is_up(const struct redis *r)
{
    return r->state == UP;
}

const char *redis_last_error(const struct redis *r)
{
    return r->last_error;
}
