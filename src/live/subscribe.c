/*
 * subscribe:<id>, unsubscribe:<id>, subscribe:*. A task must exist and be visible, so the engine is
 * asked; many questions may be under way at once, but what was said takes effect in the order in
 * which it was said.
 */
#include <stdlib.h>
#include "live/internal.h"

enum what { SUBSCRIBE, UNSUBSCRIBE, EVERYTHING };

struct saying {
    struct list place; /* in client->sayings */
    struct client *client;
    enum what what;
    struct uuid task;
    bool answered, found;
    /* found: the task as it was; else the error */
    struct ws_frame *frame;
    int64_t owner, seq;
    bool final;
};

static void take_effect(struct saying *y)
{
    struct client *c = y->client;
    switch (y->what) {
    case SUBSCRIBE:
        if (!y->found)
            ws_send(c->session, y->frame);
        else if (!hub_watch(c->reader, &y->task))
            client_complain(c, ERR_VALIDATION_ERROR,
                TR("Слишком много подписок: отмените часть или подпишитесь на все (subscribe:*)",
                    "Too many subscriptions: end some, or subscribe to everything (subscribe:*)"));
        else
            hub_first(c->reader, &y->task, y->owner, y->seq, y->final, y->frame);
        break;
    case UNSUBSCRIBE:
        hub_unwatch(c->reader, &y->task);
        break;
    case EVERYTHING:
        hub_watch_all(c->reader);
        break;
    }
}

/* Those at the head that are answered. May free the client. */
static void go_on(struct client *c)
{
    c->ops++;
    while (!list_empty(&c->sayings)) {
        struct saying *y = container_of(c->sayings.next, struct saying, place);
        if (!y->answered)
            break;
        list_remove(&y->place);
        if (c->session)
            take_effect(y);
        if (y->what == SUBSCRIBE)
            hub_release(c->live->hub, &y->task);
        ws_frame_unref(y->frame);
        free(y);
        c->ops--;
    }
    client_op_ended(c);
}

static void on_task(void *arg, const struct task_state *s, const struct err *err)
{
    struct saying *y = arg;
    struct client *c = y->client;
    y->answered = true;
    y->found = !err && may_see(&c->who, s->user_id);
    if (y->found) {
        y->frame = message_update(s);
        y->owner = s->user_id;
        y->seq = s->seq;
        y->final = task_ended(s->status);
    } else {
        struct err not_found = ERR_INIT;
        no_such_task(&not_found);
        y->frame = message_error(err && err->code != ERR_NOT_FOUND ? err : &not_found);
    }
    go_on(c);
}

static void say(struct client *c, enum what what, const struct uuid *task)
{
    if (!client_op_begins(c))
        return;
    struct saying *y = mem_alloc(sizeof *y);
    y->client = c;
    y->what = what;
    list_add_tail(&c->sayings, &y->place);
    if (what != EVERYTHING)
        y->task = *task;
    if (what == SUBSCRIBE) {
        hub_hold(c->live->hub, task);
        engine_get(c->live->engine, task, on_task, y);
    } else {
        y->answered = true;
        go_on(c);
    }
}

bool client_subscription(struct client *c, struct str message)
{
    struct uuid task;
    bool on = str_starts(message, STR("subscribe:"));
    if (!on && !str_starts(message, STR("unsubscribe:")))
        return false;
    str_cut(&message, ':');
    if (on && str_is(message, "*"))
        say(c, EVERYTHING, NULL);
    else if (uuid_parse(message, &task))
        say(c, on ? SUBSCRIBE : UNSUBSCRIBE, &task);
    else
        return false;
    return true;
}
