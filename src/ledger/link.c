#include "ledger/link.h"

#include <stdlib.h>

#include "obmen/arena.h"
#include "obmen/map.h"

/* Weights: a better match always outweighs all weaker ones together. */
enum { SAME_DAY = 1, SAME_INN = 2, SAME_NUMBER = 4, ENOUGH = SAME_INN, NEVER = LINK_PERFECT + 1 };

static struct str last_digits(struct str s)
{
    size_t end = s.n;
    while (end > 0 && !(s.p[end - 1] >= '0' && s.p[end - 1] <= '9'))
        end--;
    size_t begin = end;
    while (begin > 0 && s.p[begin - 1] >= '0' && s.p[begin - 1] <= '9')
        begin--;
    while (begin < end && s.p[begin] == '0')
        begin++;
    return begin < end ? (struct str){s.p + begin, end - begin} : (struct str){0};
}

bool ledger_link_same_number(struct str a, struct str b)
{
    struct str x = last_digits(a), y = last_digits(b);
    return x.n > 0 && str_eq(x, y);
}

static const char *const doubts[] = {
    [LINK_SEVERAL] = "several", [LINK_SHARED] = "shared", [LINK_SUM_ONLY] = "sum_only"};

const char *ledger_link_doubt_name(enum link_doubt doubt)
{
    return doubts[doubt];
}

bool ledger_link_doubt_parse(struct str name, enum link_doubt *ret)
{
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
        if (!str_is(name, doubts[i]))
            continue;
        *ret = (enum link_doubt)i;
        return true;
    }
    return false;
}

/* Of a row or a candidate. Everything is compared with everything: texts are made numbers first,
 * the same for the same. 0: none. */
struct face {
    usec_t day;
    int number, inn;
};

/* Candidates that nothing tells apart: which of them a row gets does not matter. */
struct kind {
    int from, to; /* its candidates: [from, to) */
    int free;     /* of them, when the level began */
    bool alone;   /* a row of this level wants nothing else */
    int claims;   /* then: rows that want one of them on this level */
    int claimer;  /* `alike` of the last one */
    bool differ;  /* the claimers do */
};

struct seeker { /* a row that looks for its candidate */
    struct face face;
    int64_t was;
    int alike;            /* equal rows have the same */
    int from, to;         /* candidates of its days: [from, to) */
    unsigned char *score; /* of each of these */
    unsigned levels;      /* bits: on these it has a candidate */
    int kind, kind_count; /* that it wants on this level: none, one, more; kind: the first one */
    bool wins;
};

struct matching {
    struct link_row *rows;
    int count;
    struct link_candidate *candidates;
    int candidate_count;
    struct seeker *seekers;
    struct kind *kinds;
    struct face *faces; /* candidate */
    int *kind_of;       /* candidate */
    bool *taken;        /* candidate */
    int kind_count;
    int *alone; /* kinds that are wanted alone on this level */
    int alone_count;
};

/* ---- order and likeness ---- */

