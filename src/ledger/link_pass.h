/*
 * After 1C has brought rows: statements' rows of these days that had none in 1C are looked up
 * again, and those whose row 1C has lost get their own back. What a person decided about the bank's
 * row goes to the row of 1C that takes its place. Each step stands for itself and may be repeated.
 */
#ifndef LEDGER_LINK_PASS_H
#define LEDGER_LINK_PASS_H

#include "obmen/task.h"

struct ledger_link_pass {
    struct obm_task *task;
    usec_t to; /* last day */
    /* its own */
    usec_t from, at_day; /* rows up to this one have been looked at */
    int64_t at_id;
    usec_t before_day; /* where the present fifty begin */
    int64_t before_id;
    bool waiting, released, over;
    int64_t linked, unclear;             /* found by this pass */
    int64_t found_linked, found_unclear; /* not yet stored */
    struct err err;
};

/* Days of 1C, both included. */
void ledger_link_pass_begin(
    struct ledger_link_pass *p, struct obm_task *task, usec_t from, usec_t to);
/* The step of a phase: OBM_NEXT when all have been looked at. */
enum obm_step ledger_link_pass_step(struct ledger_link_pass *p);

#endif
