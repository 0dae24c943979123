/* Life of the cache, its spaces, and changing: both stores and the other nodes together. */
#include "cache/inside.h"

#include <stdlib.h>
#include "cache/redis_url.h"
#include "obmen/time.h"

/* ---- spaces and keys ---- */

struct space_state *cache_space(struct cache *c, const struct cache_space *space)
{
    size_t n = strlen(space->name);
    struct space_state *s = map_get(&c->spaces, space->name, n);
    if (s)
        return s;
    s = mem_alloc(sizeof *s);
    s->space = space;
    map_put(&c->spaces, space->name, n, s);
    /* Who knows what changed before this node came: a killed one may have told nobody. */
    if (c->redis)
        shared_delete_all(c, str_from(space->name));
    return s;
}

struct str cache_key(struct cache *c, const struct cache_space *space, struct str name)
{
    buf_clear(&c->key);
    buf_adds(&c->key, space->name);
    buf_addc(&c->key, ':');
    buf_add_str(&c->key, name);
    return buf_str(&c->key);
}

int64_t cache_ttl_ms(const struct cache_space *space)
{
    return (int64_t)(space->ttl_s > 0 ? space->ttl_s : 3600) * 1000;
}

/* ---- callbacks of the next turn ---- */

static void on_turn(uv_timer_t *timer)
{
    struct cache *c = timer->data;
    struct list now;
    list_init(&now);
    while (!list_empty(&c->told)) {
        struct list *first = c->told.next;
        list_remove(first);
        list_add_tail(&now, first);
    }
    while (!list_empty(&now)) {
        struct due *d = container_of(now.next, struct due, link);
        list_remove(&d->link);
        d->run(d);
    }
}

void cache_due(struct cache *c, struct due *d, void (*run)(struct due *d))
{
    d->run = run;
    list_add_tail(&c->told, &d->link);
    if (!uv_is_active((uv_handle_t *)&c->turn))
        uv_timer_start(&c->turn, on_turn, 0, 0);
}

/* ---- changing ---- */

void cache_drop_here(struct cache *c, struct str space, struct str name)
{
    struct space_state *s = map_get(&c->spaces, space.p, space.n);
    if (!s)
        return; /* never used here: nothing is kept or under way */
    s->changes++;
    struct str key = cache_key(c, s->space, name.p ? name : STR(""));
    if (name.p)
        lru_remove(&c->memory, key);
    else
        lru_remove_prefix(&c->memory, key);
    flights_forget(c, key, !name.p);
}

bool cache_peek(
    struct cache *c, const struct cache_space *space, struct str name, struct str *ret_value)
{
    *ret_value =
        c->deaf ? STR_NULL : lru_get(&c->memory, cache_key(c, space, name), time_mono_ms());
    return ret_value->p != NULL;
}

void cache_store_many(struct cache *c, const struct cache_space *space, const struct str *names,
    const struct str *values, int count, const struct cache_stamp *stamp)
{
    struct space_state *s = cache_space(c, space);
    int64_t now = time_mono_ms();
    if (now - stamp->at_ms > LOAD_MAX_MS)
        return;
    for (int i = 0; i < count; i++) {
        if (!values[i].p)
            continue;
        if (!c->deaf && stamp->changes == s->changes)
            lru_put(
                &c->memory, cache_key(c, space, names[i]), values[i], now + cache_ttl_ms(space));
        if (stamp->epoch[0])
            shared_store(c, space, names[i], values[i], stamp->epoch);
    }
}

void cache_set_many(struct cache *c, const struct cache_space *space, const struct str *names,
    const struct str *values, int count)
{
    cache_space(c, space);
    for (int i = 0; i < count; i++) {
        cache_drop_here(c, str_from(space->name), names[i]);
        if (!c->deaf)
            lru_put(&c->memory, cache_key(c, space, names[i]), values[i],
                time_mono_ms() + cache_ttl_ms(space));
        shared_set(c, space, names[i], values[i]);
        hints_tell(c, space->name, names[i], c->redis && !shared_is_up(c));
    }
}

