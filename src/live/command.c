/* What clients say: ping, {"action":"cancel"}, and on the path of all tasks list and subscriptions
 * (subscribe.c). */
#include <stdlib.h>
#include "live/internal.h"

static void tell_error(struct client *c, const struct err *e)
{
    if (!c->session)
        return;
    struct ws_frame *f = message_error(e);
    ws_send(c->session, f);
    ws_frame_unref(f);
}

void client_complain(struct client *c, enum err_code code, const char *message)
{
    struct err e = ERR_INIT;
    err_set(&e, code, "%s", message);
    tell_error(c, &e);
}

/* ---- questions to the engine ---- */

bool client_op_begins(struct client *c)
{
    if (c->ops >= LIVE_OPS_MAX) {
        client_complain(c, ERR_RATE_LIMIT_ERROR,
            TR("Слишком много команд сразу: дождитесь ответа на прежние",
                "Too many commands at once: wait until earlier ones are answered"));
        return false;
    }
    c->ops++;
    return true;
}

static void free_if_done(struct client *c)
{
    if (c->session || c->ops > 0)
        return;
    struct live *l = c->live;
    list_remove(&c->place);
    free(c);
    live_freed(l);
}

void client_op_ended(struct client *c)
{
    c->ops--;
    free_if_done(c);
}

/* ---- cancel ---- */

struct cancelling {
    struct client *client;
    struct uuid task;
};

static void on_cancelled(void *arg, const struct task_state *s, const struct err *err)
{
    struct cancelling *k = arg;
    struct client *c = k->client;
    free(k);
    if (err)
        tell_error(c, err); /* the change itself comes as an update */
    client_op_ended(c);
}

static void on_whose(void *arg, const struct task_state *s, const struct err *err)
{
    struct cancelling *k = arg;
    struct client *c = k->client;
    struct err refused = ERR_INIT;
    if (!err && may_see(&c->who, s->user_id)) {
        engine_cancel(c->live->engine, &k->task, c->who.user_id, on_cancelled, k);
        return;
    }
    no_such_task(&refused);
    on_cancelled(k, NULL, err && err->code != ERR_NOT_FOUND ? err : &refused);
}

static void cancel(struct client *c, const struct uuid *task)
{
    struct live *l = c->live;
    if (!auth_still(l->auth, &c->who)) {
        ws_close(c->session, 1008, "the sign-in has ended");
        return;
    }
    if (!client_op_begins(c))
        return;
    struct cancelling *k = mem_alloc(sizeof *k);
    k->client = c;
    k->task = *task;
    /* The one task of a connection was judged in the handshake. */
    if (c->one || c->who.role >= ROLE_MANAGER)
        engine_cancel(l->engine, task, c->who.user_id, on_cancelled, k);
    else
        engine_get(l->engine, task, on_whose, k);
}

/* ---- list: asked for again while one is under way, it is told once more and no more ---- */

static void list_if_possible(struct client *c);

static void on_listed(void *arg, const struct task_state *const *tasks, int count, int64_t total,
    const struct err *err)
{
    struct client *c = arg;
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
    client_op_ended(c);
}

static void list_if_possible(struct client *c)
{
    if (!c->list_wanted || c->list_running || ws_queued(c->session) > LIVE_QUEUE_MAX)
        return; /* when the present one is told, or there is room again */
    c->list_wanted = false;
    if (!client_op_begins(c))
        return;
    c->list_running = true;
    struct task_filter f = {
        .user_id = owner_filter(&c->who), .sort = TASK_SORT_NEWEST, .limit = LIVE_LIST_LIMIT};
    engine_list(c->live->engine, &f, on_listed, c);
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

void client_text(struct client *c, struct str message)
{
    struct uuid task;
    if (str_is(message, "ping")) {
        ws_send_text(c->session, STR("pong"));
    } else if (message.n && message.p[0] == '{' && parse_cancel(c, message, &task)) {
        cancel(c, &task);
    } else if (!c->one && str_is(message, "list")) {
        c->list_wanted = true;
        list_if_possible(c);
    } else if (!c->one && client_subscription(c, message)) {
        /* done */
    } else if (c->one) {
        client_complain(c, ERR_VALIDATION_ERROR,
            TR("Не понимаю. Можно: ping, {\"action\":\"cancel\"}",
                "Not understood. Possible: ping, {\"action\":\"cancel\"}"));
    } else {
        client_complain(c, ERR_VALIDATION_ERROR,
            TR("Не понимаю. Можно: ping, list, subscribe:<id>, unsubscribe:<id>, subscribe:*, "
               "{\"action\":\"cancel\",\"task_id\":\"<id>\"}",
                "Not understood. Possible: ping, list, subscribe:<id>, unsubscribe:<id>, "
                "subscribe:*, "
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
    free_if_done(c);
}
