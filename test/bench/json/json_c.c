#include "bench.h"

#include <json-c/json.h>
#include <stdlib.h>

static void take_json_c(struct json_object *root, struct outcome *o)
{
    int64_t from = cpu_ns();
    struct json_object *docs = json_object_object_get(root, "value");
    for (size_t k = 0; k < json_object_array_length(docs); k++) {
        struct json_object *doc = json_object_array_get_idx(docs, k);
        o->docs++;
        for (int i = 0; i < WANTED; i++) {
            struct json_object *v = json_object_object_get(doc, wanted[i]);
            take(o, json_object_is_type(v, json_type_string) ? (size_t)json_object_get_string_len(v)
                    : json_object_is_type(v, json_type_boolean)
                        ? (json_object_get_boolean(v) ? 4 : 5)
                        : 0);
        }
    }
    o->busy_ns += cpu_ns() - from;
    from = cpu_ns();
    json_object_put(root);
    turn(o, from);
}

static void read_json_c(const struct parser *p, struct str page, struct outcome *o)
{
    struct json_tokener *t = json_tokener_new();
    struct buf body = p->piece ? BUF_INIT : collect(page);
    struct json_object *root = NULL;
    page = p->piece ? page : buf_str(&body);
    page = (struct str){page.p + 3, page.n - 3}; /* it does not know the BOM */
    while (page.n) {
        size_t n = p->piece && p->piece < page.n ? p->piece : page.n;
        int64_t from = cpu_ns();
        root = json_tokener_parse_ex(t, page.p, (int)n);
        turn(o, from);
        page = (struct str){page.p + n, page.n - n};
    }
    if (!root)
        abort();
    take_json_c(root, o);
    json_tokener_free(t);
    buf_release(&body);
}

const struct parser parsers[] = {{"json-c tree", 0, read_json_c},
    {"json-c tree, fed 64 KiB pieces", 64 << 10, read_json_c}, {0}};
