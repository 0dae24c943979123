/* Exponential backoff with full jitter. */
#ifndef OBMEN_BACKOFF_H
#define OBMEN_BACKOFF_H

#include <stdint.h>

/* attempt 0, 1, 2 …: a random time in 0…min(cap, base·2^attempt) ms, at least 1; and at least
 * at_least_ms (Retry-After) even beyond the cap. */
int64_t backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, int64_t at_least_ms);

#endif
