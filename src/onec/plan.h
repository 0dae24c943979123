/* What a pass reads: spans, each of one set and some days of it, in their order. The whole period
 * of every set, or only days that look otherwise than when they were read last. */
#ifndef ONEC_PLAN_H
#define ONEC_PLAN_H

#include "obmen/json.h"
#include "obmen/time.h"

enum { ONEC_PLAN_SETS = 4, ONEC_PLAN_DAYS_MAX = 20000 }; /* days: a longer period is read whole */

struct onec_span {
    int set;
    usec_t from, end; /* [from, end) */
};

struct onec_plan {
    int sets;
    usec_t from, end;
    uint8_t *days; /* owned: a bit a day, set after set; NULL: everything */
    size_t stride; /* bytes of one set */
};

/* Everything; of a catalogue from is 0 and end 1. */
void onec_plan_all(struct onec_plan *p, int sets, usec_t from, usec_t end);
/* Nothing yet. */
void onec_plan_none(struct onec_plan *p, int sets, usec_t from, usec_t end);
void onec_plan_mark(struct onec_plan *p, int set, int64_t day); /* day: from 0 */
void onec_plan_release(struct onec_plan *p);
static inline int64_t onec_plan_days(const struct onec_plan *p)
{
    return (p->end - p->from) / USEC_PER_DAY;
}
/* The first span that begins at or after this date of this set, or in a set behind it. False: there
 * is none. */
bool onec_plan_next(const struct onec_plan *p, int set, usec_t at, struct onec_span *ret);

/* Member "plan" of the object that is open: NULL for everything. */
void onec_plan_save(const struct onec_plan *p, struct json_writer *w);
/* False: it cannot be read. Without the member the plan stays as it is. */
bool onec_plan_load(struct onec_plan *p, const struct json *object);

#endif
