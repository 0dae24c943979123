/*
 * What an author of a task type includes. A task type is a name, a JSON Schema of its parameters
 * and a table of phases. A phase is a small function that is called again and again, handles at
 * most 50 records per call and says what comes next. It never blocks: what takes time is started
 * (obm_query, obm_commit, obm_http, obm_sleep) and answered with OBM_WAIT; the engine calls the
 * phase again when it is ready.
 *
 * Between two calls the engine looks at cancel, timeout and lease. What must survive a crash is
 * written by `save` into the checkpoint, which is committed in the same transaction as the records
 * it speaks of (obm_commit); `load` rebuilds the state from it. A start is a load of the empty
 * checkpoint (NULL).
 */
#ifndef OBMEN_TASK_H
#define OBMEN_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/db.h"
#include "obmen/err.h"
#include "obmen/http_client.h"
#include "obmen/json.h"
#include "obmen/uuid.h"

#define OBM_STEP_RECORDS 50 /* at most so many records per step */

struct obm_task; /* one running attempt; the engine's */

enum obm_step {
    OBM_MORE,   /* call me again, soon */
    OBM_WAIT,   /* call me when something I started has ended */
    OBM_NEXT,   /* this phase is finished: the next one of the table */
    OBM_DONE,   /* the task is finished (also what OBM_NEXT means in the last phase) */
    OBM_FAILED, /* obm_fail has said why */
};

struct obm_phase {
    const char *name; /* stored in checkpoints, shown to people: a word in English */
    enum obm_step (*step)(struct obm_task *t);
};

struct obm_task_type {
    const char *name; /* "sync_bank_transactions" */
    const char *title_ru, *title_en;
    const char *params_schema; /* JSON Schema (subset: src/task/schema.h), an object */
    /* What no schema can say of params that fit it, asked before the task is taken. -1:
     * VALIDATION_ERROR, of a field if it can be told. May be NULL. */
    int (*check)(const struct json *params, struct err *ret_err);
    const struct obm_phase *phases; /* ended by {0} */
    size_t state_size;              /* bytes of obm_state, zeroed at the start of an attempt */
    bool user;                      /* people of role USER may start it */
    int timeout_s;                  /* default; 0 = 3600 */
    /* Only one task of the same group runs at a time ("1c"); NULL: any number. */
    const char *exclusive;
    /* Reads obm_params and the checkpoint (NULL at the first start). -1: fails the task for good.
     */
    int (*load)(struct obm_task *t, const struct json *checkpoint, struct err *ret_err);
    /* Writes the members of the checkpoint object. May be NULL. */
    void (*save)(struct obm_task *t, struct json_writer *w);
    /* Writes members of `result` at the end: completed, cancelled or failed. May be NULL. */
    void (*report)(struct obm_task *t, struct json_writer *w);
    /* Frees what is not in the arena. Nothing is under way any more. May be NULL. */
    void (*cleanup)(struct obm_task *t);
    void *ctx; /* the author's: services the type needs (obm_ctx) */
};

/* ---- what a phase can ask ---- */
void *obm_state(struct obm_task *t);
void *obm_ctx(struct obm_task *t);
struct arena *obm_arena(struct obm_task *t); /* lives as long as the attempt */
const struct json *obm_params(
    const struct obm_task *t); /* checked against the schema, defaults filled in */
const struct uuid *obm_id(const struct obm_task *t);
int64_t obm_user(const struct obm_task *t);
int obm_batch_size(const struct obm_task *t); /* OBMEN_BATCH */
int obm_phase_entered(
    const struct obm_task *t); /* calls of this phase so far in this attempt: 0 = just entered */

/* ---- counters: become true (and visible) with the next obm_commit ---- */
struct obm_stats {
    int64_t fetched, created, updated, unchanged, skipped, failed, deactivated;
};
/* Adds to the counters. Invariant at the end: fetched = created+updated+unchanged+skipped+failed; a
 * task that ends without it fails. What was counted after the last commit is committed by itself
 * when the task is done. */
void obm_count(struct obm_task *t, struct obm_stats add);
/* Counters that only the database knows are added by the unit itself, in SQL, in the same
 * transaction: SELECT obm_tally(created, updated, unchanged, deactivated). */
void obm_total(struct obm_task *t, int64_t total);
/* Committed so far, all attempts. */
struct obm_stats obm_stats(const struct obm_task *t);
/* A sentence in place of the standard one; NULL: the standard one again. Copied. */
void obm_message(struct obm_task *t, const char *text);
/* Why nothing moves just now ("1C answers 503, next try in 4 s"); NULL when it moves again. Copied,
 * shown live, not durable. */
void obm_wait_reason(struct obm_task *t, const char *text);
/* A refused record: stored with the next commit; does not count by itself (obm_count
 * failed/skipped). record: JSON or NULL. All copied. */
void obm_refuse(struct obm_task *t, int64_t ordinal, const char *external_id, const char *stage,
    const char *code, const char *message, struct str record);
/* A line in the task's log (GET /tasks/{id}/log), stored with the next commit. */
void obm_event(struct obm_task *t, const char *event, const char *message);

/* ---- what a phase can start; each is ended by the engine when the task ends early ---- */

/* Runs a unit of reading, or of writing that does not belong to the task's records. The callback
 * comes once; results are borrowed until its return; then the phase is called again. Passing faults
 * are not retried here. When the task ends early the callback gets err->cancelled. */
typedef void (*obm_db_fn)(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err);
struct db_unit *obm_unit(struct obm_task *t);
void obm_query(struct obm_task *t, struct db_unit *u, obm_db_fn done, void *arg);
/* The task's own writing: adds lease check, checkpoint (save), counters, refused records and log to
 * the unit and commits all of it or nothing. u may be NULL: only those. Passing faults are retried
 * by the engine until they pass, the lease is lost or the task ends; a commit whose outcome is
 * unknown is found out about, never done twice (then results is NULL though it went well: the
 * answer was lost). The callback (may be NULL: then a permanent fault fails the task) gets err only
 * for permanent faults (bad data): then NOTHING of this commit happened and the counters, refused
 * records and log given to it are given back (dropped). One commit at a time. OBM_NEXT and OBM_DONE
 * take effect when the commit under way has landed; when it fails for good, the phase is called
 * again instead. */
void obm_commit(struct obm_task *t, struct db_unit *u, obm_db_fn done, void *arg);
bool obm_committing(const struct obm_task *t);
/* A request; its callbacks may be followed by obm_wake. NULL client → the engine's. */
struct http_call *obm_http(struct obm_task *t, const struct http_call_options *o,
    const struct http_call_events *events, void *arg);
/* The phase is called again after ms (or earlier, when something else wakes it: ask obm_sleeping).
 */
enum obm_step obm_sleep(struct obm_task *t, int64_t ms); /* returns OBM_WAIT */
bool obm_sleeping(const struct obm_task *t);
/* Calls the phase again soon; for callbacks of one's own. */
void obm_wake(struct obm_task *t);
/* Is the task about to end early (cancelled, timed out, handed back)? */
bool obm_ending(const struct obm_task *t);

/* Says why and returns OBM_FAILED: return obm_fail(t, &err). err->passing: the task may be retried.
 * Copies. */
enum obm_step obm_fail(struct obm_task *t, const struct err *err);

#endif
