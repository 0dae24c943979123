/*
 * Where to connect: libpq's parameters as given by the administrator, with our session settings
 * added and host names resolved by uv's thread pool, because libpq would resolve them on the loop.
 */
#ifndef PG_TARGET_H
#define PG_TARGET_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <uv.h>
#include "obmen/err.h"

struct target;

/* Told when target_resolve has ended, perhaps from inside it; err: no name could be resolved. */
typedef void (*target_resolved_fn)(void *arg, const struct err *err);

/* statement_timeout_ms: 0 = none. -1 for a malformed conninfo. */
int target_new(uv_loop_t *loop, const char *conninfo, int statement_timeout_ms,
    target_resolved_fn resolved, void *arg, struct target **ret_target, struct err *ret_err);
/* Can target_connect be called now: no names to resolve, or resolved a moment ago. */
bool target_ready(const struct target *t);
/* Starts to resolve, unless it is under way. */
void target_resolve(struct target *t);
/* PQconnectStartParams: never NULL; its status may be CONNECTION_BAD at once. */
PGconn *target_connect(const struct target *t);
/* The same, blocking, for start-up; resolves names itself. */
PGconn *target_connect_now(const struct target *t);
PGPing target_ping(const struct target *t); /* blocking, too */
/* The administrator's connect_timeout, or 10 s. */
int target_connect_timeout_ms(const struct target *t);
/* No `resolved` comes any more; frees, then calls closed: at once, when nothing is under way. */
void target_close(struct target *t, void (*closed)(void *arg), void *arg);
/* For targets without a loop: frees at once. */
void target_free(struct target *t);

#endif
