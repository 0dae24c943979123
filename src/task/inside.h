/*
 * What the files of the engine share; nobody else includes it. One engine has one of each part
 * below; one attempt (struct obm_task) belongs to one claimed task, from claim to final write.
 */
#ifndef TASK_INSIDE_H
#define TASK_INSIDE_H

#include "base/list.h"
#include "obmen/backoff.h"
#include "obmen/log.h"
#include "obmen/map.h"
#include "task/engine.h"
#include "task/progress.h"
#include "task/schema.h"
#include "task/store.h"
#include "task/timing.h"

#define ENGINE_POLL_MS 1000 /* the net under the wake-ups */
#define ENGINE_HINTS_MS 50  /* NOTIFY, and reading what others changed: at most this often */
#define ENGINE_SHOW_MS 20   /* a running task's state is shown at most this often */
#define ENGINE_TOUCH_FIRST_MS                                                                      \
    100                       /* a new phase is written by itself when no commit came for so long */
#define ENGINE_TOUCH_MS 500   /* and then at most this often */
#define ENGINE_GRACE_MS 100   /* a commit under way may still end so long after a cancel */
#define ENGINE_TURN_NS 500000 /* steps per turn of the loop */
#define ENGINE_STEP_WARN_NS 5000000
#define ENGINE_FAILURES_MAX                                                                        \
    200 /* of one task, however much it moves; a node that dies over it for nothing counts ten */

/* ---- registry.c ---- */
struct task_kind {
    const struct obm_task_type *type;
    struct engine_ends ends;
    struct arena arena; /* of schema */
    const struct json *schema;
};
struct registry {
    struct task_kind *kinds; /* owned */
    int count;
    struct db_column names; /* what this node can run */
};
void registry_add(struct registry *r, const struct obm_task_type *type);
const struct task_kind *registry_find(const struct registry *r, struct str name);
void registry_release(struct registry *r);

/* ---- figures.c ---- */
void figures_ended(struct engine *e, const struct task_state *s);
void figures_retried(struct engine *e, const struct obm_task_type *type);

/* ---- engine.c: work put off to the next turn, and the engine's own units ---- */
struct later {
    struct list link;
    void (*run)(struct engine *e, struct later *l);
};
/* A unit that engine_close waits for. done as in db_submit; u may be kept (db_keep) and submitted
 * again. */
struct engine_unit {
    struct list link;
    struct engine *e;
    struct db_unit *unit;
    db_done_fn done;
    void *arg;
};

/* ---- create.c ---- */
struct create_item;
struct creator {
    struct list waiting;  /* create_item: ready to be written with the next statement */
    struct list doubtful; /* the queue may be full: counted first */
    int open;             /* accepted and not yet answered */
    struct later later;
    bool flushing; /* later is queued */
    int in_flight;
    bool counting;
    uint64_t made_before; /* queue.made when it was sent */
    int64_t full_until;   /* ms: counted and found full */
};
/* ---- queue.c ---- */
struct queue {
    uv_timer_t poll; /* every second, and earlier when a planned task falls due */
    bool claiming, polling, again, broken;
    bool answer_lost; /* of a claim: it may have landed; no new one before that is cleared up */
    bool releasing;   /* by the look under way */
    int asked, index; /* of the claim under way: rows at most, its place in the unit */
    unsigned collisions;
    bool backlog;        /* there may be more to claim */
    struct uuid *unsure; /* owned: to be read after the claim under way */
    int unsure_count;
    double took_us;  /* what tasks take here, on a moving average; 0: not known */
    int64_t pending; /* as last counted, and what happened here since */
    uint64_t made;   /* put into the queue here, ever: what a count under way may not have seen */
    uint64_t made_before; /* when the look under way was sent */
    struct uuid
        *cancelled; /* owned: cancelled while a claim was under way, perhaps the claimed one */
    int cancelled_count;
};
/* ---- lease.c ---- */
struct lease {
    uv_timer_t timer;
    int hold_ms; /* what is written into the row */
    bool in_flight;
};
/* ---- finish.c ---- */
struct finisher {
    struct list waiting, sent; /* final.link of attempts */
    struct later later;
    bool flushing; /* later is queued */
    uv_timer_t rest;
    bool in_flight, one_by_one, abandoned;
    struct db_unit *unit; /* under way, or resting */
    int index;            /* of the statement in the unit */
    unsigned tries;
};
/* ---- notify.c ---- */
struct notifier {
    struct map hints; /* id → struct hint */
    struct list order;
    uv_timer_t timer;
    struct db_unit *unit; /* under way, or resting */
    bool in_flight, work; /* work: tell others that there is something to claim */
    int64_t last_ms;
};
/* ---- view.c ---- */
struct view {
    struct map entries; /* id → struct view_entry */
    struct list recent; /* newest first */
    int count;
    struct map wants; /* id → struct want */
    struct list queued, asked;
    uv_timer_t timer;
    bool in_flight, urgent;
    int64_t last_ms;
};
/* ---- upkeep.c ---- */
struct upkeep {
    uv_timer_t timer;
    bool removing;  /* what is under way */
    int removed_at; /* its place in the unit */
    int64_t removed;
};
/* ---- cleanup.c, lists.c keep their requests in themselves ---- */

