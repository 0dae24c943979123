/* Readers: joining, leaving, what they watch. */
#include "ws/hub_internal.h"

static void set_all(struct hub_reader *r, bool all)
{
    struct hub *h = r->hub;
    if (r->all == all)
        return;
    r->all = all;
    if (r->owner == 0)
        h->unfiltered += all ? 1 : -1;
    list_remove(&r->of_everything);
    if (all)
        list_add_tail(&h->everything, &r->of_everything);
    else
        topics_trim(h);
}

struct hub_reader *hub_join(struct hub *h, struct ws_session *s, int64_t owner_filter, bool all)
{
    struct hub_reader *r = mem_alloc(sizeof *r);
    r->hub = h;
    r->session = s;
    r->owner = owner_filter;
    list_init(&r->of_everything);
    list_init(&r->turn);
    list_init(&r->entries);
    list_init(&r->ready);
    list_add_tail(&h->readers, &r->place);
    h->figures.readers++;
    set_all(r, all);
    return r;
}

void hub_leave(struct hub_reader *r)
{
    struct hub *h = r->hub;
    r->dead = true;
    set_all(r, false);
    while (!list_empty(&r->entries))
        entry_free(container_of(r->entries.next, struct entry, of_reader));
    list_remove(&r->turn);
    list_remove(&r->place);
    h->figures.readers--;
    if (!r->busy)
        free(r);
}

void hub_writable(struct hub_reader *r)
{
    if (!list_empty(&r->ready))
        drain_reader(r);
}

bool hub_watch(struct hub_reader *r, const struct uuid *topic)
{
    if (r->watched >= HUB_MAX_WATCHED)
        return false;
    struct topic *t = topic_get(r->hub, topic);
    struct entry *e = entry_find(r, t);
    if (!e)
        e = entry_new(r, t);
    if (!e->watched) {
        e->watched = true;
        r->watched++;
    }
    if (r->all) { /* the first name narrows: what else was on its way is no longer wanted */
        set_all(r, false);
        LIST_EACH_SAFE(item, &r->entries)
        {
            struct entry *other = container_of(item, struct entry, of_reader);
            if (!other->watched)
                entry_free(other);
        }
    }
    return true;
}

void hub_unwatch(struct hub_reader *r, const struct uuid *topic)
{
    struct topic *t = topic_find(r->hub, topic);
    struct entry *e = t ? entry_find(r, t) : NULL;
    if (e && e->watched)
        entry_free(e);
}

void hub_watch_all(struct hub_reader *r)
{
    LIST_EACH_SAFE(item, &r->entries)
    {
        struct entry *e = container_of(item, struct entry, of_reader);
        if (!e->watched)
            continue;
        e->watched = false;
        r->watched--;
        if (e->state == ENTRY_IDLE)
            entry_rest(e);
    }
    set_all(r, true);
}
