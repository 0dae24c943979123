/*
 * One task's way to 1C: one OData GET at a time, in one session, repeated until it is answered or
 * there is no sense in it. The owner polls at each step; the task is woken whenever polling may
 * bring something new.
 *
 *   IDLE ─get─► CALLING ─good─► DONE ─taken─► IDLE
 *                │  ▲    └─stop, too often─► FAILED ─taken─► IDLE
 *         passing│  │its time has come
 *                ▼  │
 *              RESTING
 *
 * A session that may be stale is finished within CALLING.
 */
#ifndef ONEC_REQUEST_H
#define ONEC_REQUEST_H

#include "obmen/task.h"
#include "onec/session.h"

struct onec;

enum onec_link_state { ONEC_IDLE, ONEC_CALLING, ONEC_RESTING, ONEC_DONE, ONEC_FAILED };
enum onec_progress { ONEC_WAITING, ONEC_READY, ONEC_BROKEN };

struct onec_link {
    struct onec *service;
    struct obm_task *task;
    struct onec_session session;
    enum onec_link_state state;
    struct http_call *call; /* CALLING */
    struct onec_answer answer;
    enum onec_body want;
    struct onec_page *page;
    struct buf url;      /* of the present request, NUL-ended */
    struct buf farewell; /* the same of the request that ends a session */
    const char *set;     /* static; for sentences */
    bool finishing;      /* the call says farewell to the session: tried once */
    bool replacing;      /* and another session is started afterwards, for the present request */
    unsigned tries, exceptions;
    int64_t called_at, again_at; /* ms, monotonic */
    int64_t parse_ns;            /* spent on the present burst of the body */
    bool paused, complained;     /* reading stopped for a turn; a wait reason stands */
    struct err err;
    int64_t requests, retries;
};

void onec_link_init(struct onec_link *l, struct onec *service, struct obm_task *task);
/* When the task is over: ends the session in the background, frees. */
void onec_link_close(struct onec_link *l);

/* An empty buffer for the address of the next request; then one of: */
struct buf *onec_link_url(struct onec_link *l);
void onec_link_get(
    struct onec_link *l, const char *set, enum onec_body want, struct onec_page *page);
/* Ends the session; good also when there is none, or when 1C does not care. */
void onec_link_finish(struct onec_link *l);

/* READY and BROKEN (ret_err) are said once; the link is idle then. */
enum onec_progress onec_link_poll(struct onec_link *l, struct err *ret_err);
static inline bool onec_link_idle(const struct onec_link *l)
{
    return l->state == ONEC_IDLE;
}
/* After BROKEN: the set does not exist in this base, or this user may not read it. */
bool onec_link_no_set(const struct onec_link *l);
bool onec_link_no_right(const struct onec_link *l); /* of these: the user may not read it */
/* Milliseconds until polling has something to do by itself; -1: nothing. */
int64_t onec_link_due(const struct onec_link *l);

#endif
