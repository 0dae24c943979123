/*
 * The Redis side. A key is "obmen:<space>:<name>"; its value is the epoch it was read in, a line
 * end, and the bytes; a deleted one is "-" for a minute. The epoch of a space is "obmen:<space>".
 */
#include "cache/inside.h"

#include <hiredis/hiredis.h>
#include <sodium.h>
#include <stdlib.h>
#include "obmen/log.h"

/* Stores what was read in an epoch, unless that is over or the key has a tombstone. */
static const char store_script[] =
    "if redis.call('GET',KEYS[2])~=ARGV[1] or redis.call('GET',KEYS[1])=='-' then return 0 end "
    "redis.call('SET',KEYS[1],ARGV[2],'EX',ARGV[3]) return 1";
/* The same for what is true whatever was read: the epoch is looked up, or made. */
static const char set_script[] =
    "local e=redis.call('GET',KEYS[2]) if not e then e=ARGV[1] redis.call('SET',KEYS[2],e) end "
    "redis.call('SET',KEYS[1],e..'\\n'..ARGV[2],'EX',ARGV[3]) return 1";

bool shared_is_up(const struct cache *c)
{
    return c->redis && redis_is_up(c->redis);
}

static void add_key(struct buf *b, struct str space, struct str name)
{
    buf_adds(b, "obmen:");
    buf_add_str(b, space);
    if (name.p) {
        buf_addc(b, ':');
        buf_add_str(b, name);
    }
}

static void new_epoch(char out[24])
{
    unsigned char random[8];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(out, 24, random, sizeof random);
}

/* A space that Redis has missed a change of: it gets a new epoch before it is read again. */
static void miss(struct cache *c, struct str space)
{
    struct space_state *s = map_get(&c->spaces, space.p, space.n);
    if (s)
        s->epoch_due = true;
}

/* ---- writing ---- */

struct change {
    struct cache *c;
    char space[64];
};

static void on_changed(void *arg, const struct redisReply *reply)
{
    struct change *change = arg;
    if (!reply || reply->type == REDIS_REPLY_ERROR) {
        miss(change->c, str_from(change->space));
        change->c->figures.redis_failures++;
        if (reply)
            log_event(LOG_WARNING, "redis refused", NULL,
                LS("error_code", err_code_name(ERR_CACHE_ERROR)), LS("cause", reply->str),
                LS("space", change->space));
    }
    free(change);
}

static void send_change(struct cache *c, struct str space, int argc, const struct str *argv)
{
    if (!c->redis)
        return;
    struct change *change = mem_alloc(sizeof *change);
    change->c = c;
    snprintf(change->space, sizeof change->space, "%.*s", STR_ARG(space));
    if (redis_command(c->redis, argc, argv, on_changed, change))
        return;
    miss(c, space);
    free(change);
}

void shared_delete_all(struct cache *c, struct str space)
{
    char epoch[24];
    struct buf key = BUF_INIT;
    new_epoch(epoch);
    add_key(&key, space, STR_NULL);
    send_change(c, space, 3, (struct str[]){STR("SET"), buf_str(&key), str_from(epoch)});
    buf_release(&key);
}

void shared_delete(struct cache *c, struct str space, struct str name)
{
    struct buf key = BUF_INIT;
    add_key(&key, space, name);
    send_change(c, space, 5,
        (struct str[]){STR("SET"), buf_str(&key), STR("-"), STR("EX"), STR(TOMBSTONE_S)});
    buf_release(&key);
}

static void run_script(struct cache *c, const struct cache_space *space, const char *script,
    struct str name, struct str first, struct str value)
{
    struct buf key = BUF_INIT, epoch_key = BUF_INIT;
    struct str its_space = str_from(space->name);
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)(cache_ttl_ms(space) / 1000));
    add_key(&key, its_space, name);
    add_key(&epoch_key, its_space, STR_NULL);
    send_change(c, its_space, 8,
        (struct str[]){STR("EVAL"), str_from(script), STR("2"), buf_str(&key), buf_str(&epoch_key),
            first, value, str_from(seconds)});
    buf_release(&key);
    buf_release(&epoch_key);
}

void shared_store(struct cache *c, const struct cache_space *space, struct str name,
    struct str value, const char *epoch)
{
    if (!shared_is_up(c))
        return; /* nothing is missed: it is only not shared */
    struct buf text = BUF_INIT;
    buf_printf(&text, "%s\n", epoch);
    buf_add_str(&text, value);
    run_script(c, space, store_script, name, str_from(epoch), buf_str(&text));
    buf_release(&text);
}

