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

/* The free candidate of this row with this very score; unclear when several differ. */
static void choose(struct link_row *rows, int count, int row, const struct link_candidate *own,
    const signed char *scores, int own_count, int wanted)
{
    const struct link_candidate *best = NULL;
    for (int i = 0; i < own_count; i++) {
        if (scores[i] != wanted || taken(rows, count, own[i].id))
            continue;
        if (best && !alike(best, &own[i])) {
            rows[row].unclear = true;
            return;
        }
        if (!best)
            best = &own[i];
    }
    if (!best)
        return;
    if (wanted >= ENOUGH)
        rows[row].linked_id = best->id;
    else
        rows[row].unclear = true; /* only the sum speaks for it */
}

void ledger_link_decide(
    struct link_row *rows, int count, const struct link_candidate *candidates, int candidate_count)
{
    static const struct link_candidate none; /* offsets need a place, also when there is nobody */
    candidates = candidate_count > 0 ? candidates : &none;
    signed char *scores = mem_alloc((size_t)candidate_count + 1);
    int *first = mem_alloc(((size_t)count + 1) * sizeof *first);
    int at = 0;
    for (int i = 0; i < count; i++) {
        rows[i].linked_id = 0;
        rows[i].unclear = false;
        first[i] = at;
        for (; at < candidate_count && candidates[at].row == i; at++)
            scores[at] = (signed char)score(&rows[i], &candidates[at]);
    }
    first[count] = at;
    for (int wanted = BEST; wanted >= 0; wanted--)
        for (int i = 0; i < count; i++)
            if (!rows[i].linked_id && !rows[i].unclear)
                choose(rows, count, i, candidates + first[i], scores + first[i],
                    first[i + 1] - first[i], wanted);
    free(first);
    free(scores);
}
