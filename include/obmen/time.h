/*
 * Three clocks, one type each: moments (UTC, microseconds since 1970), wall-clock stamps of a
 * foreign place (no zone, microseconds since 1970 as if UTC) and the monotonic clock for durations.
 */
#ifndef OBMEN_TIME_H
#define OBMEN_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"

typedef int64_t usec_t;

usec_t time_now(void);      /* UTC, µs since 1970 */
int64_t time_mono_ms(void); /* monotonic, ms */
int64_t time_mono_ns(void); /* monotonic, ns */

#define TIME_TEXT 32 /* room for every text form below, NUL included */

/* "2025-03-14T10:22:00.123Z" (milliseconds always) */
void time_format_utc(usec_t t, char out[TIME_TEXT]);
/* "2025-03-14T10:22:00": wall clock, no zone */
void time_format_wall(usec_t t, char out[TIME_TEXT]);
/* "2025-03-14" */
void time_format_date(usec_t t, char out[TIME_TEXT]);

/* Exactly YYYY-MM-DD, a day that exists, year 1…9999; gives its midnight. */
bool time_parse_date(struct str s, usec_t *ret_t);
/* YYYY-MM-DDTHH:MM:SS[.fraction], no zone (1C). */
bool time_parse_wall(struct str s, usec_t *ret_t);
/* RFC 3339 with Z or ±HH:MM; also a date and time without zone, taken as UTC. */
bool time_parse_utc(struct str s, usec_t *ret_t);
/* Days since 1970-01-01 ↔ year, month 1…12, day 1…31. */
int64_t time_days(int year, int month, int day);
void time_civil(int64_t days, int *ret_year, int *ret_month, int *ret_day);

#define USEC_PER_SEC 1000000LL
#define USEC_PER_DAY (86400LL * USEC_PER_SEC)

#endif
