/*
 * When documents happen. A set's documents are numbered in the order of their dates; the calendar
 * turns that number into a day and a rank within it and back. How many documents a day has comes
 * from its weight (weekends, holidays, month ends) and does not depend on the period asked for:
 * tomorrow's default period holds today's documents again, with their keys.
 */
#ifndef DEMO_CALENDAR_H
#define DEMO_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define DEMO_EPOCH 10957 /* 2000-01-01 in days since 1970 */

struct demo_days {
    unsigned set;    /* enum demo_kind of the documents */
    int64_t first;   /* day since 1970 */
    int count;       /* days */
    uint64_t *start; /* owned, count + 1: number of the first document of each day; the last is the
                        total */
    int64_t
        *number; /* owned: running number within the year before the first document of the day */
};

/* Spreads total documents over the days. */
void demo_days_init(struct demo_days *d, unsigned set, int64_t first, int count, uint64_t total);
void demo_days_deinit(struct demo_days *d);
uint32_t demo_days_longest(const struct demo_days *d); /* documents of the fullest day */
/* Index of the day that holds document local (below the total). */
int demo_days_of(const struct demo_days *d, uint64_t local);
/* Second of the day of the rank-th of count documents; never falls with the rank. chance: 32 bits
 * of the document, day_chance: of the day. Many share 00:00:00 and 12:00:00 as statements loaded
 * from a bank do. */
uint32_t demo_second(
    unsigned set, uint32_t rank, uint32_t count, uint32_t chance, uint32_t day_chance);

enum demo_day_class { DEMO_DAY_PLAIN, DEMO_DAY_WAGES, DEMO_DAY_TAXES, DEMO_DAY_CLASSES };
enum demo_day_class demo_day_class(int64_t day);

#endif
