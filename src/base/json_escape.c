#include "base/json_escape.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of "\uXXXX" at p; -1 when it is none, -2 when n bytes are too few to know. */
static int unicode_escape(const char *p, size_t n)
{
    if ((n > 0 && p[0] != '\\') || (n > 1 && p[1] != 'u'))
        return -1;
    int v = 0;
    for (size_t i = 2; i < 6; i++) {
        if (i >= n)
            return -2;
        int digit = hex(p[i]);
        if (digit < 0)
            return -1;
        v = v << 4 | digit;
    }
    return v;
}

/* Length of the escape that begins at p, 0 when n bytes are too few to know. *ret_lone: its first
 * six bytes are a surrogate without its other half. Malformed escapes are yajl's to refuse. */
static size_t escape_length(const char *p, size_t n, bool *ret_lone)
{
    *ret_lone = false;
    if (n < 2)
        return 0;
    int first = unicode_escape(p, n);
    if (first == -2)
        return 0;
    if (first == -1)
        return 2;
    if ((first & 0xF800) != 0xD800)
        return 6;
    if ((first & 0xFC00) == 0xD800) {
        int second = unicode_escape(p + 6, n - 6);
        if (second == -2)
            return 0;
        if (second >= 0 && (second & 0xFC00) == 0xDC00)
            return 12;
    }
    *ret_lone = true;
    return 6;
}

static void count_lone(struct json_escape *e, size_t at)
{
    if (!e->lone++)
        e->first_lone = e->passed + at;
}

/* A piece's begin that continues the held escape. */
static struct str next_of_held(struct json_escape *e, struct str *piece)
{
    bool lone;
    char joined[2 * ESCAPE_MAX];
    size_t more = piece->n < ESCAPE_MAX ? piece->n : ESCAPE_MAX;
    memcpy(joined, e->held, e->held_n);
    memcpy(joined + e->held_n, piece->p, more);
    size_t length = escape_length(joined, e->held_n + more, &lone);
    if (!length) {
        memcpy(e->held + e->held_n, piece->p, more);
        e->held_n += more;
        *piece = STR_NULL;
        return STR_NULL;
    }
    memcpy(e->whole, joined, length);
    if (lone) {
        count_lone(e, 0);
        memcpy(e->whole, "\\ufffd", 6);
    }
    if (length < e->held_n) { /* a second escape had begun behind the lone one */
        e->held_n -= length;
        memcpy(e->held, joined + length, e->held_n);
    } else {
        size_t taken = length - e->held_n;
        *piece = (struct str){piece->p + taken, piece->n - taken};
        e->held_n = 0;
    }
    return (struct str){e->whole, length};
}

struct str json_escape_next(struct json_escape *e, struct str *piece)
{
    struct str run = *piece;
    if (!run.n)
        return STR_NULL;
    if (e->held_n) {
        run = next_of_held(e, piece);
        e->passed += run.n;
        return run;
    }
    bool changed = false;
    for (size_t at = 0; at < run.n;) {
        const char *slash = run.p + at;
        if (*slash != '\\' && !(slash = memchr(slash, '\\', run.n - at)))
            break;
        bool lone;
        at = (size_t)(slash - run.p);
        if (at + 1 < run.n && slash[1] != 'u') { /* most of them */
            at += 2;
            continue;
        }
        size_t length = escape_length(slash, run.n - at, &lone);
        if (!length) {
            e->held_n = run.n - at;
            memcpy(e->held, slash, e->held_n);
            run.n = at;
            break;
        }
        if (lone) {
            count_lone(e, at);
            if (!changed) {
                buf_clear(&e->fixed);
                buf_add_str(&e->fixed, run);
                run.p = e->fixed.p;
                changed = true;
            }
            memcpy(e->fixed.p + at, "\\ufffd", 6);
        }
        at += length;
    }
    *piece = STR_NULL;
    e->passed += run.n;
    return run.n ? run : STR_NULL;
}

void json_escape_release(struct json_escape *e)
{
    buf_release(&e->fixed);
}
