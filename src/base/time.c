#include "obmen/time.h"

#include <stddef.h>
#include <time.h>

usec_t time_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * USEC_PER_SEC + ts.tv_nsec / 1000;
}

int64_t time_mono_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int64_t time_mono_ms(void)
{
    return time_mono_ns() / 1000000;
}

/* Proleptic Gregorian, counted in eras of 400 years that begin on a 1 March, so that the leap day
 * is the last day of a year. */
int64_t time_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void time_civil(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0 = March */
    *ret_day = (int)(of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (int)(month < 10 ? month + 3 : month - 9);
    *ret_year = (int)(year + era * 400 + (*ret_month <= 2));
}

/* ---- writing ---- */

static char *put(char *p, int64_t v, int width)
{
    for (int i = width; i--; v /= 10)
        p[i] = (char)('0' + v % 10);
    return p + width;
}

static char *put_date(char *p, int64_t days)
{
    int year, month, day;
    time_civil(days, &year, &month, &day);
    if (year < 0) {
        *p++ = '-';
        year = -year;
    }
    p = put(p, year, year > 99999 ? 6 : year > 9999 ? 5 : 4);
    *p++ = '-';
    p = put(p, month, 2);
    *p++ = '-';
    return put(p, day, 2);
}

static char *put_stamp(char *p, usec_t t, usec_t *ret_fraction)
{
    int64_t days = t / USEC_PER_DAY;
    usec_t rest = t % USEC_PER_DAY;
    if (rest < 0) {
        rest += USEC_PER_DAY;
        days--;
    }
    int64_t seconds = rest / USEC_PER_SEC;
    *ret_fraction = rest % USEC_PER_SEC;
    p = put_date(p, days);
    *p++ = 'T';
    p = put(p, seconds / 3600, 2);
    *p++ = ':';
    p = put(p, seconds / 60 % 60, 2);
    *p++ = ':';
    return put(p, seconds % 60, 2);
}

void time_format_utc(usec_t t, char out[TIME_TEXT])
{
    usec_t fraction;
    char *p = put_stamp(out, t, &fraction);
    *p++ = '.';
    p = put(p, fraction / 1000, 3);
    *p++ = 'Z';
    *p = '\0';
}

void time_format_wall(usec_t t, char out[TIME_TEXT])
{
    usec_t fraction;
    *put_stamp(out, t, &fraction) = '\0';
}

void time_format_date(usec_t t, char out[TIME_TEXT])
{
    int64_t days = t / USEC_PER_DAY - (t % USEC_PER_DAY < 0);
    *put_date(out, days) = '\0';
}

/* ---- reading: each function moves *s behind what it took ---- */

static bool take_number(struct str *s, size_t width, int min, int max, int *ret)
{
    int v = 0;
    if (s->n < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        v = v * 10 + (s->p[i] - '0');
    }
    s->p += width;
    s->n -= width;
    *ret = v;
    return v >= min && v <= max;
}

static bool take_char(struct str *s, const char *allowed)
{
    if (!s->n || !*s->p || !strchr(allowed, *s->p))
        return false;
    s->p++;
    s->n--;
    return true;
}

static bool take_date(struct str *s, usec_t *ret)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!take_number(s, 4, 1, 9999, &year) || !take_char(s, "-") ||
        !take_number(s, 2, 1, 12, &month) || !take_char(s, "-") || !take_number(s, 2, 1, 31, &day))
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    *ret = time_days(year, month, day) * USEC_PER_DAY;
    return true;
}

static bool take_clock(struct str *s, usec_t *ret)
{
    int hour, minute, second;
    if (!take_number(s, 2, 0, 23, &hour) || !take_char(s, ":") ||
        !take_number(s, 2, 0, 59, &minute) || !take_char(s, ":") ||
        !take_number(s, 2, 0, 59, &second))
        return false;
    usec_t t = (hour * 3600LL + minute * 60 + second) * USEC_PER_SEC;
    if (take_char(s, ".")) {
        int d;
        if (!take_number(s, 1, 0, 9, &d))
            return false;
        usec_t unit = USEC_PER_SEC / 10;
        do { /* digits finer than a microsecond are dropped */
            t += d * unit;
            unit /= 10;
        } while (take_number(s, 1, 0, 9, &d));
    }
    *ret = t;
    return true;
}

bool time_parse_date(struct str s, usec_t *ret_t)
{
    usec_t t;
    if (!take_date(&s, &t) || s.n)
        return false;
    *ret_t = t;
    return true;
}

bool time_parse_wall(struct str s, usec_t *ret_t)
{
    usec_t date, clock;
    if (!take_date(&s, &date) || !take_char(&s, "T") || !take_clock(&s, &clock) || s.n)
        return false;
    *ret_t = date + clock;
    return true;
}

bool time_parse_utc(struct str s, usec_t *ret_t)
{
    usec_t date, clock, offset = 0;
    if (!take_date(&s, &date) || !take_char(&s, "Tt ") || !take_clock(&s, &clock))
        return false;
    if (s.n && !take_char(&s, "Zz")) {
        bool west = *s.p == '-';
        int hours, minutes;
        if (!take_char(&s, "+-") || !take_number(&s, 2, 0, 23, &hours) || !take_char(&s, ":") ||
            !take_number(&s, 2, 0, 59, &minutes))
            return false;
        offset = (hours * 60LL + minutes) * 60 * USEC_PER_SEC * (west ? -1 : 1);
    }
    usec_t t = date + clock - offset;
    if (s.n || t < time_days(1, 1, 1) * USEC_PER_DAY || t >= time_days(10000, 1, 1) * USEC_PER_DAY)
        return false;
    *ret_t = t;
    return true;
}
