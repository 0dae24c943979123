/* Every statement about tasks, task_errors and task_events, and how their rows are read. A function
 * adds one statement to the unit; what it answers is read with the reader named beside it. */
#ifndef TASK_STORE_H
#define TASK_STORE_H

#include "obmen/db.h"
#include "task/engine.h"
#include "task/state.h"

/* Raised by obm_lost (src/pg/schema). */
#define STORE_LEASE_LOST "OB001"
#define STORE_LANDED_BEFORE "OB002"

/* Ids are time-ordered (UUID v7): below all that were made at this moment or later. */
struct uuid store_id_at(usec_t at);

/* ---- rows ---- */

/* A whole row, texts copied into the arena. */
void store_state(const struct db_result *r, int row, struct arena *a, struct task_state *ret);

/* What a write of a running task brings back; texts are borrowed from the result. */
struct store_figures {
    struct uuid id;
    enum task_status status;
    int progress;
    int64_t seq, total;
    struct obm_stats stats;
    struct str message, wait_reason, phase; /* STR_NULL: none */
    double rate;                            /* < 0: none */
    bool cancel_requested;
    usec_t run_at, completed_at;
    struct str report, timing;
};
void store_figures(const struct db_result *r, int row, struct store_figures *ret);

/* ---- making ---- */

/* Columns of tasks to be made, one entry of each per task. */
struct store_new {
    struct db_column id, type, name, priority, params, metadata, unique_key, user_id, exclusive,
        run_at, timeout, max_retries, created_at;
};
void store_new_init(struct store_new *n);
void store_new_release(struct store_new *n);
/* → (task_id, run_at) of those that were made; one with the same id or unique_key stood there for
 * the others. */
void store_create(struct db_unit *u, const struct store_new *n);
/* → (task_id, unique_key) of tasks with one of the ids, or alive with one of the keys */
void store_find(struct db_unit *u, const struct db_column *ids, const struct db_column *keys);

/* ---- the queue ---- */

struct store_claimed {
    struct task_state s; /* texts in the arena */
    int64_t token, commit_no;
    int failures;
    struct str checkpoint; /* STR_NULL: none */
};
/* Returns its place → store_claimed. types: what this node knows. */
int store_claim(struct db_unit *u, int limit, int64_t lease_ms, const char *node,
    const struct db_column *types);
void store_claimed(const struct db_result *r, int row, struct arena *a, struct store_claimed *ret);
/* Tasks whose lease ran out: back to pending (cancelled when that was asked for, failed when they
 * have cost too many nodes) → (task_id) */
void store_expire(struct db_unit *u, int failures_max);
/* Tasks that this node seems to hold but does not run (the answer to their claim was lost): back to
 * pending → (task_id) */
void store_release(struct db_unit *u, const char *node, const struct db_column *running);
/* → (pending, ms until the next planned one or NULL) */
void store_count(struct db_unit *u);
/* Renews → (task_id, cancel_requested, cancelled_by) of those still held */
void store_heartbeat(struct db_unit *u, const struct db_column *ids, const struct db_column *tokens,
    int64_t lease_ms);

/* ---- a running task writes ---- */

struct store_commit {
    const struct uuid *id;
    int64_t token, commit_no;
    struct str checkpoint;
    const char *phase;
    struct obm_stats add; /* what obm_tally counted is added by the statement */
    int64_t total;
    int progress;
    struct str message, wait_reason; /* STR_NULL: none */
    double rate;                     /* < 0: none */
    struct str timing;               /* STR_NULL: none */
    int64_t lease_ms;
};
/* Must be the last of its unit; returns its place → store_figures, one row; raises when the lease
 * is gone or the commit landed before. */
int store_commit(struct db_unit *u, const struct store_commit *c);
/* What the row says now, while the token is still the holder's → store_figures, or no row */
void store_ask(struct db_unit *u, const struct uuid *id, int64_t token);
/* Shows a change that belongs to no commit; returns its place → store_figures, or no row when the
 * lease is gone. */
int store_touch(struct db_unit *u, const struct uuid *id, int64_t token, const char *phase,
    int64_t total, struct str message, struct str wait_reason);
/* Columns of equal length; nothing is written when the token is not the holder's. */
void store_refuse(struct db_unit *u, const struct uuid *id, int64_t token,
    const struct db_column *ordinal, const struct db_column *external_id,
    const struct db_column *stage, const struct db_column *code, const struct db_column *message,
    const struct db_column *record);
void store_events(struct db_unit *u, const struct uuid *id, int64_t token, const char *node,
    const struct db_column *at, const struct db_column *event, const struct db_column *phase,
    const struct db_column *message);

struct store_final {
    struct db_column id, token, status, delay_ms, retry_count, failures, phase, error, code,
        wait_reason, report, event, event_message, timing;
};
void store_final_init(struct store_final *f);
void store_final_release(struct store_final *f);
/* Returns its place → store_figures of those that were still held */
int store_finish(struct db_unit *u, const struct store_final *f, const char *node);
/* For tasks that are all complete: only id, token, phase, report and timing count. */
int store_complete(struct db_unit *u, const struct store_final *f);
/* → store_figures of tasks whose token is still the one given and that do not run: they were
 * finished before */
void store_finished(struct db_unit *u, const struct db_column *ids, const struct db_column *tokens);

/* ---- people ask ---- */

/* → store_state, one row, or none when there is none */
void store_read(struct db_unit *u, const struct db_column *ids);
/* The newest of those alive → (task_id) */
void store_alive(struct db_unit *u, int limit);
/* Affects one row (result 0) when it was still alive; result 1: store_state. Adds TWO statements.
 */
void store_cancel(struct db_unit *u, const struct uuid *id, int64_t by, const char *node);
/* The same for a retry of a failed or cancelled one. */
void store_retry(struct db_unit *u, const struct uuid *id, int64_t by, const char *node);
/* Returns its place → store_state */
int store_list(struct db_unit *u, const struct task_filter *f);
/* Returns its place → (count) */
int store_list_count(struct db_unit *u, const struct task_filter *f);
/* → (ordinal, external_id, stage, code, message, record, at), and (count) as a second statement */
void store_task_errors(struct db_unit *u, const struct uuid *id, int limit, int offset);
/* → (at, event, phase, node, user_id, message), and (count) as a second statement */
void store_task_events(struct db_unit *u, const struct uuid *id, int limit, int offset);
/* → (task_type, status, count) in this order; → (task_type, p50, p95) of those completed. Adds TWO
 * statements. */
void store_stats(struct db_unit *u, int64_t user_id);
/* Removes at most limit ended tasks with all that belongs to them → (task_id, user_id) */
/* alone: unless another node is at it */
void store_cleanup(struct db_unit *u, double max_age_hours, int limit, bool alone);
/* Sums up what was added to the totals since the last time; counts the tasks anew when that was not
 * done for a day. Each does nothing while another node is at it. */
void store_fold_totals(struct db_unit *u);
void store_recount_totals(struct db_unit *u);

/* ---- other nodes ---- */
void store_notify(struct db_unit *u, const char *channel, const struct db_column *payloads);

#endif
