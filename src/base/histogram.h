/* Durations by class, as Prometheus wants them: how many took at most so long. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_CLASSES 16

/* Upper ends in seconds, rising; static. */
struct histogram_bounds {
    int count; /* at most HISTOGRAM_CLASSES */
    double seconds[HISTOGRAM_CLASSES];
};
/* 1 ms … 60 s: a query, a call to another server / 100 ms … 6 h: a task */
extern const struct histogram_bounds histogram_of_calls, histogram_of_tasks;

struct histogram {
    uint64_t within[HISTOGRAM_CLASSES]; /* each class alone, not summed up */
    uint64_t count;
    double sum;
};

void histogram_add(struct histogram *h, const struct histogram_bounds *b, double seconds);

#endif
