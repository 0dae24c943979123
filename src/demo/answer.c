/* Lists, counts and single objects. */
#include "demo/service.h"

#include <stdlib.h>
#include <string.h>

#include "demo/render.h"

#define AT_ONCE 5000   /* rows of an answer made in one piece */
#define PIECE_ROWS 200 /* … of one piece of a longer one */

static const char *type_of(const struct demo_query *q, const char *xml)
{
    if (!q->json)
        return xml;
    return q->level == LEVEL_NONE   ? "application/json;odata=nometadata;charset=utf-8"
           : q->level == LEVEL_FULL ? "application/json;odata=fullmetadata;charset=utf-8"
                                    : "application/json;odata=minimalmetadata;charset=utf-8";
}

struct str demo_base_url(struct demo_call *call)
{
    struct str host = http_header(call->req, "Host");
    return arena_printf(&call->req->arena, "http://%.*s" DEMO_BASE, STR_ARG(host));
}

static bool is_among(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

bool demo_is_published(const struct demo_service *s, const char *set)
{
    return !s->troubles.nothing_published && !is_among(s->options->hidden, set);
}

static void refuse(struct demo_call *call, int status, int code, const char *text, struct str about)
{
    struct demo_fault f;
    if (about.n > 120)
        about.n = 120;
    demo_refuse(&f, status, code, text, STR_ARG(about));
    demo_reply_fault(call, &f);
}

/* ---- lists ---- */

struct list_stream {
    struct demo_service *s;
    struct http_request *req;
    struct demo_cursor cursor;
    struct demo_layout layout;
    struct buf piece;
    bool begun, rows_begun;
};

static bool add_rows(struct demo_service *s, struct demo_cursor *c, const struct demo_layout *l,
    struct buf *out, int limit, bool *begun)
{
    bool documents = demo_set_is_documents(l->q->set);
    for (int i = 0; i < limit; i++) {
        if (!demo_cursor_next(c))
            return false;
        demo_render_row(l, out, &c->view, !*begun);
        *begun = true;
        s->stats.documents += documents;
    }
    return true;
}

static void stream_more(void *arg)
{
    struct list_stream *st = arg;
    buf_clear(&st->piece);
    if (!st->begun)
        demo_render_begin(&st->layout, &st->piece, NULL);
    st->begun = true;
    bool more = add_rows(st->s, &st->cursor, &st->layout, &st->piece, PIECE_ROWS, &st->rows_begun);
    if (!more)
        demo_render_end(&st->layout, &st->piece);
    struct http_request *req = st->req;
    http_stream_write(req, buf_str(&st->piece));
    if (!more) {
        buf_release(&st->piece);
        free(st);
        http_stream_end(req, true);
    }
}

static void stream_gone(void *arg)
{
    struct list_stream *st = arg;
    struct http_request *req = st->req;
    buf_release(&st->piece);
    free(st);
    http_stream_end(req, false);
}

static void answer_stream(struct demo_call *call, struct str base)
{
    static const struct http_stream_events events = {stream_more, stream_gone};
    struct demo_service *s = call->s;
    struct list_stream *st = mem_alloc(sizeof *st);
    st->s = s;
    st->req = call->req;
    demo_layout_init(&st->layout, &call->req->arena, s->world, &call->query, base, false);
    demo_cursor_open(
        &st->cursor, &call->req->arena, s->world, &call->query, s->troubles.stable_order);
    const char *type = type_of(&call->query, "application/atom+xml;type=feed;charset=utf-8");
    demo_call_done(call);
    http_stream_begin(st->req, 200, type, &events, st);
}

static void answer_list(struct demo_call *call, bool hidden_rows)
{
    struct demo_service *s = call->s;
    struct demo_query *q = &call->query;
    struct arena *a = &call->req->arena;
    struct str base = demo_base_url(call);
    if (call->trouble.kind == TROUBLE_REPEAT && q->top > 0 && q->skip >= q->top)
        q->skip -= q->top;
    if (s->troubles.ignore_skip)
        q->skip = 0;
    if (hidden_rows)
        q->top = 0;
    bool documents = demo_set_is_documents(q->set);
    if (documents && (q->top < 0 || q->top > AT_ONCE) && !q->inline_count) {
        if (call->trouble.kind == TROUBLE_NONE) {
            answer_stream(call, base);
            return;
        }
        q->top = AT_ONCE; /* to be cut in any case */
        call->trouble.kind = TROUBLE_CUT;
    }
    struct demo_layout l;
    demo_layout_init(&l, a, s->world, q, base, false);
    struct buf out = BUF_INIT;
    if (documents && q->top > 0)
        buf_reserve(&out, (size_t)q->top * 3072 + 65536);
    uint64_t count = q->inline_count ? demo_cursor_count(a, s->world, q) : 0;
    demo_render_begin(&l, &out, q->inline_count ? &count : NULL);
    demo_cursor_open(&s->cursor, a, s->world, q, s->troubles.stable_order);
    bool begun = false;
    while (add_rows(s, &s->cursor, &l, &out, 1000, &begun))
        ;
    demo_render_end(&l, &out);
    demo_reply(call, 200, type_of(q, "application/atom+xml;type=feed;charset=utf-8"), out);
}

static void answer_count(struct demo_call *call, bool hidden_rows)
{
    struct demo_service *s = call->s;
    int64_t n =
        hidden_rows ? 0 : (int64_t)demo_cursor_count(&call->req->arena, s->world, &call->query);
    n += s->troubles.count_lies;
    struct buf out = BUF_INIT;
    buf_adds(&out, DEMO_BOM);
    buf_add_i64(&out, n < 0 ? 0 : n);
    demo_reply(call, 200, "text/plain;charset=utf-8", out);
}

/* ---- one object ---- */

static void answer_single(struct demo_call *call, struct str key_text)
{
    struct demo_service *s = call->s;
    struct uuid key;
    struct str guid = key_text; /* guid'…' */
    if (!str_starts(guid, STR("guid'")) || guid.n != 42 || guid.p[41] != '\'' ||
        !uuid_parse((struct str){guid.p + 5, 36}, &key)) {
        refuse(call, 400, 7, "Key \"%.*s\" cannot be parsed", key_text);
        return;
    }
    struct demo_view *v = &s->cursor.view;
    if (!demo_view_find(v, s->world, call->query.set, &key)) {
        refuse(
            call, 404, 9, "Экземпляр сущности \"%.*s\" не найден", str_from(call->query.set->name));
        return;
    }
    struct demo_layout l;
    demo_layout_init(&l, &call->req->arena, s->world, &call->query, demo_base_url(call), true);
    struct buf out = BUF_INIT;
    demo_render_single(&l, &out, v);
    s->stats.documents += demo_set_is_documents(call->query.set);
    demo_reply(
        call, 200, type_of(&call->query, "application/atom+xml;type=entry;charset=utf-8"), out);
}

/* ---- what was asked for ---- */

static void answer_set(struct demo_call *call, struct str name, struct str rest)
{
    struct demo_service *s = call->s;
    struct demo_query *q = &call->query;
    struct demo_fault f;
    q->set = demo_set_named(s->world->s.family, name);
    if (!q->set || !demo_is_published(s, q->set->name)) {
        refuse(call, 404, 8, "\"%.*s\" entity is not found", name);
        return;
    }
    if (demo_query_parse(&call->req->arena, call->req->query, s->world->s.family, q, &f) < 0) {
        demo_reply_fault(call, &f);
        return;
    }
    bool forbidden = is_among(s->options->forbidden, q->set->name);
    if (forbidden && (!q->allowed_only || rest.n > 0)) {
        refuse(call, 401, 20, "Недостаточно прав для чтения \"%.*s\"", name);
        return;
    }
    if (rest.n == 0)
        answer_list(call, forbidden);
    else if (str_is(rest, "/$count"))
        answer_count(call, forbidden);
    else if (rest.n > 2 && rest.p[0] == '(' && rest.p[rest.n - 1] == ')')
        answer_single(call, (struct str){rest.p + 1, rest.n - 2});
    else
        refuse(call, 404, 6, "Метод не найден%.*s", STR(""));
}

void demo_answer(struct demo_call *call)
{
    struct str path = call->req->path;
    path.p += sizeof DEMO_BASE - 1;
    path.n -= sizeof DEMO_BASE - 1;
    while (path.n && path.p[0] == '/')
        path.p++, path.n--;
    struct demo_fault f;
    bool metadata = str_is(path, "$metadata");
    if (path.n == 0 || metadata) {
        if (demo_query_parse(&call->req->arena, call->req->query, call->s->world->s.family,
                &call->query, &f) < 0)
            demo_reply_fault(call, &f);
        else if (metadata)
            demo_answer_metadata(call);
        else
            demo_answer_service(call);
        return;
    }
    size_t n = 0;
    while (n < path.n && path.p[n] != '(' && path.p[n] != '/')
        n++;
    answer_set(call, (struct str){path.p, n}, (struct str){path.p + n, path.n - n});
}
