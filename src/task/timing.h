/* Where a task's time goes, over all its attempts: by phase, and of it what was spent waiting and
 * for whom. Kept by the attempt, written with each commit and at the end, shown as `timing`:
 *
 *     {"total_ms":5210,"phases_ms":{"connect":120,"import":5090},
 *      "waiting_ms":{"source":3100,"database":1400,"pause":0}}
 */
#ifndef TASK_TIMING_H
#define TASK_TIMING_H

#include "obmen/task.h"

enum timing_use {
    TIMING_WORK,     /* its own steps, and its turn in the run queue */
    TIMING_SOURCE,   /* an answer of 1C, VK, … while nothing is being written */
    TIMING_DATABASE, /* a query, or a commit with its repeats */
    TIMING_PAUSE,    /* its own throttle or backoff */
    TIMING_USES,
};

struct timing {
    int64_t at_ns;           /* accounted so far; 0: the attempt has not begun */
    int64_t us[TIMING_USES]; /* all attempts */
    int64_t *phase_us;       /* one for each phase; in the attempt's arena */
    const struct obm_phase *phases;
};

/* stored: what timing_json wrote before, or STR_NULL. */
void timing_load(
    struct timing *tm, struct arena *a, const struct obm_phase *phases, struct str stored);
void timing_add(struct timing *tm, int phase, enum timing_use use, int64_t now_ns);
/* Appends; STR_NULL, and nothing appended, while it is less than a millisecond. */
struct str timing_json(const struct timing *tm, struct buf *out);

#endif
