/* What the world sees of a task: one row of `tasks`, and its JSON (SPEC §2). */
#ifndef TASK_STATE_H
#define TASK_STATE_H

#include "obmen/task.h"

enum task_status { TASK_PENDING, TASK_RUNNING, TASK_COMPLETED, TASK_FAILED, TASK_CANCELLED };
const char *task_status_name(enum task_status s);
bool task_status_parse(struct str name, enum task_status *ret);
static inline bool task_ended(enum task_status s)
{
    return s >= TASK_COMPLETED;
}
/* Stored as numbers: smaller runs first. */
enum task_priority { TASK_CRITICAL, TASK_HIGH, TASK_NORMAL, TASK_LOW };
const char *task_priority_name(enum task_priority p);
bool task_priority_parse(struct str name, enum task_priority *ret);

struct task_state {
    struct uuid id;
    struct str task_type, name;
    enum task_status status;
    int progress; /* 0…100; derived: never falls within an attempt, 100 only when completed */
    int64_t total;
    struct obm_stats stats; /* processed = stats.fetched */
    struct str
        message; /* of the type, or empty: the standard sentence is made when written as JSON */
    struct str params, metadata, result; /* JSON text; result NULL pointer while there is none */
    struct str timing;             /* JSON text of timing.h, NULL pointer: nothing worth telling */
    struct str error, wait_reason; /* NULL pointer: none */
    enum err_code error_code;
    usec_t created_at, started_at, completed_at, run_at; /* 0: none */
    enum task_priority priority;
    int retry_count, max_retries, timeout_s, attempt;
    bool cancel_requested;
    int64_t user_id;
    struct str node, phase;
    double rate;         /* records per second, < 0: not known yet */
    int64_t eta_seconds; /* < 0: not known */
    int64_t seq;
};

/* The task as SPEC §2 shows it. `metadata` is the params, the given metadata and user_id in one
 * object. */
void task_state_json(struct buf *out, const struct task_state *s);
/* The sentence that stands in for a type that says nothing itself. */
void task_standard_message(struct buf *out, const struct task_state *s);
/* What an ended task leaves behind: how far it got, where the time went, and what its type reports
 * (a JSON object, or STR_NULL). */
void task_result_json(struct buf *out, const struct task_state *s, struct str report);
void task_stats_json(struct json_writer *w, const struct obm_stats *s);
/* fetched = created + updated + unchanged + skipped + failed */
bool task_counters_add_up(const struct obm_stats *s);
/* Sets what follows from the rest: eta_seconds. */
void task_state_derive(struct task_state *s);
/* A deep copy in the arena. */
struct task_state *task_state_copy(struct arena *a, const struct task_state *s);

#endif
