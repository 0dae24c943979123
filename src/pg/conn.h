/*
 * One non-blocking connection on uv_poll: connects, keeps its poll handle right, reads and writes
 * what libpq has. What is sent and what answers mean is its owner's business (wire.c, listen.c).
 *
 *   CONNECTING ──> UP ──> (lost) ──> closed by the owner
 *        └────────────────────^
 */
#ifndef PG_CONN_H
#define PG_CONN_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <uv.h>
#include "obmen/err.h"
#include "pg/target.h"

struct conn_events {
    void (*up)(void *arg);
    /* Bytes came. Look at results and notifications. Also called last before `lost`. */
    void (*input)(void *arg);
    /* Could not connect, or is gone. Nothing else is called; the owner closes it. */
    void (*lost)(void *arg, const struct err *err);
};

struct conn_poll;
struct conn {
    PGconn *pg; /* owned */
    const struct conn_events *events;
    void *arg;
    uv_loop_t *loop;
    struct conn_poll *poll; /* owned; NULL: none */
    int fd, interest;
    int handles; /* poll handles not yet closed */
    bool up, closing;
    char notice[256]; /* the server's last words without a query: why it closes */
    void (*closed)(void *arg);
};

/* -1: failed at once (then it is closed already). No event comes from inside. */
int conn_open(struct conn *c, uv_loop_t *loop, const struct target *t,
    const struct conn_events *events, void *arg, struct err *ret_err);
/* After PQsend…: writes what can be written, the rest when the socket allows. No event comes from
 * inside. */
void conn_flush(struct conn *c);
/* closed is never called from inside; it may free the conn. */
void conn_close(struct conn *c, void (*closed)(void *arg));

#endif