enum engine_life { ENGINE_NEW, ENGINE_OPEN, ENGINE_CLOSING, ENGINE_CLOSED };

struct engine {
    uv_loop_t *loop;
    struct engine_options o;
    enum engine_life life;
    bool listening;
    struct registry registry;
    struct creator creator;
    struct queue queue;
    struct lease lease;
    struct finisher finisher;
    struct notifier notifier;
    struct view view;
    struct upkeep upkeep;
    struct list units;    /* engine_unit */
    struct list attempts; /* obm_task, all not yet freed */
    struct map running;   /* id → obm_task, those not GONE */
    struct list ready;    /* obm_task in READY, in the order of the queue */
    int ready_count;
    int active;           /* workers busy: RUNNABLE, WAITING, ENDING */
    struct list runnable; /* obm_task in RUNNABLE */
    struct list later;
    uv_idle_t turn; /* active while runnable or later has something */
    bool turning;
    uv_timer_t grace;
    int handles; /* still to be closed */
    void (*closed)(void *arg);
    void *closed_arg;
    struct engine_figures figures;
    struct arena scratch; /* texts of one callback */
};

void engine_later(struct engine *e, struct later *l);
void engine_turn_on(struct engine *e);
void engine_submit(struct engine *e, struct db_unit *u, db_done_fn done, void *arg);
/* Closing: is everything over? Called wherever something ended. */
void engine_check_closed(struct engine *e);
int64_t engine_ms(void);

/* ---- an attempt ---- */
/*
 *              claim
 *                |
 *              READY (waits for a free worker)
 *                |
 *                v      MORE, or woken
 *   +------- RUNNABLE <--------------+
 *   |            | WAIT              |
 *   |            +---------> WAITING +--- stays while a DONE or NEXT waits for the commit under way
 *   |                           |
 *   |  DONE, FAILED, cancel, timeout, hand-back, lost lease (also from READY)
 *   v                           v
 *   +------> ENDING: what it started is stopped and comes back
 *               |
 *               v
 *           FINISHING: the final write, until it lands or the lease is gone (the worker is free
 * again)
 *               |
 *               v
 *             GONE: handles close, then it is freed
 */
enum attempt_state {
    ATTEMPT_READY,
    ATTEMPT_RUNNABLE,
    ATTEMPT_WAITING,
    ATTEMPT_ENDING,
    ATTEMPT_FINISHING,
    ATTEMPT_GONE
};
/* Why it ends; a later value outranks an earlier one. */
enum attempt_end {
    END_NOT,
    END_DONE,
    END_HANDBACK,
    END_FAILED,
    END_TIMEOUT,
    END_CANCEL,
    END_LOST,
};
/*
 * obm_commit: IDLE → (BLOCKED while a touch is under way →) SENT → IDLE
 *             SENT → RESTING (passing fault) → SENT
 *             SENT → ASKING (it landed before; what did it bring?) → IDLE, or ASK_RESTING → ASKING
 * OVER: while its end is being told.
 */
enum commit_state {
    COMMIT_IDLE,
    COMMIT_BLOCKED,
    COMMIT_SENT,
    COMMIT_RESTING,
    COMMIT_ASKING,
    COMMIT_ASK_RESTING,
    COMMIT_OVER,
};

enum attempt_text { TEXT_MESSAGE, TEXT_WAIT_REASON, TEXT_ERROR, TEXT_RESULT, TEXT_TIMING, TEXTS };

