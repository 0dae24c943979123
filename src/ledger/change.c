#include "ledger/change.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/choice.h"
#include "ledger/filter.h"
#include "ledger/history.h"
#include "ledger/pages.h"
#include "ledger/row.h"
#include "obmen/arena.h"

/* What the change means for each row of `locked`; has: is a category told, and which; status. Who
 * says that a row without a category is right accepts what is suggested. */
#define MEANT(has, category, status)                                                               \
    ", meant AS (SELECT l.id, coalesce(" category "::bigint, CASE WHEN NOT " has "::boolean"       \
    "   AND " status "::text IN ('APPROVED', 'CATEGORIZED') AND l.category_id IS NULL THEN"        \
    "   (SELECT c.id FROM categories c WHERE c.id = l.suggested_category_id AND c.is_active) END"  \
    "  ) AS chosen,"                                                                               \
    "  " has " AND " category " IS NULL AND l.category_id IS NOT NULL AS taken"                    \
    "  FROM locked l)"

/* named: do the notes change, to what; reason, who: parameters. Notes decide nothing: a row that
 * has only got notes is still classified. A row that would be called right without a category is
 * left alone. */
#define CHANGE(has, category, status, named, notes, reason, who)                                   \
    " UPDATE bank_transactions b"                                                                  \
    " SET category_id = CASE WHEN NOT m.taken THEN coalesce(m.chosen, b.category_id) END,"         \
    " status = coalesce(" status ", CASE"                                                          \
    "  WHEN m.chosen IS NOT NULL AND b.status IN ('NEW', 'NEEDS_REVIEW') THEN 'CATEGORIZED'"       \
    "  WHEN " has " AND " category " IS NULL AND b.status IN ('CATEGORIZED', 'APPROVED')"          \
    "   THEN CASE WHEN b.suggested_category_id IS NULL THEN 'NEW' ELSE 'NEEDS_REVIEW' END"         \
    "  ELSE b.status END),"                                                                        \
    " suggested_category_id = CASE WHEN m.chosen IS NULL THEN b.suggested_category_id END,"        \
    " category_confidence = CASE WHEN m.chosen IS NOT NULL THEN 1"                                 \
    "  WHEN NOT m.taken THEN b.category_confidence END,"                                           \
    " category_method = CASE WHEN m.chosen IS NULL AND NOT m.taken THEN b.category_method END,"    \
    " category_rule_id = CASE WHEN m.chosen IS NULL AND NOT m.taken THEN b.category_rule_id END,"  \
    " category_reason = CASE WHEN m.chosen IS NULL AND NOT m.taken THEN b.category_reason"         \
    "  ELSE " reason "::text END,"                                                                 \
    " notes = CASE WHEN " named "::boolean THEN " notes "::text ELSE b.notes END,"                 \
    " decided_by = CASE WHEN " has " OR " status " IS NOT NULL THEN " who "::bigint"               \
    "  ELSE b.decided_by END,"                                                                     \
    " updated_at = greatest(now(), b.updated_at + interval '1 microsecond')"                       \
    " FROM meant m WHERE b.id = m.id"                                                              \
    " AND (" status " IS NULL OR " status " NOT IN ('APPROVED', 'CATEGORIZED')"                    \
    "  OR CASE WHEN NOT m.taken THEN coalesce(m.chosen, b.category_id) END IS NOT NULL)"           \
    " AND (" category " IS NULL OR EXISTS (SELECT FROM categories c WHERE c.id = " category        \
    "  AND " LEDGER_CHOOSABLE "))"

#define LOCKED "SELECT b.id, b.category_id, b.suggested_category_id FROM bank_transactions b WHERE"

static const struct db_stmt one = {"ledger_change_one",
    "WITH locked AS (" LOCKED " b.id = $1::bigint"
    "  AND ($9::timestamptz IS NULL OR b.updated_at = $9) FOR UPDATE)" MEANT("$2", "$3", "$4")
        CHANGE("$2", "$3", "$4", "$5", "$6", "$7", "$8")};

