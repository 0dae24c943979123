/* Which data request goes wrong, and how: by its number alone. */
#ifndef DEMO_TROUBLE_H
#define DEMO_TROUBLE_H

#include <stdint.h>
#include "obmen/buf.h"
#include "demo/options.h"

enum demo_trouble_kind {
    TROUBLE_NONE,
    TROUBLE_HANG,
    TROUBLE_BUSY_RETRY_AFTER,
    TROUBLE_EXCEPTION,
    TROUBLE_RESET,
    TROUBLE_BUSY,
    TROUBLE_APPLICATION,
    TROUBLE_GATEWAY,
    TROUBLE_HTML,
    TROUBLE_CUT,
    TROUBLE_CUT_QUIETLY,
    TROUBLE_REPEAT,
    DEMO_TROUBLE_KINDS
};
const char *demo_trouble_name(enum demo_trouble_kind k);

struct demo_trouble {
    enum demo_trouble_kind kind;
};
/* number: of the data request, from 1. has_skip: it asks for a later page. */
struct demo_trouble demo_trouble_of(const struct demo_troubles *t, uint64_t number, bool has_skip);

struct demo_call;
/* Answers as the trouble says. False: the call is to be answered (TROUBLE_CUT…, _REPEAT: with that
 * in mind). */
bool demo_trouble_answer(struct demo_call *call);
/* Sends the first half of a body that is ready. */
void demo_trouble_cut(struct demo_call *call, const char *type, struct buf body);

#endif
