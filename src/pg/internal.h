/* What the files of the pool share: the pool, its connections ("wires"), its units. */
#ifndef PG_INTERNAL_H
#define PG_INTERNAL_H

#include "base/list.h"
#include "obmen/arena.h"
#include "obmen/map.h"
#include "pg/conn.h"
#include "pg/pool.h"
#include "pg/target.h"

#define USER_PATIENCE_MS                                                                           \
    3000 /* people do not wait longer for a database that cannot be reached                        \
          */

/* Cancels go before everything and may open one connection more than allowed. */
enum { LANE_CONTROL = DB_TASK + 1, LANE_COUNT };

/* ---------------------------------------------------------------- units: unit.c, queue.c */

enum unit_state {
    UNIT_OWNED,   /* the caller's: being built, or kept */
    UNIT_WAITING, /* in db->waiting[lane] */
    UNIT_RUNNING, /* wire->unit */
    UNIT_ENDED,   /* in db->ended, its callback is due */
    UNIT_TELLING, /* in its callback */
};

struct unit_step {
    const struct db_stmt *stmt;
    int first_param, param_count;
};

struct db_result {
    PGresult *pg; /* owned */
};

struct db_unit {
    struct list link; /* in the list of its state */
    struct db *db;
    int lane;
    enum unit_state state;
    bool kept;
    struct arena memory; /* owns all below, and the parameters' bytes */
    struct unit_step *steps;
    int step_count, step_cap;
    const char **values; /* of all steps, one after the other, binary */
    int *lengths, *formats;
    int param_count, param_cap;
    struct db_result *results; /* one per step, while it runs and until told */
    struct db_result **result_list;

    db_done_fn done;
    void *arg;
    int64_t deadline_ms; /* 0 = the pool's */
    int64_t deadline_at; /* ms, monotonic */
    struct wire *wire;
    int64_t sent_at;      /* ns */
    bool failed;          /* err says how */
    bool stale;           /* failed because of a stale plan: will be started again */
    bool prepared_again;  /* was started again */
    struct wire *against; /* lane CONTROL: whose unit it cancels; NULL: that one is gone */
    enum { STOP_NOT, STOP_CALLER, STOP_DEADLINE } stop; /* somebody wants it to end early */
    struct err err;
};

void unit_results_new(struct db_unit *u);
void unit_results_clear(struct db_unit *u);

/* ---- wires: wire.c, run.c, cancel.c ---- */

/*
 *                 ┌───────────────< cancel answered ─ HELD
 *                 v                                     ^ its unit ended, a cancel goes on
 *  CONNECTING ─> IDLE ─ a unit ─> BUSY ─ unit ended ────┤
 *       │         ^                │                    v
 *       │         └────────────────┼──────────────── (else)
 *       └──────────> CLOSING <─────┘   lost, given up, idle too long, pool closing
 */
enum wire_state { WIRE_CONNECTING, WIRE_IDLE, WIRE_BUSY, WIRE_HELD, WIRE_CLOSING, WIRE_STATES };

struct expected {
    enum { EXPECT_FORGOTTEN, EXPECT_LIMIT, EXPECT_PREPARED, EXPECT_ROWS, EXPECT_SYNC } kind;
    int step;
};

struct wire {
    struct list link; /* in db->wires[state] */
    enum wire_state state;
    struct db *db;
    struct conn conn;
    int64_t since; /* ms: when it got into its state */

    struct db_unit *unit;      /* BUSY only */
    struct expected *expected; /* owned: answers to come, in order */
    int expected_head, expected_count, expected_cap;
    struct map prepared; /* struct db_stmt * → itself */
    bool forget;         /* the server's prepared statements are dropped before the next unit */

    struct db_unit *cancel;  /* under way against this wire; NULL: none */
    int64_t cancel_again_at; /* ms; 0: not */
    int64_t give_up_at; /* ms; 0: not. The server does not answer the cancel: drop the connection */
};

/* ---------------------------------------------------------------- the pool: pool.c */

struct db {
    uv_loop_t *loop;
    struct target *target; /* owned */
    int keep, overflow, timeout_ms, max_waiting, idle_ms;

    struct list wires[WIRE_STATES];
    int counts[WIRE_STATES];
    int task_units; /* running on lane DB_TASK */
    struct list waiting[LANE_COUNT];
    int waiting_counts[LANE_COUNT];
    struct list ended;
    bool telling;

    uv_timer_t clock; /* the earliest of all deadlines */
    int64_t clock_at; /* ms */
    uv_idle_t turn;   /* next turn of the loop: tell what ended inside a caller's call */
    bool turn_on;

    int failures;                                  /* connects that failed in a row */
    int64_t retry_at;                              /* ms: no connect before */
    int64_t unreachable_since;                     /* ms; 0: reachable */
    int64_t lost_logged_at, unreachable_logged_at; /* ms: the last lines about it */
    struct db_figures figures;

    bool closing;
    int64_t grace_at;
    int parts_open; /* clock, turn, target: closed last */
    void (*closed)(void *arg);
    void *closed_arg;
};

/* pool.c */
void pool_wake(struct db *db, int64_t at); /* makes the clock ring no later than that */
void pool_dispatch(struct db *db);         /* waiting units → wires; opens wires */
void pool_unreachable(struct db *db, const struct err *err);
void pool_reachable(struct db *db);
void pool_check_closed(struct db *db);
int pool_size(const struct db *db); /* wires but closing ones */
int pool_up(const struct db *db);   /* wires that are connected */

/* queue.c */
void queue_end(struct db_unit *u); /* u->failed and u->err are set: its callback is due */
void queue_tell(struct db *db);    /* runs callbacks; only from the loop's own callbacks */
void queue_expire(struct db *db, int64_t now);
void queue_fail_lane(struct db *db, int lane); /* the pool closes */
struct db_unit *queue_next(struct db *db);     /* taken out; NULL: nobody may start */
int queue_startable(const struct db *db);      /* how many could start if there were wires */

/* wire.c */
void wire_open(struct db *db);
void wire_set(struct wire *w, enum wire_state state);
void wire_free_for_next(struct wire *w); /* its unit has ended */
/* Closes it; a unit on it ends with the error. */
void wire_drop(struct wire *w, const struct err *err);
void wire_look(struct wire *w, int64_t now); /* deadlines */

/* run.c */
void run_start(struct wire *w, struct db_unit *u);
void run_read(struct wire *w);
void run_forget(struct wire *w); /* frees */

/* cancel.c */
void cancel_begin(
    struct wire *w); /* tells the server to stop w's unit; again and again until it has ended */
void cancel_look(struct wire *w, int64_t now);
void cancel_detach(struct wire *w); /* the wire goes away */

#endif