/* How many were changed, how many there were. */
#define COUNTED(meant, change)                                                                     \
    meant ", changed AS (" change " RETURNING b.id)"                                               \
          " SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM locked)"
/* Locked in one order, so that two of them, or an import, do not wait for each other in a ring. */
static const struct db_stmt many = {"ledger_change_many",
    "WITH locked AS (" LOCKED " b.id = ANY($1::bigint[]) ORDER BY b.id FOR UPDATE)" COUNTED(
        MEANT("$2", "$3", "$4"), CHANGE("$2", "$3", "$4", "$5", "$6", "$7", "$8"))};

/* $25 is how many there must be, and one more is enough to know that there are others. */
#define MATCHING(search)                                                                           \
    "WITH locked AS MATERIALIZED (" LOCKED LEDGER_MATCHES search                                   \
    "  ORDER BY b.id LIMIT $25::bigint + 1 FOR UPDATE)" COUNTED(                                   \
        MEANT("$18", "$19", "$20"), CHANGE("$18", "$19", "$20", "$21", "$22", "$23",               \
                                        "$24") " AND (SELECT count(*) FROM locked) = $25")
static const struct db_stmt matching[2] = {{"ledger_change_matching", MATCHING(LEDGER_NO_SEARCH)},
    {"ledger_change_found", MATCHING(LEDGER_SEARCH)}};
/* Notes are searched for, too. */
static const struct db_stmt search_anew = {
    "ledger_search_anew", "INSERT INTO search_backlog (ids) VALUES (ARRAY[$1::bigint])"};
static const struct db_stmt get = {"ledger_changed", LEDGER_ROWS " WHERE b.id = $1::bigint"};

enum { R_SIGNED, R_CATEGORY, R_CHANGED, R_ROW };

struct changing {
    ledger_row_fn row;
    ledger_changed_fn count;
    void *arg;
    bool needs_category;
    int64_t version;  /* of the row, 0: whichever */
    int64_t expected; /* of a filter */
};

static void bind_change(struct db_unit *u, const struct ledger_change *c)
{
    char reason[300];
    snprintf(reason, sizeof reason,
        c->has_category && !c->category_id
            ? TR("Снята человеком: %.*s", "Taken away by a person: %.*s")
            : TR("Выбрана человеком: %.*s", "Chosen by a person: %.*s"),
        STR_ARG(c->username));
    db_bind_bool(u, c->has_category);
    db_bind_id(u, c->category_id);
    db_bind_text(u, c->status);
    db_bind_bool(u, c->has_notes);
    db_bind_text(u, c->notes);
    db_bind_cstr(u, reason);
    db_bind_i64(u, c->user_id);
}

static struct db_unit *begin(struct db *db, const struct ledger_change *c)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_sign_add(u, c->user_id);
    ledger_choice_add(u, c->category_id);
    return u;
}

static const struct err *nothing_to_approve(struct err *e)
{
    err_set_field(e, "status", "%s",
        TR("у операции нет категории, и предложить нечего: сначала выберите категорию",
            "the transaction has no category, and none is suggested: choose a category first"));
    return e;
}

static void on_one(void *arg, struct db_result *const *results, const struct err *err)
{
    struct changing *c = arg;
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    struct err why;
    int64_t version = 0;

    if (err) {
        /* it stays */
    } else if (c->needs_category && ledger_choice_check(results[R_CATEGORY], &why) < 0) {
        err = &why;
    } else if (db_rows(results[R_ROW]) == 0) {
        err_set(
            &why, ERR_NOT_FOUND, "%s", TR("Такой операции нет", "There is no such transaction"));
        err = &why;
    } else if (db_affected(results[R_CHANGED]) == 0 &&
               (!c->version || c->version == ledger_row_version(results[R_ROW], 0))) {
        err = nothing_to_approve(&why);
    } else if (db_affected(results[R_CHANGED]) == 0) {
        err_set(&why, ERR_CONFLICT, "%s",
            TR("Операция изменилась с тех пор, как вы её прочли: загрузите её снова",
                "The transaction has changed since you read it: load it again"));
        why.http_status = 412;
        err = &why;
    } else {
        ledger_row_json(&w, results[R_ROW], 0);
        version = ledger_row_version(results[R_ROW], 0);
    }
    c->row(c->arg, err ? STR_NULL : buf_str(&json), version, err);
    buf_release(&json);
    free(c);
}