struct task_op; /* something an author started: runner.c, author.c */

struct final {
    struct list link; /* finisher.waiting or .sent */
    enum task_status status;
    int64_t delay_ms; /* pending: not before; -1: at once, in its old place in the queue */
    int retry_count, failures;
    struct buf error, wait_reason, event_message;
    enum err_code code;
    struct buf report;
    const char *event;
    bool plain; /* was refused once: without the type's words */
};

struct obm_task {
    struct engine *e;
    const struct obm_task_type *type;
    struct list link, run_link;
    enum attempt_state state;
    enum attempt_end end;
    struct err end_err;
    int64_t cancelled_by;
    int holds; /* statements about this task under way elsewhere (cancel): the final write waits */

    struct arena arena;
    struct json *params;
    struct str checkpoint; /* as claimed */
    void *mem;
    struct task_state s;     /* committed: what the world sees */
    struct buf texts[TEXTS]; /* behind those texts of s that change */
    int64_t token, commit_no, first_commit_no;
    int failures;

    int phase;   /* index into type->phases */
    int entered; /* calls of this phase */
    bool in_step, woken, loaded;
    enum { AFTER_NOTHING, AFTER_NEXT, AFTER_DONE } after; /* what waits for the commit under way */
    struct err fail;

    /* not yet committed */
    struct obm_stats add;
    int64_t total;
    struct buf message, wait_reason;
    bool phase_unlogged;
    struct pending {
        struct db_column ordinal, external_id, stage, code, refusal, record; /* refused records */
        struct db_column at, event, phase, message;                          /* lines of the log */
    } pending;
    struct rate rate;
    struct timing timing;
    int queries, requests; /* of ops: under way */

    struct commit {
        enum commit_state state;
        struct db_unit *unit;
        int index; /* of the engine's statement in the unit */
        obm_db_fn done;
        void *arg;
        unsigned tries;
        bool phase_logged;
    } commit;
    struct db_unit *touch_unit; /* under way, or resting until touch_at */
    int touch_index;
    unsigned touch_tries;
    bool touch_rests;
    int64_t last_touch;

    struct list ops;
    struct final final;

    /* moments in ms of the monotonic clock, 0 = none; one timer serves them all */
    uv_timer_t timer;
    int64_t begun_ns;
    int64_t sleep_at, deadline_at, touch_at, retry_at, grace_at, show_at;
    int64_t last_shown, shown_seq;
    bool read_again; /* something newer was read while the final write was under way */
};

/* ---- runner.c ---- */
void attempt_start(struct engine *e, const struct task_kind *kind, const struct store_claimed *c);
struct obm_task *attempt_find(const struct engine *e, const struct uuid *id);
void attempt_wake(struct obm_task *t);
/* Sets why it ends (the strongest reason wins) and begins to end it. err for FAILED and TIMEOUT. */
void attempt_end(struct obm_task *t, enum attempt_end why, const struct err *err);
/* Something that ENDING waits for came back. */
void attempt_ending(struct obm_task *t);
/* Arms the timer for the earliest of the moments. */
void attempt_arm(struct obm_task *t);
void attempt_run(struct engine *e);         /* one turn of the run queue */
void attempt_begin_ready(struct engine *e); /* as many as there are free workers */
void attempt_gone(struct obm_task *t);
/* Puts the time since the last call where it was spent. Before anything changes what it waits for.
 */
void attempt_account(struct obm_task *t);
/* The commit under way is over. */
void attempt_committed(struct obm_task *t, bool ok);
static inline bool attempt_alive(const struct obm_task *t)
{
    return t->state <= ATTEMPT_WAITING;
}

/* ---- author.c ---- */
void ops_stop(struct obm_task *t);

/* ---- show.c: from committed rows to what the world sees ---- */
/* Takes over what a commit, a touch or a final write brought back. */
void attempt_saw(struct obm_task *t, const struct store_figures *f);
void attempt_show(struct obm_task *t, bool at_once);
void attempt_set_text(struct obm_task *t, enum attempt_text which, struct str text);

/* ---- commit.c ---- */
void commit_resume(struct obm_task *t);         /* retry_at has come, or the touch is over */
void commit_stop(struct obm_task *t, bool now); /* the attempt ends */
bool commit_has_counters(const struct obm_task *t);
/* Phase, message, total or wait reason have changed: they are written by themselves when no commit
 * comes soon. */
