/*
 * Sending: readers with something READY take turns, some in each turn of the loop, so that a change
 * that thousands watch does not hold it (each of them costs a system call when its connection is
 * flushed). What is sent is the topic's newest state at that moment.
 */
#include "ws/hub_internal.h"

#define READERS 128 /* in one turn of the loop: about 1 ms */
#define BURST 16    /* frames to one reader before the next one has its turn */

static void on_drain(uv_idle_t *idle);

void drain_reader(struct hub_reader *r)
{
    struct hub *h = r->hub;
    if (r->dead || !list_empty(&r->turn))
        return;
    if (ws_queued(r->session) > HUB_QUEUE_MAX && r->waiting <= HUB_DIRTY_MAX)
        return; /* hub_writable comes back to it */
    list_add_tail(&h->ready, &r->turn);
    if (!uv_is_active((uv_handle_t *)&h->drain))
        uv_idle_start(&h->drain, on_drain);
}

static void send_entry(struct hub_reader *r, struct entry *e)
{
    struct topic *t = e->topic;
    e->dirty = false;
    if (e->seq >= t->seq) {
        entry_rest(e);
        return;
    }
    e->seq = t->seq;
    r->hub->figures.sent++;
    entry_set(e, ENTRY_COOLING);
    ws_send(r->session, t->frame);
}

static void send_burst(struct hub_reader *r)
{
    if (r->waiting > HUB_DIRTY_MAX) {
        r->hub->figures.dropped += ws_is_open(r->session);
        ws_close(r->session, 1008, "too many changes wait for a client that does not read");
    }
    r->busy = true;
    for (int i = 0; i < BURST && !r->dead && !list_empty(&r->ready); i++) {
        if (ws_queued(r->session) > HUB_QUEUE_MAX)
            break;
        send_entry(r, container_of(r->ready.next, struct entry, place));
    }
    r->busy = false;
    if (r->dead)
        free(r);
    else if (!list_empty(&r->ready))
        drain_reader(r);
}

static void on_drain(uv_idle_t *idle)
{
    struct hub *h = idle->data;
    for (int i = 0; i < READERS && !list_empty(&h->ready); i++) {
        struct hub_reader *r = container_of(h->ready.next, struct hub_reader, turn);
        list_remove(&r->turn);
        send_burst(r);
    }
    if (list_empty(&h->ready))
        uv_idle_stop(idle);
}

/* ---- throttles that end ---- */

static struct entry *due(struct list *l, int64_t now)
{
    if (list_empty(l))
        return NULL;
    struct entry *e = container_of(l->next, struct entry, place);
    return e->until <= now ? e : NULL;
}

static void on_timer(uv_timer_t *timer)
{
    struct hub *h = timer->data;
    int64_t now = (int64_t)uv_now(h->loop);
    struct entry *e;
    while ((e = due(&h->cooling, now))) {
        if (e->dirty)
            entry_set(e, ENTRY_READY);
        else
            entry_rest(e);
    }
    while ((e = due(&h->told, now)))
        entry_rest(e);
    drain_set_timer(h);
}

void drain_set_timer(struct hub *h)
{
    int64_t nearest = INT64_MAX;
    struct list *lists[] = {&h->cooling, &h->told};
    for (int i = 0; i < 2; i++) {
        if (list_empty(lists[i]))
            continue;
        int64_t until = container_of(lists[i]->next, struct entry, place)->until;
        if (until < nearest)
            nearest = until;
    }
    if (nearest == INT64_MAX)
        return;
    int64_t wait = nearest - (int64_t)uv_now(h->loop);
    uint64_t ms = wait > 0 ? (uint64_t)wait : 0;
    if (!uv_is_active((uv_handle_t *)&h->timer) || uv_timer_get_due_in(&h->timer) > ms)
        uv_timer_start(&h->timer, on_timer, ms, 0);
}

void drain_open(struct hub *h)
{
    uv_idle_init(h->loop, &h->drain);
    uv_timer_init(h->loop, &h->timer);
    h->drain.data = h->timer.data = h;
    h->handles = 2;
}
