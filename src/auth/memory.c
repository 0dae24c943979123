#include "auth/memory.h"
#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/utf8.h"

struct revoked {
    usec_t expires_at;
};

void memory_deinit(struct memory *m)
{
    void *v;
    for (size_t i = 0; (v = map_next(&m->users, &i, NULL));)
        free(v);
    for (size_t i = 0; (v = map_next(&m->revoked, &i, NULL));)
        free(v);
    map_release(&m->users);
    map_release(&m->revoked);
}

void memory_begin(struct memory *m)
{
    m->round++;
}

void memory_user(
    struct memory *m, int64_t id, struct str username, enum role role, bool active, int32_t version)
{
    struct account *u = map_get(&m->users, &id, sizeof(id));
    if (!u) {
        u = mem_alloc(sizeof(*u));
        u->id = id;
        map_put(&m->users, &id, sizeof(id), u);
        m->changed = true;
    }
    u->seen = m->round;
    /* Two answers of the database may overtake each other: the newer one is the one with the larger
     * version. */
    if (version < u->version)
        return;
    m->changed |= u->version != version || u->role != role || u->active != active;
    u->role = role;
    u->active = active;
    u->version = version;
    struct str name = utf8_head(username, sizeof(u->username) - 1);
    memcpy(u->username, name.p, name.n);
    u->username[name.n] = 0;
}

void memory_end(struct memory *m)
{
    struct account *u;
    for (size_t i = 0; (u = map_next(&m->users, &i, NULL));)
        if (u->seen != m->round) {
            map_remove(&m->users, &u->id, sizeof(u->id));
            free(u);
            m->changed = true;
        }
}

void memory_revoke(struct memory *m, const struct uuid *token_id, usec_t expires_at)
{
    if (map_get(&m->revoked, token_id->b, sizeof(token_id->b)))
        return;
    struct revoked *r = mem_alloc(sizeof(*r));
    r->expires_at = expires_at;
    map_put(&m->revoked, token_id->b, sizeof(token_id->b), r);
    m->changed = true;
}

void memory_purge(struct memory *m, usec_t now)
{
    struct revoked *r;
    struct str key;
    for (size_t i = 0; (r = map_next(&m->revoked, &i, &key));)
        if (r->expires_at <= now) {
            map_remove(&m->revoked, key.p, key.n);
            free(r);
        }
}

bool memory_take_changed(struct memory *m)
{
    bool changed = m->changed;
    m->changed = false;
    return changed;
}

bool memory_allows(const struct memory *m, const struct token *t, struct principal *ret_who)
{
    const struct account *u = map_get(&m->users, &t->user_id, sizeof(t->user_id));
    if (!u || !u->active || u->version != t->version ||
        map_get(&m->revoked, t->id.b, sizeof(t->id.b)))
        return false;
    *ret_who = (struct principal){.user_id = u->id,
        .role = u->role,
        .token_id = t->id,
        .version = u->version,
        .expires_at = t->expires_at};
    memcpy(ret_who->username, u->username, sizeof(ret_who->username));
    return true;
}
