/*
 * Places in a body and how they follow one another; anything else is skipped by counting brackets.
 *
 *   START ─{─► ROOT ─"value" [─► LIST ─{─► RECORD ─РасшифровкаПлатежа [─► ROWS ─{─► ROW
 *               ├─"odata.error" {─► COMPLAINT ─"message" {─► MESSAGE
 *               └─"exception" {─► EXCEPTION ─"inner" {─► EXCEPTION …
 */
#include "onec/page.h"

#include <stdlib.h>

#include "obmen/decimal.h"
#include "obmen/utf8.h"

enum place { START, ROOT, LIST, RECORD, ROWS, ROW, COMPLAINT, MESSAGE, EXCEPTION };
enum { RECORD_VALUES_MAX = 2 * ONEC_FIELDS, ARENA_MAX = 32 * 1024 * 1024, LONG_HEAD = 200 };

struct onec_parser {
    struct json_stream *stream;
    struct onec_page *page;
    enum place place;
    int skipping; /* open brackets of something we do not look at */
    int inner;    /* depth of nested exceptions */
    enum {
        KEY_OTHER,
        KEY_VALUE,
        KEY_ERROR,
        KEY_EXCEPTION,
        KEY_CODE,
        KEY_MESSAGE,
        KEY_TEXT,
        KEY_INNER
    } key;
    enum onec_field field;
    struct onec_value values[RECORD_VALUES_MAX]; /* of the present record */
    uint32_t count;
    struct onec_rows rows;
};

/* ---- scalars ---- */

static struct str kept(struct onec_page *page, struct str text)
{
    char *p = arena_bytes(&page->arena, text.n);
    memcpy(p, text.p, text.n);
    return (struct str){p, text.n};
}

static void keep_value(struct onec_parser *s, enum onec_kind kind, struct str text, bool truth)
{
    if (s->field == ONEC_NO_FIELD || s->count == RECORD_VALUES_MAX)
        return;
    if (text.n > ONEC_TEXT_MAX) {
        kind = ONEC_LONG;
        text = utf8_head(text, LONG_HEAD);
    }
    if (text.n)
        text = kept(s->page, text);
    s->values[s->count++] = (struct onec_value){.p = text.p,
        .n = (uint32_t)text.n,
        .field = (uint8_t)s->field,
        .kind = (uint8_t)kind,
        .truth = truth};
}

static void keep_rate(struct onec_parser *s, struct str rate, const struct uuid *key)
{
    struct onec_rows *rows = &s->rows;
    if (!rows->has_rate) {
        rows->has_rate = true;
        rows->rate = rate.n ? kept(s->page, rate) : STR_NULL;
        rows->rate_key = *key;
    } else if (!str_eq(rows->rate, rate) || !uuid_eq(&rows->rate_key, key)) {
        rows->rates_differ = true;
    }
}

static void row_scalar(struct onec_parser *s, struct str text)
{
    struct uuid key = {0};
    int64_t kopecks;
    text = str_trim_right(text);
    if (s->field == ONEC_F_VAT_AMOUNT) {
        if (!decimal_parse(text, &kopecks) ||
            __builtin_add_overflow(s->rows.vat, kopecks, &s->rows.vat))
            s->rows.bad_vat = true;
        s->rows.has_vat = true;
    } else if (s->field == ONEC_F_VAT_RATE && text.n) {
        keep_rate(s, text, &key);
    } else if (s->field == ONEC_F_VAT_RATE_KEY && uuid_parse(text, &key) && !uuid_is_zero(&key)) {
        keep_rate(s, STR_NULL, &key);
    } else if (s->field == ONEC_F_CASH_FLOW_ITEM_KEY && uuid_parse(text, &key) &&
               !uuid_is_zero(&key)) {
        struct uuid *item = &s->rows.item_key;
        s->rows.items_differ =
            s->rows.items_differ || (!uuid_is_zero(item) && !uuid_eq(item, &key));
        *item = key;
    }
}

static void complaint_scalar(struct onec_parser *s, struct str text)
{
    struct onec_complaint *c = &s->page->complaint;
    long long code;
    if (s->key == KEY_CODE) {
        bool minus = str_starts(text, STR("-"));
        struct str digits = minus ? (struct str){text.p + 1, text.n - 1} : text;
        c->has_code = true;
        c->code = str_to_i64(digits, 0, 9999, &code) ? (int)(minus ? -code : code) : -1;
    } else if (s->key == KEY_TEXT && text.n) {
        onec_clean(c->text, sizeof c->text, text); /* of nested exceptions the innermost stays */
    }
}

