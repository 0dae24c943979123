/*
 * What clients say: ping, {"action":"cancel"}, and on the path of all tasks list, subscribe:<id>, unsubscribe:<id>. What is
 * said to the engine takes effect when it answers; what was said later and contradicts it wins.
 */
#include <stdlib.h>
#include "live/internal.h"

enum op_kind { OP_SUBSCRIBE, OP_CANCEL, OP_LIST };

/* A question to the engine on behalf of a client. */
struct op {
    struct list place; /* in client->ops */
    struct client *client;
    enum op_kind kind;
    struct uuid task;
    bool undone;       /* contradicted meanwhile */
};

static void client_free_if_done(struct client *c)
{
    if (c->session || c->op_count > 0)
        return;
    struct live *l = c->live;
    list_remove(&c->place);
    free(c);
    live_freed(l);
}

static void tell_error(struct client *c, const struct err *e)
{
    if (!c->session)
        return;
    struct ws_frame *f = message_error(e);
    ws_send(c->session, f);
    ws_frame_unref(f);
}

static void complain(struct client *c, enum err_code code, const char *message)
{
    struct err e = ERR_INIT;
    err_set(&e, code, "%s", message);
    tell_error(c, &e);
}

static void no_such_task(struct client *c)
{
    complain(c, ERR_NOT_FOUND, TR("Такой задачи нет", "There is no such task"));
}

static struct op *op_begin(struct client *c, enum op_kind kind, const struct uuid *task)
{
    if (c->op_count >= LIVE_OPS_MAX) {
        complain(c, ERR_RATE_LIMIT_ERROR, TR("Слишком много команд сразу: дождитесь ответа на прежние",
            "Too many commands at once: wait until earlier ones are answered"));
        return NULL;
    }
    struct op *op = mem_alloc(sizeof *op);
    op->client = c;
    op->kind = kind;
    if (task)
        op->task = *task;
    list_add_tail(&c->ops, &op->place);
    c->op_count++;
    return op;
}

static void op_end(struct op *op)
{
    struct client *c = op->client;
    list_remove(&op->place);
    free(op);
    c->op_count--;
    client_free_if_done(c);
}

/* ---- subscribe, unsubscribe ---- */

static void undo_subscribing(struct client *c, const struct uuid *task) /* NULL: every */
{
    LIST_EACH(item, &c->ops) {
        struct op *op = container_of(item, struct op, place);
        if (op->kind == OP_SUBSCRIBE && (!task || uuid_eq(task, &op->task)))
            op->undone = true;
    }
}

static void on_subscribed(void *arg, const struct task_state *s, const struct err *err)
{
    struct op *op = arg;
    struct client *c = op->client;
    struct hub *hub = c->live->hub;
    if (!c->session || op->undone) {
        /* nobody asks any more */
    } else if (err && err->code != ERR_NOT_FOUND) {
        tell_error(c, err);
    } else if (err || !may_see(&c->who, s->user_id)) {
        no_such_task(c);
    } else if (!hub_watch(c->reader, &op->task)) {
        complain(c, ERR_VALIDATION_ERROR,
            TR("Слишком много подписок: отмените часть или подпишитесь на все (subscribe:*)",
                "Too many subscriptions: end some, or subscribe to everything (subscribe:*)"));
    } else {
        struct ws_frame *f = message_update(s);
        hub_first(c->reader, &op->task, s->user_id, s->seq, task_ended(s->status), f);
        ws_frame_unref(f);
    }
    hub_release(hub, &op->task);
    op_end(op);
}

static void subscribe(struct client *c, const struct uuid *task)
{
    struct op *op = op_begin(c, OP_SUBSCRIBE, task);
    if (!op)
        return;
    hub_hold(c->live->hub, task);
    engine_get(c->live->engine, task, on_subscribed, op);
}

/* ---- cancel ---- */

static void on_cancelled(void *arg, const struct task_state *s, const struct err *err)
{
    struct op *op = arg;
    if (err)
        tell_error(op->client, err); /* the change itself comes as an update */
    op_end(op);
}

static void on_whose(void *arg, const struct task_state *s, const struct err *err)
{
    struct op *op = arg;
    struct client *c = op->client;
    if (!err && may_see(&c->who, s->user_id)) {
        engine_cancel(c->live->engine, &op->task, c->who.user_id, on_cancelled, op);
        return;
    }
    if (err && err->code != ERR_NOT_FOUND)
        tell_error(c, err);
    else
        no_such_task(c);
    op_end(op);
}

