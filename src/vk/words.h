/*
 * A text as words, each by its stem, so that forms of one word are equal: letters in lower case, ё
 * as е, accents and invisible characters left out, then the Snowball stemmer: Russian for Cyrillic
 * words, English for Latin ones.
 *
 * The Russian stemmer takes the ends of some nouns for those of verbs: кредит becomes "кред", but
 * кредита "кредит". Such a word has two stems: itself, and what the stemmer makes of it.
 */
#ifndef VK_WORDS_H
#define VK_WORDS_H

#include "obmen/arena.h"
#include "obmen/str.h"

struct vk_word {
    struct str stem, second; /* second: STR_NULL when there is one only */
    int position, length;    /* in letters (code points) of the text */
    size_t from, to;         /* in bytes */
    bool apart;              /* a sentence or a line ended before it: no phrase goes across */
};

struct vk_stemmer;
struct vk_stemmer *vk_stemmer_new(void);
void vk_stemmer_free(struct vk_stemmer *s); /* accepts NULL */

/* The words of a text (good UTF-8), their stems in the arena. */
int vk_words(
    struct vk_stemmer *s, struct arena *a, struct str text, const struct vk_word **ret_words);
/* The second stem of a word that is its own first one; STR_NULL when it has none. */
struct str vk_second_stem(struct vk_stemmer *s, struct arena *a, struct str stem);
/* The stems with blanks between: how a keyword is told from another. Empty when there is no word.
 */
struct str vk_words_normal(struct vk_stemmer *s, struct arena *a, struct str text);

#endif
