#include "task/progress.h"
#include <stdbool.h>

#define SAMPLE_MS 500            /* between two samples */
#define ETA_MAX_S (30 * 86400LL) /* more is no forecast */

int progress_percent(int before, int64_t fetched, int64_t total)
{
    int now = 0;
    if (total > 0 && fetched > 0)
        now = fetched >= total ? 99 : (int)((double)fetched * 100.0 / (double)total);
    if (now > 99)
        now = 99;
    return now > before ? now : before;
}

double rate_add(struct rate *r, int64_t ms, int64_t records)
{
    if (r->count == 0) {
        r->samples[0].ms = ms;
        r->samples[0].records = records;
        r->first = 0;
        r->count = 1;
        return -1;
    }
    int last = (r->first + r->count - 1) % RATE_SAMPLES;
    if (ms - r->samples[last].ms >= SAMPLE_MS) {
        if (r->count == RATE_SAMPLES)
            r->first = (r->first + 1) % RATE_SAMPLES;
        else
            r->count++;
        last = (r->first + r->count - 1) % RATE_SAMPLES;
        r->samples[last].ms = ms;
        r->samples[last].records = records;
    }
    int64_t span = ms - r->samples[r->first].ms;
    if (span < SAMPLE_MS || records <= r->samples[r->first].records)
        return -1;
    return (double)(records - r->samples[r->first].records) * 1000.0 / (double)span;
}

int64_t progress_eta(double rate, int64_t fetched, int64_t total)
{
    if (rate <= 0 || total <= 0 || fetched > total)
        return -1;
    double left = (double)(total - fetched) / rate;
    if (left > (double)ETA_MAX_S)
        return -1;
    int64_t whole = (int64_t)left;
    return (double)whole < left ? whole + 1 : whole;
}