static int scalar(struct onec_parser *s, enum onec_kind kind, struct str text, bool truth)
{
    if (s->skipping)
        return 0;
    switch (s->place) {
    case RECORD:
        if (kind == ONEC_BOOL || text.n)
            keep_value(s, kind, text, truth);
        return 0;
    case ROW:
        if (kind != ONEC_BOOL)
            row_scalar(s, text);
        return 0;
    case COMPLAINT:
    case MESSAGE:
    case EXCEPTION:
        complaint_scalar(s, text);
        return 0;
    case LIST: /* a list of something else than objects is no list of ours */
        s->page->is_list = false;
        return -1;
    default:
        return 0;
    }
}

static int on_null(void *arg)
{
    struct onec_parser *s = arg;
    return s->place == LIST && !s->skipping ? scalar(s, ONEC_NESTED, STR_NULL, false) : 0;
}

static int on_boolean(void *arg, bool v)
{
    return scalar(arg, ONEC_BOOL, STR_NULL, v);
}

static int on_number(void *arg, struct str literal)
{
    return scalar(arg, ONEC_NUMBER, literal, false);
}

static int on_string(void *arg, struct str text)
{
    return scalar(arg, ONEC_STRING, text, false);
}

/* ---- structure ---- */

static int on_key(void *arg, struct str key)
{
    struct onec_parser *s = arg;
    if (s->skipping)
        return 0;
    s->key = KEY_OTHER;
    switch (s->place) {
    case RECORD:
    case ROW:
        s->field = onec_field(key);
        break;
    case ROOT:
        if (str_is(key, "value"))
            s->key = KEY_VALUE;
        else if (str_is(key, "odata.error"))
            s->key = KEY_ERROR;
        else if (str_is(key, "exception"))
            s->key = KEY_EXCEPTION;
        break;
    case COMPLAINT:
        if (str_is(key, "code"))
            s->key = KEY_CODE;
        else if (str_is(key, "message"))
            s->key = KEY_MESSAGE;
        break;
    case MESSAGE:
        if (str_is(key, "value"))
            s->key = KEY_TEXT;
        break;
    case EXCEPTION:
        if (str_is(key, "descr"))
            s->key = KEY_TEXT;
        else if (str_is(key, "inner"))
            s->key = KEY_INNER;
        break;
    default:
        break;
    }
    return 0;
}

static int on_object(void *arg)
{
    struct onec_parser *s = arg;
    if (s->skipping) {
        s->skipping++;
        return 0;
    }
    switch (s->place) {
    case START:
        s->place = ROOT;
        return 0;
    case LIST:
        if (s->page->count == s->page->limit) {
            s->page->too_many = true;
            return -1;
        }
        s->place = RECORD;
        s->count = 0;
        s->rows = (struct onec_rows){0};
        return 0;
    case ROWS:
        s->place = ROW;
        return 0;
    case ROOT:
        if (s->key == KEY_ERROR) {
            s->page->complaint.odata = true;
            s->page->complaint.code = -1;
            s->place = COMPLAINT;
            return 0;
        }
        if (s->key == KEY_EXCEPTION) {
            s->page->complaint.exception = true;
            s->place = EXCEPTION;
            return 0;
        }
        break;
    case COMPLAINT:
        if (s->key == KEY_MESSAGE) {
            s->place = MESSAGE;
            return 0;
        }
        break;
    case EXCEPTION:
        if (s->key == KEY_INNER) {
            s->inner++;
            return 0;
        }
        break;
    case RECORD:
        keep_value(s, ONEC_NESTED, STR_NULL, false);
        break;
    default:
        break;
    }
    s->skipping = 1;
    return 0;
}

static void finish_record(struct onec_parser *s)
{
    struct onec_page *page = s->page;
    if (page->count == page->capacity) {
        page->capacity = page->capacity ? page->capacity * 2 : 64;
        page->records = mem_realloc(page->records, (size_t)page->capacity * sizeof *page->records);
    }
    struct onec_value *values = NULL;
    if (s->count) {
        values = arena_alloc(&page->arena, s->count * sizeof *values);
        memcpy(values, s->values, s->count * sizeof *values);
    }
    page->records[page->count++] =
        (struct onec_record){.values = values, .count = s->count, .rows = s->rows};
}

static int on_object_end(void *arg)
{
    struct onec_parser *s = arg;
    if (s->skipping) {
        s->skipping--;
        return 0;
    }
    switch (s->place) {
    case RECORD:
        finish_record(s);
        s->place = LIST;
        if (s->page->arena.total > ARENA_MAX) {
            s->page->too_large = true;
            return -1;
        }
        break;
    case ROW:
        s->place = ROWS;
        break;
    case MESSAGE:
        s->place = COMPLAINT;
        break;
    case EXCEPTION:
        if (s->inner > 0)
            s->inner--;
        else
            s->place = ROOT;
        break;
    case COMPLAINT:
        s->place = ROOT;
        break;
    default:
        s->place = START;
        break;
    }
    s->key = KEY_OTHER;
    return 0;
}

