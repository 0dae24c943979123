/*
 * libcurl's multi interface on libuv: curl says which sockets to watch (CURLMOPT_SOCKETFUNCTION)
 * and when to be called (CURLMOPT_TIMERFUNCTION); we call curl_multi_socket_action and then collect
 * what has ended.
 */
#include "http/client_internal.h"

struct client_socket {
    uv_poll_t poll;
    struct http_client *client;
    curl_socket_t fd;
};

void client_handle_closed(uv_handle_t *handle)
{
    struct http_client *c = handle->data;
    if (--c->handles > 0 || !c->closing)
        return;
    void (*closed)(void *) = c->closed;
    void *arg = c->closed_arg;
    free(c);
    closed(arg);
}

static void on_socket_closed(uv_handle_t *handle)
{
    struct client_socket *s = container_of((uv_poll_t *)handle, struct client_socket, poll);
    handle->data = s->client;
    client_handle_closed(handle);
    free(s);
}

static void on_socket_ready(uv_poll_t *poll, int status, int events)
{
    struct client_socket *s = container_of(poll, struct client_socket, poll);
    struct http_client *c = s->client;
    int mask = 0, running;
    if (status < 0)
        mask = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        mask |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        mask |= CURL_CSELECT_OUT;
    curl_multi_socket_action(c->multi, s->fd, mask, &running);
    client_reap(c);
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *of_socket)
{
    struct http_client *c = arg;
    struct client_socket *s = of_socket;
    if (what == CURL_POLL_REMOVE) {
        if (s) {
            /* curl closes the number right after this: the watcher must be out of epoll by then,
             * and is. */
            curl_multi_assign(c->multi, fd, NULL);
            uv_close((uv_handle_t *)&s->poll, on_socket_closed);
        }
        return 0;
    }
    if (!s) {
        s = mem_alloc(sizeof *s);
        s->client = c;
        s->fd = fd;
        if (uv_poll_init_socket(c->loop, &s->poll, fd) < 0) {
            free(s);
            return -1;
        }
        c->handles++;
        curl_multi_assign(c->multi, fd, s);
    }
    int events = 0;
    if (what != CURL_POLL_OUT)
        events |= UV_READABLE;
    if (what != CURL_POLL_IN)
        events |= UV_WRITABLE;
    return uv_poll_start(&s->poll, events, on_socket_ready) < 0 ? -1 : 0;
}

static void on_curl_time(uv_timer_t *timer)
{
    client_loop_kick(timer->data);
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *arg)
{
    struct http_client *c = arg;
    if (timeout_ms < 0) {
        uv_timer_stop(&c->curl_timer);
        return 0;
    }
    /* Never before the time curl means: libuv counts from the start of this turn, in whole
     * milliseconds. */
    uv_update_time(c->loop);
    uv_timer_start(&c->curl_timer, on_curl_time, timeout_ms ? (uint64_t)timeout_ms + 1 : 0, 0);
    return 0;
}

void client_loop_kick(struct http_client *c)
{
    int running;
    curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    client_reap(c);
}

int client_loop_open(struct http_client *c)
{
    uv_timer_init(c->loop, &c->curl_timer);
    c->curl_timer.data = c;
    c->handles++;
    c->multi = curl_multi_init();
    if (!c->multi)
        return -1;
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
    curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, 64L);
    return 0;
}

void client_loop_close(struct http_client *c)
{
    curl_multi_cleanup(c->multi);
    uv_close((uv_handle_t *)&c->curl_timer, client_handle_closed);
}
