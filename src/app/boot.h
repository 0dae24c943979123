/*
 * What must happen in the database before the server can serve: migrations, the secret, the first
 * admin. Blocking work, done in a thread, again and again with backoff while the database is not
 * there.
 */
#ifndef APP_BOOT_H
#define APP_BOOT_H

#include <stdbool.h>
#include <uv.h>
#include "obmen/err.h"

struct boot {
    uv_work_t work;
    uv_timer_t again;
    const char *conninfo, *admin_password; /* borrowed */
    bool migrate;
    unsigned attempt;
    bool working, stopping;
    struct err err;
    char generated[33]; /* the first admin's password, when it was made just now; else "" */
    /* Once: err NULL when all is there, else an error that waiting does not cure. Not called after
     * boot_stop. */
    void (*done)(void *arg, const struct err *err);
    void (*stopped)(void *arg);
    void *arg;
};

/* The fields conninfo, admin_password, migrate, done, arg are filled in by the caller. */
void boot_start(struct boot *b, uv_loop_t *loop);
/* Ends it in whatever state it is (a connection attempt is waited for, at most a few seconds); then
 * stopped is called. */
void boot_stop(struct boot *b, void (*stopped)(void *arg));

#endif
