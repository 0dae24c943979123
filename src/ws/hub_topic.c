/* What the hub remembers: topics, and the entries between a topic and its readers. */
#include "ws/hub_internal.h"

struct topic *topic_find(const struct hub *h, const struct uuid *id)
{
    return map_get(&h->topics, id->b, sizeof id->b);
}

struct topic *topic_get(struct hub *h, const struct uuid *id)
{
    struct topic *t = topic_find(h, id);
    if (t)
        return t;
    t = mem_alloc(sizeof *t);
    t->hub = h;
    t->id = *id;
    t->seq = -1;
    list_init(&t->entries);
    list_init(&t->place);
    map_put(&h->topics, id->b, sizeof id->b, t);
    return t;
}

void topic_free(struct topic *t)
{
    struct hub *h = t->hub;
    if (!list_empty(&t->place))
        h->idle_count--;
    list_remove(&t->place);
    map_remove(&h->topics, t->id.b, sizeof t->id.b);
    ws_frame_unref(t->frame);
    free(t);
}

/* Parked topics keep the order right for those who watch everything: a state that comes late must
 * not look new. */
void topics_trim(struct hub *h)
{
    int keep = list_empty(&h->everything) ? 0 : HUB_IDLE_MAX;
    while (h->idle_count > keep)
        topic_free(container_of(h->idle.next, struct topic, place));
}

void topic_settle(struct topic *t)
{
    struct hub *h = t->hub;
    bool parked = !list_empty(&t->place), needed = t->holds > 0 || !list_empty(&t->entries);
    if (parked) {
        list_remove(&t->place);
        h->idle_count--;
    }
    if (needed)
        return;
    list_add_tail(&h->idle, &t->place);
    h->idle_count++;
    topics_trim(h);
}

struct entry *entry_find(const struct hub_reader *r, const struct topic *t)
{
    LIST_EACH(item, &r->entries)
    {
        struct entry *e = container_of(item, struct entry, of_reader);
        if (e->topic == t)
            return e;
    }
    return NULL;
}

struct entry *entry_new(struct hub_reader *r, struct topic *t)
{
    struct entry *e = mem_alloc(sizeof *e);
    e->reader = r;
    e->topic = t;
    e->seq = -1;
    list_init(&e->place);
    list_add_tail(&r->entries, &e->of_reader);
    list_add_tail(&t->entries, &e->of_topic);
    r->hub->figures.entries++;
    topic_settle(t);
    return e;
}

void entry_free(struct entry *e)
{
    struct topic *t = e->topic;
    entry_set(e, ENTRY_IDLE);
    if (e->watched)
        e->reader->watched--;
    e->reader->hub->figures.entries--;
    list_remove(&e->of_reader);
    list_remove(&e->of_topic);
    free(e);
    topic_settle(t);
}

void entry_set(struct entry *e, enum entry_state state)
{
    struct hub_reader *r = e->reader;
    struct hub *h = r->hub;
    if (e->state == ENTRY_READY)
        r->waiting--;
    list_remove(&e->place);
    e->state = state;
    switch (state) {
    case ENTRY_IDLE:
        break;
    case ENTRY_READY:
        r->waiting++;
        list_add_tail(&r->ready, &e->place);
        drain_reader(r);
        break;
    case ENTRY_COOLING:
        e->until = (int64_t)uv_now(h->loop) + HUB_THROTTLE_MS;
        list_add_tail(&h->cooling, &e->place);
        drain_set_timer(h);
        break;
    case ENTRY_TOLD:
        e->until = (int64_t)uv_now(h->loop) + HUB_TOLD_MS;
        list_add_tail(&h->told, &e->place);
        drain_set_timer(h);
        break;
    }
}

void entry_rest(struct entry *e)
{
    if (e->watched)
        entry_set(e, ENTRY_IDLE);
    else if (e->seq > e->topic->seq && e->state != ENTRY_TOLD)
        entry_set(e, ENTRY_TOLD);
    else
        entry_free(e);
}
