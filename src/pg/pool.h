/* The pool behind include/obmen/db.h: connections, waiters, reconnects. See docs/architecture.md.
 */
#ifndef PG_POOL_H
#define PG_POOL_H

#include <uv.h>
#include "base/histogram.h"
#include "obmen/db.h"

struct db_options {
    const char *conninfo; /* libpq string or URI; borrowed until return */
    int keep, overflow;   /* connections kept / extra under load */
    int timeout_ms;       /* a unit's default deadline and statement_timeout */
    int max_waiting;      /* units that may wait; more fail at once with SERVICE_UNAVAILABLE */
    int idle_ms; /* an extra connection that nobody needed for so long is closed; 0 = 30 s */
};

/* PostgreSQL 14 or newer. Never fails for a dead database: connections are made in the background,
 * with backoff 100 ms … 5 s. A malformed conninfo gives NULL. */
struct db *db_open(uv_loop_t *loop, const struct db_options *o, struct err *ret_err);
/* Fails what waits (cancelled, SERVICE_UNAVAILABLE; what is submitted later, too), lets what runs
 * finish for up to grace_ms, closes; then calls closed and frees. Units of a caller's that were not
 * submitted may be freed afterwards. */
void db_close(struct db *db, int grace_ms, void (*closed)(void *arg), void *arg);

#define DB_SLOW_MS 500 /* longer ones are logged, with the names of their statements */

struct db_figures {
    int size, in_use, idle, overflow, waiting; /* connections and waiting units now */
    uint64_t units, failures, reconnects;      /* since start */
    uint64_t refused;                          /* units that found too many waiting already */
    int limit;                                 /* connections at most */
    struct histogram durations; /* from sending to the last answer; histogram_of_calls */
    uint64_t slow;              /* units that took longer than DB_SLOW_MS, since start */
    bool reachable;             /* the last thing heard of the server was good */
    char last_error[320];
};
void db_figures(const struct db *db, struct db_figures *ret);

#endif
