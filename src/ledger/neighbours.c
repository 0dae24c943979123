#include "ledger/neighbours.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/neighbours_sql.h"
#include "obmen/arena.h"
#include "obmen/map.h"

/* Of rows and candidates, looked at before others get their turn: about a millisecond. */
enum { PAIRS = 200000 };

struct joined { /* a row that is not stored yet */
    usec_t posted;
    struct str number, inn;
    struct ledger_link_answer *ret;
    int area;
};

struct candidate {
    struct link_candidate c;
    int64_t holder; /* the stored row that is linked to it; 0: none */
};

struct area { /* all of one key */
    struct ledger_payment_key key;
    usec_t first, last; /* days that were asked around */
    int stored_from, stored_count, candidate_from, candidate_count, joined_count;
};

struct ledger_neighbours {
    struct arena arena;
    struct map index; /* key → its place in areas, from 1 */
    struct area *area;
    struct ledger_stored_row *stored;
    struct link_row *link; /* of each stored one */
    struct candidate *candidate;
    struct joined *joined;
    int area_count, area_room, stored_count, candidate_count, joined_count, joined_room;
    int decided; /* areas */
};

struct ledger_neighbours *ledger_neighbours_new(void)
{
    return mem_alloc(sizeof(struct ledger_neighbours));
}

void ledger_neighbours_clear(struct ledger_neighbours *n)
{
    map_release(&n->index);
    n->index = MAP_INIT;
    arena_reset(&n->arena);
    n->area_count = n->stored_count = n->candidate_count = n->joined_count = n->decided = 0;
}

void ledger_neighbours_free(struct ledger_neighbours *n)
{
    if (!n)
        return;
    map_release(&n->index);
    arena_release(&n->arena);
    free(n->area);
    free(n->joined);
    free(n);
}

/* ---- asking ---- */

static size_t key_text(const struct ledger_payment_key *key, char text[128])
{
    int n = snprintf(text, 128, "%d %lld %.*s", key->type, (long long)key->amount,
        (int)(key->account.n < 80 ? key->account.n : 80), key->account.p ? key->account.p : "");
    return (size_t)n;
}

static int area_of(const struct ledger_neighbours *n, const struct ledger_payment_key *key)
{
    char text[128];
    return (int)(uintptr_t)map_get(&n->index, text, key_text(key, text)) - 1;
}

void ledger_neighbours_around(
    struct ledger_neighbours *n, const struct ledger_payment_key *key, usec_t posted)
{
    char text[128];
    int at = area_of(n, key);
    if (at >= 0) {
        struct area *a = &n->area[at];
        a->first = posted < a->first ? posted : a->first;
        a->last = posted > a->last ? posted : a->last;
        return;
    }
    if (n->area_count == n->area_room) {
        n->area_room = n->area_room ? 2 * n->area_room : 64;
        n->area = mem_realloc(n->area, (size_t)n->area_room * sizeof *n->area);
    }
    struct area *a = &n->area[n->area_count++];
    *a = (struct area){.key = *key, .first = posted, .last = posted};
    a->key.account = arena_str(&n->arena, key->account);
    map_put(&n->index, text, key_text(key, text), (void *)(uintptr_t)n->area_count);
}