void shared_set(struct cache *c, const struct cache_space *space, struct str name, struct str value)
{
    char epoch[24];
    new_epoch(epoch);
    if (c->redis)
        run_script(c, space, set_script, name, str_from(epoch), value);
}

void shared_up(struct cache *c)
{
    struct space_state *s;
    for (size_t i = 0; (s = map_next(&c->spaces, &i, NULL));) {
        if (!s->epoch_due)
            continue;
        s->epoch_due = false;
        shared_delete_all(c, str_from(s->space->name));
    }
}

/* ---- reading ---- */

struct shared_get {
    struct cache *c;
    const struct cache_space *space;
    int count;
    shared_got_fn got;
    void *arg;
};

static struct str value_of(const struct redisReply *e, struct str epoch)
{
    if (e->type != REDIS_REPLY_STRING)
        return STR_NULL;
    struct str rest = {e->str, (size_t)e->len};
    struct str its = str_cut(&rest, '\n');
    return rest.p && str_eq(its, epoch) ? rest : STR_NULL;
}

static void on_got(void *arg, const struct redisReply *reply)
{
    struct shared_get *g = arg;
    size_t count = (size_t)g->count;
    if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != count + 1) {
        g->c->figures.redis_failures++;
        g->got(g->arg, NULL, NULL);
        free(g);
        return;
    }
    const struct redisReply *first = reply->element[0];
    if (first->type != REDIS_REPLY_STRING) {
        /* a space nobody has used yet, or one whose epoch was evicted: no value can be trusted */
        shared_delete_all(g->c, str_from(g->space->name));
        g->got(g->arg, NULL, NULL);
        free(g);
        return;
    }
    char epoch[24];
    struct str *values = mem_alloc(count * sizeof *values);
    snprintf(epoch, sizeof epoch, "%.*s", (int)first->len, first->str);
    for (size_t i = 0; i < count; i++)
        values[i] = value_of(reply->element[i + 1], str_from(epoch));
    g->got(g->arg, values, epoch);
    free(values);
    free(g);
}

bool shared_get(struct cache *c, const struct cache_space *space, const struct str *names,
    int count, shared_got_fn got, void *arg)
{
    if (!shared_is_up(c) || cache_space(c, space)->epoch_due)
        return false;
    struct buf *keys = mem_alloc(((size_t)count + 1) * sizeof *keys);
    struct str *argv = mem_alloc(((size_t)count + 2) * sizeof *argv);
    struct shared_get *g = mem_alloc(sizeof *g);
    *g = (struct shared_get){c, space, count, got, arg};
    argv[0] = STR("MGET");
    for (int i = 0; i <= count; i++) {
        add_key(&keys[i], str_from(space->name), i > 0 ? names[i - 1] : STR_NULL);
        argv[i + 1] = buf_str(&keys[i]);
    }
    bool sent = redis_command(c->redis, count + 2, argv, on_got, g);
    for (int i = 0; i <= count; i++)
        buf_release(&keys[i]);
    free(keys);
    free(argv);
    if (!sent)
        free(g);
    return sent;
}

/* ---- a sign of life ---- */

struct ping {
    struct due due;
    struct cache *c;
    cache_ping_fn done;
    void *arg;
    struct err err;
};

static void tell_ping(struct due *d)
{
    struct ping *p = container_of(d, struct ping, due);
    p->done(p->arg, p->err.code ? &p->err : NULL);
    free(p);
}

static void ping_failed(struct ping *p)
{
    err_set_passing(&p->err, ERR_CACHE_ERROR, "%s",
        TR("Redis не отвечает: кэш работает без него", "Redis does not answer: the cache works "
                                                       "without it"));
    err_cause(&p->err, "%s", redis_last_error(p->c->redis));
}

static void on_pong(void *arg, const struct redisReply *reply)
{
    struct ping *p = arg;
    if (p->c->closing) {
        free(p);
        return;
    }
    if (!reply || reply->type == REDIS_REPLY_ERROR)
        ping_failed(p);
    tell_ping(&p->due);
}

void cache_ping(struct cache *c, cache_ping_fn done, void *arg)
{
    struct ping *p = mem_alloc(sizeof *p);
    *p = (struct ping){.c = c, .done = done, .arg = arg};
    list_init(&p->due.link);
    if (c->redis && redis_command(c->redis, 1, (struct str[]){STR("PING")}, on_pong, p))
        return;
    if (c->redis)
        ping_failed(p);
    cache_due(c, &p->due, tell_ping);
}

void pings_close(struct cache *c)
{
    LIST_EACH_SAFE(item, &c->told)
    {
        free(container_of(item, struct ping, due.link));
    }
    list_init(&c->told);
}
