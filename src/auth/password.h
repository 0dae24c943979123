/*
 * Passwords: Argon2id, 19 MiB and two passes each (OWASP's figures). Hashing takes tens of
 * milliseconds, so on the loop it goes through the hasher: uv's thread pool, two at once, a bounded
 * queue.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <uv.h>
#include "auth/address.h"
#include "base/list.h"
#include "obmen/err.h"
#include "obmen/str.h"

#define PASSWORD_HASH 128                       /* NUL included */
enum { PASSWORD_MIN = 8, PASSWORD_MAX = 1024 }; /* bytes */

/* 8…1024 bytes of UTF-8 without NUL: else VALIDATION_ERROR. */
int password_allowed(struct str password, struct err *ret_err);
/* Both block for tens of milliseconds: for commands without a loop. */
int password_hash(struct str password, char ret_hash[PASSWORD_HASH], struct err *ret_err);
bool password_matches(const char *hash, struct str password);
/* A hash of the same cost that no password fits, for names that do not exist. */
void password_dummy(char ret_hash[PASSWORD_HASH]);
/* 20 letters and digits that cannot be taken for one another. */
void password_generate(char ret_password[21]);

enum { HASHER_RUNNING = 2, HASHER_WAITING = 64, HASHER_PER_ADDRESS = 16 };

struct hasher {
    uv_loop_t *loop;
    struct list waiting;
    int running, waiting_count;
};

struct hash_events {
    /* Asked when its turn has come: false drops the job (its owner has answered). NULL: yes. */
    bool (*may_start)(void *arg);
    /* hash: of the password (hasher_hash). ok: it was made, or it fits (hasher_verify). */
    void (*done)(void *arg, bool ok, const char *hash);
};

void hasher_init(struct hasher *h, uv_loop_t *loop);
/* Drops what waits; done(arg, false, NULL) is called for each. What runs still ends by itself. */
void hasher_stop(struct hasher *h);
/* SERVICE_UNAVAILABLE when too many wait already, in all or from this address (NULL: not counted).
 * Password and hash are copied. */
int hasher_verify(struct hasher *h, struct str password, const char *hash,
    const struct address_key *from, const struct hash_events *events, void *arg,
    struct err *ret_err);
int hasher_hash(struct hasher *h, struct str password, const struct hash_events *events, void *arg,
    struct err *ret_err);

#endif
