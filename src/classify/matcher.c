#include "classify/matcher.h"

#include <stdlib.h>

#include "classify/pattern.h"

struct matcher_slot {
    uint32_t key;   /* node and letter; 0: empty (no way leads on by the letter 0) */
    uint32_t child; /* its number */
};
struct matcher_node {
    int32_t phrase;   /* that ends here, or -1 */
    bool next, whole; /* ways lead on by a blank, by PATTERN_WHOLE */
};

static uint32_t key_of(uint32_t node, uint8_t letter)
{
    return node << 8 | letter;
}

static uint32_t place(const struct matcher *m, uint32_t key)
{
    uint32_t i = (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & (m->capacity - 1);
    while (m->slots[i].key && m->slots[i].key != key)
        i = (i + 1) & (m->capacity - 1);
    return i;
}

static void grow_slots(struct matcher *m)
{
    struct matcher old = *m;
    m->capacity = old.capacity ? old.capacity * 2 : 1024;
    m->slots = mem_alloc(m->capacity * sizeof *m->slots);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.slots[i].key)
            m->slots[place(m, old.slots[i].key)] = old.slots[i];
    free(old.slots);
}

static uint32_t new_node(struct matcher *m)
{
    if (m->count == m->room) {
        m->room = m->room ? m->room * 2 : 512;
        m->nodes = mem_realloc(m->nodes, m->room * sizeof *m->nodes);
    }
    m->nodes[m->count] = (struct matcher_node){.phrase = -1};
    return m->count++;
}

static uint32_t child_of(const struct matcher *m, uint32_t node, uint8_t letter)
{
    const struct matcher_slot *slot = &m->slots[place(m, key_of(node, letter))];
    return slot->key ? slot->child : 0; /* the root is nobody's child */
}

static uint32_t grown_child(struct matcher *m, uint32_t node, uint8_t letter)
{
    uint32_t child = child_of(m, node, letter);
    if (child)
        return child;
    if (m->used * 2 >= m->capacity)
        grow_slots(m);
    child = new_node(m);
    m->slots[place(m, key_of(node, letter))] = (struct matcher_slot){key_of(node, letter), child};
    m->used++;
    m->nodes[node].next = m->nodes[node].next || letter == ' ';
    m->nodes[node].whole = m->nodes[node].whole || letter == PATTERN_WHOLE;
    return child;
}

int matcher_add(struct matcher *m, struct str phrase)
{
    if (!m->count) {
        grow_slots(m);
        new_node(m);
    }
    uint32_t node = 0;
    for (size_t i = 0; i < phrase.n; i++)
        node = grown_child(m, node, (uint8_t)phrase.p[i]);
    if (m->nodes[node].phrase < 0)
        m->nodes[node].phrase = m->phrases++;
    return m->nodes[node].phrase;
}

struct walk {
    const struct matcher *m;
    struct str text;
    void (*found)(void *arg, int phrase);
    void *arg;
};

static void tell(const struct walk *w, uint32_t node)
{
    if (w->m->nodes[node].phrase >= 0)
        w->found(w->arg, w->m->nodes[node].phrase);
}

static size_t word_end(struct str text, size_t at)
{
    const char *blank = memchr(text.p + at, ' ', text.n - at);
    return blank ? (size_t)(blank - text.p) : text.n;
}

/* From a word's beginning on. Calls itself once a word of a phrase: at most PATTERN_WORDS deep. */
static void walk(const struct walk *w, uint32_t node, size_t at, size_t end)
{
    const struct matcher *m = w->m;
    size_t next = end + 1, next_end = next < w->text.n ? word_end(w->text, next) : 0;
    for (;;) {
        tell(w, node);
        if (m->nodes[node].next && next_end)
            walk(w, child_of(m, node, ' '), next, next_end);
        if (at == end)
            break;
        node = child_of(m, node, (uint8_t)w->text.p[at++]);
        if (!node)
            return;
    }
    if (!m->nodes[node].whole)
        return;
    node = child_of(m, node, PATTERN_WHOLE);
    tell(w, node);
    if (m->nodes[node].next && next_end)
        walk(w, child_of(m, node, ' '), next, next_end);
}

void matcher_run(
    const struct matcher *m, struct str text, void (*found)(void *arg, int phrase), void *arg)
{
    struct walk w = {m, text, found, arg};
    if (!m->phrases)
        return;
    for (size_t at = 0; at < text.n;) {
        size_t end = word_end(text, at);
        walk(&w, 0, at, end);
        at = end + 1;
    }
}

void matcher_release(struct matcher *m)
{
    free(m->slots);
    free(m->nodes);
    *m = MATCHER_INIT;
}
