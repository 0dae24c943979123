/* How far a pass over one set has come: enough to go on from there after a crash, whatever people
 * change in 1C meanwhile (docs/decisions/0006). A plain value. */
#ifndef ONEC_CURSOR_H
#define ONEC_CURSOR_H

#include "obmen/json.h"
#include "obmen/time.h"
#include "obmen/uuid.h"

enum { ONEC_CURSOR_IDS = 50 };

struct onec_cursor {
    usec_t at;        /* the last date; of a catalogue always 0 */
    int64_t position; /* of the last record among those of that date, from 1 */
    int count;        /* ids kept: the last ones seen at that date, oldest first … */
    int loose; /* … of which so many at the end had no date: they may belong to the next one */
    struct uuid ids[ONEC_CURSOR_IDS];
};

void onec_cursor_begin(struct onec_cursor *c, usec_t from);
/* The next record in the server's order. dated=false: it had no (readable) date. */
void onec_cursor_step(
    struct onec_cursor *c, const struct uuid *id, bool dated, usec_t date, int64_t position);
/* Members "at", "position", "loose", "ids" of the object that is open. */
void onec_cursor_save(const struct onec_cursor *c, struct json_writer *w);
bool onec_cursor_load(struct onec_cursor *c, const struct json *object);

#endif