int ledger_neighbours_ask_add(
    struct ledger_neighbours *n, struct db_unit *u, const struct uuid *task_id, bool dry)
{
    struct db_column account, amount, type, first, last;
    struct db_column *const all[] = {&account, &amount, &type, &first, &last};
    static const enum db_elem elems[] = {DB_TEXT, DB_INT8, DB_TEXT, DB_DATE, DB_DATE};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        db_column_init(all[i], elems[i]);
    for (int i = 0; i < n->area_count; i++) {
        const struct area *a = &n->area[i];
        db_column_text(&account, a->key.account);
        db_column_i64(&amount, a->key.amount);
        db_column_text(&type, str_from(ledger_type_name(a->key.type)));
        db_column_time(&first, a->first);
        db_column_time(&last, a->last);
    }
    const struct db_stmt *const questions[] = {
        &neighbours_stored[dry], &neighbours_candidates[dry]};
    /* twice the reach: what is decided about depends on what is as far away again */
    const int32_t days[] = {2 * LINK_REACH, 2 * LINK_REACH + LINK_DAYS};
    const int32_t limits[] = {NEIGHBOURS_ROWS, NEIGHBOURS_CANDIDATES};
    int place = 0;
    for (int q = 0; q < 2; q++) {
        place = db_add(u, questions[q]);
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            db_bind_column(u, all[i]);
        db_bind_uuid(u, task_id);
        db_bind_i32(u, days[q]);
        db_bind_i32(u, limits[q]);
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        db_column_release(all[i]);
    return place - 1;
}

/* ---- taking ---- */

static struct str keep(struct ledger_neighbours *n, struct str s)
{
    return s.n ? arena_str(&n->arena, s) : STR_NULL;
}

static void take_stored(struct ledger_neighbours *n, const struct db_result *r)
{
    const usec_t reach = LINK_REACH * USEC_PER_DAY;
    n->stored_count = db_rows(r);
    n->stored = arena_alloc(&n->arena, ((size_t)n->stored_count + 1) * sizeof *n->stored);
    n->link = arena_alloc(&n->arena, ((size_t)n->stored_count + 1) * sizeof *n->link);
    for (int i = 0; i < n->stored_count; i++) {
        struct area *a = &n->area[db_i64(r, i, 0) - 1];
        if (a->stored_count++ == 0)
            a->stored_from = i;
        struct link_row *link = &n->link[i];
        *link = (struct link_row){.place = i,
            .id = db_i64(r, i, 1),
            .posted = db_time(r, i, 2),
            .number = keep(n, db_text(r, i, 3)),
            .inn = keep(n, db_text(r, i, 4)),
            .linked_id = db_i64(r, i, 5),
            .apart = keep(n, db_text(r, i, 8))};
        n->stored[i] = (struct ledger_stored_row){.id = link->id,
            .was = link->linked_id,
            .was_level = (int)db_i64(r, i, 6),
            .was_open = keep(n, db_text(r, i, 10)),
            .file_no = (int32_t)db_i64(r, i, 7),
            .key = a->key,
            .fixed = db_bool(r, i, 9),
            .near = link->posted >= a->first - reach && link->posted <= a->last + reach};
        n->stored[i].was_unclear =
            ledger_link_doubt_parse(db_text(r, i, 11), &n->stored[i].was_doubt);
    }
}

static void take_candidates(struct ledger_neighbours *n, const struct db_result *r)
{
    n->candidate_count = db_rows(r);
    n->candidate = arena_alloc(&n->arena, ((size_t)n->candidate_count + 1) * sizeof *n->candidate);
    for (int i = 0; i < n->candidate_count; i++) {
        struct area *a = &n->area[db_i64(r, i, 0) - 1];
        if (a->candidate_count++ == 0)
            a->candidate_from = i;
        n->candidate[i] = (struct candidate){.c = {.id = db_i64(r, i, 1),
                                                 .date = db_time(r, i, 2),
                                                 .number = keep(n, db_text(r, i, 3)),
                                                 .inn = keep(n, db_text(r, i, 4))},
            .holder = db_i64(r, i, 5)};
    }
}

void ledger_neighbours_take(
    struct ledger_neighbours *n, struct db_result *const *results, int first)
{
    take_stored(n, results[first]);
    take_candidates(n, results[first + 1]);
}

void ledger_neighbours_join(struct ledger_neighbours *n, const struct ledger_payment_key *key,
    usec_t posted, struct str number, struct str inn, struct ledger_link_answer *ret)
{
    if (n->joined_count == n->joined_room) {
        n->joined_room = n->joined_room ? 2 * n->joined_room : 64;
        n->joined = mem_realloc(n->joined, (size_t)n->joined_room * sizeof *n->joined);
    }
    int area = area_of(n, key);
    n->area[area].joined_count++;
    n->joined[n->joined_count++] = (struct joined){posted, number, inn, ret, area};
}

/* ---- deciding ---- */

static struct ledger_link_answer *answer_of(struct ledger_neighbours *n, int place)
{
    return place >= 0 ? &n->stored[place].now : n->joined[-1 - place].ret;
}

static void on_open(void *arg, const struct link_row *row, const struct link_candidate *candidate)
{
    struct ledger_neighbours *n = arg;
    struct ledger_link_answer *answer = answer_of(n, row->place);
    if (!answer->open)
        answer->open = arena_alloc(&n->arena, LINK_OPEN_MAX * sizeof *answer->open);
    answer->open[answer->open_count++] = candidate->id;
}

static int id_order(const void *id, const void *candidate)
{
    int64_t a = *(const int64_t *)id, b = ((const struct candidate *)candidate)->c.id;
    return (a > b) - (a < b);
}

/* They came in the order of their ids. */
static const struct candidate *find_candidate(
    const struct ledger_neighbours *n, const struct area *a, int64_t id)
{
    if (a->candidate_count == 0)
        return NULL;
    return bsearch(&id, &n->candidate[a->candidate_from], (size_t)a->candidate_count,
        sizeof *n->candidate, id_order);
}

/* Both sides of a link must be here: else both are fixed, and the candidate is no candidate. */
static int take_part(struct ledger_neighbours *n, const struct area *a, struct link_row *rows,
    struct link_candidate *wanted, int *ret_wanted)
{
    int count = 0, wanted_count = 0;
    for (int i = a->candidate_from; i < a->candidate_from + a->candidate_count; i++)
        if (!n->candidate[i].holder)
            wanted[wanted_count++] = n->candidate[i].c;
    for (int i = a->stored_from; i < a->stored_from + a->stored_count; i++) {
        struct ledger_stored_row *r = &n->stored[i];
        const struct candidate *own = r->was ? find_candidate(n, a, r->was) : NULL;
        r->fixed |= r->was && !own;
        if (r->fixed)
            continue;
        rows[count++] = n->link[i];
        if (own)
            wanted[wanted_count++] = own->c;
    }
    *ret_wanted = wanted_count;
    return count;
}

static void answer_row(struct ledger_neighbours *n, const struct link_row *row)
{
    struct ledger_link_answer *answer = answer_of(n, row->place);
    answer->linked_id = row->linked_id;
    answer->level = row->linked_id ? row->level : 0;
    answer->unclear = row->unclear;
    answer->doubt = row->doubt;
}

/* Whoever is not near keeps its link, unless that has become another's. */
static void find_losers(
    struct ledger_neighbours *n, const struct area *a, const struct link_row *rows, int count)
{
    for (int i = a->stored_from; i < a->stored_from + a->stored_count; i++) {
        struct ledger_stored_row *r = &n->stored[i];
        bool kept = r->fixed || r->near || !r->was || r->now.linked_id == r->was;
        for (int k = 0; !kept && k < count; k++)
            r->lost |= rows[k].linked_id == r->was;
    }
}

static void decide_area(struct ledger_neighbours *n, const struct area *a, int area)
{
    size_t row_room = (size_t)(a->stored_count + a->joined_count) + 1;
    struct link_row *rows = mem_alloc(row_room * sizeof *rows);
    struct link_candidate *wanted = mem_alloc(((size_t)a->candidate_count + 1) * sizeof *wanted);
    int wanted_count, count = take_part(n, a, rows, wanted, &wanted_count);
    for (int k = 0; a->joined_count && k < n->joined_count; k++) {
        const struct joined *j = &n->joined[k];
        if (j->area == area)
            rows[count++] = (struct link_row){
                .place = -1 - k, .posted = j->posted, .number = j->number, .inn = j->inn};
    }
    if (wanted_count > 0) {
        ledger_link_decide(rows, count, wanted, wanted_count, on_open, n);
        for (int i = 0; i < count; i++)
            answer_row(n, &rows[i]);
        find_losers(n, a, rows, count);
    }
    free(rows);
    free(wanted);
}

static int by_id(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static bool same_questions(struct ledger_stored_row *r)
{
    struct str rest = r->was_open;
    long long id;
    qsort(r->now.open, (size_t)r->now.open_count, sizeof *r->now.open, by_id);
    for (int i = 0; i < r->now.open_count; i++)
        if (!str_to_i64(str_cut(&rest, ' '), 1, INT64_MAX, &id) || id != r->now.open[i])
            return false;
    return rest.n == 0;
}

/* What a dry run asks is not written down (its ids are negative): only that it asks. */
static void compare_questions(struct ledger_stored_row *r)
{
    bool both = r->now.unclear && r->was_unclear;
    if (r->fixed || !r->near || (!r->now.unclear && !r->was_unclear))
        return;
    r->asks = !both || r->now.doubt != r->was_doubt || (r->id > 0 && !same_questions(r));
}

bool ledger_neighbours_decide(struct ledger_neighbours *n)
{
    int64_t pairs = 0;
    for (int k = 0; n->decided == 0 && k < n->joined_count; k++)
        *n->joined[k].ret = (struct ledger_link_answer){0};
    for (; n->decided < n->area_count && pairs < PAIRS; n->decided++) {
        const struct area *a = &n->area[n->decided];
        decide_area(n, a, n->decided);
        pairs += (int64_t)(a->stored_count + a->joined_count) * a->candidate_count;
    }
    if (n->decided < n->area_count)
        return false;
    for (int i = 0; i < n->stored_count; i++)
        compare_questions(&n->stored[i]);
    return true;
}

const struct ledger_stored_row *ledger_neighbours_stored(
    const struct ledger_neighbours *n, int *ret_count)
{
    *ret_count = n->stored_count;
    return n->stored;
}

bool ledger_stored_row_links(const struct ledger_stored_row *r)
{
    return !r->fixed && (r->near || r->lost) &&
           (r->now.linked_id != r->was || r->now.level != r->was_level);
}
