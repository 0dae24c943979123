#include "demo/render.h"

#include <stdlib.h>
#include <string.h>
#include "obmen/time.h"

#include "demo/random.h"

/* More than any row takes: its texts are shorter than DEMO_TEXT_ROOM, escaping at most doubles all
 * but a few bytes. */
#define ROW_ROOM (8 * DEMO_TEXT_ROOM)

static char *put(char *out, struct str s)
{
    memcpy(out, s.p, s.n);
    return out + s.n;
}

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static char *put_pair(char *out, unsigned n)
{
    memcpy(out, pairs + 2 * n, 2);
    return out + 2;
}

char *demo_put_date(char *out, int64_t second)
{
    if (second == DEMO_NO_DATE)
        return put(out, STR("0001-01-01T00:00:00"));
    int64_t day = (second >= 0 ? second : second - 86399) / 86400;
    unsigned s = (unsigned)(second - day * 86400);
    int y, m, d;
    time_civil(day, &y, &m, &d);
    out = put_pair(put_pair(out, (unsigned)y / 100), (unsigned)y % 100);
    *out++ = '-';
    out = put_pair(out, (unsigned)m);
    *out++ = '-';
    out = put_pair(out, (unsigned)d);
    *out++ = 'T';
    out = put_pair(out, s / 3600);
    *out++ = ':';
    out = put_pair(out, s / 60 % 60);
    *out++ = ':';
    return put_pair(out, s % 60);
}

