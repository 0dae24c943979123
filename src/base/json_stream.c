/*
 * The stream: yajl underneath, with what it leaves open: a BOM, surrogates, limits, texts for
 * people.
 *
 *   piece ──► BOM skipped ──► json_escape (lone surrogates → U+FFFD) ──► yajl
 *         ──► the owner's events
 */
#include "base/json_stream.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>
#include "base/json_escape.h"

struct json_stream {
    const struct json_events *events; /* borrowed */
    void *arg;
    yajl_handle yajl; /* owned */
    struct json_escape escape;
    uint64_t before; /* bytes before the run that yajl has now, BOM included */
    size_t run;      /* bytes of that run */
    size_t bom;      /* bytes of the BOM seen; BOM_DONE: no longer looked for */
    size_t start;    /* where the document begins: behind the BOM */
    unsigned depth;
    size_t silent;      /* bytes since the last event */
    const char *reason; /* set when refused: nothing more is read */
    bool stopped;       /* by the owner */
};

static const char BOM[] = "\xEF\xBB\xBF";
#define BOM_DONE 3

/* ---- texts ---- */

static const char *reason_text(const char *of_yajl)
{
    static const struct {
        const char *part, *ru, *en;
    } texts[] = {
        {"trailing garbage", "лишний текст после документа", "more text after the document"},
        {"premature EOF", "документ обрывается", "the document ends too early"},
        {"separated by a colon", "после имени ожидается двоеточие",
            "a colon is expected after the name"},
        {"after key and value", "в объекте ожидается запятая или «}»",
            "\",\" or \"}\" is expected in the object"},
        {"after array element", "в массиве ожидается запятая или «]»",
            "\",\" or \"]\" is expected in the array"},
        {"invalid object key", "имя поля должно быть строкой в кавычках",
            "a member's name must be a string in quotes"},
        {"occurs before a character", "недопустимый символ после обратной косой черты",
            "a wrong character after a backslash"},
        {"inside string", "недопустимый символ в строке", "a wrong character in a string"},
        {"minus sign", "после минуса ожидается цифра", "a digit is expected after the minus"},
        {"decimal point", "после точки ожидается цифра", "a digit is expected after the point"},
        {"exponent", "после экспоненты ожидается цифра", "a digit is expected after the exponent"},
        {"comment", "комментарии не допускаются", "comments are not allowed"},
        {"string in json", "недопустимая строка", "a wrong string"},
        {"char in json", "недопустимый символ", "a wrong character"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strstr(of_yajl, texts[i].part))
            return TR(texts[i].ru, texts[i].en);
    return TR("здесь ожидается другое", "something else is expected here");
}

static int report(const struct json_stream *s, struct err *ret_err)
{
    err_set(ret_err, ERR_VALIDATION_ERROR,
        TR("Это не JSON: байт %llu: %s", "Not JSON: byte %llu: %s"),
        (unsigned long long)json_stream_offset(s), s->reason);
    if (ret_err)
        ret_err->http_status = 400;
    return -1;
}

/* ---- yajl's callbacks: 0 stops it ---- */

#define EVENT(name, ...)                                                                           \
    do {                                                                                           \
        struct json_stream *s = ctx;                                                               \
        s->silent = 0;                                                                             \
        if (s->events->name && s->events->name(__VA_ARGS__) < 0) {                                 \
            s->stopped = true;                                                                     \
            return 0;                                                                              \
        }                                                                                          \
        return 1;                                                                                  \
    } while (0)

static int on_null(void *ctx)
{
    EVENT(null, s->arg);
}

static int on_boolean(void *ctx, int v)
{
    EVENT(boolean, s->arg, v != 0);
}

static int on_number(void *ctx, const char *p, size_t n)
{
    EVENT(number, s->arg, (struct str){p, n});
}

static int on_string(void *ctx, const unsigned char *p, size_t n)
{
    EVENT(string, s->arg, (struct str){(const char *)p, n});
}

static int on_key(void *ctx, const unsigned char *p, size_t n)
{
    EVENT(object_key, s->arg, (struct str){(const char *)p, n});
}

static bool deeper(struct json_stream *s)
{
    if (s->depth < JSON_DEPTH_MAX) {
        s->depth++;
        return true;
    }
    s->reason = TR("вложенность больше 64 уровней", "nested deeper than 64 levels");
    return false;
}

static int on_object(void *ctx)
{
    if (!deeper(ctx))
        return 0;
    EVENT(object_open, s->arg);
}

static int on_object_end(void *ctx)
{
    ((struct json_stream *)ctx)->depth--;
    EVENT(object_close, s->arg);
}

static int on_array(void *ctx)
{
    if (!deeper(ctx))
        return 0;
    EVENT(array_open, s->arg);
}

static int on_array_end(void *ctx)
{
    ((struct json_stream *)ctx)->depth--;
    EVENT(array_close, s->arg);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

static void *yajl_take(void *ctx, size_t n)
{
    return mem_realloc(NULL, n);
}

static void *yajl_resize(void *ctx, void *p, size_t n)
{
    return mem_realloc(p, n);
}

static void yajl_give(void *ctx, void *p)
{
    free(p);
}

/* ---- the stream ---- */

struct json_stream *json_stream_new(const struct json_events *events, void *arg)
{
    struct json_stream *s = mem_alloc(sizeof *s);
    yajl_alloc_funcs memory = {yajl_take, yajl_resize, yajl_give, NULL};
    s->events = events;
    s->arg = arg;
    s->yajl = yajl_alloc(&callbacks, &memory, s);
    yajl_config(s->yajl, yajl_dont_validate_strings, 1);
    return s;
}

void json_stream_free(struct json_stream *s)
{
    if (!s)
        return;
    yajl_free(s->yajl);
    json_escape_release(&s->escape);
    free(s);
}

const char *json_stream_reason(const struct json_stream *s)
{
    return s->reason;
}

uint64_t json_stream_offset(const struct json_stream *s)
{
    return s->before + (s->run ? yajl_get_bytes_consumed(s->yajl) : 0);
}

uint64_t json_stream_lone(const struct json_stream *s, uint64_t *ret_first)
{
    *ret_first = s->escape.first_lone + s->start;
    return s->escape.lone;
}

static int judge(struct json_stream *s, yajl_status status, struct err *ret_err)
{
    if (status == yajl_status_ok)
        return 0;
    if (s->stopped)
        return -1;
    if (!s->reason) {
        unsigned char *text = yajl_get_error(s->yajl, 0, NULL, 0);
        s->reason = reason_text((const char *)text);
        yajl_free_error(s->yajl, text);
    }
    return report(s, ret_err);
}

static int feed(struct json_stream *s, struct str run, struct err *ret_err)
{
    s->before += s->run;
    s->run = run.n;
    s->silent += run.n;
    if (judge(s, yajl_parse(s->yajl, (const unsigned char *)run.p, run.n), ret_err) < 0)
        return -1;
    if (s->silent > JSON_TOKEN_MAX) {
        s->reason = TR("значение длиннее 16 МиБ", "a value longer than 16 MiB");
        return report(s, ret_err);
    }
    return 0;
}

int json_stream_feed(struct json_stream *s, struct str piece, struct err *ret_err)
{
    if (s->stopped)
        return -1;
    if (s->reason)
        return report(s, ret_err);
    while (s->bom < BOM_DONE && piece.n) {
        if (*piece.p != BOM[s->bom]) {
            size_t seen = s->bom;
            s->bom = BOM_DONE;
            if (seen && feed(s, (struct str){BOM, seen}, ret_err) < 0)
                return -1;
            break;
        }
        s->bom++;
        piece.p++;
        piece.n--;
        if (s->bom == BOM_DONE)
            s->before = s->start = BOM_DONE;
    }
    while (piece.n) {
        struct str run = json_escape_next(&s->escape, &piece);
        if (run.n && feed(s, run, ret_err) < 0)
            return -1;
    }
    return 0;
}

int json_stream_end(struct json_stream *s, struct err *ret_err)
{
    if (s->stopped)
        return -1;
    if (s->reason)
        return report(s, ret_err);
    struct str rest = {s->escape.held, s->escape.held_n};
    s->escape.held_n = 0;
    if (rest.n && feed(s, rest, ret_err) < 0)
        return -1;
    s->before += s->run;
    s->run = 0;
    return judge(s, yajl_complete_parse(s->yajl), ret_err);
}
