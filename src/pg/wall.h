#ifndef PG_WALL_H
#define PG_WALL_H

#include "obmen/str.h"
#include "obmen/time.h"

/* "2025-03-14", "2025-03-14 10:22:00.5", "2025-03-14 10:22:00+00", "44-03-15 BC" → µs since 1970.
 * infinity: INT64_MAX, -infinity: INT64_MIN; empty: 0. */
usec_t wall_parse(struct str s);

#endif
