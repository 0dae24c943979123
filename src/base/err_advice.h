/*
 * What a person should do about each code of include/obmen/err.h, and whether it is tried again
 * without them. Shown at /docs/errors, where the `type` of every problem points; docs/errors.md is
 * made of it (test/support/errors_doc.py).
 */
#ifndef BASE_ERR_ADVICE_H
#define BASE_ERR_ADVICE_H

#include "obmen/err.h"

/* NO: the same again brings the same. CALLER: the same may be sent again, after Retry-After when it
 * is said. ITSELF: a task waits and goes on by itself; whoever called may call again. */
enum err_retry { ERR_RETRY_NO, ERR_RETRY_CALLER, ERR_RETRY_ITSELF };

struct err_advice {
    enum err_retry retry;
    const char *ru, *en;
};
/* Of any code but ERR_NONE. */
const struct err_advice *err_advice(enum err_code code);

#endif
