#include "ledger/link.h"

#include <stdlib.h>
#include "obmen/arena.h"

/* Weights: a better match always outweighs all weaker ones together. */
enum { SAME_DAY = 1, SAME_INN = 2, SAME_NUMBER = 4, BEST = 7, ENOUGH = SAME_INN, NEVER = -1 };

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

static int score(const struct link_row *r, const struct link_candidate *c)
{
    if (r->inn.n && c->inn.n && !str_eq(r->inn, c->inn))
        return NEVER;
    return (ledger_link_same_number(r->number, c->number) ? SAME_NUMBER : 0) +
           (r->inn.n && c->inn.n ? SAME_INN : 0) + (r->posted == c->date ? SAME_DAY : 0);
}

static bool alike(const struct link_candidate *a, const struct link_candidate *b)
{
    return a->date == b->date && str_eq(a->number, b->number) && str_eq(a->inn, b->inn);
}

static bool taken(const struct link_row *rows, int count, int64_t id)
{
    for (int i = 0; i < count; i++)
        if (rows[i].linked_id == id)
            return true;
    return false;
}

static bool alike_rows(const struct link_row *a, const struct link_row *b)
{
    return a->posted == b->posted && str_eq(a->number, b->number) && str_eq(a->inn, b->inn);
}

const char *ledger_link_doubt_name(enum link_doubt doubt)
{
    static const char *const names[] = {
        [LINK_SEVERAL] = "several", [LINK_SHARED] = "shared", [LINK_SUM_ONLY] = "sum_only"};
    return names[doubt];
}

struct matching {
    struct link_row *rows;
    int count;
    struct link_candidate *candidates;
    signed char *scores; /* of each candidate */
    int *first;          /* of each row; one more for the end */
};

static void doubt(struct link_row *row, enum link_doubt why, int level)
{
    row->unclear = true;
    row->doubt = why;
    row->level = level;
}

/* How many free candidates of this row fit as well as this one and do not differ from it. */
static int equals(const struct matching *m, int row, const struct link_candidate *like, int level)
{
    int n = 0;
    for (int j = m->first[row]; j < m->first[row + 1]; j++)
        n += m->scores[j] == level && alike(like, &m->candidates[j]) &&
             !taken(m->rows, m->count, m->candidates[j].id);
    return n;
}

/* More rows want this candidate and its like than there are of it, and they are not the same: which
 * of them it is nobody can tell. Equal rows are paired off instead. */
static bool shared(struct matching *m, int row, const struct link_candidate *best, int level)
{
    int there = equals(m, row, best, level), claims = 0;
    bool differ = false;
    for (int mark = 0; mark < 2; mark++) {
        for (int i = 0; i < m->count; i++) {
            struct link_row *other = &m->rows[i];
            if (other->linked_id || other->unclear || equals(m, i, best, level) == 0)
                continue;
            claims += !mark;
            differ |= !alike_rows(other, &m->rows[row]);
            if (mark)
                doubt(other, LINK_SHARED, level);
        }
        if (claims <= there || !differ)
            return false;
    }
    return true;
}

/* The free candidate of this row with this very score; unclear when several differ. */
static void choose(struct matching *m, int row, int level)
{
    const struct link_candidate *best = NULL;
    for (int j = m->first[row]; j < m->first[row + 1]; j++) {
        const struct link_candidate *c = &m->candidates[j];
        if (m->scores[j] != level || taken(m->rows, m->count, c->id))
            continue;
        if (best && !alike(best, c)) {
            doubt(&m->rows[row], LINK_SEVERAL, level);
            return;
        }
        if (!best)
            best = c;
    }
    if (!best)
        return;
    if (level < ENOUGH)
        doubt(&m->rows[row], LINK_SUM_ONLY, level);
    else if (!shared(m, row, best, level))
        m->rows[row].linked_id = best->id;
}

/* What a person is asked about: those it was unclear between, unless they have found theirs. */
static void open_candidates(struct matching *m, int row)
{
    struct link_row *r = &m->rows[row];
    int open = 0;
    for (int j = m->first[row]; j < m->first[row + 1] && open < LINK_OPEN_MAX; j++) {
        bool meant = m->scores[j] == r->level || (r->level < ENOUGH && m->scores[j] >= 0);
        m->candidates[j].open = meant && !taken(m->rows, m->count, m->candidates[j].id);
        open += m->candidates[j].open;
    }
    r->unclear = open > 0;
}

void ledger_link_decide(
    struct link_row *rows, int count, struct link_candidate *candidates, int candidate_count)
{
    static struct link_candidate none; /* offsets need a place, also when there is nobody */
    struct matching m = {.rows = rows, .count = count};
    m.candidates = candidate_count > 0 ? candidates : &none;
    m.scores = mem_alloc((size_t)candidate_count + 1);
    m.first = mem_alloc(((size_t)count + 1) * sizeof *m.first);
    int at = 0;
    for (int i = 0; i < count; i++) {
        rows[i].linked_id = 0;
        rows[i].unclear = false;
        m.first[i] = at;
        for (; at < candidate_count && candidates[at].row == i; at++) {
            candidates[at].open = false;
            m.scores[at] = (signed char)score(&rows[i], &candidates[at]);
        }
    }
    m.first[count] = at;
    for (int level = BEST; level >= 0; level--)
        for (int i = 0; i < count; i++)
            if (!rows[i].linked_id && !rows[i].unclear)
                choose(&m, i, level);
    for (int i = 0; i < count; i++)
        if (rows[i].unclear)
            open_candidates(&m, i);
    free(m.first);
    free(m.scores);
}
