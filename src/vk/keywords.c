#include "vk/keywords.h"

#include "obmen/utf8.h"

enum {
    CONTEXT_BYTES = 80,
    STEMS_MAX = 16,
    SECOND_BYTES = 8, /* a second stem that is shorter (four letters) fits too many words */
};

struct keyword {
    int64_t id;
    int count;
    struct str stems[STEMS_MAX], seconds[STEMS_MAX];
};

/* Keywords with the same first stem. */
struct chain {
    struct keyword *keyword;
    struct chain *next;
};

void vk_keywords_init(struct vk_keywords *k)
{
    *k = (struct vk_keywords){.stemmer = vk_stemmer_new()};
}

void vk_keywords_release(struct vk_keywords *k)
{
    vk_stemmer_free(k->stemmer);
    map_release(&k->by_first);
    arena_release(&k->memory);
    *k = (struct vk_keywords){0};
}

static void add_under(struct vk_keywords *k, struct keyword *w, struct str stem)
{
    struct chain *c = arena_alloc(&k->memory, sizeof *c);
    c->keyword = w;
    c->next = map_put(&k->by_first, stem.p, stem.n, c);
}

void vk_keywords_add(struct vk_keywords *k, int64_t id, struct str normal)
{
    struct keyword *w = arena_alloc(&k->memory, sizeof *w);
    struct str rest = arena_str(&k->memory, normal);
    w->id = id;
    while (rest.n && w->count < STEMS_MAX) {
        struct str stem = str_cut(&rest, ' '), second;
        second = vk_second_stem(k->stemmer, &k->memory, stem);
        w->stems[w->count] = stem;
        w->seconds[w->count++] = second.n >= SECOND_BYTES ? second : STR_NULL;
    }
    if (w->count == 0)
        return;
    add_under(k, w, w->stems[0]);
    if (w->seconds[0].n)
        add_under(k, w, w->seconds[0]);
    k->count++;
}

static bool same_word(const struct keyword *w, int i, const struct vk_word *word)
{
    return str_eq(w->stems[i], word->stem) ||
           (word->second.n && str_eq(w->stems[i], word->second)) ||
           (w->seconds[i].n && (str_eq(w->seconds[i], word->stem) ||
                                   (word->second.n && str_eq(w->seconds[i], word->second))));
}

static bool stands_at(const struct keyword *w, const struct vk_word *words, int left)
{
    if (w->count > left)
        return false;
    for (int i = 1; i < w->count; i++)
        if (words[i].apart || !same_word(w, i, &words[i]))
            return false;
    return true;
}

/* Up to CONTEXT_BYTES before and behind, cut at words. */
static struct str context_of(
    struct arena *a, struct str text, const struct vk_word *words, int count, int first, int last)
{
    int from = first, to = last;
    while (from > 0 && words[first].from - words[from - 1].from <= CONTEXT_BYTES)
        from--;
    while (to + 1 < count && words[to + 1].to - words[last].to <= CONTEXT_BYTES)
        to++;
    size_t begin = words[from].from, end = to + 1 == count ? text.n : words[to].to;
    if (end - words[to].to > CONTEXT_BYTES)
        end = words[to].to; /* a tail without words */
    struct str s = {text.p + begin, end - begin};
    if (s.n > 8 * CONTEXT_BYTES)
        s = utf8_head(s, 8 * CONTEXT_BYTES); /* endless words */
    return arena_printf(a, "%s%.*s%s", from > 0 ? "…" : "", STR_ARG(s), end < text.n ? "…" : "");
}

/* Matches of one text while they are collected. */
struct found {
    struct vk_match *p;
    int count, capacity;
};

static bool found_here(const struct found *f, int64_t id, int position)
{
    for (int i = f->count - 1; i >= 0 && f->p[i].position == position; i--)
        if (f->p[i].keyword_id == id)
            return true;
    return false;
}

static struct vk_match *room(struct found *f, struct arena *a)
{
    if (f->count == f->capacity) {
        f->capacity = f->capacity ? f->capacity * 2 : 8;
        struct vk_match *more = arena_alloc(a, (size_t)f->capacity * sizeof *more);
        if (f->count)
            memcpy(more, f->p, (size_t)f->count * sizeof *more);
        f->p = more;
    }
    return &f->p[f->count++];
}

int vk_keywords_find(
    struct vk_keywords *k, struct arena *a, struct str text, const struct vk_match **ret_matches)
{
    const struct vk_word *words;
    struct found f = {0};
    int count = k->count ? vk_words(k->stemmer, a, text, &words) : 0;
    for (int i = 0; i < count; i++) {
        const struct str stems[] = {words[i].stem, words[i].second};
        for (int s = 0; s < 2 && stems[s].n; s++)
            for (const struct chain *c = map_get(&k->by_first, stems[s].p, stems[s].n);
                 c && f.count < VK_MATCHES_MAX; c = c->next) {
                const struct keyword *w = c->keyword;
                if (!stands_at(w, &words[i], count - i) || found_here(&f, w->id, words[i].position))
                    continue;
                const struct vk_word *last = &words[i + w->count - 1];
                *room(&f, a) = (struct vk_match){.keyword_id = w->id,
                    .position = words[i].position,
                    .length = last->position + last->length - words[i].position,
                    .context = context_of(a, text, words, count, i, i + w->count - 1)};
            }
    }
    *ret_matches = f.p;
    return f.count;
}
