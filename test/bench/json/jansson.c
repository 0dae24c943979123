#include "bench.h"

#include <jansson.h>
#include <stdlib.h>

static void read_jansson(const struct parser *p, struct str page, struct outcome *o)
{
    struct buf body = collect(page);
    json_error_t e;
    int64_t from = cpu_ns();
    json_t *root = json_loadb(body.p + 3, body.n - 3, 0, &e); /* it does not know the BOM */
    turn(o, from);
    from = cpu_ns();
    if (!root)
        abort();
    json_t *docs = json_object_get(root, "value");
    for (size_t k = 0; k < json_array_size(docs); k++) {
        json_t *doc = json_array_get(docs, k);
        o->docs++;
        for (int i = 0; i < WANTED; i++) {
            json_t *v = json_object_get(doc, wanted[i]);
            take(o, json_is_string(v)  ? json_string_length(v)
                    : json_is_true(v)  ? 4
                    : json_is_false(v) ? 5
                                       : 0);
        }
    }
    o->busy_ns += cpu_ns() - from;
    from = cpu_ns();
    json_decref(root);
    turn(o, from);
    buf_release(&body);
}

const struct parser parsers[] = {{"jansson tree", 0, read_jansson}, {0}};
