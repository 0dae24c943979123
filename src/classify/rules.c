#include "classify/rules.h"

#include <stdlib.h>

static const char *const type_names[RULE_TYPES] = {
    "COUNTERPARTY_INN", "BUSINESS_OPERATION", "COUNTERPARTY_NAME", "KEYWORD"};

const char *rule_type_name(enum rule_type type)
{
    return type_names[type];
}

bool rule_type_parse(struct str name, enum rule_type *ret)
{
    for (int i = 0; i < RULE_TYPES; i++)
        if (str_is(name, type_names[i])) {
            *ret = (enum rule_type)i;
            return true;
        }
    return false;
}

struct rule_way {
    const struct rule *rule;
    struct str text;
    int length, terms, next; /* next: way that begins with the same phrase, -1 */
    int phrases[PATTERN_TERMS];
    bool nots[PATTERN_TERMS];
};

/* ---- adding ---- */

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static int check_plain(enum rule_type type, struct str pattern, struct err *ret_err)
{
    if (type == RULE_COUNTERPARTY_INN && (!all_digits(pattern) || pattern.n > 20))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("ИНН — только цифры, обычно 10 или 12",
                "an INN is digits only, as a rule 10 or 12"));
    if (type == RULE_BUSINESS_OPERATION && (!pattern.n || pattern.n > 500))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("нужно имя операции 1С, не длиннее 500 байт",
                "the name of an operation of 1C is needed, at most 500 bytes"));
    return 0;
}

static bool has_words(enum rule_type type)
{
    return type == RULE_KEYWORD || type == RULE_COUNTERPARTY_NAME;
}

static int parse(
    struct pattern *ret, enum rule_type type, struct str text, struct arena *a, struct err *err)
{
    return pattern_parse(ret, a, type == RULE_KEYWORD ? PATTERN_KEYWORD : PATTERN_NAME, text, err);
}

int rule_check(enum rule_type type, struct str pattern, struct arena *a, struct err *ret_err)
{
    struct pattern parsed;
    pattern = str_trim(pattern);
    if (!has_words(type))
        return check_plain(type, pattern, ret_err);
    return parse(&parsed, type, pattern, a, ret_err) < 0 ? -1 : pattern_check(&parsed, ret_err);
}

static void room_for_phrase(struct rule_index *x, int phrase)
{
    if (phrase < x->phrases)
        return;
    int old = x->phrases;
    while (x->phrases <= phrase)
        x->phrases = x->phrases ? x->phrases * 2 : 256;
    x->first = mem_realloc(x->first, (size_t)x->phrases * sizeof *x->first);
    x->seen = mem_realloc(x->seen, (size_t)x->phrases * sizeof *x->seen);
    for (int i = old; i < x->phrases; i++) {
        x->first[i] = -1;
        x->seen[i] = 0;
    }
}

static void add_way(
    struct rule_index *x, const struct rule *rule, const struct pattern_alternative *a)
{
    if (x->count == x->capacity) {
        x->capacity = x->capacity ? x->capacity * 2 : 128;
        x->ways = mem_realloc(x->ways, (size_t)x->capacity * sizeof *x->ways);
    }
    int rare = 0; /* the longest phrase that must be there is likely the rarest: looked for first */
    for (int i = 1; i < a->count; i++)
        if (!a->terms[i].not &&a->terms[i].phrase.n > a->terms[rare].phrase.n)
            rare = i;
    struct rule_way *w = &x->ways[x->count];
    *w = (struct rule_way){.rule = rule, .text = a->text, .length = a->length, .terms = a->count};
    for (int i = 0; i < a->count; i++) {
        w->phrases[i] = matcher_add(&x->matcher, a->terms[i].phrase);
        w->nots[i] = a->terms[i].not ;
        room_for_phrase(x, w->phrases[i]);
    }
    w->next = x->first[w->phrases[0]];
    x->first[w->phrases[0]] = x->count++;
}

