#include "obmen/decimal.h"

#include <stddef.h>

#define DIGITS_MAX 17 /* kopecks included: what numeric(17,2) holds */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool decimal_parse(struct str s, int64_t *ret_kopecks)
{
    s = str_trim(s);
    if (!s.n)
        return false;
    const char *p = s.p, *end = s.p + s.n;
    bool minus = p < end && *p == '-';
    p += minus;

    /* The number is `digits` × 10^exponent, digits without leading and trailing zeros. */
    int64_t digits = 0, exponent = 0;
    int count = 0;
    size_t zeros = 0; /* met, not yet known whether they are trailing */
    bool fraction = false;
    if (p == end || !digit(*p))
        return false;
    for (; p < end && (digit(*p) || (*p == '.' && !fraction)); p++) {
        if (*p == '.') {
            fraction = true;
            if (p + 1 == end || !digit(p[1]))
                return false;
            continue;
        }
        exponent -= fraction;
        if (*p == '0') {
            zeros += count > 0;
            continue;
        }
        if (zeros >= DIGITS_MAX || (count += 1 + (int)zeros) > DIGITS_MAX)
            return false;
        for (; zeros; zeros--)
            digits *= 10;
        digits = digits * 10 + (*p - '0');
    }
    exponent += (int64_t)zeros;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        bool below = p < end && *p == '-';
        p += p < end && (*p == '-' || *p == '+');
        if (p == end)
            return false;
        int64_t e = 0;
        for (; p < end && digit(*p); p++)
            if (e < INT32_MAX) /* far beyond any amount already: its size no longer matters */
                e = e * 10 + (*p - '0');
        exponent += below ? -e : e;
    }
    if (p != end)
        return false;

    if (digits) {
        exponent += 2; /* in kopecks now */
        if (exponent < 0 || exponent > DIGITS_MAX || count + exponent > DIGITS_MAX)
            return false;
        while (exponent--)
            digits *= 10;
    }
    *ret_kopecks = minus ? -digits : digits;
    return true;
}

int64_t decimal_add(int64_t kopecks, int64_t more)
{
    int64_t sum;
    if (!__builtin_add_overflow(kopecks, more, &sum))
        return sum;
    return more > 0 ? INT64_MAX : INT64_MIN;
}

int64_t decimal_subtract(int64_t kopecks, int64_t less)
{
    int64_t rest;
    if (!__builtin_sub_overflow(kopecks, less, &rest))
        return rest;
    return less < 0 ? INT64_MAX : INT64_MIN;
}

void decimal_format(int64_t kopecks, char out[DECIMAL_TEXT])
{
    char text[DECIMAL_TEXT], *p = text + sizeof text;
    uint64_t u = kopecks < 0 ? 0 - (uint64_t)kopecks : (uint64_t)kopecks;
    *--p = '\0';
    for (int i = 0; u || i < 3; i++) {
        if (i == 2)
            *--p = '.';
        *--p = (char)('0' + u % 10);
        u /= 10;
    }
    if (kopecks < 0)
        *--p = '-';
    memcpy(out, p, (size_t)(text + sizeof text - p));
}