char *demo_put_whole(char *out, int64_t n)
{
    char digits[24];
    int i = 0;
    uint64_t v = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    if (n < 0)
        *out++ = '-';
    do
        digits[i++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    while (i)
        *out++ = digits[--i];
    return out;
}

char *demo_put_hundredths(char *out, int64_t n)
{
    if (n < 0) {
        *out++ = '-';
        n = -n;
    }
    out = demo_put_whole(out, n / 100);
    unsigned rest = (unsigned)(n % 100);
    if (rest) {
        *out++ = '.';
        *out++ = (char)('0' + rest / 10);
        if (rest % 10)
            *out++ = (char)('0' + rest % 10);
    }
    return out;
}

static bool is_plain(uint64_t v)
{
    /* no byte is below 0x20, '"' or '\' */
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\';
    return (((v - ones * 0x20) & ~v) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops
               ? false
               : true;
}

static char *put_escaped(char *out, struct str s)
{
    size_t i = 0;
    while (i < s.n) {
        uint64_t eight;
        if (i + 8 <= s.n && (memcpy(&eight, s.p + i, 8), is_plain(eight))) {
            memcpy(out, &eight, 8);
            out += 8;
            i += 8;
            continue;
        }
        unsigned char c = (unsigned char)s.p[i++];
        if (c >= 0x20 && c != '"' && c != '\\') {
            *out++ = (char)c;
            continue;
        }
        *out++ = '\\';
        if (c == '"' || c == '\\')
            *out++ = (char)c;
        else if (c == '\n' || c == '\r' || c == '\t')
            *out++ = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
        else
            out = put_pair(put(out, STR("u00")), c); /* only NUL occurs */
    }
    return out;
}

static char *put_key(char *out, const struct uuid *key)
{
    demo_key_text(key, out);
    return out + 36;
}

static char *put_value(char *out, const struct demo_value *v)
{
    if (v->raw)
        return put(out, str_from(v->raw));
    if (v->null)
        return put(out, STR("null"));
    switch (v->type) {
    case TYPE_NUMBER:
        return demo_put_hundredths(out, v->n);
    case TYPE_BOOL:
        return put(out, v->n ? STR("true") : STR("false"));
    case TYPE_ROWS:
        return put(out, STR("[]"));
    default:
        break;
    }
    *out++ = '"';
    switch (v->type) {
    case TYPE_TEXT:
        out = put_escaped(out, v->text);
        break;
    case TYPE_GUID:
        out = put_key(out, &v->key);
        break;
    case TYPE_COMPOSITE:
        out = v->target ? put_key(out, &v->key) : out;
        break;
    case TYPE_DATE:
        out = demo_put_date(out, v->n);
        break;
    default:
        out = demo_put_whole(out, v->n);
        break; /* TYPE_INT64: a string */
    }
    *out++ = '"';
    return out;
}

static char *put_lines(
    char *out, const struct demo_layout *l, struct demo_view *v, const struct demo_field *only)
{
    struct demo_value value;
    *out++ = '[';
    int lines = demo_view_lines(v);
    for (v->line = 0; v->line < lines; v->line++) {
        out = put(out, v->line ? STR(",{\n") : STR("{\n"));
        bool first = true;
        for (int i = 0; i < l->row_count; i++) {
            const struct demo_column *c = &l->rows[i];
            if (only && c->field != only)
                continue;
            demo_view_value(v, c->field, &value);
            struct str head = c->head;
            if (first)
                head.p += 2, head.n -= 2; /* without ",\n" */
            first = false;
            out = put_value(put(out, head), &value);
        }
        out = put(out, STR("\n}"));
    }
    v->line = 0;
    *out++ = ']';
    return out;
}

static bool is_reference(const struct demo_field *f, size_t *ret_name)
{
    size_t n = strlen(f->name);
    *ret_name = n - 4; /* without _Key */
    return f->type == TYPE_GUID && f->target && n > 4;
}

/* "Организация@navigationLinkUrl": "Document_X(guid'…')/Организация" beside each reference that is
 * not empty */
static void links(const struct demo_layout *l, struct buf *out, struct demo_view *v)
{
    struct demo_value value;
    struct uuid own = demo_view_key(v);
    for (int i = 0; i < l->count; i++) {
        const struct demo_field *f = l->columns[i].field;
        size_t n;
        if (l->columns[i].presentation || !is_reference(f, &n))
            continue;
        demo_view_value(v, f, &value);
        if (value.null || uuid_is_zero(&value.key))
            continue;
        char key[37] = {0};
        demo_key_text(&own, key);
        buf_printf(out, ",\n\"%.*s@navigationLinkUrl\": \"%s(guid'%s')/%.*s\"", (int)n, f->name,
            l->q->set->name, key, (int)n, f->name);
    }
}

static void full_metadata(const struct demo_layout *l, struct buf *out, struct demo_view *v)
{
    char key[37] = {0};
    struct uuid own = demo_view_key(v);
    demo_key_text(&own, key);
    buf_printf(out, ",\n\"odata.type\": \"StandardODATA.%s\",\n\"odata.id\": \"%.*s/%s(guid'%s')\"",
        l->q->set->name, STR_ARG(l->base), l->q->set->name, key);
}

void demo_json_row(const struct demo_layout *l, struct buf *out, struct demo_view *v, bool bare)
{
    buf_reserve(out, ROW_ROOM);
    char *p = out->p + out->n;
    bool first = bare;
    struct demo_value value;
    struct arena a = ARENA_INIT;
    for (int i = 0; i < l->count; i++) {
        const struct demo_column *c = &l->columns[i];
        demo_view_value(v, c->field, &value);
        if (value.absent)
            continue;
        struct str head = c->head;
        if (first)
            head.p += 2, head.n -= 2;
        first = false;
        p = put(p, head);
        if (c->presentation) {
            *p++ = '"';
            p = put_escaped(p, demo_presentation(&a, l->w, c->field, &value));
            *p++ = '"';
        } else {
            p = c->field->op == OP_ROWS ? put_lines(p, l, v, c->column) : put_value(p, &value);
        }
    }
    out->n = (size_t)(p - out->p);
    arena_release(&a);
    if (l->q->level != LEVEL_NONE)
        links(l, out, v);
    if (l->q->level == LEVEL_FULL)
        full_metadata(l, out, v);
    buf_adds(out, "\n}");
}

struct str demo_presentation(struct arena *a, const struct demo_world *w,
    const struct demo_field *f, const struct demo_value *v)
{
    const char *target = v->type == TYPE_COMPOSITE ? v->target : f->target;
    const struct demo_set *set = target ? demo_set_named(w->s.family, str_from(target)) : NULL;
    if (!set || (v->type != TYPE_GUID && v->type != TYPE_COMPOSITE))
        return STR("");
    struct demo_view *other = arena_alloc(a, sizeof *other);
    const struct demo_field *name = demo_field_named(set, STR("Description"));
    if (!name || !demo_view_find(other, w, set, &v->key))
        return STR("");
    struct demo_value value;
    demo_view_value(other, name, &value);
    return value.text;
}
