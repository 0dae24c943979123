/*
 * Requests to other servers. The life of a call:
 *
 *   QUEUED --turn--> RUNNING --curl is done------------> ENDED (on_done, freed)
 *      |                |                                  ^
 *      +-----cancel, time limit, fault--> STOPPED --turn---+
 *
 * Callers may start, cancel, pause and resume from anywhere, also from inside curl's callbacks,
 * where curl itself may not be called: they only move the call to another list and ask for a turn.
 */
#include <string.h>
#include "http/client_internal.h"
#include "obmen/log.h"

#define DEFAULT_TIMEOUT_MS 60000
#define CONNECT_TIMEOUT_MS 20000

static void on_turn(uv_timer_t *timer);
static void on_clock(uv_timer_t *timer);

static void ask_for_turn(struct http_client *c)
{
    if (!uv_is_active((uv_handle_t *)&c->turn))
        uv_timer_start(&c->turn, on_turn, 0, 0);
}

static void move(struct http_call *call, enum call_state state)
{
    struct http_client *c = call->client;
    struct list *to[] = {&c->queued, &c->running, &c->stopped};
    list_remove(&call->place);
    if (state != CALL_ENDED)
        list_add_tail(to[state], &call->place);
    call->state = state;
}

static void stop(struct http_call *call, enum call_stop why)
{
    if (call->state >= CALL_STOPPED)
        return;
    if (call->stop == STOP_NONE)
        call->stop = why;
    move(call, CALL_STOPPED);
    ask_for_turn(call->client);
}

/* ---- time limits: one timer for all calls, set to the nearest ---- */

static int64_t now_of(const struct http_client *c)
{
    return (int64_t)uv_now(c->loop);
}

static int64_t time_left(const struct http_call *call, int64_t now, enum call_stop *ret_why)
{
    int64_t whole = call->started + call->timeout_ms - now;
    int64_t idle = call->heard + call->idle_ms - now;
    *ret_why = idle < whole ? STOP_IDLE : STOP_TIMEOUT;
    return idle < whole ? idle : whole;
}

static void set_clock(struct http_client *c)
{
    int64_t nearest = INT64_MAX, now = now_of(c);
    enum call_stop why;
    LIST_EACH(item, &c->running)
    {
        struct http_call *call = container_of(item, struct http_call, place);
        int64_t left = time_left(call, now, &why);
        if (!call->paused && left < nearest)
            nearest = left;
    }
    if (nearest == INT64_MAX)
        uv_timer_stop(&c->clock);
    else
        uv_timer_start(&c->clock, on_clock, nearest > 0 ? (uint64_t)nearest : 0, 0);
}

static void on_clock(uv_timer_t *timer)
{
    struct http_client *c = timer->data;
    int64_t now = now_of(c);
    enum call_stop why;
    LIST_EACH_SAFE(item, &c->running)
    {
        struct http_call *call = container_of(item, struct http_call, place);
        if (!call->paused && time_left(call, now, &why) <= 0)
            stop(call, why);
    }
    set_clock(c);
}

/* ---- starting ---- */

static size_t on_body(char *piece, size_t size, size_t count, void *arg)
{
    struct http_call *call = arg;
    size_t n = size * count;
    if (call->state == CALL_STOPPED)
        return 0;
    if (call->paused)
        return CURL_WRITEFUNC_PAUSE;
    call->heard = now_of(call->client);
    call->answer.bytes += n;
    call->client->figures.bytes += n;
    if (!call->events.on_data(call->arg, (struct str){piece, n}))
        stop(call, STOP_CANCELLED);
    return call->state == CALL_STOPPED ? 0 : n;
}

static int add_headers(struct http_call *call, const char *const *headers, struct err *ret_err)
{
    /* A body is sent at once and without a type of curl's choice. */
    call->headers = curl_slist_append(NULL, "Expect:");
    bool typed = false;
    for (; headers && *headers; headers++) {
        if (strpbrk(*headers, "\r\n"))
            return err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
                TR("В заголовке запроса перевод строки.", "A request header contains a line end."));
        typed = typed || str_starts(str_from(*headers), STR("Content-Type:"));
        call->headers = curl_slist_append(call->headers, *headers);
    }
    if (!typed)
        call->headers = curl_slist_append(call->headers, "Content-Type:");
    return 0;
}

