/*
 * Ending a running unit early without blocking: PQcancel of this libpq blocks, so another
 * connection asks the server with pg_cancel_backend.
 *
 * A cancel that arrives while the server reads the next message of the pipeline is ignored by it,
 * so it is repeated until the unit has ended. One that is answered late would hit the next unit, so
 * the wire takes none (HELD) before the answer; once it is there the signal has been sent and
 * cannot strike a unit sent later.
 */
#include "pg/internal.h"

#include "obmen/time.h"
#include "pg/fault.h"

#define AGAIN_MS 100
#define ANSWER_MS 2000 /* longer silence: the connection is given up */

static const struct db_stmt cancel_backend = {
    "obmen_cancel_backend", "SELECT pg_cancel_backend($1::integer)"};

static void give_up(struct wire *w)
{
    struct err err = ERR_INIT;
    fault_lost(&err, "the server did not answer a cancel");
    wire_drop(w, &err);
}

static void on_answer(void *arg, struct db_result *const *results, const struct err *err)
{
    struct db_unit *request = arg;
    struct wire *w = request->against;
    if (!w)
        return;
    w->cancel = NULL;
    if (err) {
        give_up(w); /* nobody knows whether it may still strike */
        pool_dispatch(w->db);
    } else if (w->state == WIRE_HELD) {
        wire_free_for_next(w);
    } else {
        w->cancel_again_at = time_mono_ms() + AGAIN_MS;
        pool_wake(w->db, w->cancel_again_at);
    }
}

static void ask(struct wire *w)
{
    struct db_unit *request = db_unit_new(w->db, DB_USER);
    request->lane = LANE_CONTROL;
    db_add(request, &cancel_backend);
    db_bind_i32(request, PQbackendPID(w->conn.pg));
    db_set_deadline(request, ANSWER_MS);
    w->cancel_again_at = 0;
    w->cancel = request;
    request->against = w;
    db_submit(request, on_answer, request);
}

void cancel_begin(struct wire *w)
{
    if (w->give_up_at)
        return;
    if (w->unit->lane == LANE_CONTROL) {
        give_up(w);
        return;
    }
    w->give_up_at = time_mono_ms() + ANSWER_MS;
    pool_wake(w->db, w->give_up_at);
    ask(w);
}

void cancel_look(struct wire *w, int64_t now)
{
    struct db_unit *u = w->unit;
    if (w->give_up_at) {
        if (now >= w->give_up_at) {
            give_up(w);
            return;
        }
        if (w->cancel_again_at && now >= w->cancel_again_at)
            ask(w);
        pool_wake(w->db, w->give_up_at);
        if (w->cancel_again_at)
            pool_wake(w->db, w->cancel_again_at);
    } else if (now >= u->deadline_at) {
        u->stop = STOP_DEADLINE;
        cancel_begin(w);
    } else {
        pool_wake(w->db, u->deadline_at);
    }
}

void cancel_detach(struct wire *w)
{
    if (w->cancel)
        w->cancel->against = NULL;
    w->cancel = NULL;
}
