#include "demo/demo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "demo/service.h"

struct program {
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct demo_service *service;
};

static void on_service_closed(void *arg)
{
    struct program *p = arg;
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&p->signals[i], NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct program *p = handle->data;
    struct demo_service *s = p->service;
    p->service = NULL; /* a second signal changes nothing: the end is bounded */
    if (s)
        demo_service_close(s, on_service_closed, p);
}

static int run(struct program *p, const struct demo_options *o)
{
    struct err err = ERR_INIT;
    p->service = demo_service_open(&p->loop, o, &err);
    if (!p->service) {
        fprintf(stderr, "obmen: demo-1c: %s%s%s%s\n", err.message, err.cause[0] ? " (" : "",
            err.cause, err.cause[0] ? ")" : "");
        uv_run(&p->loop, UV_RUN_DEFAULT); /* what was half open closes */
        return 1;
    }
    static const int numbers[2] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&p->loop, &p->signals[i]);
        p->signals[i].data = p;
        uv_signal_start(&p->signals[i], on_signal, numbers[i]);
    }
    bool v6 = strchr(o->host, ':') && o->host[0] != '[';
    printf(v6 ? "http://[%s]:%d" DEMO_BASE "\n" : "http://%s:%d" DEMO_BASE "\n", o->host,
        demo_service_port(p->service));
    fflush(stdout);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    return 0;
}

int demo_main(int argc, char **argv)
{
    struct demo_options o;
    int status = demo_options_read(&o, argc, argv);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_IGN);
    struct program p = {0};
    uv_loop_init(&p.loop);
    status = run(&p, &o);
    if (uv_loop_close(&p.loop) != 0) {
        fprintf(stderr, "obmen: demo-1c: a handle was left open\n");
        status = 1;
    }
    return status;
}