static void set_method(struct http_call *call, const char *method)
{
    CURL *e = call->easy;
    if (call->body.p) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, call->body.p);
    }
    if (!method || strcmp(method, "GET") == 0) {
        if (call->body.p)
            curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, "GET");
    } else if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    } else if (strcmp(method, "POST") == 0) {
        curl_easy_setopt(e, CURLOPT_POST, 1L);
        if (!call->body.p) {
            curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, 0L);
            curl_easy_setopt(e, CURLOPT_POSTFIELDS, "");
        }
    } else {
        curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
    }
}

static int prepare(struct http_call *call, const struct http_call_options *o, struct err *ret_err)
{
    if (client_set_url(call, o->url, ret_err) || add_headers(call, o->headers, ret_err))
        return -1;
    call->easy = curl_easy_init();
    if (!call->easy)
        return err_set_passing(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("Не удалось начать запрос.", "Could not begin the request."));
    if (o->body.p)
        call->body = arena_str(&call->memory, o->body);
    CURL *e = call->easy;
    curl_easy_setopt(e, CURLOPT_PRIVATE, call);
    curl_easy_setopt(e, CURLOPT_URL, o->url);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    /* Without this, ending a call whose name is still being looked up waits for the resolver's
     * thread. */
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 32L * 1024);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "obmen/" OBMEN_VERSION);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, call->curl_text);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L); /* as far as may_follow lets it */
    curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)CLIENT_MAX_REDIRECTS);
    curl_easy_setopt(e, CURLOPT_UNRESTRICTED_AUTH, 0L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
        (long)(call->timeout_ms < CONNECT_TIMEOUT_MS ? call->timeout_ms : CONNECT_TIMEOUT_MS));
    if (o->username) {
        curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(e, CURLOPT_USERNAME, o->username);
        curl_easy_setopt(e, CURLOPT_PASSWORD, o->password ? o->password : "");
    }
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, client_on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, call);
    set_method(call, o->method);
    return 0;
}

struct http_call *http_call_start(struct http_client *c, const struct http_call_options *o,
    const struct http_call_events *events, void *arg)
{
    struct http_call *call = mem_alloc(sizeof *call);
    call->client = c;
    call->events = *events;
    call->arg = arg;
    call->answer.content_type = STR("");
    call->timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : DEFAULT_TIMEOUT_MS;
    call->idle_ms = o->idle_timeout_ms > 0 ? o->idle_timeout_ms : call->timeout_ms;
    call->target = arena_cstr(&call->memory, str_from(o->target ? o->target : "http"));
    list_init(&call->place);
    move(call, CALL_QUEUED);
    c->figures.calls++;
    c->figures.running++;
    if (c->closing)
        stop(call, STOP_CANCELLED);
    else if (prepare(call, o, &call->fault))
        stop(call, STOP_FAULT);
    ask_for_turn(c);
    return call;
}

void http_call_cancel(struct http_call *call)
{
    stop(call, STOP_CANCELLED);
}

void http_call_pause(struct http_call *call, bool paused)
{
    struct http_client *c = call->client;
    if (call->paused == paused || call->state >= CALL_STOPPED)
        return;
    call->paused = paused;
    if (paused) {
        call->paused_at = now_of(c);
        return;
    }
    int64_t rest = now_of(c) - call->paused_at;
    call->started += rest;
    call->heard += rest;
    call->resume = true;
    c->resume = true;
    ask_for_turn(c);
}

/* ---- ending ---- */

