/*
 * After 1C has brought rows: statements' rows of these days that have none in 1C, and those that
 * are not perfectly matched and have a new or changed row of 1C near them, are decided about again
 * with their neighbours (neighbours.h); those whose row 1C has lost get their own back. Each step
 * stands for itself and may be repeated.
 */
#ifndef LEDGER_LINK_PASS_H
#define LEDGER_LINK_PASS_H

#include "ledger/neighbours.h"
#include "obmen/task.h"

/* Statements' rows; in the task's checkpoint. */
struct ledger_link_counts {
    int64_t linked; /* got a row of 1C, or another one */
    int64_t opened; /* lost theirs: 1C has lost it, or it fits others better */
    int64_t asked;  /* a person is asked about that the program was sure of, or did not know */
};

/* Whoever counts stored rows by what they are linked to: told of the neighbours of a commit before
 * it, and when nothing of it has happened. */
struct ledger_link_watcher {
    void (*changing)(void *arg, const struct ledger_neighbours *n);
    void (*undone)(void *arg);
    void *arg;
};

struct ledger_link_pass {
    struct obm_task *task;
    usec_t to; /* last day */
    struct ledger_link_counts counts;
    struct ledger_link_watcher watcher; /* may be empty */
    /* its own */
    struct ledger_neighbours *neighbours; /* owned */
    usec_t from, at_day;                  /* rows up to this one have been looked at */
    int64_t at_id;
    usec_t before_day; /* where the present fifty begin */
    int64_t before_id;
    struct ledger_link_counts before; /* the commit under way */
    int question;                     /* where its answer stands in the unit */
    enum { LINK_RELEASE, LINK_ROWS, LINK_NEIGHBOURS, LINK_DECIDE, LINK_OVER } state;
    bool waiting;
    struct err err;
};

/* Days of 1C, both included. What stands in counts is added to, watcher is kept. */
void ledger_link_pass_begin(
    struct ledger_link_pass *p, struct obm_task *task, usec_t from, usec_t to);
void ledger_link_pass_release(struct ledger_link_pass *p); /* a zeroed one, too */
/* The step of a phase: OBM_NEXT when all have been looked at. */
enum obm_step ledger_link_pass_step(struct ledger_link_pass *p);

/* Adds "has a sync of 1C run since this task was made?": a boolean. Rows of 1C may have come
 * between a statement's question and its commit, and the sync's own pass before that. */
int ledger_link_outrun_add(struct db_unit *u, const struct uuid *task_id);

void ledger_link_counts_write(const struct ledger_link_counts *c, struct json_writer *w);
void ledger_link_counts_load(struct ledger_link_counts *c, const struct json *object);

#endif
