/* Users and signed-out tokens as they are held in memory, so that a token is judged without asking
 * the database. */
#ifndef AUTH_MEMORY_H
#define AUTH_MEMORY_H

#include "auth/auth.h"
#include "auth/token.h"
#include "obmen/map.h"

struct account {
    int64_t id;
    enum role role;
    bool active;
    int32_t version;
    char username[65];
    unsigned seen; /* round of the last memory_begin that brought it */
};

struct memory {
    struct map users;   /* id → struct account */
    struct map revoked; /* token id → struct revoked */
    unsigned round;
    bool changed; /* something differs since memory_take_changed */
};

void memory_deinit(struct memory *m);
/* A whole new picture: begin, every user, end: users that were not brought are gone. Revocations
 * only come; they go by memory_purge when their token has ended anyway. */
void memory_begin(struct memory *m);
void memory_user(struct memory *m, int64_t id, struct str username, enum role role, bool active,
    int32_t version);
void memory_end(struct memory *m);
void memory_revoke(struct memory *m, const struct uuid *token_id, usec_t expires_at);
void memory_purge(struct memory *m, usec_t now);
bool memory_take_changed(struct memory *m);

/* False: signed out, unknown, disabled, or changed since the token was made. */
bool memory_allows(const struct memory *m, const struct token *t, struct principal *ret_who);

#endif