static void cancel(struct client *c, const struct uuid *task)
{
    struct live *l = c->live;
    if (!auth_still(l->auth, &c->who)) {
        ws_close(c->session, 1008, "the sign-in has ended");
        return;
    }
    struct op *op = op_begin(c, OP_CANCEL, task);
    if (!op)
        return;
    /* The one task of a connection was judged in the handshake. */
    if (c->one || c->who.role >= ROLE_MANAGER)
        engine_cancel(l->engine, task, c->who.user_id, on_cancelled, op);
    else
        engine_get(l->engine, task, on_whose, op);
}

/* ---- list ---- */

static void list_if_possible(struct client *c);

static void on_listed(void *arg, const struct task_state *const *tasks, int count, int64_t total,
    const struct err *err)
{
    struct op *op = arg;
    struct client *c = op->client;
    c->list_running = false;
    if (c->session && err) {
        tell_error(c, err);
    } else if (c->session) {
        struct ws_frame *f = message_list(c->live, tasks, count);
        ws_send(c->session, f);
        ws_frame_unref(f);
        for (int i = 0; i < count; i++)
            hub_told(c->reader, &tasks[i]->id, newest_state(c->live, tasks[i])->seq);
        list_if_possible(c);
    }
    op_end(op);
}

static void list_if_possible(struct client *c)
{
    if (!c->list_wanted || c->list_running || ws_queued(c->session) > LIVE_QUEUE_MAX)
        return; /* asked for again when there is room, or the present one is told */
    struct op *op = op_begin(c, OP_LIST, NULL);
    c->list_wanted = false;
    if (!op)
        return;
    c->list_running = true;
    struct task_filter f = {
        .user_id = owner_filter(&c->who), .sort = TASK_SORT_NEWEST, .limit = LIVE_LIST_LIMIT};
    engine_list(c->live->engine, &f, on_listed, op);
}

/* ---- reading what was said ---- */

static bool parse_cancel(struct client *c, struct str message, struct uuid *ret_task)
{
    struct arena a = ARENA_INIT;
    struct err e;
    const struct json *j = json_parse(&a, message, &e), *id = json_get(j, "task_id");
    bool good = json_is(j, JSON_OBJECT) && str_is(json_text(json_get(j, "action")), "cancel") &&
        j->count == (id ? 2 : 1);
    *ret_task = c->task;
    if (good && id)
        good = uuid_parse(json_text(id), ret_task) && (!c->one || uuid_eq(ret_task, &c->task));
    else if (!c->one)
        good = false;
    arena_release(&a);
    return good;
}

/* subscribe:<id>, unsubscribe:<id>, subscribe:* */
static bool parse_subscription(struct str message, bool *ret_on, bool *ret_all, struct uuid *ret_task)
{
    *ret_on = str_starts(message, STR("subscribe:"));
    if (!*ret_on && !str_starts(message, STR("unsubscribe:")))
        return false;
    str_cut(&message, ':');
    *ret_all = *ret_on && str_is(message, "*");
    return *ret_all || uuid_parse(message, ret_task);
}

void client_text(struct client *c, struct str message)
{
    struct uuid task;
    bool on, all;
    if (str_is(message, "ping")) {
        ws_send_text(c->session, STR("pong"));
    } else if (message.n && message.p[0] == '{' && parse_cancel(c, message, &task)) {
        cancel(c, &task);
    } else if (!c->one && str_is(message, "list")) {
        c->list_wanted = true;
        list_if_possible(c);
    } else if (!c->one && parse_subscription(message, &on, &all, &task)) {
        if (all || !on)
            undo_subscribing(c, all ? NULL : &task);
        if (all)
            hub_watch_all(c->reader);
        else if (on)
            subscribe(c, &task);
        else
            hub_unwatch(c->reader, &task);
    } else if (c->one) {
        complain(c, ERR_VALIDATION_ERROR, TR("Не понимаю. Можно: ping, {\"action\":\"cancel\"}",
            "Not understood. Possible: ping, {\"action\":\"cancel\"}"));
    } else {
        complain(c, ERR_VALIDATION_ERROR,
            TR("Не понимаю. Можно: ping, list, subscribe:<id>, unsubscribe:<id>, subscribe:*, "
               "{\"action\":\"cancel\",\"task_id\":\"<id>\"}",
                "Not understood. Possible: ping, list, subscribe:<id>, unsubscribe:<id>, subscribe:*, "
                "{\"action\":\"cancel\",\"task_id\":\"<id>\"}"));
    }
}

void client_writable(struct client *c)
{
    hub_writable(c->reader);
    list_if_possible(c);
}

void client_closed(struct client *c)
{
    hub_leave(c->reader);
    c->reader = NULL;
    c->session = NULL;
    client_free_if_done(c);
}
