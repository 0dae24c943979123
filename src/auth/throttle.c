#include "auth/throttle.h"
#include <sodium.h>
#include <stdlib.h>
#include "obmen/arena.h"

struct pair_key {
    uint8_t name[16]; /* hash: names of strangers may be long */
    struct address_key from;
};

struct pair {
    struct list link;
    struct pair_key key;
    int64_t failed_ms[THROTTLE_FAILURES]; /* a ring; 0: none yet */
    unsigned next;                        /* where the next goes: also where the oldest stands */
};

static struct pair_key pair_key(struct str name, struct address_key from)
{
    struct pair_key k = {.from = from};
    crypto_generichash(k.name, sizeof(k.name), (const unsigned char *)name.p, name.n, NULL, 0);
    return k;
}

void throttle_init(struct throttle *t, size_t max_pairs)
{
    *t = (struct throttle){.max_pairs = max_pairs};
    list_init(&t->by_age);
}

static void drop(struct throttle *t, struct pair *p)
{
    list_remove(&p->link);
    map_remove(&t->pairs, &p->key, sizeof(p->key));
    free(p);
}

void throttle_deinit(struct throttle *t)
{
    while (!list_empty(&t->by_age))
        drop(t, container_of(t->by_age.next, struct pair, link));
    map_release(&t->pairs);
}

int64_t throttle_wait_ms(
    const struct throttle *t, struct str name, struct address_key from, int64_t now_ms)
{
    struct pair_key key = pair_key(name, from);
    const struct pair *p = map_get(&t->pairs, &key, sizeof(key));
    if (!p || p->failed_ms[p->next] == 0)
        return 0;
    int64_t free_at = p->failed_ms[p->next] + THROTTLE_WINDOW_MS;
    return free_at > now_ms ? free_at - now_ms : 0;
}

/* Pairs that have been quiet for a whole window say nothing any more. */
static void forget_old(struct throttle *t, int64_t now_ms)
{
    while (!list_empty(&t->by_age)) {
        struct pair *p = container_of(t->by_age.next, struct pair, link);
        int64_t last = p->failed_ms[(p->next + THROTTLE_FAILURES - 1) % THROTTLE_FAILURES];
        if (last + THROTTLE_WINDOW_MS > now_ms && t->pairs.count < t->max_pairs)
            return;
        drop(t, p);
    }
}

void throttle_failed(struct throttle *t, struct str name, struct address_key from, int64_t now_ms)
{
    struct pair_key key = pair_key(name, from);
    struct pair *p = map_get(&t->pairs, &key, sizeof(key));

    if (!p) {
        forget_old(t, now_ms);
        p = mem_alloc(sizeof(*p));
        p->key = key;
        list_init(&p->link);
        map_put(&t->pairs, &key, sizeof(key), p);
    }
    p->failed_ms[p->next] = now_ms > 0 ? now_ms : 1;
    p->next = (p->next + 1) % THROTTLE_FAILURES;
    list_remove(&p->link);
    list_add_tail(&t->by_age, &p->link);
}

void throttle_succeeded(struct throttle *t, struct str name, struct address_key from)
{
    struct pair_key key = pair_key(name, from);
    struct pair *p = map_get(&t->pairs, &key, sizeof(key));
    if (p)
        drop(t, p);
}
