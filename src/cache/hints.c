/*
 * Telling other nodes what to drop: one NOTIFY per HINTS_MS at most, in a transaction of its own.
 *
 * Payload: lines; the sender's node; "1" when it could not reach Redis, so that who hears it
 * changes Redis in its place, else "0"; then "space" or "space:name", one a line. Too many for one
 * payload: whole spaces instead.
 */
#include "cache/inside.h"

#include <stdlib.h>
#include "obmen/log.h"
#include "obmen/time.h"

#define HINTS_MS 50
#define AGAIN_MS 1000
#define PAYLOAD_MAX 7000 /* PostgreSQL: less than 8000 */
#define NAME_MAX_BYTES 500

static const struct db_stmt notify = {
    "cache_notify", "SELECT pg_notify('" CACHE_CHANNEL "', $1::text)"};

static void forget(struct hints *h)
{
    void *word;
    for (size_t i = 0; (word = map_next(&h->due, &i, NULL));)
        free(word);
    map_release(&h->due);
    h->due = MAP_INIT;
    h->bytes = 0;
    h->without_redis = false;
}

static void add_word(struct hints *h, const char *space, struct str name)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, space);
    if (name.p) {
        buf_addc(&b, ':');
        buf_add_str(&b, name);
    }
    if (!map_get(&h->due, b.p, b.n)) {
        h->bytes += b.n + 1;
        buf_addc(&b, 0);
        map_put(&h->due, b.p, b.n - 1, mem_strdup(b.p));
    }
    buf_release(&b);
}

/* Whole spaces instead of their names. */
static void widen(struct hints *h)
{
    struct map old = h->due;
    char *word;
    h->due = MAP_INIT;
    h->bytes = 0;
    for (size_t i = 0; (word = map_next(&old, &i, NULL));) {
        char *end = strchr(word, ':');
        if (end)
            *end = 0;
        add_word(h, word, STR_NULL);
        free(word);
    }
    map_release(&old);
}

static void on_due(uv_timer_t *timer);

static void flush_in(struct cache *c, int64_t ms)
{
    if (!uv_is_active((uv_handle_t *)&c->hints.timer))
        uv_timer_start(&c->hints.timer, on_due, ms > 0 ? (uint64_t)ms : 0, 0);
}

static void on_sent(void *arg, struct db_result *const *results, const struct err *err)
{
    struct cache *c = arg;
    struct hints *h = &c->hints;
    h->in_flight = false;
    if (err && err->cancelled)
        return; /* the pool closes */
    if (err) {
        /* What was lost is not known any more: everything of every space used here. */
        struct space_state *s;
        for (size_t i = 0; (s = map_next(&c->spaces, &i, NULL));)
            add_word(h, s->space->name, STR_NULL);
        log_event(LOG_WARNING, "other nodes not told", "cache", LERR(err));
    }
    if (h->due.count)
        flush_in(c, err ? AGAIN_MS : h->last_ms + HINTS_MS - time_mono_ms());
}

static void flush(struct cache *c)
{
    struct hints *h = &c->hints;
    if (h->in_flight || !h->due.count)
        return;
    if (h->bytes > PAYLOAD_MAX)
        widen(h);
    struct buf payload = BUF_INIT;
    char *word;
    buf_printf(&payload, "%s\n%d", c->node, h->without_redis);
    for (size_t i = 0; (word = map_next(&h->due, &i, NULL));)
        buf_printf(&payload, "\n%s", word);
    forget(h);
    struct db_unit *u = db_unit_new(c->db, DB_USER);
    db_add(u, &notify);
    db_bind_text(u, buf_str(&payload));
    buf_release(&payload);
    h->in_flight = true;
    h->last_ms = time_mono_ms();
    db_submit(u, on_sent, c);
}

static void on_due(uv_timer_t *timer)
{
    flush(timer->data);
}

void hints_tell(struct cache *c, const char *space, struct str name, bool without_redis)
{
    struct hints *h = &c->hints;
    if (!c->db)
        return;
    /* A name that does not fit into a line of the payload: the whole space. */
    if (name.n > NAME_MAX_BYTES || (name.n && memchr(name.p, '\n', name.n)) ||
        (name.n && memchr(name.p, 0, name.n)))
        name = STR_NULL;
    add_word(h, space, name);
    h->without_redis |= without_redis;
    flush_in(c, h->in_flight ? HINTS_MS : h->last_ms + HINTS_MS - time_mono_ms());
}

void cache_notified(struct cache *c, struct str payload)
{
    struct str sender = str_cut(&payload, '\n');
    struct str without_redis = str_cut(&payload, '\n');
    if (str_is(sender, c->node))
        return;
    while (payload.p) {
        struct str name = str_cut(&payload, '\n');
        struct str space = str_cut(&name, ':');
        cache_drop_here(c, space, name);
        if (!str_is(without_redis, "1"))
            continue;
        if (name.p)
            shared_delete(c, space, name);
        else
            shared_delete_all(c, space);
    }
}

void hints_open(struct cache *c)
{
    uv_timer_init(c->loop, &c->hints.timer);
    c->hints.timer.data = c;
}

void hints_close(struct cache *c, void (*closed)(uv_handle_t *handle))
{
    forget(&c->hints);
    uv_close((uv_handle_t *)&c->hints.timer, closed);
}
