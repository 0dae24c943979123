#include <math.h>
#include "base/json_quote.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

static void escape(struct buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        buf_add(b, "\\\"", 2);
        break;
    case '\\':
        buf_add(b, "\\\\", 2);
        break;
    case '\n':
        buf_add(b, "\\n", 2);
        break;
    case '\r':
        buf_add(b, "\\r", 2);
        break;
    case '\t':
        buf_add(b, "\\t", 2);
        break;
    default:
        buf_add(b, "\\u00", 4);
        buf_addc(b, hex[c >> 4]);
        buf_addc(b, hex[c & 15]);
    }
}

void json_quote_inner(struct buf *b, struct str s)
{
    while (s.n) {
        /* Plain text is copied in runs: escapes are rare. */
        size_t plain = 0, n = 1;
        while (plain < s.n) {
            unsigned char c = (unsigned char)s.p[plain];
            n = 1;
            if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F)
                break;
            if (c >= 0x80 && !(n = utf8_letter((struct str){s.p + plain, s.n - plain})))
                break;
            plain += n;
        }
        buf_add(b, s.p, plain);
        s.p += plain;
        s.n -= plain;
        if (!s.n)
            break;
        if (n)
            escape(b, (unsigned char)*s.p);
        else
            buf_add(b, "\xEF\xBF\xBD", 3);
        s.p++;
        s.n--;
    }
}

void json_quote(struct buf *b, struct str s)
{
    buf_reserve(b, s.n + 2);
    buf_addc(b, '"');
    json_quote_inner(b, s);
    buf_addc(b, '"');
}

/* Before a value or a name: the comma, unless it is the first here or a name stands before it. */
static void separate(struct json_writer *w)
{
    uint64_t level = UINT64_C(1) << (w->depth & 63);
    if (w->after_key)
        w->after_key = false;
    else if (w->comma & level)
        buf_addc(w->out, ',');
    w->comma |= level;
}

static void open_level(struct json_writer *w, char c)
{
    separate(w);
    buf_addc(w->out, c);
    w->depth++;
    w->comma &= ~(UINT64_C(1) << (w->depth & 63));
}

static void close_level(struct json_writer *w, char c)
{
    buf_addc(w->out, c);
    w->depth--;
}

void jw_object(struct json_writer *w)
{
    open_level(w, '{');
}

void jw_object_end(struct json_writer *w)
{
    close_level(w, '}');
}

void jw_array(struct json_writer *w)
{
    open_level(w, '[');
}

void jw_array_end(struct json_writer *w)
{
    close_level(w, ']');
}

void jw_key(struct json_writer *w, const char *key)
{
    separate(w);
    json_quote(w->out, str_from(key));
    buf_addc(w->out, ':');
    w->after_key = true;
}

void jw_str(struct json_writer *w, struct str s)
{
    if (!s.p) {
        jw_null(w);
        return;
    }
    separate(w);
    json_quote(w->out, s);
}

void jw_cstr(struct json_writer *w, const char *s)
{
    jw_str(w, str_from(s));
}

void jw_i64(struct json_writer *w, int64_t v)
{
    separate(w);
    buf_add_i64(w->out, v);
}

void jw_double(struct json_writer *w, double v, int decimals)
{
    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    separate(w);
    buf_printf(w->out, "%.*f", decimals, v);
}

void jw_bool(struct json_writer *w, bool v)
{
    separate(w);
    buf_adds(w->out, v ? "true" : "false");
}

void jw_null(struct json_writer *w)
{
    separate(w);
    buf_adds(w->out, "null");
}

void jw_raw(struct json_writer *w, struct str json)
{
    if (!json.n) {
        jw_null(w);
        return;
    }
    separate(w);
    buf_add_str(w->out, json);
}

void jw_kstr(struct json_writer *w, const char *key, struct str s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void jw_kcstr(struct json_writer *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_cstr(w, s);
}

void jw_ki64(struct json_writer *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}

void jw_kbool(struct json_writer *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_kraw(struct json_writer *w, const char *key, struct str json)
{
    jw_key(w, key);
    jw_raw(w, json);
}

void jw_knull(struct json_writer *w, const char *key)
{
    jw_key(w, key);
    jw_null(w);
}

void jw_kid(struct json_writer *w, const char *key, int64_t id)
{
    if (id)
        jw_ki64(w, key, id);
    else
        jw_knull(w, key);
}
