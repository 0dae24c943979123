#include "demo/calendar.h"

#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/time.h"
#include "demo/key.h"

/* What banks and shops do on a day, in hundredths of a plain working day. */
static unsigned weight(unsigned set, int64_t day)
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    int weekday = (int)((day + 3) % 7); /* 1970-01-01 was a Thursday; 0 = Monday */
    bool cash = set >= DEMO_CASH_IN;
    unsigned w = weekday < 5 ? 100 : weekday == 5 ? (cash ? 70 : 12) : (cash ? 40 : 6);
    bool holiday = (m == 1 && d <= 8) || (m == 2 && d == 23) || (m == 3 && d == 8) ||
                   (m == 5 && (d == 1 || d == 9)) || (m == 6 && d == 12) || (m == 11 && d == 4);
    if (holiday)
        return cash ? 25 : 4;
    if (d >= 27 && weekday < 5)
        w = w * 155 / 100;
    if (m == 12 && d >= 15)
        w = w * 13 / 10;
    return w;
}

static uint64_t period_weight(unsigned set, int64_t first, int64_t end)
{
    uint64_t sum = 0;
    for (int64_t day = first; day < end; day++)
        sum += weight(set, day);
    return sum;
}

/* floor(done * total / whole) for sums that do not fit 64 bits when multiplied */
static uint64_t share(uint64_t done, uint64_t total, uint64_t whole)
{
    return (uint64_t)((unsigned __int128)done * total / whole);
}

void demo_days_init(struct demo_days *d, unsigned set, int64_t first, int count, uint64_t total)
{
    *d = (struct demo_days){.set = set, .first = first, .count = count};
    d->start = mem_alloc(((size_t)count + 1) * sizeof *d->start);
    d->number = mem_alloc((size_t)count * sizeof *d->number);
    /* The weight of an ordinary period of this length: four years' mean, so that a day's share
     * stays the same while the period moves on. */
    uint64_t whole = period_weight(set, DEMO_EPOCH, DEMO_EPOCH + 1461) * (uint64_t)count / 1461;
    if (whole == 0)
        whole = 1;
    uint64_t done = period_weight(set, DEMO_EPOCH, first), year_start = 0;
    int y, m, day_of_month;
    time_civil(first, &y, &m, &day_of_month);
    year_start = share(period_weight(set, DEMO_EPOCH, time_days(y, 1, 1)), total, whole);
    uint64_t sum = 0;
    for (int i = 0; i < count; i++) {
        time_civil(first + i, &y, &m, &day_of_month);
        uint64_t before = share(done, total, whole);
        if (m == 1 && day_of_month == 1)
            year_start = before;
        d->number[i] = (int64_t)(before - year_start);
        done += weight(set, first + i);
        d->start[i + 1] = share(done, total, whole) - before; /* this day's count for now */
        sum += d->start[i + 1];
    }
    /* What this period differs from the ordinary one is made up in its oldest days. */
    while (sum != total) {
        uint64_t wrong = sum > total ? sum - total : total - sum,
                 each = wrong / (uint64_t)count + 1;
        for (int i = 0; i < count && wrong > 0; i++) {
            uint64_t part = each < wrong ? each : wrong;
            if (sum < total) {
                d->start[i + 1] += part;
            } else {
                if (part > d->start[i + 1])
                    part = d->start[i + 1];
                d->start[i + 1] -= part;
            }
            wrong -= part;
        }
        sum = sum > total ? total + wrong : total - wrong;
    }
    for (int i = 0; i < count; i++)
        d->start[i + 1] += d->start[i];
}

void demo_days_deinit(struct demo_days *d)
{
    free(d->start);
    free(d->number);
    *d = (struct demo_days){0};
}

uint32_t demo_days_longest(const struct demo_days *d)
{
    uint64_t most = 0;
    for (int i = 0; i < d->count; i++)
        if (d->start[i + 1] - d->start[i] > most)
            most = d->start[i + 1] - d->start[i];
    return most > UINT32_MAX ? UINT32_MAX : (uint32_t)most;
}

int demo_days_of(const struct demo_days *d, uint64_t local)
{
    int low = 0, high = d->count; /* start[low] <= local < start[high] */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (d->start[middle] <= local)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Parts of a day in percent: midnight, morning, noon, afternoon; the rest is the last second. */
static const struct {
    unsigned midnight, morning, noon, afternoon;
} parts[] = {{28, 10, 46, 14}, {0, 48, 6, 43}}; /* bank, cash */

static uint32_t spread(uint32_t from, uint32_t span, uint32_t k, uint32_t n, uint32_t chance)
{
    uint32_t low = (uint32_t)((uint64_t)k * span / n),
             high = (uint32_t)((uint64_t)(k + 1) * span / n);
    return from + low + (high > low ? chance % (high - low) : 0);
}

uint32_t demo_second(
    unsigned set, uint32_t rank, uint32_t count, uint32_t chance, uint32_t day_chance)
{
    unsigned which = set >= DEMO_CASH_IN;
    uint64_t round = day_chance % 100, n = count;
    unsigned share_so_far = parts[which].midnight;
    uint32_t morning = (uint32_t)((n * share_so_far + round) / 100);
    uint32_t noon = (uint32_t)((n * (share_so_far += parts[which].morning) + round) / 100);
    uint32_t afternoon = (uint32_t)((n * (share_so_far += parts[which].noon) + round) / 100);
    uint32_t last = (uint32_t)((n * (share_so_far += parts[which].afternoon) + round) / 100);
    if (rank < morning)
        return 0;
    if (rank < noon)
        return spread(9 * 3600, 3 * 3600 - 1, rank - morning, noon - morning, chance);
    if (rank < afternoon)
        return 12 * 3600;
    if (rank < last)
        return spread(12 * 3600 + 60, 7 * 3600, rank - afternoon, last - afternoon, chance);
    return 24 * 3600 - 1;
}

enum demo_day_class demo_day_class(int64_t day)
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    if (d == 5 || d == 20)
        return DEMO_DAY_WAGES;
    return d == 28 ? DEMO_DAY_TAXES : DEMO_DAY_PLAIN;
}
