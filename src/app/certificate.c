#include "app/certificate.h"

#include "obmen/log.h"

int certificate_read(struct certificate *c, const char *cert, const char *key, struct err *ret_err)
{
    c->cert = cert;
    c->key = key;
    if (!cert)
        return 0;
    c->context = http_tls_context(cert, key, ret_err);
    return c->context ? 0 : -1;
}

static void in_thread(uv_work_t *work)
{
    struct certificate *c = work->data;
    c->err = ERR_INIT;
    c->fresh = http_tls_context(c->cert, c->key, &c->err);
}

static void begin(struct certificate *c);

static void on_loaded(uv_work_t *work, int status)
{
    struct certificate *c = work->data;
    c->loading = false;
    if (!c->fresh) {
        log_event(LOG_ERROR, "certificate not taken", NULL, LERR(&c->err));
    } else {
        http_tls_context_free(c->context);
        c->context = c->fresh;
        c->fresh = NULL;
        if (c->server)
            http_server_set_tls(c->server, c->context);
        log_event(LOG_INFO, "certificate read again", NULL, LS("file", c->cert));
    }
    if (c->again)
        begin(c);
}

static void begin(struct certificate *c)
{
    c->again = c->loading;
    if (c->loading || !c->server || !c->cert)
        return;
    c->loading = true;
    c->work.data = c;
    if (uv_queue_work(c->hangup.loop, &c->work, in_thread, on_loaded) < 0)
        c->loading = false;
}

static void on_hangup(uv_signal_t *signal, int number)
{
    begin(signal->data);
}

void certificate_watch(struct certificate *c, uv_loop_t *loop, struct http_server *server)
{
    c->server = server;
    uv_signal_init(loop, &c->hangup);
    c->hangup.data = c;
    uv_signal_start(&c->hangup, on_hangup, SIGHUP);
}

void certificate_let_go(struct certificate *c)
{
    c->server = NULL;
}

void certificate_close(struct certificate *c)
{
    uv_close((uv_handle_t *)&c->hangup, NULL);
}

void certificate_free(struct certificate *c)
{
    http_tls_context_free(c->context);
}
