/*
 * The engine: takes tasks from the queue in PostgreSQL, runs their phases on the loop, ends them.
 * Knows no source and no HTTP server. Files: registry (types), intake and create (new tasks), queue
 * (claim), runner (phases, waits, cancel, timeout), author (obm_…), commit (checkpoint with
 * records), lease (heartbeat), outcome and finish (how attempts end), state and show (what the
 * world sees), view (states in memory), notify (other nodes), cancel, lists, cleanup (people),
 * timing (where the time goes), upkeep (old tasks), store* (all SQL), inside.h (what they share).
 * Why so: docs/decisions/0001-tasks.md.
 */
#ifndef TASK_ENGINE_H
#define TASK_ENGINE_H

#include <uv.h>
#include "base/histogram.h"
#include "obmen/task.h"
#include "task/state.h"

struct engine;
struct engine_options {
    struct db *db;
    struct http_client *http;
    const char *node; /* host name and a number: unique among running nodes */
    int workers, queue_max, batch;
    int lease_ms;       /* 0 = 15000 */
    int retention_days; /* tasks that ended longer ago are removed; 0 = never */
    int upkeep_ms;      /* between two looks for them; 0 = a minute */
    /* Each new state of a task, newest last, also of tasks that run elsewhere (engine_notified). */
    void (*changed)(void *arg, const struct task_state *s, bool final);
    void (*removed)(void *arg, const struct uuid *id, int64_t user_id);
    void *arg;
};
struct engine *engine_new(uv_loop_t *loop, const struct engine_options *o);
/* Type and its phases are static. ctx goes to obm_ctx. */
void engine_register(struct engine *e, const struct obm_task_type *type);
const struct obm_task_type *engine_type(const struct engine *e, struct str name);
const struct obm_task_type *engine_type_at(const struct engine *e, int i); /* NULL at the end */
/* `sleep` {"seconds","records"} and `echo` {"message"}: for people who try things out, and for
 * tests. */
void engine_register_builtin(struct engine *e);
/* Begins to claim. */
void engine_start(struct engine *e);
/* Hands running tasks back at their next step, then calls closed and frees. */
void engine_close(struct engine *e, int grace_ms, void (*closed)(void *arg), void *arg);

/* Something in the database changed elsewhere: channels of engine_channels (src/pg/listen.h feeds
 * it). */
extern const char *const engine_channels[];
void engine_notified(struct engine *e, const char *channel, struct str payload);
void engine_listening(struct engine *e, bool up); /* down: states kept in memory are not trusted */

/* ---- for the api layer; every callback comes once, never from inside the call ---- */

struct task_new {
    /* All zero: made by the engine. Else this one, and a task that stands there with it already
     * counts as made (no error, not `deduplicated`): how an Idempotency-Key makes a task once,
     * whatever dies in between. */
    struct uuid id;
    struct str task_type;
    struct str params;   /* JSON object text; checked against the schema by engine_create */
    struct str metadata; /* JSON object text or STR_NULL */
    struct str name;     /* STR_NULL: the type's title */
    enum task_priority priority;
    int timeout_s, max_retries; /* 0 / -1 = default */
    usec_t run_at;              /* 0 = now */
    struct str unique_key;      /* STR_NULL = none */
    int64_t user_id;
};
struct task_created {
    struct uuid id;
    bool deduplicated;
};
struct field_errors; /* src/task/schema.h */
/* What engine_create would refuse, field by field ("params.date_from"). True: nothing. */
bool engine_check(
    const struct engine *e, const struct task_new *task, struct field_errors *ret_errors);
typedef void (*engine_created_fn)(
    void *arg, const struct task_created *made, const struct err *err);
/* VALIDATION_ERROR with fields (see schema.h) → ret via err; SERVICE_UNAVAILABLE when the queue is
 * full. */
void engine_create(
    struct engine *e, const struct task_new *task, engine_created_fn done, void *arg);

/* s is borrowed until return; NULL with NOT_FOUND when there is none. May answer from memory. */
typedef void (*engine_state_fn)(void *arg, const struct task_state *s, const struct err *err);
void engine_get(struct engine *e, const struct uuid *id, engine_state_fn done, void *arg);
/* The same at once from memory, NULL when it must be asked for. Borrowed until the next turn of the
 * loop. */
const struct task_state *engine_peek(struct engine *e, const struct uuid *id);
/* by: user id for the log. CONFLICT when it has ended. */
void engine_cancel(
    struct engine *e, const struct uuid *id, int64_t by, engine_state_fn done, void *arg);
/* Failed or cancelled → pending, from its checkpoint. */
void engine_retry(
    struct engine *e, const struct uuid *id, int64_t by, engine_state_fn done, void *arg);

struct task_filter {
    struct str task_type, q;         /* STR_NULL = any; q: part of name, type, error, id */
    unsigned statuses;               /* bit mask 1 << enum task_status; 0 = any */
    int64_t user_id;                 /* 0 = any */
    usec_t created_from, created_to; /* 0 = open; to is exclusive */
    enum { TASK_SORT_NEWEST, TASK_SORT_OLDEST, TASK_SORT_PRIORITY, TASK_SORT_COMPLETED } sort;
    int limit, offset;
};
typedef void (*engine_list_fn)(void *arg, const struct task_state *const *tasks, int count,
    int64_t total, const struct err *err);
void engine_list(struct engine *e, const struct task_filter *f, engine_list_fn done, void *arg);
/* Rows as JSON text: {"errors":[…],"total":N} / {"events":[…],"total":N}; borrowed until return. */
typedef void (*engine_json_fn)(void *arg, struct str json, const struct err *err);
void engine_errors(
    struct engine *e, const struct uuid *id, int limit, int offset, engine_json_fn done, void *arg);
void engine_events(
    struct engine *e, const struct uuid *id, int limit, int offset, engine_json_fn done, void *arg);
void engine_stats(struct engine *e, int64_t user_id, engine_json_fn done, void *arg); /* 0 = all */
typedef void (*engine_count_fn)(void *arg, int64_t count, const struct err *err);
void engine_cleanup(struct engine *e, double max_age_hours, engine_count_fn done, void *arg);

struct engine_figures {
    int running, workers;
    int64_t pending; /* as last heard */
    uint64_t claimed, completed, failed, cancelled, handed_back, lease_lost, commits,
        commit_retries, records;
    int64_t longest_step_us;
};
void engine_figures(const struct engine *e, struct engine_figures *ret);

/* How tasks of the i-th type (engine_type_at) ended on this node, since its start. */
struct engine_ends {
    struct histogram by_status[3]; /* completed, failed, cancelled; bounds: histogram_of_tasks */
    uint64_t retried;              /* attempts that failed and will be made again */
    usec_t last_success;           /* 0: none yet */
};
const struct engine_ends *engine_ends(const struct engine *e, int i);

#endif
