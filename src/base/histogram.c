#include "base/histogram.h"

const struct histogram_bounds histogram_of_calls = {
    14, {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60}};
const struct histogram_bounds histogram_of_tasks = {
    14, {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 7200, 21600}};

void histogram_add(struct histogram *h, const struct histogram_bounds *b, double seconds)
{
    int i = 0;
    while (i < b->count && seconds > b->seconds[i])
        i++;
    if (i < b->count)
        h->within[i]++;
    h->count++;
    h->sum += seconds;
}
