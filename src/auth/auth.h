/*
 * Accounts, passwords, tokens. Who a token belongs to is answered from memory (users and signed-out
 * tokens are few); memory follows the database through NOTIFY obmen_auth and a look every 5 s
 * (every second while the listening connection is down).
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <uv.h>
#include "obmen/db.h"
#include "obmen/err.h"
#include "obmen/uuid.h"

#define AUTH_CHANNEL "obmen_auth" /* for the listener: auth_notified */

enum role { ROLE_USER, ROLE_MANAGER, ROLE_ADMIN }; /* each may do what the ones before it may */
const char *role_name(enum role r);
bool role_parse(struct str name, enum role *ret);

struct principal { /* who asks */
    int64_t user_id;
    enum role role;
    char username[65];
    struct uuid token_id;
    int32_t version; /* of the user, when the token was made: an older one is dead */
    usec_t expires_at;
};

struct auth;
struct auth_options {
    struct db *db;
    const char
        *secret; /* OBMEN_SECRET or NULL: taken from table settings (made there by auth_prepare) */
    int token_ttl_s;
};
/* Blocking, before the loop runs: makes the secret and, when there is no user yet, the first admin
 * with password (generated when NULL). ret_generated: the generated password ("" when none was
 * made; 32 bytes). */
int auth_prepare(
    const char *conninfo, const char *admin_password, char ret_generated[33], struct err *ret_err);

/* Until auth_start has read the users every token is refused and auth_ready says no. */
struct auth *auth_open(uv_loop_t *loop, const struct auth_options *o);
/* Reads users and signed-out tokens in the background, now and again. After auth_prepare. */
void auth_start(struct auth *a);
/* After the listening connection is closed. Sign-ins under way are answered SERVICE_UNAVAILABLE. */
void auth_close(struct auth *a, void (*closed)(void *arg), void *arg);
bool auth_ready(const struct auth *a);
void auth_notified(struct auth *a); /* NOTIFY obmen_auth */
void auth_listening(struct auth *a, bool up);

/* The signature, the end, the revocation, the user. false: refused. Takes about a microsecond. */
bool auth_check(struct auth *a, struct str token, struct principal *ret_who);
/* Is this principal still what it was (same role, active, not signed out, not ended)? For open
 * WebSockets. */
bool auth_still(struct auth *a, const struct principal *who);
/* Told whenever users or revocations changed, so that open WebSockets can be looked through. */
void auth_on_change(struct auth *a, void (*changed)(void *arg), void *arg);

/* token: text, valid until the callback returns. err: AUTHENTICATION_ERROR, RATE_LIMIT_ERROR
 * (retry_after_ms), SERVICE_UNAVAILABLE. */
typedef void (*auth_login_fn)(
    void *arg, struct str token, const struct principal *who, const struct err *err);
void auth_login(struct auth *a, struct str username, struct str password, struct str address,
    auth_login_fn done, void *arg);
typedef void (*auth_done_fn)(void *arg, const struct err *err);
void auth_logout(struct auth *a, const struct principal *who, auth_done_fn done, void *arg);

/* Accounts. NULL pointers in the text: leave as it is. Input that is refused and a full queue are
 * answered from inside the call. */
struct user {
    int64_t id;
    struct str username;
    enum role role;
    bool is_active;
    usec_t created_at, updated_at;
};
typedef void (*auth_user_fn)(void *arg, const struct user *u, const struct err *err);
void auth_user_add(struct auth *a, struct str username, struct str password, enum role role,
    auth_user_fn done, void *arg);
void auth_user_change(struct auth *a, int64_t id, const enum role *role, const bool *is_active,
    struct str password, auth_user_fn done,
    void *arg); /* CONFLICT: the last active ADMIN stays one */
typedef void (*auth_users_fn)(
    void *arg, const struct user *users, int count, int64_t total, const struct err *err);
void auth_users(struct auth *a, int limit, int offset, auth_users_fn done, void *arg);

/* 1…64 bytes of UTF-8 without blanks and control characters: else false with VALIDATION_ERROR. */
bool auth_name_allowed(struct str name, struct err *ret_err);

/* For `obmen user …`: blocking, no loop. password policy: 8…1024 bytes of UTF-8. */
int auth_user_add_now(const char *conninfo, const char *name, enum role role, struct str password,
    struct err *ret_err);
int auth_user_password_now(
    const char *conninfo, const char *name, struct str password, struct err *ret_err);
int auth_user_disable_now(const char *conninfo, const char *name, struct err *ret_err);
int auth_user_list_now(const char *conninfo, void (*each)(void *arg, const struct user *u),
    void *arg, struct err *ret_err);

#endif
