#include "ws/hub_internal.h"

/* ---- publishing: only marks; hub_drain.c sends ---- */

static void mark(struct entry *e, bool at_once)
{
    if (e->dirty)
        e->reader->hub->figures.conflated++;
    e->dirty = true;
    if (e->state == ENTRY_IDLE || e->state == ENTRY_TOLD || (e->state == ENTRY_COOLING && at_once))
        entry_set(e, ENTRY_READY);
}

static void keep(struct topic *t, int64_t owner, int64_t seq, struct ws_frame *frame)
{
    t->owner = owner;
    t->seq = seq;
    ws_frame_unref(t->frame);
    t->frame = ws_frame_ref(frame);
}

bool hub_wants(const struct hub *h, const struct uuid *topic, int64_t owner)
{
    if (h->unfiltered)
        return true;
    struct topic *t = topic_find(h, topic);
    if (t && (t->holds || !list_empty(&t->entries)))
        return true;
    LIST_EACH(item, &h->everything)
    if (reader_sees(container_of(item, struct hub_reader, of_everything), owner))
        return true;
    return false;
}

void hub_publish(struct hub *h, const struct uuid *topic, int64_t owner, int64_t seq, bool final,
    struct ws_frame *frame)
{
    if (!hub_wants(h, topic, owner))
        return;
    struct topic *t = topic_get(h, topic);
    if (seq <= t->seq)
        return;
    h->figures.published++;
    keep(t, owner, seq, frame);
    h->pass++;
    LIST_EACH(item, &t->entries)
    {
        struct entry *e = container_of(item, struct entry, of_topic);
        e->reader->pass = h->pass;
        if (reader_sees(e->reader, owner))
            mark(e, final);
    }
    LIST_EACH(item, &h->everything)
    {
        struct hub_reader *r = container_of(item, struct hub_reader, of_everything);
        if (r->pass != h->pass && reader_sees(r, owner))
            mark(entry_new(r, t), true);
    }
    topic_settle(t);
}

void hub_remove(struct hub *h, const struct uuid *topic, int64_t owner, struct ws_frame *frame)
{
    hub_publish(h, topic, owner, INT64_MAX, true, frame);
}

void hub_first(struct hub_reader *r, const struct uuid *topic, int64_t owner, int64_t seq,
    bool final, struct ws_frame *frame)
{
    struct topic *t = topic_find(r->hub, topic);
    struct entry *e = t ? entry_find(r, t) : NULL;
    if (!e || !e->watched || !reader_sees(r, owner))
        return;
    if (seq > t->seq)
        hub_publish(r->hub, topic, owner, seq, final, frame);
    if (e->seq < t->seq && e->state != ENTRY_READY)
        mark(e, true);
}

void hub_told(struct hub_reader *r, const struct uuid *topic, int64_t seq)
{
    struct topic *t = topic_find(r->hub, topic);
    struct entry *e = t ? entry_find(r, t) : NULL;
    if (!e) {
        if (!r->all || (t && t->seq >= seq))
            return;
        e = entry_new(r, topic_get(r->hub, topic));
        e->seq = seq;
        entry_rest(e);
    } else if (e->seq < seq) {
        e->seq = seq;
    }
}

/* ---- holding ---- */

void hub_hold(struct hub *h, const struct uuid *topic)
{
    struct topic *t = topic_get(h, topic);
    t->holds++;
    topic_settle(t);
}

void hub_release(struct hub *h, const struct uuid *topic)
{
    struct topic *t = topic_find(h, topic);
    t->holds--;
    topic_settle(t);
}

/* ---- the hub ---- */

struct hub *hub_open(uv_loop_t *loop)
{
    struct hub *h = mem_alloc(sizeof *h);
    h->loop = loop;
    list_init(&h->idle);
    list_init(&h->readers);
    list_init(&h->everything);
    list_init(&h->ready);
    list_init(&h->cooling);
    list_init(&h->told);
    drain_open(h);
    return h;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct hub *h = handle->data;
    if (--h->handles > 0)
        return;
    void (*closed)(void *) = h->closed;
    void *arg = h->closed_arg;
    free(h);
    closed(arg);
}

void hub_close(struct hub *h, void (*closed)(void *arg), void *arg)
{
    struct topic *t;
    size_t i = 0;
    h->closed = closed;
    h->closed_arg = arg;
    while ((t = map_next(&h->topics, &i, NULL)))
        topic_free(t);
    map_release(&h->topics);
    uv_close((uv_handle_t *)&h->drain, on_handle_closed);
    uv_close((uv_handle_t *)&h->timer, on_handle_closed);
}

void hub_figures(const struct hub *h, struct hub_figures *ret)
{
    *ret = h->figures;
    ret->topics = (int)h->topics.count;
}
