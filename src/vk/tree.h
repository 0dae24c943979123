/*
 * A VK answer as a tree, built while it streams in. Unlike json_parse it takes what VK really
 * sends: NUL and lone surrogates in texts, many values. Texts come as sent: vk/text.h makes them
 * fit to store.
 */
#ifndef VK_TREE_H
#define VK_TREE_H

#include "obmen/json.h"

#define VK_TREE_VALUES 1000000           /* at most; 25 pages of comments have about 100,000 */
#define VK_TREE_BYTES (96 * 1024 * 1024) /* of memory for one answer */

struct vk_tree {
    struct json_stream *stream; /* owned */
    struct arena arena;         /* owns the values */
    struct json *root;          /* NULL until the first value */
    struct json *open[64], *last[64];
    int depth;
    struct str key;
    size_t values;
    bool too_large, broken; /* broken: no JSON; error says where */
    struct err error;
};

void vk_tree_begin(struct vk_tree *t); /* t is zeroed, or was used before */
/* False: there is no sense in going on. */
bool vk_tree_feed(struct vk_tree *t, struct str piece);
/* True: the document is whole, and root is it. */
bool vk_tree_end(struct vk_tree *t);
void vk_tree_release(struct vk_tree *t);

#endif