static int on_array(void *arg)
{
    struct onec_parser *s = arg;
    if (s->skipping) {
        s->skipping++;
        return 0;
    }
    if (s->place == ROOT && s->key == KEY_VALUE) {
        s->place = LIST;
        s->page->is_list = true;
        return 0;
    }
    if (s->place == RECORD && s->field == ONEC_F_ROWS) {
        s->place = ROWS;
        return 0;
    }
    if (s->place == LIST)
        return scalar(s, ONEC_NESTED, STR_NULL, false);
    if (s->place == RECORD)
        keep_value(s, ONEC_NESTED, STR_NULL, false);
    s->skipping = 1;
    return 0;
}

static int on_array_end(void *arg)
{
    struct onec_parser *s = arg;
    if (s->skipping) {
        s->skipping--;
        return 0;
    }
    s->place = s->place == ROWS ? RECORD : ROOT;
    s->key = KEY_OTHER;
    return 0;
}

static const struct json_events events = {on_null, on_boolean, on_number, on_string, on_object,
    on_key, on_object_end, on_array, on_array_end};

/* ---- a page ---- */

void onec_page_init(struct onec_page *p, int limit)
{
    *p = (struct onec_page){.limit = limit};
}

static void end_parser(struct onec_page *p)
{
    if (p->parser) {
        json_stream_free(p->parser->stream);
        free(p->parser);
        p->parser = NULL;
    }
}

void onec_page_release(struct onec_page *p)
{
    end_parser(p);
    arena_release(&p->arena);
    free(p->records);
    p->records = NULL;
    p->count = p->capacity = 0;
}

void onec_page_clear(struct onec_page *p)
{
    end_parser(p);
    arena_reset(&p->arena);
    p->count = 0;
    p->is_list = p->too_many = p->too_large = false;
    p->complaint = (struct onec_complaint){0};
}

void onec_page_begin(struct onec_page *p)
{
    onec_page_clear(p);
    p->parser = mem_alloc(sizeof *p->parser);
    p->parser->page = p;
    p->parser->stream = json_stream_new(&events, p->parser);
}

int onec_page_feed(struct onec_page *p, struct str piece, struct err *ret_err)
{
    return json_stream_feed(p->parser->stream, piece, ret_err);
}

int onec_page_end(struct onec_page *p, struct err *ret_err)
{
    int r = json_stream_end(p->parser->stream, ret_err);
    end_parser(p);
    return r;
}

/* ---- a record ---- */

const struct onec_value *onec_record_get(const struct onec_record *r, enum onec_field field)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->values[i].field == field)
            return &r->values[i];
    return NULL;
}

struct str onec_record_text(const struct onec_record *r, enum onec_field field)
{
    const struct onec_value *v = onec_record_get(r, field);
    if (!v || (v->kind != ONEC_STRING && v->kind != ONEC_NUMBER))
        return STR_NULL;
    struct str text = str_trim_right((struct str){v->p, v->n});
    return text.n ? text : STR_NULL;
}

bool onec_record_guid(const struct onec_record *r, enum onec_field field, struct uuid *ret_id)
{
    return uuid_parse(onec_record_text(r, field), ret_id) && !uuid_is_zero(ret_id);
}

bool onec_record_date(const struct onec_record *r, enum onec_field field, usec_t *ret_wall)
{
    struct str text = onec_record_text(r, field);
    return !str_starts(text, STR("0001-01-01")) && time_parse_wall(text, ret_wall);
}

bool onec_record_true(const struct onec_record *r, enum onec_field field)
{
    const struct onec_value *v = onec_record_get(r, field);
    return v && v->kind == ONEC_BOOL && v->truth;
}

void onec_record_json(struct json_writer *w, const struct onec_record *r)
{
    jw_object(w);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct onec_value *v = &r->values[i];
        struct str text = {v->p, v->n};
        jw_key(w, onec_field_name(v->field));
        if (v->kind == ONEC_BOOL)
            jw_bool(w, v->truth);
        else if (v->kind == ONEC_NUMBER)
            jw_raw(w, text);
        else if (v->kind == ONEC_NESTED)
            jw_null(w);
        else
            jw_str(w, text);
    }
    jw_object_end(w);
}

void onec_clean(char *out, size_t size, struct str text)
{
    size_t n = 0;
    int letters = 0;
    bool gap = true; /* blanks at the start and in a row are dropped */
    for (size_t i = 0; i < text.n && letters < 200;) {
        unsigned char c = (unsigned char)text.p[i];
        size_t length = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (length > text.n - i || !utf8_valid((struct str){text.p + i, length})) {
            c = '?';
            length = 1;
        }
        bool blank = c <= 0x20 || c == 0x7f;
        if (n + length + 1 > size)
            break;
        if (!blank) {
            if (c == '?' && length == 1)
                out[n++] = '?';
            else {
                memcpy(out + n, text.p + i, length);
                n += length;
            }
            letters++;
        } else if (!gap) {
            out[n++] = ' ';
            letters++;
        }
        gap = blank;
        i += length;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
}
