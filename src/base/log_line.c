#include "base/log_line.h"

#include "base/json_quote.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

static const char *const names[] = {"debug", "info", "warning", "error"};
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

static void put_quoted(struct buf *b, struct str s)
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

/* Without quotes what needs none: letters, digits and the usual marks of ids, paths and numbers. */
static void put_plain(struct buf *b, struct str s)
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
        put_quoted(b, s);
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
            put_plain(b, f->s);
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
            put_quoted(b, f->s);
        else
            buf_adds(b, "null");
    }
    buf_adds(b, "}\n");
}
