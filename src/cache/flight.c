/*
 * Cache-aside with one load per key: who asks while a load is under way waits for that one.
 *
 *   LOOKING (memory, Redis) ─found─────────────► TELLING ─► gone
 *       └─not there─► LOADING ─cache_loaded─► ───┘
 */
#include "cache/inside.h"

#include <stdlib.h>
#include "obmen/log.h"

struct cache_want {
    struct list link; /* in its flight */
    cache_got_fn got;
    void *arg;
};

struct cache_flight {
    struct list link; /* in cache.all_flights */
    struct due due;
    struct cache *c;
    const struct cache_space *space;
    char *key; /* owned: "space:name" */
    size_t key_n;
    bool joinable; /* stands in cache.flights */
    struct list wants;
    struct cache_ask *ask; /* LOOKING */
    struct cache_stamp stamp;
    cache_load_fn load;
    void *ctx;
    struct buf value;
    bool found;
    struct err err; /* code 0: none */
};

static struct str name_of(const struct cache_flight *f)
{
    size_t skip = strlen(f->space->name) + 1;
    return (struct str){f->key + skip, f->key_n - skip};
}

static void part(struct cache_flight *f)
{
    if (f->joinable)
        map_remove(&f->c->flights, f->key, f->key_n);
    f->joinable = false;
}

static void flight_free(struct cache_flight *f)
{
    part(f);
    list_remove(&f->link);
    list_remove(&f->due.link);
    buf_release(&f->value);
    free(f->key);
    free(f);
}

static void tell(struct due *d)
{
    struct cache_flight *f = container_of(d, struct cache_flight, due);
    part(f);
    struct str value = f->found ? (f->value.p ? buf_str(&f->value) : STR("")) : STR_NULL;
    while (!list_empty(&f->wants)) {
        struct cache_want *w = container_of(f->wants.next, struct cache_want, link);
        list_remove(&w->link);
        cache_got_fn got = w->got;
        void *arg = w->arg;
        free(w);
        got(arg, f->err.code ? STR_NULL : value, f->err.code ? &f->err : NULL);
    }
    flight_free(f);
}

static void take(struct cache_flight *f, struct str value)
{
    f->found = value.p != NULL;
    buf_clear(&f->value);
    if (value.n)
        buf_add_str(&f->value, value);
}

void cache_loaded(struct cache_flight *f, struct str value, const struct err *err)
{
    if (err) {
        f->err = *err;
    } else {
        take(f, value);
        struct str name = name_of(f);
        cache_store_many(f->c, f->space, &name, &value, 1, &f->stamp);
    }
    cache_due(f->c, &f->due, tell);
}

static void on_looked(
    void *arg, const struct str *values, int count, const struct cache_stamp *stamp)
{
    struct cache_flight *f = arg;
    f->ask = NULL;
    f->stamp = *stamp;
    if (values[0].p) {
        take(f, values[0]);
        cache_due(f->c, &f->due, tell);
        return;
    }
    f->c->figures.loads++;
    f->load(f->ctx, name_of(f), f);
}

static struct cache_flight *flight_new(struct cache *c, const struct cache_space *space,
    struct str key, struct str name, cache_load_fn load, void *ctx)
{
    struct cache_flight *f = mem_alloc(sizeof *f);
    *f = (struct cache_flight){.c = c, .space = space, .key_n = key.n, .load = load, .ctx = ctx};
    f->key = mem_alloc(key.n + 1);
    memcpy(f->key, key.p, key.n);
    list_init(&f->wants);
    list_init(&f->due.link);
    list_add_tail(&c->all_flights, &f->link);
    map_put(&c->flights, f->key, f->key_n, f);
    f->joinable = true;
    f->ask = cache_get_many(c, space, &name, 1, on_looked, f);
    return f;
}

struct cache_want *cache_fetch(struct cache *c, const struct cache_space *space, struct str name,
    cache_load_fn load, void *ctx, cache_got_fn got, void *arg)
{
    struct str key = cache_key(c, space, name);
    struct cache_flight *f = map_get(&c->flights, key.p, key.n);
    if (f)
        c->figures.joined++;
    else
        f = flight_new(c, space, key, name, load, ctx);
    struct cache_want *w = mem_alloc(sizeof *w);
    w->got = got;
    w->arg = arg;
    list_add_tail(&f->wants, &w->link);
    return w;
}

void cache_want_cancel(struct cache_want *w)
{
    list_remove(&w->link);
    free(w);
}

void flights_forget(struct cache *c, struct str key, bool prefix)
{
    LIST_EACH_SAFE(item, &c->all_flights)
    {
        struct cache_flight *f = container_of(item, struct cache_flight, link);
        struct str its = {f->key, f->key_n};
        if (prefix ? str_starts(its, key) : str_eq(its, key))
            part(f);
    }
}

void flights_close(struct cache *c)
{
    LIST_EACH_SAFE(item, &c->all_flights)
    {
        struct cache_flight *f = container_of(item, struct cache_flight, link);
        while (!list_empty(&f->wants))
            cache_want_cancel(container_of(f->wants.next, struct cache_want, link));
        flight_free(f); /* its ask goes with the others */
    }
}
