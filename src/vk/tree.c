#include "vk/tree.h"

static int add(struct vk_tree *t, enum json_type type, struct str text, bool boolean)
{
    if (++t->values > VK_TREE_VALUES || t->arena.total > VK_TREE_BYTES) {
        t->too_large = true;
        return -1;
    }
    struct json *j = arena_alloc(&t->arena, sizeof *j);
    j->type = type;
    j->boolean = boolean;
    j->text = text.n ? arena_str(&t->arena, text) : text;
    if (t->depth == 0) {
        t->root = j;
    } else {
        struct json *in = t->open[t->depth - 1], **last = &t->last[t->depth - 1];
        if (in->type == JSON_OBJECT)
            j->key = t->key;
        *(*last ? &(*last)->next : &in->child) = j;
        *last = j;
        in->count++;
    }
    if (type == JSON_OBJECT || type == JSON_ARRAY) {
        t->open[t->depth] = j; /* the stream allows a depth of 64 */
        t->last[t->depth++] = NULL;
    }
    return 0;
}

static int on_null(void *arg)
{
    return add(arg, JSON_NULL, STR_NULL, false);
}

static int on_boolean(void *arg, bool v)
{
    return add(arg, JSON_BOOL, STR_NULL, v);
}

static int on_number(void *arg, struct str literal)
{
    return add(arg, JSON_NUMBER, literal, false);
}

static int on_string(void *arg, struct str text)
{
    return add(arg, JSON_STRING, text.n ? text : STR(""), false);
}

static int on_object(void *arg)
{
    return add(arg, JSON_OBJECT, STR_NULL, false);
}

static int on_key(void *arg, struct str key)
{
    struct vk_tree *t = arg;
    t->key = arena_str(&t->arena, key);
    return 0;
}

static int on_array(void *arg)
{
    return add(arg, JSON_ARRAY, STR_NULL, false);
}

static int on_close(void *arg)
{
    ((struct vk_tree *)arg)->depth--;
    return 0;
}

static const struct json_events events = {.null = on_null,
    .boolean = on_boolean,
    .number = on_number,
    .string = on_string,
    .object_open = on_object,
    .object_key = on_key,
    .object_close = on_close,
    .array_open = on_array,
    .array_close = on_close};

void vk_tree_begin(struct vk_tree *t)
{
    json_stream_free(t->stream);
    arena_reset(&t->arena);
    struct arena kept = t->arena;
    *t = (struct vk_tree){.arena = kept, .error = ERR_INIT};
    t->stream = json_stream_new(&events, t);
}

bool vk_tree_feed(struct vk_tree *t, struct str piece)
{
    if (!t->broken && !t->too_large && json_stream_feed(t->stream, piece, &t->error) < 0)
        t->broken = !t->too_large;
    return !t->broken && !t->too_large;
}

bool vk_tree_end(struct vk_tree *t)
{
    if (!t->broken && !t->too_large && json_stream_end(t->stream, &t->error) < 0)
        t->broken = true;
    return !t->broken && !t->too_large && t->root;
}

void vk_tree_release(struct vk_tree *t)
{
    json_stream_free(t->stream);
    t->stream = NULL;
    t->root = NULL;
    arena_release(&t->arena);
}
