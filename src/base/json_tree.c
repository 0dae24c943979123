/* The tree: the stream's events put together in an arena, with everything checked that the stream
 * leaves to others. */
#include <stdlib.h>
#include "base/hash.h"
#include "base/json_stream.h"
#include "obmen/utf8.h"

struct level {
    struct json *node; /* an array or object */
    struct json *last; /* its newest child */
};

struct builder {
    struct arena *arena;
    struct json *root;
    struct level levels[JSON_DEPTH_MAX];
    unsigned depth;
    struct str key; /* of the value to come */
    size_t values;
    const char *reason; /* why building was stopped */
};

static int refuse(struct builder *b, const char *reason)
{
    b->reason = reason;
    return -1;
}

static struct json *add(struct builder *b, enum json_type type)
{
    if (++b->values > JSON_TREE_VALUES) {
        b->reason = TR("слишком много значений в документе", "too many values in the document");
        return NULL;
    }
    struct json *j = arena_alloc(b->arena, sizeof *j);
    j->type = type;
    if (!b->depth) {
        b->root = j;
        return j;
    }
    struct level *l = &b->levels[b->depth - 1];
    if (l->node->type == JSON_OBJECT)
        j->key = b->key;
    if (l->last)
        l->last->next = j;
    else
        l->node->child = j;
    l->last = j;
    if (++l->node->count > JSON_TREE_MEMBERS && l->node->type == JSON_OBJECT) {
        b->reason = TR("слишком много полей в объекте", "too many members in an object");
        return NULL;
    }
    return j;
}

static int add_text(struct builder *b, enum json_type type, struct str text)
{
    struct json *j = add(b, type);
    if (!j)
        return -1;
    if (text.n && memchr(text.p, '\0', text.n))
        return refuse(b, TR("символ NUL в строке", "a NUL in a string"));
    j->text = arena_str(b->arena, text);
    return 0;
}

static int on_null(void *arg)
{
    return add(arg, JSON_NULL) ? 0 : -1;
}

static int on_boolean(void *arg, bool v)
{
    struct json *j = add(arg, JSON_BOOL);
    if (!j)
        return -1;
    j->boolean = v;
    return 0;
}

static int on_number(void *arg, struct str literal)
{
    return add_text(arg, JSON_NUMBER, literal);
}

static int on_string(void *arg, struct str text)
{
    return add_text(arg, JSON_STRING, text);
}

static int on_key(void *arg, struct str key)
{
    struct builder *b = arg;
    if (key.n && memchr(key.p, '\0', key.n))
        return refuse(b, TR("символ NUL в имени поля", "a NUL in a member's name"));
    b->key = arena_str(b->arena, key);
    return 0;
}

static int open_level(struct builder *b, enum json_type type)
{
    struct json *j = add(b, type);
    if (!j)
        return -1;
    b->levels[b->depth++] = (struct level){.node = j};
    return 0;
}

static int on_object(void *arg)
{
    return open_level(arg, JSON_OBJECT);
}

static int on_array(void *arg)
{
    return open_level(arg, JSON_ARRAY);
}

static int on_array_end(void *arg)
{
    ((struct builder *)arg)->depth--;
    return 0;
}

/* Many members are looked up by hash: comparing each with each could cost seconds. */
static bool has_doubled_key(const struct json *object)
{
    if (object->count <= 8) {
        for (const struct json *a = object->child; a; a = a->next)
            for (const struct json *b = a->next; b; b = b->next)
                if (str_eq(a->key, b->key))
                    return true;
        return false;
    }
    size_t places = 32;
    while (places < object->count * 2)
        places *= 2;
    const struct json **seen = mem_alloc(places * sizeof *seen);
    bool doubled = false;
    for (const struct json *m = object->child; m && !doubled; m = m->next) {
        size_t i = hash_bytes(m->key.p, m->key.n) & (places - 1);
        while (seen[i] && !(doubled = str_eq(seen[i]->key, m->key)))
            i = (i + 1) & (places - 1);
        seen[i] = m;
    }
    free(seen);
    return doubled;
}

static int on_object_end(void *arg)
{
    struct builder *b = arg;
    if (has_doubled_key(b->levels[b->depth - 1].node))
        return refuse(
            b, TR("имя поля повторяется в объекте", "a member's name is repeated in the object"));
    b->depth--;
    return 0;
}

