#include "demo/change.h"

#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"

#include "demo/document.h"
#include "demo/world.h"

uint64_t demo_total(const struct demo_world *w)
{
    return w->base[DEMO_DOC_SETS] + w->changes.added_count;
}

const struct demo_change *demo_change_of(const struct demo_world *w, uint64_t index)
{
    return w->changes.by_index.count ? map_get(&w->changes.by_index, &index, sizeof index) : NULL;
}

uint32_t demo_written(const struct demo_world *w, uint64_t index)
{
    const struct demo_change *c = demo_change_of(w, index);
    uint32_t n = c ? c->written : 0;
    for (int i = 0; i < w->changes.every_count; i++)
        n += index % w->changes.every[i] == 0;
    return n;
}

bool demo_change_mark(struct demo_world *w, uint64_t index, enum demo_change_kind kind, int days)
{
    if (index >= demo_total(w))
        return false;
    struct map *m = &w->changes.by_index;
    struct demo_change *c = map_get(m, &index, sizeof index);
    if (kind == DEMO_RESTORE) {
        if (c)
            free(map_remove(m, &index, sizeof index));
        return true;
    }
    if (!c) {
        c = mem_alloc(sizeof *c);
        c->index = index;
        map_put(m, &index, sizeof index, c);
    }
    c->written++;
    if (kind == DEMO_DELETE)
        c->deleted = true;
    else if (kind == DEMO_UNPOST)
        c->unposted = true;
    else if (kind == DEMO_MOVE)
        c->days += days;
    return true;
}

bool demo_change_every(struct demo_world *w, uint64_t every)
{
    if (w->changes.every_count == DEMO_RULES)
        return false;
    w->changes.every[w->changes.every_count++] = every;
    return true;
}

void demo_change_add(struct demo_world *w, unsigned set, int64_t day, uint32_t second)
{
    struct demo_changes *c = &w->changes;
    if (c->added_count == c->added_room) {
        c->added_room = c->added_room ? c->added_room * 2 : 64;
        c->added = mem_realloc(c->added, c->added_room * sizeof *c->added);
    }
    c->added[c->added_count++] = (struct demo_added){set, day, second};
}

static void forget_sets(struct demo_changes *c)
{
    for (unsigned s = 0; s < DEMO_DOC_SETS; s++) {
        struct demo_changed_set *set = &c->set[s];
        free(set->gone);
        free(set->dropped);
        free(set->extra);
        free(set->extra_live);
        *set = (struct demo_changed_set){0};
    }
}

static void forget_changes(struct demo_changes *c)
{
    size_t i = 0;
    void *one;
    while ((one = map_next(&c->by_index, &i, NULL)))
        free(one);
    map_release(&c->by_index);
    c->by_index = MAP_INIT;
    free(c->added);
    c->added = NULL;
    c->added_count = c->added_room = 0;
    c->every_count = c->items_gone = c->items_changed = 0;
    forget_sets(c);
}

void demo_changes_clear(struct demo_world *w)
{
    forget_changes(&w->changes);
    w->changes.epoch++;
}

void demo_changes_deinit(struct demo_world *w)
{
    forget_changes(&w->changes);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static int by_place(const void *a, const void *b)
{
    const struct demo_extra *x = a, *y = b;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    return memcmp(x->key.b, y->key.b, 16);
}

static void add_extra(struct demo_world *w, uint64_t index)
{
    struct demo_doc doc;
    demo_doc_get(w, index, &doc);
    struct demo_changed_set *set = &w->changes.set[doc.set];
    set->extra[set->extra_count++] = (struct demo_extra){doc.second, doc.key, index, doc.posted};
}

static unsigned set_of(const struct demo_world *w, uint64_t index)
{
    unsigned set = 0;
    while (index >= w->base[set + 1])
        set++;
    return set;
}

/* First pass: how much room each list needs at most. */
static void make_room(struct demo_world *w)
{
    struct demo_changes *c = &w->changes;
    size_t changed[DEMO_DOC_SETS] = {0}, moved[DEMO_DOC_SETS] = {0}, i = 0;
    const struct demo_change *one;
    while ((one = map_next(&c->by_index, &i, NULL))) {
        if (one->index >= w->base[DEMO_DOC_SETS])
            continue;
        unsigned set = set_of(w, one->index);
        changed[set] += one->deleted || one->days != 0 || one->unposted;
        moved[set] += !one->deleted && one->days != 0;
    }
    for (size_t k = 0; k < c->added_count; k++)
        moved[c->added[k].set]++;
    for (unsigned s = 0; s < DEMO_DOC_SETS; s++) {
        c->set[s].gone = mem_alloc((changed[s] + 1) * sizeof(uint64_t));
        c->set[s].dropped = mem_alloc((changed[s] + 1) * sizeof(uint64_t));
        c->set[s].extra = mem_alloc((moved[s] + 1) * sizeof(struct demo_extra));
        c->set[s].extra_live = mem_alloc((moved[s] + 1) * sizeof(uint32_t));
    }
}

void demo_changes_apply(struct demo_world *w)
{
    struct demo_changes *c = &w->changes;
    c->epoch++;
    forget_sets(c);
    make_room(w);
    size_t i = 0;
    const struct demo_change *one;
    while ((one = map_next(&c->by_index, &i, NULL))) {
        if (one->index >= w->base[DEMO_DOC_SETS])
            continue;
        unsigned s = set_of(w, one->index);
        struct demo_changed_set *set = &c->set[s];
        uint64_t local = one->index - w->base[s];
        bool away = one->deleted || one->days != 0;
        if (away)
            set->gone[set->gone_count++] = local;
        if ((away || one->unposted) && demo_posted_of(w, s, local))
            set->dropped[set->dropped_count++] = local;
        if (one->days != 0 && !one->deleted)
            add_extra(w, one->index);
    }
    for (size_t k = 0; k < c->added_count; k++) {
        const struct demo_change *late = demo_change_of(w, w->base[DEMO_DOC_SETS] + k);
        if (!late || !late->deleted)
            add_extra(w, w->base[DEMO_DOC_SETS] + k);
    }
    for (unsigned s = 0; s < DEMO_DOC_SETS; s++) {
        struct demo_changed_set *set = &c->set[s];
        qsort(set->gone, set->gone_count, sizeof *set->gone, by_number);
        qsort(set->dropped, set->dropped_count, sizeof *set->dropped, by_number);
        qsort(set->extra, set->extra_count, sizeof *set->extra, by_place);
        for (size_t k = 0; k < set->extra_count; k++)
            set->extra_live[k + 1] = set->extra_live[k] + set->extra[k].live;
    }
}

size_t demo_below_in(const uint64_t *list, size_t count, uint64_t v)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t demo_extras_before(const struct demo_changed_set *c, int64_t second, const struct uuid *key)
{
    size_t low = 0, high = c->extra_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct demo_extra *e = &c->extra[middle];
        bool before =
            e->second < second || (e->second == second && key && memcmp(e->key.b, key->b, 16) < 0);
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
