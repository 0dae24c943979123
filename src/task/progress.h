/* Percent, speed and time left: numbers that behave. Pure arithmetic on a clock given from outside.
 */
#ifndef TASK_PROGRESS_H
#define TASK_PROGRESS_H

#include <stdint.h>

/* 0…99, never less than before; 100 belongs to completed tasks alone. */
int progress_percent(int before, int64_t fetched, int64_t total);

/* Records per second over the last ten seconds or so. */
#define RATE_SAMPLES 20
struct rate {
    struct {
        int64_t ms, records;
    } samples[RATE_SAMPLES];
    int count, first;
};
/* records: all so far; ms: a monotonic clock. Returns the rate, or -1 while it does not mean
 * anything yet (less than half a second seen). */
double rate_add(struct rate *r, int64_t ms, int64_t records);

/* Seconds left, rounded up; -1 when nobody can know. */
int64_t progress_eta(double rate, int64_t fetched, int64_t total);

#endif
