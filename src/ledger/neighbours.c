#include "ledger/neighbours.h"

#include <stdio.h>
#include <stdlib.h>

#include "obmen/arena.h"
#include "obmen/map.h"

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
    n->area_count = n->stored_count = n->candidate_count = n->joined_count = 0;
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

/* Of the rows that a dry run has come to know: those that would be new (their ids are negative),
 * and the stored ones that would be linked otherwise. */
#define ROWS "(SELECT *, NULL::integer AS file_no, NULL::boolean AS unclear FROM statement_rows)"
#define OVERLAY                                                                                    \
    "(SELECT id, account_number, amount, transaction_type, posted, document_number, "              \
    "counterparty_inn, transaction_id, link_level, file_id, NULL::integer AS file_no, "            \
    "NULL::boolean AS unclear FROM statement_rows s WHERE NOT EXISTS (SELECT FROM "                \
    "statement_drafts d WHERE d.task_id = $6::uuid AND d.row_id = s.id)"                           \
    " UNION ALL SELECT coalesce(row_id, -id), account_number, amount, transaction_type, posted, "  \
    "document_number, counterparty_inn, transaction_id, link_level, NULL, file_no, "               \
    "reason IS NOT NULL"                                                                           \
    " FROM statement_drafts WHERE task_id = $6::uuid)"

#define KEYS                                                                                       \
    " FROM unnest($1::text[], $2::bigint[], $3::text[], $4::date[], $5::date[]) WITH ORDINALITY"   \
    " AS k(account, amount, type, first, last, n)"
#define OF_KEY(t)                                                                                  \
    t ".account_number = k.account AND " t ".amount = k.amount * 0.01 AND " t                      \
      ".transaction_type = k.type"
#define NEAREST(day) " ORDER BY greatest(k.first - " day ", " day " - k.last, 0)"
/* A perfect match of another day is nobody's rival. */
#define SETTLED(t) t ".link_level = 7 AND " t ".posted NOT BETWEEN k.first AND k.last"

#define READ_STORED(rows)                                                                          \
    "SELECT k.n, r.id, r.posted, r.document_number, r.counterparty_inn, r.transaction_id, "        \
    "r.link_level, coalesce(r.file_no, f.file_no), m.apart, coalesce(r.unclear, m.open), "         \
    "m.same" KEYS " CROSS JOIN LATERAL (SELECT * FROM " rows " AS r WHERE " OF_KEY(                \
        "r") " AND r.posted >= k.first - $7::integer AND r.posted <= k.last + $7::integer"         \
             " AND NOT (" SETTLED("r") ")" NEAREST(                                                \
                 "r.posted") ", r.id LIMIT $8::integer) AS r"                                      \
                             " LEFT JOIN statement_files f ON f.id = r.file_id AND f.task_id = "   \
                             "$6::uuid"                                                            \
                             " LEFT JOIN LATERAL (SELECT string_agg(m.transaction_id::text, ' ')"  \
                             "   FILTER (WHERE m.decision = 'different') AS apart, "               \
                             "bool_or(m.decision IS NULL) AS open,"                                \
                             "   bool_or(m.decision = 'same' AND m.transaction_id = "              \
                             "r.transaction_id) AS same"                                           \
                             "  FROM statement_matches m WHERE m.row_id = r.id) AS m ON true"      \
                             " ORDER BY k.n, r.id"

/* Free ones first: when there are more than anybody can look at, those are wanted. */
#define READ_CANDIDATES(rows)                                                                      \
    "SELECT k.n, b.id, b.day, b.document_number, b.counterparty_inn, b.holder" KEYS                \
    " CROSS JOIN LATERAL (SELECT b.id, b.transaction_date::date AS day, b.document_number,"        \
    "  b.counterparty_inn, x.id AS holder FROM bank_transactions b"                                \
    "  LEFT JOIN " rows " AS x ON x.transaction_id = b.id"                                         \
    "  WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.is_active AND " OF_KEY(           \
        "b") "  AND b.transaction_date >= k.first - $7::integer"                                   \
             "  AND b.transaction_date < k.last + $7::integer + 1"                                 \
             "  AND (x.id IS NULL OR NOT (" SETTLED(                                               \
                 "x") "))"                                                                         \
                      "  ORDER BY x.id IS NOT NULL, greatest(k.first - b.transaction_date::date, " \
                      "b.transaction_date::date - k.last, 0), b.id LIMIT $8::integer) AS b"        \
                      " WHERE ($6::uuid IS NULL OR true) ORDER BY k.n, b.id"

static const struct db_stmt stored[] = {{"ledger_neighbours_stored", READ_STORED(ROWS)},
    {"ledger_neighbours_drafts", READ_STORED(OVERLAY)}};
static const struct db_stmt candidates[] = {{"ledger_neighbours_candidates", READ_CANDIDATES(ROWS)},
    {"ledger_neighbours_dry_candidates", READ_CANDIDATES(OVERLAY)}};

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
    const struct db_stmt *const questions[] = {&stored[dry], &candidates[dry]};
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
            .was_unclear = db_bool(r, i, 9),
            .file_no = (int32_t)db_i64(r, i, 7),
            .key = a->key,
            .fixed = db_bool(r, i, 10),
            .near = link->posted >= a->first - reach && link->posted <= a->last + reach};
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

static struct candidate *find_candidate(
    const struct ledger_neighbours *n, const struct area *a, int64_t id)
{
    for (int i = a->candidate_from; i < a->candidate_from + a->candidate_count; i++)
        if (n->candidate[i].c.id == id)
            return &n->candidate[i];
    return NULL;
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

void ledger_neighbours_decide(struct ledger_neighbours *n)
{
    for (int k = 0; k < n->joined_count; k++)
        *n->joined[k].ret = (struct ledger_link_answer){0};
    for (int i = 0; i < n->area_count; i++)
        decide_area(n, &n->area[i], i);
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

bool ledger_stored_row_asks(const struct ledger_stored_row *r)
{
    return !r->fixed && r->near && (r->now.unclear || r->was_unclear);
}
