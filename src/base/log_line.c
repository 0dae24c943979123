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

static void put_shown_quoted(struct buf *b, struct str s)
{
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

void log_line_text(struct buf *b, const struct log_line *l)
{
    char at[TIME_TEXT];
    time_format_utc(l->at, at);
    buf_adds(b, at);
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

static void put_key(struct buf *b, const char *key)
{
    buf_addc(b, ',');
    json_quote(b, str_from(key));
    buf_addc(b, ':');
}

void log_line_json(struct buf *b, const struct log_line *l)
{
    char at[TIME_TEXT];
    time_format_utc(l->at, at);
    buf_adds(b, "{\"at\":\"");
    buf_adds(b, at);
    buf_adds(b, "\",\"level\":\"");
    buf_adds(b, names[l->level]);
    buf_addc(b, '"');
    put_key(b, "event");
    put_quoted(b, str_from(l->event));
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
