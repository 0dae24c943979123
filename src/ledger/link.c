#include "ledger/link.h"

#include <stdlib.h>

#include "obmen/arena.h"

/* Weights: a better match always outweighs all weaker ones together. */
enum { SAME_DAY = 1, SAME_INN = 2, SAME_NUMBER = 4, ENOUGH = SAME_INN, NEVER = -1 };

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

/* Candidates that nothing tells apart: which of them a row gets does not matter. */
struct kind {
    int free;                       /* of them, when the level began */
    int claims;                     /* rows that want one of them on this level */
    const struct link_row *claimer; /* the first one */
    bool differ;                    /* the claimers do */
};

struct seeker { /* a row that looks for its candidate */
    int64_t was;
    int from, to;         /* candidates of its days: [from, to) */
    signed char *score;   /* of each of these */
    unsigned levels;      /* bits: on these it has a candidate */
    int kind, kind_count; /* that it wants on this level; kind: the first one */
    bool wins;
};

struct matching {
    struct link_row *rows;
    int count;
    struct link_candidate *candidates;
    int candidate_count;
    struct seeker *seekers;
    struct kind *kinds;
    int *kind_of; /* candidate */
    bool *taken;  /* candidate */
    int kind_count;
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

/* ---- scores ---- */

static bool apart(const struct link_row *r, int64_t id)
{
    struct str rest = r->apart;
    while (rest.n) {
        long long other;
        if (str_to_i64(str_cut(&rest, ' '), 1, INT64_MAX, &other) && other == id)
            return true;
    }
    return false;
}

static int score(const struct link_row *r, const struct link_candidate *c)
{
    if ((r->inn.n && c->inn.n && !str_eq(r->inn, c->inn)) || apart(r, c->id))
        return NEVER;
    return (ledger_link_same_number(r->number, c->number) ? SAME_NUMBER : 0) +
           (r->inn.n && c->inn.n ? SAME_INN : 0) + (r->posted == c->date ? SAME_DAY : 0);
}

/* Rows and candidates are in the order of their days: the candidates of a row follow each other. */
static void seek(struct matching *m, struct arena *a)
{
    const usec_t reach = LINK_DAYS * USEC_PER_DAY;
    int from = 0, to = 0;
    for (int i = 0; i < m->count; i++) {
        struct link_row *r = &m->rows[i];
        struct seeker *s = &m->seekers[i];
        while (from < m->candidate_count && m->candidates[from].date < r->posted - reach)
            from++;
        while (to < m->candidate_count && m->candidates[to].date <= r->posted + reach)
            to++;
        *s = (struct seeker){.was = r->linked_id, .from = from, .to = to};
        s->score = arena_alloc(a, (size_t)(to - from) + 1);
        for (int j = from; j < to; j++) {
            int points = score(r, &m->candidates[j]);
            s->score[j - from] = (signed char)points;
            if (points != NEVER)
                s->levels |= 1U << points;
        }
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

static void claim(struct matching *m, int row, int level)
{
    struct seeker *s = &m->seekers[row];
    int last = -1;
    s->kind_count = 0;
    s->wins = false;
    for (int j = s->from; j < s->to; j++) {
        if (!is_free(m, s, j, level) || m->kind_of[j] == last)
            continue;
        last = m->kind_of[j];
        struct kind *k = &m->kinds[last];
        if (s->kind_count++ == 0)
            s->kind = last;
        k->claims++;
        if (!k->claimer)
            k->claimer = &m->rows[row];
        k->differ |= alike_rows(k->claimer, &m->rows[row]) != 0;
    }
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
    for (int j = s->from; s->wins && !r->linked_id && j < s->to; j++) {
        const struct link_candidate *c = &m->candidates[j];
        if (m->kind_of[j] != s->kind || !is_free(m, s, j, level) || (as_before && c->id != s->was))
            continue;
        m->taken[j] = true;
        r->linked_id = c->id;
        r->level = level;
    }
}

/* Claims are all made before any of them is judged, and judged before any is granted. */
static void level_down(struct matching *m, int level)
{
    bool any = false;
    for (int i = 0; i < m->count; i++)
        any |= seeks(m, i, level);
    if (!any)
        return;
    for (int k = 0; k < m->kind_count; k++)
        m->kinds[k] = (struct kind){0};
    for (int j = 0; j < m->candidate_count; j++)
        m->kinds[m->kind_of[j]].free += !m->taken[j];
    for (int i = 0; i < m->count; i++) {
        m->seekers[i].wins = false;
        m->seekers[i].kind_count = 0;
        if (seeks(m, i, level))
            claim(m, i, level);
    }
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
    m.taken = arena_alloc(&a, room * sizeof *m.taken);
    if (count)
        qsort(rows, (size_t)count, sizeof *rows, row_order);
    if (candidate_count)
        qsort(candidates, (size_t)candidate_count, sizeof *candidates, candidate_order);
    for (int j = 0; j < candidate_count; j++) {
        m.kind_count += j == 0 || alike_candidates(&candidates[j - 1], &candidates[j]) != 0;
        m.kind_of[j] = m.kind_count - 1;
    }
    seek(&m, &a);
    for (int level = LINK_PERFECT; level >= 0; level--)
        level_down(&m, level);
    for (int i = 0; i < count; i++)
        if (rows[i].unclear)
            open_candidates(&m, i, open, arg);
    arena_release(&a);
}
