#include "base/log_line.h"

#include <string.h>

#include "base/json_quote.h"
#include "base/log_mask.h"
#include "base/log_run.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

static const char *const names[] = {"debug", "info", "warning", "error"};
const char *log_level_name(enum log_level level)
{
    return names[level];
}

static const char *const marks[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

/* Letters that JSON lets pass but a terminal or a reader's eye obeys: C1 controls, line separators,
 * marks that turn the direction of writing. Returns the code point, or 0. n: bytes of the letter.
 */
static unsigned steering(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned c = 0;
    if (n == 2)
        c = (unsigned)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    else if (n == 3)
        c = (unsigned)(p[0] & 0x0F) << 12 | (unsigned)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    return (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
                   (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)
               ? c
               : 0;
}

#define EACH(byte) (0x0101010101010101u * (byte))
#define ANY_ZERO(x) (((x)-EACH(0x01)) & ~(x)&EACH(0x80))

/* A byte of these eight that may not stand in quotes as it is, or begins a letter to be looked at.
 */
static bool has_odd(uint64_t x)
{
    return (x & EACH(0x80)) || ((x - EACH(0x20)) & EACH(0x80)) || ANY_ZERO(x ^ EACH('"')) ||
           ANY_ZERO(x ^ EACH('\\')) || ANY_ZERO(x ^ EACH(0x7F));
}

/* Nothing in it that must be looked at letter by letter: nearly all there is to log. */
static bool is_simple(struct str s)
{
    if (s.n > LOG_VALUE_MAX)
        return false;
    uint64_t eight;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&eight, s.p + i, 8);
        if (has_odd(eight))
            return false;
    }
    eight = EACH(' ');
    if (i < s.n)
        memcpy(&eight, s.p + i, s.n - i);
    return !has_odd(eight);
}

static void put_shown_quoted(struct buf *b, struct str s)
{
    if (is_simple(s)) {
        buf_addc(b, '"');
        buf_add_str(b, s);
        buf_addc(b, '"');
        return;
    }
    struct str rest = utf8_head(s, LOG_VALUE_MAX);
    bool cut = rest.n < s.n;
    buf_addc(b, '"');
    while (rest.n) {
        size_t plain = 0, n = 0;
        unsigned c = 0;
        while (plain < rest.n) {
            n = utf8_letter((struct str){rest.p + plain, rest.n - plain});
            if ((c = steering(rest.p + plain, n)))
                break;
            plain += n ? n : 1;
        }
        json_quote_inner(b, (struct str){rest.p, plain});
        if (c) {
            buf_printf(b, "\\u%04x", c);
            plain += n;
        }
        rest.p += plain;
        rest.n -= plain;
    }
    if (cut)
        buf_adds(b, "…");
    buf_addc(b, '"');
}

/* Ids are digits and letters of chance: they are shown as they are. */
static bool is_id(const char *key)
{
    return strcmp(key, "node") == 0 || strcmp(key, "task_id") == 0 ||
           strcmp(key, "request_id") == 0;
}

static void put_quoted(struct buf *b, struct str s)
{
    struct buf masked = BUF_INIT;
    put_shown_quoted(b, log_mask(s, &masked) ? buf_str(&masked) : s);
    buf_release(&masked);
}

static const char *node_to_say(const struct log_line *l)
{
    for (size_t i = 1; i < l->count; i++)
        if (strcmp(l->fields[i].key, "node") == 0)
            return NULL;
    return l->node && *l->node ? l->node : NULL;
}

/* Without quotes what needs none: letters, digits and the usual marks of ids, paths and numbers. */
static void put_shown_plain(struct buf *b, struct str s)
{
    bool plain = s.n > 0 && s.n <= LOG_VALUE_MAX;
    for (size_t i = 0; i < s.n && plain; i++) {
        char c = s.p[i];
        plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                (c && strchr("-_.:/+@%,?&*", c));
    }
    if (plain)
        buf_add_str(b, s);
    else
        put_shown_quoted(b, s);
}

static void put_plain(struct buf *b, struct str s)
{
    struct buf masked = BUF_INIT;
    put_shown_plain(b, log_mask(s, &masked) ? buf_str(&masked) : s);
    buf_release(&masked);
}

/* Lines come in bursts: of two in one second only the milliseconds differ. */
static void put_time(struct buf *b, usec_t at)
{
    static _Thread_local char text[TIME_TEXT];
    static _Thread_local usec_t second = -1;
    usec_t now = at / USEC_PER_SEC;
    if (now != second || at < 0) {
        time_format_utc(at, text);
        second = at < 0 ? -1 : now;
    } else {
        unsigned ms = (unsigned)(at % USEC_PER_SEC / 1000);
        char *p = text + strlen("2025-01-01T00:00:00.");
        p[0] = (char)('0' + ms / 100);
        p[1] = (char)('0' + ms / 10 % 10);
        p[2] = (char)('0' + ms % 10);
    }
    buf_adds(b, text);
}

void log_line_text(struct buf *b, const struct log_line *l)
{
    buf_reserve(b, 400);
    put_time(b, l->at);
    buf_addc(b, ' ');
    buf_adds(b, marks[l->level]);
    buf_addc(b, ' ');
    buf_adds(b, l->event);
    if (l->message && *l->message) {
        buf_adds(b, ": ");
        put_quoted(b, str_from(l->message));
    }
    for (size_t i = 1; i < l->count; i++) {
        const struct log_field *f = &l->fields[i];
        if (f->kind == LOG_STR && !f->s.n)
            continue;
        buf_addc(b, ' ');
        buf_adds(b, f->key);
        buf_addc(b, '=');
        if (f->kind == LOG_INT)
            buf_add_i64(b, f->i);
        else
            is_id(f->key) ? put_shown_plain(b, f->s) : put_plain(b, f->s);
    }
    if (node_to_say(l)) {
        buf_adds(b, " node=");
        put_shown_plain(b, str_from(l->node));
    }
    buf_addc(b, '\n');
}

/* Keys and events are words of this program, and need no look. */
static inline void put_key(struct buf *b, const char *key)
{
    buf_adds(b, ",\"");
    buf_adds(b, key);
    buf_adds(b, "\":");
}

void log_line_json(struct buf *b, const struct log_line *l)
{
    buf_reserve(b, 500);
    buf_adds(b, "{\"at\":\"");
    put_time(b, l->at);
    buf_adds(b, "\",\"level\":\"");
    buf_adds(b, names[l->level]);
    buf_addc(b, '"');
    put_key(b, "event");
    put_shown_quoted(b, str_from(l->event));
    if (l->message) {
        put_key(b, "message");
        put_quoted(b, str_from(l->message));
    }
    for (size_t i = 1; i < l->count; i++) {
        const struct log_field *f = &l->fields[i];
        put_key(b, f->key);
        if (f->kind == LOG_INT)
            buf_add_i64(b, f->i);
        else if (f->s.p)
            is_id(f->key) ? put_shown_quoted(b, f->s) : put_quoted(b, f->s);
        else
            buf_adds(b, "null");
    }
    if (node_to_say(l)) {
        put_key(b, "node");
        put_shown_quoted(b, str_from(l->node));
    }
    buf_adds(b, "}\n");
}