static const struct json_events events = {
    .null = on_null,
    .boolean = on_boolean,
    .number = on_number,
    .string = on_string,
    .object_open = on_object,
    .object_key = on_key,
    .object_close = on_object_end,
    .array_open = on_array,
    .array_close = on_array_end,
};

/* at: the number of the byte where it went wrong, from 1. */
static struct json *fail(struct str text, size_t at, const char *reason, struct err *ret_err)
{
    size_t line = 1, begin = 0;
    if (at > text.n)
        at = text.n;
    for (size_t i = 0; i + 1 < at; i++)
        if (text.p[i] == '\n') {
            line++;
            begin = i + 1;
        }
    err_set(ret_err, ERR_VALIDATION_ERROR,
        TR("Это не JSON: строка %zu, байт %zu: %s", "Not JSON: line %zu, byte %zu: %s"), line,
        at - begin, reason);
    if (ret_err)
        ret_err->http_status = 400;
    return NULL;
}

struct json *json_parse(struct arena *a, struct str text, struct err *ret_err)
{
    struct str rest = text;
    while (rest.n) { /* by letters, so that the place of a broken one is known */
        size_t n = rest.n;
        if (utf8_valid(rest))
            break;
        while ((n = utf8_letter(rest))) {
            rest.p += n;
            rest.n -= n;
        }
        return fail(text, text.n - rest.n + 1, TR("неверный UTF-8", "broken UTF-8"), ret_err);
    }

    struct builder b = {.arena = a};
    struct json_stream *s = json_stream_new(&events, &b);
    bool whole = json_stream_feed(s, text, NULL) == 0 && json_stream_end(s, NULL) == 0;
    uint64_t lone_at, at = json_stream_offset(s);
    const char *reason = b.reason ? b.reason : json_stream_reason(s);
    if (json_stream_lone(s, &lone_at)) {
        /* Its U+FFFD would go on as if the sender had meant it. */
        whole = false;
        at = lone_at + 1;
        reason = TR("половина суррогатной пары в \\u…", "half of a surrogate pair in \\u…");
    }
    json_stream_free(s);
    return whole ? b.root : fail(text, at, reason, ret_err);
}

/* ---- reading ---- */

const struct json *json_get(const struct json *j, const char *key)
{
    if (!json_is(j, JSON_OBJECT))
        return NULL;
    struct str name = str_from(key);
    for (const struct json *m = j->child; m; m = m->next)
        if (str_eq(m->key, name))
            return m;
    return NULL;
}

const struct json *json_at(const struct json *j, size_t index)
{
    if (!json_is(j, JSON_ARRAY) || index >= j->count)
        return NULL;
    const struct json *item = j->child;
    while (index--)
        item = item->next;
    return item;
}

bool json_i64(const struct json *j, int64_t *ret_value)
{
    long long v;
    if (!json_is(j, JSON_NUMBER) || !str_to_i64(j->text, INT64_MIN, INT64_MAX, &v))
        return false;
    *ret_value = v;
    return true;
}

bool json_bool(const struct json *j, bool *ret_value)
{
    if (!json_is(j, JSON_BOOL))
        return false;
    *ret_value = j->boolean;
    return true;
}

struct str json_text(const struct json *j)
{
    return json_is(j, JSON_STRING) ? j->text : STR_NULL;
}

bool json_is(const struct json *j, enum json_type type)
{
    return j && j->type == type;
}

static void write_children(struct buf *b, const struct json *j)
{
    for (const struct json *child = j->child; child; child = child->next) {
        if (child != j->child)
            buf_addc(b, ',');
        if (j->type == JSON_OBJECT) {
            json_quote(b, child->key);
            buf_addc(b, ':');
        }
        json_write(b, child);
    }
}

void json_write(struct buf *b, const struct json *j)
{
    switch (j ? j->type : JSON_NULL) {
    case JSON_NULL:
        buf_adds(b, "null");
        break;
    case JSON_BOOL:
        buf_adds(b, j->boolean ? "true" : "false");
        break;
    case JSON_NUMBER:
        buf_add_str(b, j->text);
        break;
    case JSON_STRING:
        json_quote(b, j->text);
        break;
    case JSON_ARRAY:
        buf_addc(b, '[');
        write_children(b, j);
        buf_addc(b, ']');
        break;
    case JSON_OBJECT:
        buf_addc(b, '{');
        write_children(b, j);
        buf_addc(b, '}');
        break;
    }
}
