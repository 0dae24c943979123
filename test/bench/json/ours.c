/* Our own readers. */
#include "bench.h"

#include <stdlib.h>
#include "obmen/json.h"

/* ---- our stream ---- */

struct reader {
    struct outcome *o;
    struct arena doc; /* one document at a time */
    struct str fields[WANTED];
    int depth, field; /* 3 = inside a document; the field whose value comes, or -1 */
};

static int find_wanted(struct str key)
{
    static size_t lengths[WANTED];
    if (!lengths[0])
        for (int i = 0; i < WANTED; i++)
            lengths[i] = strlen(wanted[i]);
    for (int i = 0; i < WANTED; i++)
        if (lengths[i] == key.n && memcmp(wanted[i], key.p, key.n) == 0)
            return i;
    return -1;
}

static int on_key(void *arg, struct str key)
{
    struct reader *r = arg;
    r->field = r->depth == 3 ? find_wanted(key) : -1;
    return 0;
}

static int on_text(void *arg, struct str text)
{
    struct reader *r = arg;
    if (r->field >= 0) {
        r->fields[r->field] = arena_str(&r->doc, text);
        take(r->o, text.n);
        r->field = -1;
    }
    return 0;
}

static int on_boolean(void *arg, bool v)
{
    return on_text(arg, v ? STR("true") : STR("false"));
}

static int on_null(void *arg)
{
    return on_text(arg, STR(""));
}

static int on_open(void *arg)
{
    ((struct reader *)arg)->depth++;
    return 0;
}

static int on_close(void *arg)
{
    struct reader *r = arg;
    if (r->depth-- == 3) {
        r->o->docs++;
        arena_reset(&r->doc);
    }
    return 0;
}

static const struct json_events events = {
    on_null, on_boolean, on_text, on_text, on_open, on_key, on_close, on_open, on_close};

static void read_stream(const struct parser *p, struct str page, struct outcome *o)
{
    struct reader r = {.o = o, .field = -1};
    struct json_stream *s = json_stream_new(&events, &r);
    struct err e;
    while (page.n) {
        struct str piece = {page.p, page.n < p->piece ? page.n : p->piece};
        int64_t from = cpu_ns();
        if (json_stream_feed(s, piece, &e) < 0)
            abort();
        turn(o, from);
        page = (struct str){page.p + piece.n, page.n - piece.n};
    }
    if (json_stream_end(s, &e) < 0)
        abort();
    json_stream_free(s);
    arena_release(&r.doc);
}

/* The same with nobody listening: what yajl and our wrapper cost by themselves. */
static void read_stream_deaf(const struct parser *p, struct str page, struct outcome *o)
{
    static const struct json_events nothing;
    struct json_stream *s = json_stream_new(&nothing, NULL);
    struct err e;
    while (page.n) {
        struct str piece = {page.p, page.n < p->piece ? page.n : p->piece};
        int64_t from = cpu_ns();
        if (json_stream_feed(s, piece, &e) < 0)
            abort();
        turn(o, from);
        page = (struct str){page.p + piece.n, page.n - piece.n};
    }
    if (json_stream_end(s, &e) < 0)
        abort();
    json_stream_free(s);
}

/* ---- our tree ---- */

static void read_tree(const struct parser *p, struct str page, struct outcome *o)
{
    struct buf body = collect(page);
    struct arena a = ARENA_INIT;
    struct err e;
    int64_t from = cpu_ns();
    struct json *root = json_parse(&a, buf_str(&body), &e);
    turn(o, from);
    from = cpu_ns();
    if (!root)
        abort();
    for (const struct json *doc = json_get(root, "value")->child; doc; doc = doc->next) {
        o->docs++;
        for (int i = 0; i < WANTED; i++) {
            const struct json *v = json_get(doc, wanted[i]);
            take(o, v->type == JSON_BOOL ? (v->boolean ? 4 : 5) : v->text.n);
        }
    }
    o->busy_ns += cpu_ns() - from; /* can be done in portions: no single hold */
    arena_release(&a);
    buf_release(&body);
}

const struct parser parsers[] = {{"yajl stream, 16 KiB pieces", 16 << 10, read_stream},
    {"yajl stream, 64 KiB pieces", 64 << 10, read_stream},
    {"the same, nobody listens", 64 << 10, read_stream_deaf},
    {"our tree (yajl + arena)", 0, read_tree}, {0}};
