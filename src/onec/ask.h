/* A question to our own database (or a write that belongs to no batch), asked again while the
 * database is away. */
#ifndef ONEC_ASK_H
#define ONEC_ASK_H

#include "onec/request.h"

/* Called with the results of each statement, borrowed until return. */
typedef void (*onec_rows_fn)(void *arg, struct db_result *const *results);

struct onec_ask {
    struct obm_task *task;
    enum onec_link_state state; /* IDLE, CALLING, RESTING, DONE, FAILED: as for requests to 1C */
    struct db_unit *unit;       /* owned while RESTING */
    onec_rows_fn rows;
    void *arg;
    unsigned tries;
    int64_t again_at; /* ms, monotonic */
    struct err err;
};

void onec_ask_init(struct onec_ask *q, struct obm_task *task);
void onec_ask_release(struct onec_ask *q);
/* Only when idle. The unit comes from obm_unit. */
void onec_ask_start(struct onec_ask *q, struct db_unit *u, onec_rows_fn rows, void *arg);
enum onec_progress onec_ask_poll(struct onec_ask *q, struct err *ret_err);
int64_t onec_ask_due(const struct onec_ask *q);

#endif
