#include "obmen/str.h"

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

struct str str_trim_right(struct str s)
{
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_trim(struct str s)
{
    while (s.n && blank(*s.p)) {
        s.p++;
        s.n--;
    }
    return str_trim_right(s);
}

struct str str_cut(struct str *s, char sep)
{
    struct str whole = *s;
    const char *at = whole.n ? memchr(whole.p, sep, whole.n) : NULL;
    if (!at) {
        *s = STR_NULL;
        return whole;
    }
    size_t n = (size_t)(at - whole.p);
    *s = (struct str){at + 1, whole.n - n - 1};
    return (struct str){whole.p, n};
}

bool str_to_i64(struct str s, long long min, long long max, long long *ret_value)
{
    bool minus = s.n && *s.p == '-';
    long long v = 0;
    if (s.n == (size_t)minus)
        return false;
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int digit = s.p[i] - '0';
        /* Counted downwards: the smallest number has no positive twin. */
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
            return false;
    }
    if (!minus && __builtin_sub_overflow(0, v, &v))
        return false;
    if (v < min || v > max)
        return false;
    *ret_value = v;
    return true;
}
