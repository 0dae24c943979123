#include "vk/words.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "obmen/buf.h"

enum { WORD_BYTES = 160 }; /* of a stem; a longer word is compared by so many */

struct vk_stemmer {
    struct sb_stemmer *russian, *english;
};

struct vk_stemmer *vk_stemmer_new(void)
{
    struct vk_stemmer *s = mem_alloc(sizeof *s);
    s->russian = sb_stemmer_new("russian", "UTF_8");
    s->english = sb_stemmer_new("english", "UTF_8");
    if (!s->russian || !s->english)
        abort(); /* a library without its two main languages, or no memory: as mem_alloc does */
    return s;
}

void vk_stemmer_free(struct vk_stemmer *s)
{
    if (!s)
        return;
    sb_stemmer_delete(s->russian);
    sb_stemmer_delete(s->english);
    free(s);
}

/* ---- letters ---- */

enum kind { LETTER, INVISIBLE, BLANK, END };

static enum kind kind_of(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: /* soft hyphens, zero-width blanks */
        return INVISIBLE;
    default:
        return c == '.' || c == '!' || c == '?' || c == ';' || c == '\n' || c == 0x2026 ? END
                                                                                        : BLANK;
    }
}

struct word {
    char text[WORD_BYTES + 8];
    size_t n;
    bool cyrillic, latin;
};

static void add_letter(struct word *w, utf8proc_int32_t c)
{
    c = utf8proc_tolower(c);
    if (c == 0x451)
        c = 0x435; /* ё, е */
    w->cyrillic = w->cyrillic || (c >= 0x400 && c < 0x530);
    w->latin = w->latin || (c >= 'a' && c <= 'z');
    if (w->n < WORD_BYTES)
        w->n += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)w->text + w->n);
}

/* A mark that belongs to the letter before: и with a breve is й; any other changes no word. */
static void add_mark(struct word *w, utf8proc_int32_t c)
{
    if (c == 0x306 && w->n >= 2 && memcmp(w->text + w->n - 2, "и", 2) == 0)
        memcpy(w->text + w->n - 2, "й", 2);
}

static struct str stem(struct sb_stemmer *stemmer, struct str word)
{
    const sb_symbol *p = sb_stemmer_stem(stemmer, (const sb_symbol *)word.p, (int)word.n);
    return p ? (struct str){(const char *)p, (size_t)sb_stemmer_length(stemmer)} : word;
}

/* Ends of nouns in the nominative that are ends of verbs as well. */
static bool doubtful(struct str word)
{
    static const char *const ends[] = {
        "ит", "ыт", "ен", "ан", "ян", "ал", "ял", "ил", "ыл", "им", "ым"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (word.n > 6 && memcmp(word.p + word.n - 4, ends[i], 4) == 0)
            return true;
    return false;
}

struct str vk_second_stem(struct vk_stemmer *s, struct arena *a, struct str word)
{
    char form[WORD_BYTES + 16];
    struct str short_one;
    if (!doubtful(word) || word.n > WORD_BYTES)
        return STR_NULL;
    memcpy(form, word.p, word.n);
    memcpy(form + word.n, "ом", 4);
    /* is the word what its own instrumental case has for a stem? then it may well be a noun */
    if (!str_eq(stem(s->russian, (struct str){form, word.n + 4}), word))
        return STR_NULL;
    short_one = stem(s->russian, word);
    return str_eq(short_one, word) ? STR_NULL : arena_str(a, short_one);
}

static void set_stems(
    struct vk_stemmer *s, struct arena *a, const struct word *w, struct vk_word *ret)
{
    struct str whole = {w->text, w->n};
    ret->second = STR_NULL;
    if (w->cyrillic && !w->latin) {
        ret->second = vk_second_stem(s, a, whole);
        if (!ret->second.p)
            whole = stem(s->russian, whole);
    } else if (w->latin && !w->cyrillic) {
        whole = stem(s->english, whole);
    }
    ret->stem = arena_str(a, whole);
}

/* ---- words ---- */

int vk_words(
    struct vk_stemmer *s, struct arena *a, struct str text, const struct vk_word **ret_words)
{
    struct vk_word *words = NULL, open = {0};
    struct word w = {.n = 0};
    int count = 0, capacity = 0, letter = 0;
    bool in_word = false, apart = true;
    for (size_t i = 0; i <= text.n;) {
        utf8proc_int32_t c = '\n';
        utf8proc_ssize_t n = 1;
        if (i < text.n) {
            n = utf8proc_iterate(
                (const utf8proc_uint8_t *)text.p + i, (utf8proc_ssize_t)(text.n - i), &c);
            if (n < 1) {
                n = 1;
                c = ' ';
            }
        }
        enum kind kind = kind_of(c);
        if (kind == LETTER && !in_word) {
            open = (struct vk_word){.position = letter, .from = i, .apart = apart};
            w = (struct word){.n = 0};
            in_word = true;
            apart = false;
        }
        if (kind == LETTER) {
            add_letter(&w, c);
        } else if (kind == INVISIBLE) {
            add_mark(&w, c);
        } else if (in_word) {
            set_stems(s, a, &w, &open);
            open.length = letter - open.position;
            open.to = i;
            if (count == capacity) {
                struct vk_word *more = arena_alloc(
                    a, (size_t)(capacity = capacity ? capacity * 2 : 32) * sizeof *more);
                if (count)
                    memcpy(more, words, (size_t)count * sizeof *more);
                words = more;
            }
            words[count++] = open;
            in_word = false;
        }
        apart = apart || kind == END;
        i += (size_t)n;
        letter++;
    }
    *ret_words = words;
    return count;
}

struct str vk_words_normal(struct vk_stemmer *s, struct arena *a, struct str text)
{
    const struct vk_word *words;
    struct buf out = BUF_INIT;
    int count = vk_words(s, a, text, &words);
    for (int i = 0; i < count; i++) {
        if (i)
            buf_addc(&out, ' ');
        buf_add_str(&out, words[i].stem);
    }
    struct str kept = arena_str(a, buf_str(&out));
    buf_release(&out);
    return kept;
}
