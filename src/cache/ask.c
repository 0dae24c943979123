/* Looking up: memory first, Redis for what is not there. */
#include "cache/inside.h"

#include <stdlib.h>
#include "obmen/time.h"

struct cache_ask {
    struct list link; /* in cache.asks */
    struct due due;
    struct cache *c;
    const struct cache_space *space;
    struct arena memory; /* names and values */
    struct str *names, *values;
    int count;
    struct cache_stamp stamp;
    struct str *missing; /* asked of Redis */
    int *places;
    int missing_count;
    cache_got_many_fn got; /* NULL: cancelled */
    void *arg;
    bool in_redis; /* its answer is to come */
};

static void ask_free(struct cache_ask *a)
{
    list_remove(&a->link);
    list_remove(&a->due.link);
    arena_release(&a->memory);
    free(a);
}

static void tell(struct due *d)
{
    struct cache_ask *a = container_of(d, struct cache_ask, due);
    for (int i = 0; i < a->count; i++)
        if (!a->values[i].p)
            a->c->figures.misses++;
    if (a->got)
        a->got(a->arg, a->values, a->count, &a->stamp);
    ask_free(a);
}

static void on_shared(void *arg, const struct str *values, const char *epoch)
{
    struct cache_ask *a = arg;
    struct cache *c = a->c;
    struct space_state *s = cache_space(c, a->space);
    a->in_redis = false;
    if (epoch)
        snprintf(a->stamp.epoch, sizeof a->stamp.epoch, "%s", epoch);
    for (int i = 0; values && i < a->missing_count; i++) {
        if (!values[i].p)
            continue;
        c->figures.redis_hits++;
        a->values[a->places[i]] = arena_str(&a->memory, values[i]);
        /* How old it is in Redis is not known: a minute is short beside its hour. */
        if (!c->deaf && a->stamp.changes == s->changes)
            lru_put(&c->memory, cache_key(c, a->space, a->missing[i]), values[i],
                time_mono_ms() + 60000);
    }
    cache_due(c, &a->due, tell);
}

static void look_into_memory(struct cache_ask *a)
{
    struct str value;
    for (int i = 0; i < a->count; i++) {
        if (cache_peek(a->c, a->space, a->names[i], &value)) {
            a->values[i] = arena_str(&a->memory, value);
            a->c->figures.hits++;
            continue;
        }
        a->places[a->missing_count] = i;
        a->missing[a->missing_count++] = a->names[i];
    }
}

struct cache_ask *cache_get_many(struct cache *c, const struct cache_space *space,
    const struct str *names, int count, cache_got_many_fn got, void *arg)
{
    struct cache_ask *a = mem_alloc(sizeof *a);
    size_t n = (size_t)(count > 0 ? count : 1);
    *a = (struct cache_ask){.c = c, .space = space, .count = count, .got = got, .arg = arg};
    list_init(&a->due.link);
    list_add_tail(&c->asks, &a->link);
    a->names = arena_alloc(&a->memory, n * sizeof *a->names);
    a->values = arena_alloc(&a->memory, n * sizeof *a->values);
    a->missing = arena_alloc(&a->memory, n * sizeof *a->missing);
    a->places = arena_alloc(&a->memory, n * sizeof *a->places);
    for (int i = 0; i < count; i++)
        a->names[i] = arena_str(&a->memory, names[i]);
    a->stamp.changes = cache_space(c, space)->changes;
    a->stamp.at_ms = time_mono_ms();
    look_into_memory(a);
    a->in_redis =
        a->missing_count > 0 && shared_get(c, space, a->missing, a->missing_count, on_shared, a);
    if (!a->in_redis)
        cache_due(c, &a->due, tell);
    return a;
}

void cache_ask_cancel(struct cache_ask *a)
{
    a->got = NULL;
    if (!a->in_redis)
        ask_free(a);
}

void asks_close(struct cache *c)
{
    LIST_EACH_SAFE(item, &c->asks)
    {
        ask_free(container_of(item, struct cache_ask, link));
    }
}
