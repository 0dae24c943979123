/*
 * Telling other nodes: hints only, what is true stands in the table. One NOTIFY statement per 50 ms
 * at most, in a transaction of its own; final states and cancels do not wait for the 50 ms to be
 * over.
 *
 * Payload: the sender's name, then words: u<id> changed, f<id> perhaps final, c<id> cancel asked
 * for, r<id>:<user> removed, q there is something to claim.
 */
#include <stdlib.h>
#include "task/inside.h"

#define CHANNEL "obmen_tasks"
#define PAYLOAD_MAX 7900 /* PostgreSQL: less than 8000 */
#define AGAIN_MS 1000

const char *const engine_channels[] = {CHANNEL, NULL};

struct hint {
    struct list link;
    struct uuid id;
    enum hint_kind kind;
    int64_t user_id;
};

static void on_due(uv_timer_t *timer);

static void flush_in(struct engine *e, int64_t ms)
{
    struct notifier *n = &e->notifier;
    uint64_t wanted = (uint64_t)(ms > 0 ? ms : 0);
    if (uv_is_active((uv_handle_t *)&n->timer) && uv_timer_get_due_in(&n->timer) <= wanted)
        return;
    uv_timer_start(&n->timer, on_due, wanted, 0);
}

/* ---------------------------------------------------------------- out */

static void add_word(
    struct engine *e, struct db_column *payloads, struct buf *payload, const char *word)
{
    if (payload->n + strlen(word) + 1 > PAYLOAD_MAX) {
        db_column_text(payloads, buf_str(payload));
        buf_clear(payload);
    }
    if (payload->n == 0)
        buf_adds(payload, e->o.node);
    buf_addc(payload, ' ');
    buf_adds(payload, word);
}

static void add_hint(
    struct engine *e, struct db_column *payloads, struct buf *payload, const struct hint *h)
{
    char word[1 + UUID_TEXT + 24];
    word[0] = (char)h->kind;
    uuid_format(&h->id, word + 1);
    if (h->kind == HINT_REMOVED)
        snprintf(word + UUID_TEXT, sizeof word - UUID_TEXT, ":%lld", (long long)h->user_id);
    add_word(e, payloads, payload, word);
}

static void on_sent(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct notifier *n = &e->notifier;
    struct db_unit *u = n->unit;
    n->unit = NULL;
    n->in_flight = false;
    if (err && err->passing && e->life == ENGINE_OPEN) {
        db_keep(u);
        n->unit = u;
        flush_in(e, AGAIN_MS);
        return;
    }
    if (err && !err->cancelled)
        log_event(LOG_WARNING, "other nodes not told", NULL, LERR(err));
    if (!list_empty(&n->order) || n->work)
        flush_in(e, n->last_ms + ENGINE_HINTS_MS - engine_ms());
}

static void flush(struct engine *e)
{
    struct notifier *n = &e->notifier;
    if (n->in_flight)
        return;
    if (!n->unit) {
        if (list_empty(&n->order) && !n->work)
            return;
        struct db_column payloads;
        struct buf payload = BUF_INIT;
        db_column_init(&payloads, DB_TEXT);
        if (n->work)
            add_word(e, &payloads, &payload, "q");
        n->work = false;
        while (!list_empty(&n->order)) {
            struct hint *h = container_of(n->order.next, struct hint, link);
            add_hint(e, &payloads, &payload, h);
            list_remove(&h->link);
            map_remove(&n->hints, h->id.b, sizeof h->id.b);
            free(h);
        }
        db_column_text(&payloads, buf_str(&payload));
        n->unit = db_unit_new(e->o.db, DB_USER);
        store_notify(n->unit, CHANNEL, &payloads);
        db_column_release(&payloads);
        buf_release(&payload);
    }
    n->in_flight = true;
    n->last_ms = engine_ms();
    engine_submit(e, n->unit, on_sent, e);
}

static void on_due(uv_timer_t *timer)
{
    flush(timer->data);
}

void notify_task(struct engine *e, const struct uuid *id, enum hint_kind kind, int64_t user_id)
{
    struct notifier *n = &e->notifier;
    struct hint *h = map_get(&n->hints, id->b, sizeof id->b);
    if (!h) {
        h = mem_alloc(sizeof *h);
        h->id = *id;
        h->kind = kind;
        list_add_tail(&n->order, &h->link);
        map_put(&n->hints, id->b, sizeof id->b, h);
    }
    if (kind != HINT_CHANGED)
        h->kind = kind;
    h->user_id = user_id;
    bool urgent = kind == HINT_FINAL || kind == HINT_CANCEL;
    flush_in(e, urgent ? 0 : n->last_ms + ENGINE_HINTS_MS - engine_ms());
}

void notify_work(struct engine *e)
{
    e->notifier.work = true;
    flush_in(e, e->notifier.last_ms + ENGINE_HINTS_MS - engine_ms());
}

/* ---------------------------------------------------------------- in */

static void hear(struct engine *e, struct str word)
{
    struct uuid id;
    struct str text = {word.p + 1, word.n - 1};
    struct str rest = text;
    text = str_cut(&rest, ':');
    if (word.p[0] == 'q') {
        queue_wake(e);
        return;
    }
    if (!uuid_parse(text, &id))
        return;
    struct obm_task *t = attempt_find(e, &id);
    long long user_id = 0;
    switch (word.p[0]) {
    case HINT_CANCEL:
        if (t)
            attempt_end(t, END_CANCEL, NULL);
        else
            queue_cancelled(e, &id);
        view_want(e, &id, true, NULL, NULL);
        break;
    case HINT_REMOVED:
        str_to_i64(rest, 0, INT64_MAX, &user_id);
        view_forget(e, &id, user_id);
        break;
    case HINT_CHANGED:
    case HINT_FINAL:
        view_stale(e, &id);
        view_want(e, &id, word.p[0] == HINT_FINAL, NULL, NULL);
        break;
    default: /* a newer version's word */
        break;
    }
}

void engine_notified(struct engine *e, const char *channel, struct str payload)
{
    if (e->life != ENGINE_OPEN || strcmp(channel, CHANNEL) != 0)
        return;
    struct str sender = str_cut(&payload, ' ');
    if (str_is(sender, e->o.node))
        return;
    while (payload.n > 0) {
        struct str word = str_cut(&payload, ' ');
        if (word.n > 0)
            hear(e, word);
    }
}

/* ---------------------------------------------------------------- life */

void notifier_init(struct engine *e)
{
    list_init(&e->notifier.order);
    uv_timer_init(e->loop, &e->notifier.timer);
    e->notifier.timer.data = e;
}

/* Closing: what is due is still told. */
bool notifier_idle(const struct engine *e)
{
    const struct notifier *n = &e->notifier;
    return !n->in_flight && !n->unit && !n->work && list_empty(&n->order);
}

void notifier_release(struct engine *e)
{
    map_release(&e->notifier.hints);
}
