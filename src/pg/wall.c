#include "pg/wall.h"

static int64_t digits(struct str *s, int *ret_count)
{
    int64_t v = 0;
    int n = 0;
    while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9') {
        v = v * 10 + (s->p[0] - '0');
        s->p++;
        s->n--;
        n++;
    }
    if (ret_count)
        *ret_count = n;
    return v;
}

static bool skip(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    s->p++;
    s->n--;
    return true;
}

static int64_t offset_minutes(struct str *s)
{
    bool minus = skip(s, '-');
    if (!minus && !skip(s, '+'))
        return 0;
    int64_t minutes = digits(s, NULL) * 60;
    if (skip(s, ':'))
        minutes += digits(s, NULL);
    return minus ? -minutes : minutes;
}

usec_t wall_parse(struct str s)
{
    if (s.n == 0)
        return 0;
    if (str_is(s, "infinity"))
        return INT64_MAX;
    if (str_is(s, "-infinity"))
        return INT64_MIN;
    bool bc = s.n > 3 && str_is((struct str){s.p + s.n - 3, 3}, " BC");
    int64_t year = digits(&s, NULL);
    skip(&s, '-');
    int64_t month = digits(&s, NULL);
    skip(&s, '-');
    int64_t day = digits(&s, NULL);
    usec_t t = 0;
    if (skip(&s, ' ')) {
        int64_t hour = digits(&s, NULL);
        skip(&s, ':');
        int64_t minute = digits(&s, NULL);
        skip(&s, ':');
        t = ((hour * 60 + minute) * 60 + digits(&s, NULL)) * USEC_PER_SEC;
        if (skip(&s, '.')) {
            int count;
            int64_t fraction = digits(&s, &count);
            for (; count < 6; count++)
                fraction *= 10;
            t += fraction;
        }
        t -= offset_minutes(&s) * 60 * USEC_PER_SEC;
    }
    return time_days((int)(bc ? 1 - year : year), (int)month, (int)day) * USEC_PER_DAY + t;
}