int rules_add(struct rules *r, const struct rule *rule, struct err *ret_err)
{
    struct pattern pattern = {.count = 0};
    struct rule kept = *rule;
    kept.pattern = arena_str(&r->arena, str_trim(rule->pattern));
    if (has_words(rule->type) ? parse(&pattern, rule->type, kept.pattern, &r->arena, ret_err) < 0
                              : check_plain(rule->type, kept.pattern, ret_err) < 0)
        return -1;
    struct rule *own = arena_alloc(&r->arena, sizeof *own);
    *own = kept;
    if (has_words(rule->type)) {
        struct rule_index *x = rule->type == RULE_KEYWORD ? &r->purpose : &r->name;
        for (int i = 0; i < pattern.count; i++)
            add_way(x, own, &pattern.alternatives[i]);
    } else {
        struct map *m = rule->type == RULE_COUNTERPARTY_INN ? &r->inns : &r->operations;
        own->same = map_put(m, own->pattern.p, own->pattern.n, own);
    }
    r->count++;
    return 0;
}

static void release_index(struct rule_index *x)
{
    matcher_release(&x->matcher);
    free(x->ways);
    free(x->first);
    free(x->seen);
}

void rules_release(struct rules *r)
{
    release_index(&r->purpose);
    release_index(&r->name);
    map_release(&r->inns);
    map_release(&r->operations);
    arena_release(&r->arena);
    free(r->hits);
    *r = RULES_INIT;
}

/* ---- finding ---- */

/* Above zero: a goes before b, by what people can see; below: b before a. */
static int before(const struct rule *a, int a_length, const struct rule *b, int b_length)
{
    if (a->priority != b->priority)
        return a->priority > b->priority ? 1 : -1;
    if (a->type != b->type)
        return a->type < b->type ? 1 : -1;
    return (a_length > b_length) - (a_length < b_length);
}

static void offer(struct rule_found *best, const struct rule *rule, int length, struct str words)
{
    int first = best->rule ? before(rule, length, best->rule, best->length) : 1;
    if (first < 0)
        return;
    if (first == 0) { /* equal but for the id */
        const struct rule *other = best->rule;
        if (rule->category_id != other->category_id)
            best->rival = rule->id < other->id ? other : rule;
        if (rule->id > other->id)
            return;
        best->rule = rule;
        best->words = words;
        return;
    }
    *best = (struct rule_found){.rule = rule, .length = length, .words = words};
}

static bool right_way(const struct rule *rule, const struct ledger_transaction *t)
{
    return rule->direction == RULE_BOTH ||
           (rule->direction == RULE_CREDIT) == (t->type == LEDGER_CREDIT);
}

static void on_phrase(void *arg, int phrase)
{
    struct rules *r = arg;
    if (r->looking->seen[phrase] == r->row)
        return;
    r->looking->seen[phrase] = r->row;
    if (r->hit_count == r->hit_capacity) {
        r->hit_capacity = r->hit_capacity ? r->hit_capacity * 2 : 64;
        r->hits = mem_realloc(r->hits, (size_t)r->hit_capacity * sizeof *r->hits);
    }
    r->hits[r->hit_count++] = phrase;
}

static bool fits(const struct rule_index *x, const struct rule_way *w, uint32_t row)
{
    for (int i = 1; i < w->terms; i++)
        if ((x->seen[w->phrases[i]] == row) == w->nots[i])
            return false;
    return true;
}

static void find_words(struct rules *r, struct rule_index *x, const struct ledger_transaction *t,
    struct str text, struct rule_found *best)
{
    r->looking = x;
    r->hit_count = 0;
    matcher_run(&x->matcher, text, on_phrase, r);
    for (int h = 0; h < r->hit_count; h++)
        for (int i = x->first[r->hits[h]]; i >= 0; i = x->ways[i].next) {
            const struct rule_way *w = &x->ways[i];
            if (right_way(w->rule, t) && fits(x, w, r->row))
                offer(best, w->rule, w->length, w->text);
        }
}

static void find_equal(const struct map *m, const struct ledger_transaction *t, struct str text,
    struct rule_found *best)
{
    const struct rule *rule = text.n ? map_get(m, text.p, text.n) : NULL;
    for (; rule; rule = rule->same)
        if (right_way(rule, t))
            offer(best, rule, (int)text.n, rule->pattern);
}

void rules_find(struct rules *r, const struct ledger_transaction *t, struct str purpose,
    struct str name, struct rule_found *ret)
{
    *ret = (struct rule_found){.rule = NULL};
    r->row++;
    find_equal(&r->inns, t, t->counterparty_inn, ret);
    find_equal(&r->operations, t, t->business_operation, ret);
    find_words(r, &r->name, t, name, ret);
    find_words(r, &r->purpose, t, purpose, ret);
}