static void end(struct http_call *call, CURLcode code)
{
    struct http_client *c = call->client;
    struct err err = ERR_INIT;
    if (code == CURLE_OK && !call->head_told)
        code = CURLE_GOT_NOTHING; /* curl takes a head that breaks off for a whole one */
    bool failed = call->stop != STOP_NONE || code != CURLE_OK;
    if (failed)
        client_fault(call, code, &err);
    if (call->easy)
        curl_multi_remove_handle(c->multi, call->easy);
    move(call, CALL_ENDED);
    c->figures.running--;
    if (list_empty(&c->running))
        uv_timer_stop(&c->clock);
    if (failed && !err.cancelled)
        c->figures.failures++;
    if (!failed || !err.cancelled)
        client_count(c, call, !failed, now_of(c) - call->started);
    if (log_enabled(LOG_DEBUG))
        log_event(LOG_DEBUG, "http call", NULL, LS("target", call->target),
            LS("server", call->where), LI("status", call->answer.status),
            LI("bytes", (int64_t)call->answer.bytes), LI("ms", now_of(c) - call->started),
            LS("error", failed ? err.message : ""));
    call->events.on_done(call->arg, &call->answer, failed ? &err : NULL);
    if (call->easy)
        curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    curl_url_cleanup(call->at);
    arena_release(&call->memory);
    free(call);
}

void client_reap(struct http_client *c)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(c->multi, &left))) {
        if (m->msg != CURLMSG_DONE)
            continue;
        char *call;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &call);
        end((struct http_call *)(void *)call, code);
    }
}

static void resume_calls(struct http_client *c)
{
    c->resume = false;
    LIST_EACH_SAFE(item, &c->running)
    {
        struct http_call *call = container_of(item, struct http_call, place);
        if (!call->resume || call->paused)
            continue;
        call->resume = false;
        /* May hand over what curl kept back, here and now. */
        curl_easy_pause(call->easy, CURLPAUSE_CONT);
    }
}

static void start_calls(struct http_client *c)
{
    while (!list_empty(&c->queued)) {
        struct http_call *call = container_of(c->queued.next, struct http_call, place);
        call->started = call->heard = now_of(c);
        if (call->paused)
            call->paused_at = call->started;
        move(call, CALL_RUNNING);
        curl_multi_add_handle(c->multi, call->easy);
    }
}

static void close_when_empty(struct http_client *c)
{
    if (!c->closing || c->figures.running > 0 || uv_is_closing((uv_handle_t *)&c->turn))
        return;
    client_loop_close(c);
    uv_close((uv_handle_t *)&c->turn, client_handle_closed);
    uv_close((uv_handle_t *)&c->clock, client_handle_closed);
}

static void on_turn(uv_timer_t *timer)
{
    struct http_client *c = timer->data;
    uv_update_time(c->loop);
    if (c->resume)
        resume_calls(c);
    /* What on_done starts or stops meanwhile waits for the next turn. */
    struct list *last = c->stopped.prev;
    while (!list_empty(&c->stopped)) {
        bool is_last = c->stopped.next == last;
        end(container_of(c->stopped.next, struct http_call, place), CURLE_OK);
        if (is_last)
            break;
    }
    start_calls(c);
    set_clock(c);
    client_loop_kick(c);
    if (!list_empty(&c->stopped))
        ask_for_turn(c);
    close_when_empty(c);
}

/* ---- the client ---- */

struct http_client *http_client_open(uv_loop_t *loop)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct http_client *c = mem_alloc(sizeof *c);
    c->loop = loop;
    list_init(&c->queued);
    list_init(&c->running);
    list_init(&c->stopped);
    uv_timer_init(loop, &c->turn);
    uv_timer_init(loop, &c->clock);
    c->turn.data = c->clock.data = c;
    c->handles = 2;
    if (client_loop_open(c))
        abort(); /* curl_multi_init fails only without memory */
    return c;
}

void http_client_close(struct http_client *c, void (*closed)(void *arg), void *arg)
{
    c->closing = true;
    c->closed = closed;
    c->closed_arg = arg;
    while (!list_empty(&c->queued))
        stop(container_of(c->queued.next, struct http_call, place), STOP_CANCELLED);
    while (!list_empty(&c->running))
        stop(container_of(c->running.next, struct http_call, place), STOP_CANCELLED);
    ask_for_turn(c);
}

void http_client_figures(const struct http_client *c, struct http_client_figures *ret)
{
    *ret = c->figures;
}