void touch_want(struct obm_task *t);
void touch_now(struct obm_task *t);

/* ---- pending.c: what waits for the next commit ---- */
void pending_init(struct obm_task *t);
void pending_release(struct obm_task *t);
/* Moves the lines of the log (a new phase too) into the unit: 0 or 1 statements, which are
 * returned. */
int pending_write_events(struct obm_task *t, struct db_unit *u);
int pending_write_refused(struct obm_task *t, struct db_unit *u);

/* ---- outcome.c: what becomes of the task; fills t->final ---- */
void outcome_decide(struct obm_task *t);
void outcome_report(struct obm_task *t); /* what its type reports */
struct verdict {
    bool again;
    int64_t delay_ms;
    int retry_count, failures;
};
struct verdict retry_decide(
    const struct err *err, bool progressed, int retry_count, int failures, int max_retries);

/* ---- finish.c ---- */
void finisher_init(struct engine *e);
void finish_attempt(struct obm_task *t); /* nothing of it is under way any more */
void finish_abandon(struct engine *e);

/* ---- queue.c, lease.c ---- */
void queue_init(struct engine *e);
void queue_start(struct engine *e);
void queue_wake(struct engine *e);  /* there may be something to claim */
void queue_go_on(struct engine *e); /* a worker is free */
/* Reads a new task of an exclusive group when it is known whether it was claimed. */
void queue_look_after_claim(struct engine *e, const struct uuid *id);
void queue_stop(struct engine *e);
int queue_free_workers(const struct engine *e);
void queue_took(struct engine *e, int64_t ns); /* a task has run so long */
void queue_planned(struct engine *e, usec_t run_at);
/* A task that should run here was cancelled, but there is no attempt of it (yet). */
void queue_cancelled(struct engine *e, const struct uuid *id);
void lease_init(struct engine *e);
void lease_watch(struct engine *e);

/* ---- intake.c ---- */
struct intake {
    const struct task_kind *kind;
    struct json *params, *metadata; /* with defaults; NULL: none given */
};
/* False: what is wrong has been added to fe, in whose arena the rest is. */
bool intake_check(
    const struct engine *e, const struct task_new *n, struct intake *ret, struct field_errors *fe);
void intake_fill(
    struct task_state *s, struct arena *a, const struct task_new *n, const struct intake *in);

/* ---- create.c ---- */
void creator_init(struct engine *e);
bool creator_idle(const struct engine *e);
void creator_room(struct engine *e); /* something left the queue */

/* ---- notify.c ---- */
void notifier_init(struct engine *e);
enum hint_kind { HINT_CHANGED = 'u', HINT_FINAL = 'f', HINT_CANCEL = 'c', HINT_REMOVED = 'r' };
void notify_task(struct engine *e, const struct uuid *id, enum hint_kind kind, int64_t user_id);
void notify_work(struct engine *e);
bool notifier_idle(const struct engine *e);
void notifier_release(struct engine *e);

/* ---- view.c ---- */
void view_init(struct engine *e);
void view_release(struct engine *e);
/* A state read or made elsewhere than in an attempt: kept, and shown when it is newer. tell: other
 * nodes are told too. */
void view_learn(struct engine *e, const struct task_state *s, bool tell);
/* An attempt's last state moves in (already shown). */
void view_keep(struct engine *e, const struct task_state *s);
/* Tells the world, unless it has been told of something newer. */
void view_show(struct engine *e, const struct task_state *s, bool final);
int64_t view_seq(const struct engine *e, const struct uuid *id); /* of what is kept; 0: nothing */
void view_forget(struct engine *e, const struct uuid *id, int64_t user_id);
void view_stale(struct engine *e, const struct uuid *id);
/* To be read soon, or (urgent) now. done may be NULL. */
void view_want(
    struct engine *e, const struct uuid *id, bool urgent, engine_state_fn done, void *arg);
void view_catch_up(struct engine *e);
bool view_idle(const struct engine *e);

/* ---- cleanup.c ---- */
/* Rows (task_id, user_id) of tasks that are gone: told to everybody. Returns how many. */
int cleanup_removed(struct engine *e, const struct db_result *r);

/* ---- upkeep.c ---- */
void upkeep_init(struct engine *e);
void upkeep_start(struct engine *e);
void upkeep_stop(struct engine *e);

#endif
