/* A piece of somebody else's text: pointer and length, no terminator promised. */
#ifndef OBMEN_STR_H
#define OBMEN_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *p; /* borrowed; may be NULL only when n is 0 */
    size_t n;      /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NULL ((struct str){NULL, 0})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_from(const char *cstr)
{
    return cstr ? (struct str){cstr, strlen(cstr)} : STR_NULL;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *cstr)
{
    return str_eq(a, str_from(cstr));
}

/* ASCII letters compare without case; other bytes must be equal. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
/* Without ASCII blanks, tabs and line ends at both ends / at the right end. */
struct str str_trim(struct str s);
struct str str_trim_right(struct str s);
/* Cuts s at the first `sep`: returns the part before, leaves the rest in *s (STR_NULL when none).
 */
struct str str_cut(struct str *s, char sep);
/* Decimal digits only, whole text, in range: true and *ret_value, else false and *ret_value
 * untouched. */
bool str_to_i64(struct str s, long long min, long long max, long long *ret_value);

#endif
