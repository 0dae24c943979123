/* What is taken is written and read again to the same; it is UTF-8; the stream takes it too. */
#include "fuzz.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

static void walk(const struct json *j, const struct json *parent)
{
    size_t children = 0;
    PROMISE(utf8_valid(j->text) && utf8_valid(j->key));
    PROMISE(!j->text.n || !memchr(j->text.p, 0, j->text.n));
    if (parent && parent->type == JSON_OBJECT)
        for (const struct json *other = j->next; other; other = other->next)
            PROMISE(!str_eq(other->key, j->key));
    for (const struct json *child = j->child; child; child = child->next) {
        walk(child, j);
        children++;
    }
    PROMISE(children == j->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    struct json *j = json_parse(&a, text, &e);
    if (!j) {
        PROMISE(e.code == ERR_VALIDATION_ERROR && e.http_status == 400 && *e.message);
        PROMISE(utf8_valid(str_from(e.message)));
        arena_release(&a);
        return 0;
    }
    PROMISE(utf8_valid(text));
    walk(j, NULL);
    struct buf once = BUF_INIT, twice = BUF_INIT;
    json_write(&once, j);
    struct json *again = json_parse(&a, buf_str(&once), &e);
    PROMISE(again);
    json_write(&twice, again);
    PROMISE(str_eq(buf_str(&once), buf_str(&twice)));

    static const struct json_events nothing;
    struct json_stream *s = json_stream_new(&nothing, NULL);
    PROMISE(json_stream_feed(s, text, &e) == 0 && json_stream_end(s, &e) == 0);
    json_stream_free(s);
    buf_release(&once);
    buf_release(&twice);
    arena_release(&a);
    return 0;
}