void cache_delete_many(
    struct cache *c, const struct cache_space *space, const struct str *names, int count)
{
    cache_space(c, space);
    for (int i = 0; i < count; i++) {
        cache_drop_here(c, str_from(space->name), names[i]);
        shared_delete(c, str_from(space->name), names[i]);
        hints_tell(c, space->name, names[i], c->redis && !shared_is_up(c));
    }
}

void cache_delete_all(struct cache *c, const struct cache_space *space)
{
    cache_space(c, space);
    cache_drop_here(c, str_from(space->name), STR_NULL);
    shared_delete_all(c, str_from(space->name));
    hints_tell(c, space->name, STR_NULL, c->redis && !shared_is_up(c));
}

void cache_listening(struct cache *c, bool up)
{
    size_t i = 0;
    struct space_state *s;
    c->deaf = !up;
    while ((s = map_next(&c->spaces, &i, NULL)))
        cache_drop_here(c, str_from(s->space->name), STR_NULL);
}

/* ---- life ---- */

static void on_redis_up(void *arg)
{
    shared_up(arg);
}

static void on_redis_down(void *arg, const struct err *err)
{
    struct cache *c = arg;
    c->figures.redis_failures++;
}

static const struct redis_events redis_events = {on_redis_up, on_redis_down};

int cache_check_url(const char *redis_url, struct err *ret_err)
{
    struct arena memory = ARENA_INIT;
    struct redis_url parsed;
    int status = redis_url_parse(&memory, redis_url, &parsed, ret_err);
    arena_release(&memory);
    return status;
}

struct cache *cache_open(uv_loop_t *loop, const struct cache_options *o)
{
    struct cache *c = mem_alloc(sizeof *c);
    c->loop = loop;
    c->db = o->db;
    c->node = o->node;
    lru_init(&c->memory, o->max_bytes ? o->max_bytes : CACHE_BYTES);
    list_init(&c->asks);
    list_init(&c->told);
    list_init(&c->all_flights);
    c->deaf = o->db != NULL; /* until cache_listening */
    c->parts_open = 2;
    if (o->redis_url) {
        c->redis = redis_open(loop, o->redis_url, &redis_events, c);
        c->parts_open++;
    }
    uv_timer_init(loop, &c->turn);
    c->turn.data = c;
    hints_open(c);
    return c;
}

static void part_closed(void *arg)
{
    struct cache *c = arg;
    if (--c->parts_open > 0)
        return;
    void (*closed)(void *) = c->closed;
    void *closed_arg = c->closed_arg;
    struct space_state *s;
    for (size_t i = 0; (s = map_next(&c->spaces, &i, NULL));)
        free(s);
    map_release(&c->spaces);
    map_release(&c->flights);
    lru_release(&c->memory);
    buf_release(&c->key);
    free(c);
    if (closed)
        closed(closed_arg);
}

static void on_handle_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

void cache_close(struct cache *c, void (*closed)(void *arg), void *arg)
{
    c->closed = closed;
    c->closed_arg = arg;
    c->closing = true;
    if (c->redis)
        redis_close(c->redis, part_closed, c);
    flights_close(c);
    asks_close(c);
    pings_close(c);
    uv_close((uv_handle_t *)&c->turn, on_handle_closed);
    hints_close(c, on_handle_closed);
}

void cache_figures(const struct cache *c, struct cache_figures *ret)
{
    *ret = c->figures;
    ret->redis = c->redis != NULL;
    ret->redis_up = shared_is_up(c);
    ret->evicted = c->memory.evicted;
    ret->bytes = c->memory.bytes;
    ret->max_bytes = c->memory.max_bytes;
    ret->entries = (int)c->memory.entries.count;
    if (c->redis)
        snprintf(ret->last_error, sizeof ret->last_error, "%s", redis_last_error(c->redis));
}