void ledger_change_one(struct db *db, int64_t id, int64_t version, const struct ledger_change *c,
    ledger_row_fn done, void *arg)
{
    struct changing *changing = mem_alloc(sizeof *changing);
    *changing = (struct changing){
        .row = done, .arg = arg, .needs_category = c->category_id != 0, .version = version};
    struct db_unit *u = begin(db, c);
    db_add(u, &one);
    db_bind_i64(u, id);
    bind_change(u, c);
    if (version)
        db_bind_time(u, version);
    else
        db_bind_null(u);
    db_add(u, &get);
    db_bind_i64(u, id);
    if (c->has_notes) {
        db_add(u, &search_anew);
        db_bind_i64(u, id);
    }
    db_submit(u, on_one, changing);
}

static void on_many(void *arg, struct db_result *const *results, const struct err *err)
{
    struct changing *c = arg;
    struct err why;
    if (!err && c->needs_category && ledger_choice_check(results[R_CATEGORY], &why) < 0)
        err = &why;
    int64_t updated = err ? 0 : db_i64(results[R_CHANGED], 0, 0),
            locked = err ? 0 : db_i64(results[R_CHANGED], 0, 1);
    c->count(c->arg, updated, locked - updated, err);
    free(c);
}

void ledger_change_many(struct db *db, const struct db_column *ids, const struct ledger_change *c,
    ledger_changed_fn done, void *arg)
{
    struct changing *changing = mem_alloc(sizeof *changing);
    *changing = (struct changing){.count = done, .arg = arg, .needs_category = c->category_id != 0};
    struct db_unit *u = begin(db, c);
    db_add(u, &many);
    db_bind_column(u, ids);
    bind_change(u, c);
    db_submit(u, on_many, changing);
}

enum { M_SIGNED, M_CATEGORY, M_PLAN, M_COUNT, M_CHANGED };

static void on_matching(void *arg, struct db_result *const *results, const struct err *err)
{
    struct changing *c = arg;
    struct err why;
    int64_t there = err ? 0 : db_i64(results[M_COUNT], 0, 0),
            updated = err ? 0 : db_i64(results[M_CHANGED], 0, 0),
            locked = err ? 0 : db_i64(results[M_CHANGED], 0, 1);
    if (!err && c->needs_category && ledger_choice_check(results[M_CATEGORY], &why) < 0) {
        err = &why;
    } else if (!err && locked != c->expected) {
        err_set(&why, ERR_CONFLICT,
            TR("Под эти условия теперь подходит операций: %lld, а подтверждено %lld. Ничего не "
               "изменено: посмотрите список ещё раз",
                "%lld transactions match now, and %lld were confirmed. Nothing was changed: look "
                "at "
                "the list again"),
            (long long)there, (long long)c->expected);
        err = &why;
    }
    c->count(c->arg, updated, locked - updated, err);
    free(c);
}

void ledger_change_matching(struct db *db, const struct ledger_transaction_filter *f,
    int64_t expected, const struct ledger_change *c, ledger_changed_fn done, void *arg)
{
    struct changing *changing = mem_alloc(sizeof *changing);
    *changing = (struct changing){
        .count = done, .arg = arg, .needs_category = c->category_id != 0, .expected = expected};
    bool search = f->q.n > 0;
    struct db_unit *u = begin(db, c);
    ledger_count_add(u, f);
    db_add(u, &matching[search]);
    ledger_bind_filter(u, f);
    bind_change(u, c);
    db_bind_i64(u, expected);
    db_submit(u, on_matching, changing);
}
