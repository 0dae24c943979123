/* Keywords, one word or a phrase each, and where they stand in a text. */
#ifndef VK_KEYWORDS_H
#define VK_KEYWORDS_H

#include <stdint.h>

#include "obmen/map.h"
#include "vk/words.h"

#define VK_MATCHES_MAX 1000 /* in one text; more are not counted */
#define VK_KEYWORDS_MAX 10000

struct vk_keywords {
    struct vk_stemmer *stemmer; /* owned */
    struct arena memory;        /* owns the keywords */
    struct map by_first;        /* first stem → the keywords that begin with it */
    int count;
};

void vk_keywords_init(struct vk_keywords *k);
void vk_keywords_release(struct vk_keywords *k); /* also of a zeroed one */
/* normal: as vk_words_normal made it. */
void vk_keywords_add(struct vk_keywords *k, int64_t id, struct str normal);

struct vk_match {
    int64_t keyword_id;
    int position, length; /* in letters */
    struct str context;   /* some words before and behind, with the match */
};
/* In the order of the text; everything in the arena. */
int vk_keywords_find(
    struct vk_keywords *k, struct arena *a, struct str text, const struct vk_match **ret_matches);

#endif