static int order_of(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_content(
    usec_t day, struct str number, struct str inn, usec_t day2, struct str number2, struct str inn2)
{
    int order = (day > day2) - (day < day2);
    order = order ? order : order_of(number, number2);
    return order ? order : order_of(inn, inn2);
}

static int alike_rows(const struct link_row *a, const struct link_row *b)
{
    return by_content(a->posted, a->number, a->inn, b->posted, b->number, b->inn);
}

static int alike_candidates(const struct link_candidate *a, const struct link_candidate *b)
{
    return by_content(a->date, a->number, a->inn, b->date, b->number, b->inn);
}

/* Of equal rows the stored ones come first, in the order in which they came. */
static int row_order(const void *one, const void *other)
{
    const struct link_row *a = one, *b = other;
    int order = alike_rows(a, b);
    order = order ? order : !a->id - !b->id;
    order = order ? order : (a->id > b->id) - (a->id < b->id);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static int candidate_order(const void *one, const void *other)
{
    const struct link_candidate *a = one, *b = other;
    int order = alike_candidates(a, b);
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

/* ---- faces ---- */

static int face_of(struct map *seen, struct str text)
{
    void *there = text.n ? map_get(seen, text.p, text.n) : NULL;
    if (text.n && !there) {
        there = (void *)(uintptr_t)(seen->count + 1);
        map_put(seen, text.p, text.n, there);
    }
    return (int)(uintptr_t)there;
}

/* Both are in order: equal ones follow each other. */
static void look_at_all(struct matching *m)
{
    struct map numbers = MAP_INIT, inns = MAP_INIT;
    for (int i = 0; i < m->count; i++) {
        const struct link_row *r = &m->rows[i];
        m->seekers[i].face = (struct face){
            r->posted, face_of(&numbers, last_digits(r->number)), face_of(&inns, r->inn)};
        m->seekers[i].alike =
            i == 0 ? 0 : m->seekers[i - 1].alike + (alike_rows(&m->rows[i - 1], r) != 0);
    }
    for (int j = 0; j < m->candidate_count; j++) {
        const struct link_candidate *c = &m->candidates[j];
        m->faces[j] = (struct face){
            c->date, face_of(&numbers, last_digits(c->number)), face_of(&inns, c->inn)};
        if (j == 0 || alike_candidates(&m->candidates[j - 1], c) != 0)
            m->kinds[m->kind_count++].from = j;
        m->kind_of[j] = m->kind_count - 1;
        m->kinds[m->kind_of[j]].to = j + 1;
    }
    map_release(&numbers);
    map_release(&inns);
}

/* ---- scores ---- */

/* Without branches: there may be as many pairs as a million. */
static unsigned char score(const struct face *r, const struct face *c)
{
    bool both = (r->inn != 0) & (c->inn != 0), same = r->inn == c->inn;
    int points = ((r->number != 0) & (r->number == c->number)) * SAME_NUMBER + both * SAME_INN +
                 (r->day == c->day) * SAME_DAY;
    return (unsigned char)((both & !same) ? NEVER : points);
}

static void keep_apart(const struct matching *m, struct seeker *s, struct str ids)
{
    while (ids.n) {
        long long other;
        bool told = str_to_i64(str_cut(&ids, ' '), 1, INT64_MAX, &other);
        for (int j = s->from; told && j < s->to; j++)
            if (m->candidates[j].id == other)
                s->score[j - s->from] = NEVER;
    }
}

/* Rows and candidates are in the order of their days: the candidates of a row follow each other. */
static void seek(struct matching *m, struct arena *a)
{
    const usec_t reach = LINK_DAYS * USEC_PER_DAY;
    int from = 0, to = 0;
    for (int i = 0; i < m->count; i++) {
        struct link_row *r = &m->rows[i];
        struct seeker *s = &m->seekers[i];
        while (from < m->candidate_count && m->faces[from].day < r->posted - reach)
            from++;
        while (to < m->candidate_count && m->faces[to].day <= r->posted + reach)
            to++;
        s->was = r->linked_id;
        s->from = from;
        s->to = to;
        s->score = arena_alloc(a, (size_t)(to - from) + 1);
        const struct face face = s->face, *faces = &m->faces[from];
        for (int j = 0; j < to - from; j++)
            s->score[j] = score(&face, &faces[j]);
        keep_apart(m, s, r->apart);
        unsigned levels = 0;
        for (int j = 0; j < to - from; j++)
            levels |= 1U << s->score[j];
        s->levels = levels;
        r->linked_id = 0;
        r->unclear = false;
        r->level = 0;
    }
}

static bool is_free(const struct matching *m, const struct seeker *s, int j, int level)
{
    return s->score[j - s->from] == level && !m->taken[j];
}

/* ---- a level ---- */

static bool seeks(const struct matching *m, int row, int level)
{
    const struct link_row *r = &m->rows[row];
    return !r->linked_id && !r->unclear && m->seekers[row].levels >> level & 1;
}

static void want(struct matching *m, int row, int level)
{
    struct seeker *s = &m->seekers[row];
    for (int j = s->from; j < s->to && s->kind_count < 2; j++) {
        if (!is_free(m, s, j, level) || (s->kind_count && m->kind_of[j] == s->kind))
            continue;
        if (s->kind_count++ == 0)
            s->kind = m->kind_of[j];
    }
    if (s->kind_count == 1 && !m->kinds[s->kind].alone) {
        m->kinds[s->kind].alone = true;
        m->alone[m->alone_count++] = s->kind;
    }
}

static bool wants(const struct matching *m, const struct seeker *s, const struct kind *k, int level)
{
    int from = k->from > s->from ? k->from : s->from, to = k->to < s->to ? k->to : s->to;
    for (int j = from; j < to; j++)
        if (is_free(m, s, j, level))
            return true;
    return false;
}

static void claim(struct kind *k, const struct seeker *s)
{
    k->differ |= k->claims++ && k->claimer != s->alike;
    k->claimer = s->alike;
}

/* Nobody needs to know how many claim a kind that is wanted beside others only. */
static void claim_all(struct matching *m, const struct seeker *s, int level)
{
    if (s->kind_count == 1)
        claim(&m->kinds[s->kind], s);
    for (int k = 0; s->kind_count > 1 && k < m->alone_count; k++)
        if (wants(m, s, &m->kinds[m->alone[k]], level))
            claim(&m->kinds[m->alone[k]], s);
}

static void doubt(struct link_row *row, enum link_doubt why, int level)
{
    row->unclear = true;
    row->doubt = why;
    row->level = level;
}

/* More rows want a kind than there are of it, and they are not the same: which of them it is nobody
 * can tell. Equal rows are paired off instead, as many as there are. */
static void judge(struct matching *m, int row, int level)
{
    struct seeker *s = &m->seekers[row];
    const struct kind *k = &m->kinds[s->kind];
    if (s->kind_count > 1)
        doubt(&m->rows[row], LINK_SEVERAL, level);
    else if (s->kind_count == 1 && level < ENOUGH)
        doubt(&m->rows[row], LINK_SUM_ONLY, level);
    else if (s->kind_count == 1 && k->claims > k->free && k->differ)
        doubt(&m->rows[row], LINK_SHARED, level);
    else
        s->wins = s->kind_count == 1;
}

static void pair_off(struct matching *m, int row, int level, bool as_before)
{
    struct link_row *r = &m->rows[row];
    const struct seeker *s = &m->seekers[row];
    const struct kind *k = &m->kinds[s->kind];
    int from = k->from > s->from ? k->from : s->from, to = k->to < s->to ? k->to : s->to;
    if (as_before && !s->was)
        return;
    for (int j = from; s->wins && !r->linked_id && j < to; j++) {
        const struct link_candidate *c = &m->candidates[j];
        if (!is_free(m, s, j, level) || (as_before && c->id != s->was))
            continue;
        m->taken[j] = true;
        r->linked_id = c->id;
        r->level = level;
    }
}

static void begin(const struct matching *m, struct kind *k)
{
    *k = (struct kind){.from = k->from, .to = k->to};
    for (int j = k->from; j < k->to; j++)
        k->free += !m->taken[j];
}

/* Claims are all made before any of them is judged, and judged before any is granted. */
static void level_down(struct matching *m, int level)
{
    bool any = false;
    for (int i = 0; i < m->count; i++)
        any |= seeks(m, i, level);
    if (!any)
        return;
    m->alone_count = 0;
    for (int k = 0; k < m->kind_count; k++)
        begin(m, &m->kinds[k]);
    for (int i = 0; i < m->count; i++) {
        m->seekers[i].wins = false;
        m->seekers[i].kind_count = 0;
        if (seeks(m, i, level))
            want(m, i, level);
    }
    for (int i = 0; i < m->count; i++)
        claim_all(m, &m->seekers[i], level);
    for (int i = 0; i < m->count; i++)
        if (m->seekers[i].kind_count)
            judge(m, i, level);
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < m->count; i++)
            pair_off(m, i, level, again == 0);
}

/* What a person is asked about: those it was unclear between, unless they have found theirs. */
static void open_candidates(const struct matching *m, int row, link_open_fn open, void *arg)
{
    struct link_row *r = &m->rows[row];
    const struct seeker *s = &m->seekers[row];
    int count = 0;
    for (int j = s->from; j < s->to && count < LINK_OPEN_MAX; j++) {
        int points = s->score[j - s->from];
        bool meant = points == r->level || (r->level < ENOUGH && points != NEVER);
        if (!meant || m->taken[j])
            continue;
        open(arg, r, &m->candidates[j]);
        count++;
    }
    r->unclear = count > 0;
}

void ledger_link_decide(struct link_row *rows, int count, struct link_candidate *candidates,
    int candidate_count, link_open_fn open, void *arg)
{
    struct arena a = ARENA_INIT;
    struct matching m = {
        .rows = rows, .count = count, .candidates = candidates, .candidate_count = candidate_count};
    size_t room = (size_t)candidate_count + 1;
    m.seekers = arena_alloc(&a, ((size_t)count + 1) * sizeof *m.seekers);
    m.kinds = arena_alloc(&a, room * sizeof *m.kinds);
    m.kind_of = arena_alloc(&a, room * sizeof *m.kind_of);
    m.alone = arena_alloc(&a, room * sizeof *m.alone);
    m.faces = arena_alloc(&a, room * sizeof *m.faces);
    m.taken = arena_alloc(&a, room * sizeof *m.taken);
    if (count)
        qsort(rows, (size_t)count, sizeof *rows, row_order);
    if (candidate_count)
        qsort(candidates, (size_t)candidate_count, sizeof *candidates, candidate_order);
    look_at_all(&m);
    seek(&m, &a);
    for (int level = LINK_PERFECT; level >= 0; level--)
        level_down(&m, level);
    for (int i = 0; i < count; i++)
        if (rows[i].unclear)
            open_candidates(&m, i, open, arg);
    arena_release(&a);
}
