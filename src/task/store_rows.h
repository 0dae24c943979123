/* The columns of a task in the order in which store_rows.c reads them. For store.c and
 * store_people.c only. */
#ifndef TASK_STORE_ROWS_H
#define TASK_STORE_ROWS_H

#include "task/store.h"

/* store_state. The last but one: does a task of the same group run? */
#define STATE_COLUMNS                                                                              \
    "t.task_id, t.task_type, t.name, t.status, t.progress, t.total, t.fetched, t.created, "        \
    "t.updated, t.unchanged, t.skipped, t.failed, t.deactivated, t.message, t.params, "            \
    "t.metadata, "                                                                                 \
    "t.result, t.error, t.error_code, t.wait_reason, t.created_at, t.started_at, t.completed_at, " \
    "t.run_at, t.priority, t.retry_count, t.max_retries, t.timeout_s, t.attempt, "                 \
    "t.cancel_requested, t.user_id, t.node, t.phase, t.rate, t.seq, "                              \
    "t.status = 0 AND t.exclusive IS NOT NULL AND EXISTS "                                         \
    "(SELECT FROM tasks r WHERE r.status = 1 AND r.exclusive = t.exclusive) AS waits, t.timing"

/* store_claimed: these, then */
#define CLAIM_COLUMNS                                                                              \
    STATE_COLUMNS ", t.lease_token, t.commit_no, t.failures AS failures_all, t.checkpoint"

/* store_figures */
#define FIGURE_COLUMNS                                                                             \
    "t.task_id, t.status, t.seq, t.progress, t.total, t.fetched, t.created, t.updated, "           \
    "t.unchanged, t.skipped, t.failed, t.deactivated, t.message, t.wait_reason, t.phase, t.rate, " \
    "t.cancel_requested, t.run_at, t.completed_at, t.result, t.timing"

/* Rows of `t`, as changed, that have ended count from now on. */
#define TOTALS                                                                                     \
    "totals AS (INSERT INTO task_totals (task_type, user_id, status, n) "                          \
    "  SELECT task_type, user_id, status, count(*) FROM t WHERE status >= 2 GROUP BY 1, 2, 3) "

/* The order of the queue, for a task that may run from `at` on. */
#define DUE_BY(at, priority) at " + " priority " * interval '5 minutes'"
/* What may run now stands before this moment, however low it is: the index ends there, and what is
 * planned for later is not read. */
#define DUE_NOW "now() + 3 * interval '5 minutes'"

#endif
