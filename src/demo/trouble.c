#include "demo/trouble.h"

#include <stdlib.h>
#include "demo/service.h"

static const char *const names[] = {[TROUBLE_NONE] = "none",
    [TROUBLE_HANG] = "hang",
    [TROUBLE_BUSY_RETRY_AFTER] = "busy_retry_after",
    [TROUBLE_EXCEPTION] = "exception",
    [TROUBLE_RESET] = "reset",
    [TROUBLE_BUSY] = "busy",
    [TROUBLE_APPLICATION] = "application_error",
    [TROUBLE_GATEWAY] = "bad_gateway",
    [TROUBLE_HTML] = "html",
    [TROUBLE_CUT] = "cut",
    [TROUBLE_CUT_QUIETLY] = "cut_quietly",
    [TROUBLE_REPEAT] = "repeat"};
_Static_assert(sizeof names / sizeof *names == DEMO_TROUBLE_KINDS, "each trouble has a name");

const char *demo_trouble_name(enum demo_trouble_kind k)
{
    return k < DEMO_TROUBLE_KINDS ? names[k] : "unknown";
}

static bool due(int64_t every, uint64_t number)
{
    return every > 0 && number % (uint64_t)every == 0;
}

struct demo_trouble demo_trouble_of(const struct demo_troubles *t, uint64_t number, bool has_skip)
{
    static const enum demo_trouble_kind fails[] = {TROUBLE_BUSY_RETRY_AFTER, TROUBLE_EXCEPTION,
        TROUBLE_RESET, TROUBLE_BUSY, TROUBLE_APPLICATION, TROUBLE_GATEWAY};
    enum demo_trouble_kind k = TROUBLE_NONE;
    if (due(t->hang_every, number))
        k = TROUBLE_HANG;
    else if (due(t->fail_every, number))
        k = fails[(number / (uint64_t)t->fail_every - 1) % (sizeof fails / sizeof *fails)];
    else if (due(t->html_every, number))
        k = TROUBLE_HTML;
    else if (due(t->cut_every, number))
        k = number / (uint64_t)t->cut_every % 2 ? TROUBLE_CUT : TROUBLE_CUT_QUIETLY;
    else if (has_skip && due(t->repeat_every, number))
        k = TROUBLE_REPEAT;
    return (struct demo_trouble){k};
}

static void reset(struct demo_call *call)
{
    static const struct http_stream_events none = {0};
    /* nothing has been sent yet: the peer sees a reset instead of an answer */
    http_stream_begin(call->req, 200, NULL, &none, NULL);
    struct http_request *req = call->req;
    demo_call_done(call);
    http_stream_end(req, false);
}

bool demo_trouble_answer(struct demo_call *call)
{
    struct demo_service *s = call->s;
    s->stats.troubles[call->trouble.kind]++;
    switch (call->trouble.kind) {
    case TROUBLE_HANG:
        demo_call_done(call); /* nobody works on it any more */
        list_add_tail(&s->hung, &call->in_service);
        return true;
    case TROUBLE_BUSY_RETRY_AFTER:
        http_add_header(call->req, "Retry-After", STR("1"));
        /* fall through */
    case TROUBLE_BUSY:
        demo_reply_html(call, 503, "Service Unavailable");
        return true;
    case TROUBLE_GATEWAY:
        demo_reply_html(call, 502, "Bad Gateway");
        return true;
    case TROUBLE_EXCEPTION:
        demo_reply_exception(call, 500,
            "Начало сеанса с информационной базой запрещено. Выполняется обслуживание базы");
        return true;
    case TROUBLE_APPLICATION: {
        struct demo_fault f;
        demo_refuse(&f, 500, -1, "Конфликт блокировок при выполнении транзакции");
        demo_reply_fault(call, &f);
        return true;
    }
    case TROUBLE_RESET:
        reset(call);
        return true;
    case TROUBLE_HTML:
        demo_reply_html(call, 200, "Вход в систему");
        return true;
    default:
        return false;
    }
}

struct cut {
    struct http_request *req;
    struct buf half;
    bool sent;
};

static void cut_more(void *arg)
{
    struct cut *c = arg;
    if (!c->sent) {
        c->sent = true;
        http_stream_write(c->req, buf_str(&c->half));
        return;
    }
    struct http_request *req = c->req;
    buf_release(&c->half);
    free(c);
    http_stream_end(req, false);
}

static void cut_gone(void *arg)
{
    struct cut *c = arg;
    c->sent = true;
    cut_more(c);
}

void demo_trouble_cut(struct demo_call *call, const char *type, struct buf body)
{
    static const struct http_stream_events events = {cut_more, cut_gone};
    body.n = body.n / 2;
    if (call->trouble.kind == TROUBLE_CUT_QUIETLY) {
        call->trouble.kind = TROUBLE_NONE;
        demo_reply(call, 200, type, body); /* the length is right, the contents are not */
        return;
    }
    struct cut *c = mem_alloc(sizeof *c);
    *c = (struct cut){call->req, body, false};
    demo_call_done(call);
    http_stream_begin(c->req, 200, type, &events, c);
}
