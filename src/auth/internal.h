#ifndef AUTH_INTERNAL_H
#define AUTH_INTERNAL_H

#include "auth/auth.h"
#include "auth/memory.h"
#include "auth/password.h"
#include "auth/throttle.h"

struct auth {
    uv_loop_t *loop;
    struct db *db;
    bool own_secret; /* OBMEN_SECRET: the database's is not looked at */
    bool has_key;
    bool loaded; /* the key is there and users have been read once */
    int64_t ttl_us;
    char stored_secret[129]; /* of table settings */
    struct token_key key;
    struct memory memory;

    struct hasher hasher;
    struct throttle throttle;
    char dummy_hash[PASSWORD_HASH];

    /* reading of users and revocations */
    uv_timer_t timer; /* every second */
    unsigned ticks;
    bool listening, loading, load_again;
    uint64_t local_changes; /* made here: a reading that began before one of them is not the whole
                               truth */

    void (*changed)(void *arg);
    void *changed_arg;

    int pending; /* units and hashes under way */
    bool closing, timer_closed;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* Reads everything again, now or right after the reading that is under way. */
void auth_reload(struct auth *a);
/* Something in memory was changed by this node. */
void auth_changed_here(struct auth *a);
/* Each begin of something that calls back has its end: closing waits for them. */
void auth_begin(struct auth *a);
void auth_end(struct auth *a);
int auth_refuse_closing(struct err *ret_err);

#endif
