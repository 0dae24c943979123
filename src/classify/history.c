#include "classify/history.h"

#include <stdlib.h>

#include "ledger/plan.h"

enum { KNOWN_MAX = 50000, ALIKE = 3 };

/* 200 that people decided say enough; of the others any hundred of the INN's rows, and of these
 * only what 1C or the document itself said: words would only be heard twice, and what one rule
 * changes would change the next row. */
static const struct db_stmt read_history = {"classify_history",
    "SELECT w.inn, w.type, h.confirmed, h.category_id, h.n"
    " FROM unnest($1::text[], $2::text[]) AS w(inn, type) CROSS JOIN LATERAL ("
    "  SELECT true AS confirmed, s.category_id, count(*) AS n FROM ("
    "   SELECT b.category_id FROM bank_transactions b WHERE b.decided_by IS NOT NULL"
    "    AND b.counterparty_inn = w.inn AND b.transaction_type = w.type AND b.is_active"
    "    AND b.category_id IS NOT NULL AND b.status IN ('APPROVED', 'CATEGORIZED') LIMIT 200) AS s"
    "  GROUP BY s.category_id"
    "  UNION ALL"
    "  SELECT false, s.category_id, count(*) FROM ("
    "   SELECT b.category_id, b.transaction_type, b.decided_by, b.category_method"
    "   FROM bank_transactions b WHERE b.counterparty_inn = w.inn LIMIT 100) AS s"
    "  WHERE s.category_id IS NOT NULL AND s.decided_by IS NULL AND s.transaction_type = w.type"
    "   AND s.category_method IN ('item', 'operation', 'fact') GROUP BY s.category_id) AS h"
    " ORDER BY h.category_id"};

static const struct db_stmt read_evidence = {"classify_evidence",
    "SELECT w.inn, w.type, e.confirmed, e.category_id, e.payments"
    " FROM unnest($1::text[], $2::text[]) AS w(inn, type) CROSS JOIN LATERAL ("
    "  SELECT * FROM task_evidence e WHERE e.task_id = $3::uuid AND e.counterparty_inn = w.inn"
    "   AND e.transaction_type = w.type) AS e ORDER BY e.category_id"};

static size_t key_of(char key[64], struct str inn, enum ledger_type direction)
{
    size_t n = inn.n < 63 ? inn.n : 63;
    key[0] = direction == LEDGER_CREDIT ? '+' : '-';
    memcpy(key + 1, inn.p, n);
    return n + 1;
}

static void want(
    struct history *h, struct history_entry *e, struct str inn, enum ledger_type direction)
{
    struct history_list *w = &h->wanted;
    if (!h->set_up) {
        db_column_init(&h->inns, DB_TEXT);
        db_column_init(&h->directions, DB_TEXT);
        h->set_up = true;
    }
    if (w->count == w->room) {
        w->room = w->room ? w->room * 2 : 64;
        w->entries = mem_realloc(w->entries, (size_t)w->room * sizeof(struct history_entry *));
    }
    w->entries[w->count++] = e;
    db_column_text(&h->inns, inn);
    db_column_text(&h->directions, str_from(ledger_type_name(direction)));
}

const struct history_entry *history_get(
    struct history *h, struct str inn, enum ledger_type direction)
{
    static const struct history_entry nothing = {.known = true};
    char key[64];
    size_t n = key_of(key, inn, direction);
    struct history_entry *e = map_get(&h->known, key, n);
    if (!e && h->complete)
        return &nothing;
    if (e)
        return e->known ? e : NULL;
    if (h->known.count >= KNOWN_MAX && !h->wanted.count &&
        !h->asked.count) { /* forgets all and asks again */
        map_release(&h->known);
        arena_release(&h->arena);
    }
    e = arena_alloc(&h->arena, sizeof *e);
    map_put(&h->known, key, n, e);
    want(h, e, inn, direction);
    return NULL;
}

bool history_wanted(const struct history *h)
{
    return h->wanted.count > 0;
}

int history_ask_add(struct history *h, struct db_unit *u)
{
    ledger_plan_by_index(u);
    int place = db_add(u, h->task_id ? &read_evidence : &read_history);
    db_bind_column(u, &h->inns);
    db_bind_column(u, &h->directions);
    if (h->task_id)
        db_bind_uuid(u, h->task_id);
    db_column_clear(&h->inns);
    db_column_clear(&h->directions);
    struct history_list asked = h->wanted;
    h->wanted = h->asked;
    h->asked = asked;
    return place;
}

static void count(struct history_side *s, int64_t category, int n)
{
    s->all += n;
    if (n > s->alike) {
        s->alike = n;
        s->category_id = category;
    }
}

static enum ledger_type direction_of(const struct db_result *r, int row)
{
    return str_is(db_text(r, row, 1), "CREDIT") ? LEDGER_CREDIT : LEDGER_DEBIT;
}

static void count_row(struct history_entry *e, const struct db_result *r, int row)
{
    count(db_bool(r, row, 2) ? &e->confirmed : &e->automatic, db_i64(r, row, 3),
        (int)db_i64(r, row, 4));
}

void history_ask_take(struct history *h, struct db_result *const *results, int first)
{
    const struct db_result *r = results[first];
    char key[64];
    for (int i = 0; i < h->asked.count; i++)
        h->asked.entries[i]->known = true; /* most have no rows */
    h->asked.count = 0;
    for (int i = 0; i < db_rows(r); i++) {
        struct history_entry *e =
            map_get(&h->known, key, key_of(key, db_text(r, i, 0), direction_of(r, i)));
        if (e)
            count_row(e, r, i);
    }
}

void history_of_task(struct history *h, const struct uuid *task_id, const struct db_result *rows)
{
    char key[64];
    h->task_id = task_id;
    h->complete = db_rows(rows) <= HISTORY_FEW;
    for (int i = 0; h->complete && i < db_rows(rows); i++) {
        size_t n = key_of(key, db_text(rows, i, 0), direction_of(rows, i));
        struct history_entry *e = map_get(&h->known, key, n);
        if (!e) {
            e = arena_alloc(&h->arena, sizeof *e);
            e->known = true;
            map_put(&h->known, key, n, e);
        }
        count_row(e, rows, i);
    }
}

void history_release(struct history *h)
{
    if (h->set_up) {
        db_column_release(&h->inns);
        db_column_release(&h->directions);
    }
    free(h->wanted.entries);
    free(h->asked.entries);
    map_release(&h->known);
    arena_release(&h->arena);
}

static bool agreed(const struct history_side *s)
{
    return s->alike >= ALIKE && s->alike * 10 >= s->all * 8;
}

int history_says(
    const struct history_entry *e, int64_t *ret_category, const struct history_side **ret_side)
{
    const struct history_side *s = e->confirmed.all ? &e->confirmed : &e->automatic;
    *ret_side = s;
    *ret_category = s->category_id;
    if (s->alike < ALIKE)
        return 0;
    if (s == &e->confirmed)
        return agreed(s) ? 92 : 75;
    return agreed(s) ? 80 : 0;
}
