/*
 * How long one turn of the loop keeps everybody else waiting: the time of a turn that was not spent
 * idle in poll. The last 30 to 60 seconds count.
 */
#ifndef API_LAG_H
#define API_LAG_H

#include <uv.h>

struct api_lag;
struct api_lag *lag_open(uv_loop_t *loop);
void lag_close(struct api_lag *lag, void (*closed)(void *arg), void *arg);

/* Microseconds; upper ends of the histogram's classes (8 per doubling). */
int64_t lag_p99_us(const struct api_lag *lag);
int64_t lag_max_us(const struct api_lag *lag);

#endif
