/* One connection of its own that LISTENs; reopened with backoff when lost. */
#ifndef PG_LISTEN_H
#define PG_LISTEN_H

#include <uv.h>
#include "obmen/err.h"
#include "obmen/str.h"

struct db_listener;
struct db_listener_events {
    void (*notified)(void *arg, const char *channel, struct str payload, int backend_pid);
    /* (Re)connected and listening: whatever happened before may have been missed: read the state
     * again. */
    void (*up)(void *arg);
    void (*down)(void *arg, const struct err *err);
};
/* channels: NULL-ended, static. A silent death of the connection is noticed within 10 s (a query as
 * heartbeat). NULL: malformed conninfo. */
struct db_listener *db_listener_open(uv_loop_t *loop, const char *conninfo,
    const char *const *channels, const struct db_listener_events *events, void *arg);
bool db_listener_is_up(const struct db_listener *l);
void db_listener_close(struct db_listener *l, void (*closed)(void *arg), void *arg);

#endif
