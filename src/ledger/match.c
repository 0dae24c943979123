#include "ledger/match.h"

#include <stdlib.h>

#include "ledger/carry_sql.h"
#include "ledger/history.h"
#include "ledger/json_answer.h"
#include "ledger/plan.h"
#include "obmen/arena.h"
#include "obmen/json.h"

/* ---- the list ---- */

#define SIDE(b)                                                                                    \
    "json_build_object('id', " b ".id, 'transaction_date', to_char(" b                             \
    ".transaction_date, 'YYYY-MM-DD\"T\"HH24:MI:SS'), 'amount', " b                                \
    ".amount::text, 'currency', " b ".currency, 'transaction_type', " b                            \
    ".transaction_type, 'document_number', " b ".document_number, 'document_date', " b             \
    ".document_date, 'account_number', " b ".account_number, 'counterparty_name', " b              \
    ".counterparty_name, 'counterparty_inn', " b ".counterparty_inn, 'counterparty_account', " b   \
    ".counterparty_account, 'payment_purpose', " b ".payment_purpose, 'is_active', " b             \
    ".is_active"

#define CANDIDATES(those)                                                                          \
    "(SELECT json_agg(json_build_object('transaction', " SIDE(                                     \
        "o") "), 'decision', m.decision,"                                                          \
             "  'decided_by', m.decided_by, 'decided_at', " JSON_MOMENT(                           \
                 "m.decided_at") ","                                                               \
                                 "  'linked', p.transaction_id IS NOT DISTINCT FROM o.id,"         \
                                 "  'other_rows', (SELECT count(*) FROM open_matches x WHERE "     \
                                 "x.transaction_id = o.id"                                         \
                                 "   AND x.row_id <> p.id)) ORDER BY m.decision, "                 \
                                 "abs(o.transaction_date::date - p.posted), o.id)"                 \
                                 " FROM statement_matches m JOIN bank_transactions o ON o.id = "   \
                                 "m.transaction_id"                                                \
                                 " WHERE m.row_id = p.id AND " those ")"

#define LIST(rows, order, those)                                                                   \
    "WITH rows AS (" rows "),"                                                                     \
    " page AS (SELECT * FROM (SELECT r.*, rows.reason, rows.at FROM rows JOIN statement_rows r"    \
    "   ON r.id = rows.row_id WHERE $1::text IS NULL OR r.account_number = $1) p ORDER BY " order  \
    "  LIMIT $2::integer OFFSET $3::integer)"                                                      \
    " SELECT json_build_object('matches', coalesce((SELECT json_agg(json_build_object("            \
    "   'id', p.id, 'reason', p.reason, 'why', CASE p.reason WHEN 'several' THEN $4::text"         \
    "    WHEN 'shared' THEN $5::text ELSE $6::text END,"                                           \
    "   'statement', " SIDE(                                                                       \
        "b") ", 'file', f.name, 'line', p.line),"                                                  \
             "   'candidates', " CANDIDATES(                                                       \
                 those) ") ORDER BY " order ")"                                                    \
                        "  FROM page p JOIN bank_transactions b ON b.source = 'bank' AND "         \
                        "b.external_id = p.external_id"                                            \
                        "  JOIN statement_files f ON f.id = p.file_id), '[]'),"                    \
                        " 'total', (SELECT count(*) FROM rows JOIN statement_rows r ON r.id = "    \
                        "rows.row_id"                                                              \
                        "  WHERE $1::text IS NULL OR r.account_number = $1))::text"

static const struct db_stmt lists[] = {
    {"ledger_open_matches",
        LIST("SELECT row_id, min(reason) AS reason, NULL::timestamptz AS at FROM open_matches"
             " GROUP BY row_id",
            "p.posted DESC, p.id DESC",
            "EXISTS (SELECT FROM open_matches x WHERE x.row_id = m.row_id"
            " AND x.transaction_id = m.transaction_id)")},
    {"ledger_decided_matches",
        LIST("SELECT row_id, min(reason) AS reason, max(decided_at) AS at FROM statement_matches"
             " WHERE decision IS NOT NULL GROUP BY row_id",
            "p.at DESC, p.id DESC", "m.decision IS NOT NULL")},
};

void ledger_list_matches(struct db *db, bool decided, struct str account, int limit, int offset,
    ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &lists[decided]);
    db_bind_filled(u, account);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_bind_cstr(u, TR("в 1С несколько таких строк, и ничто не говорит, которая из них",
                        "1C has several such rows, and nothing tells which one it is"));
    db_bind_cstr(u, TR("в выписках несколько таких строк, а в 1С на всех одна",
                        "statements have several such rows, and 1C has one for all of them"));
    db_bind_cstr(u, TR("совпадают счёт, сумма и дни, но не номер и не ИНН",
                        "account, amount and days agree, but neither number nor INN"));
    ledger_answer_json(u, done, arg);
}

/* ---- the decision ---- */

/* Nobody links either of them meanwhile. */
static const struct db_stmt lock = {"ledger_match_lock",
    "SELECT m.decision FROM statement_matches m JOIN statement_rows r ON r.id = m.row_id"
    " JOIN bank_transactions o ON o.id = m.transaction_id"
    " WHERE m.row_id = $1::bigint AND m.transaction_id = $2::bigint FOR UPDATE OF m, r, o"};

#define NAME(decision) "CASE " decision " WHEN 'same' THEN 'same_as' ELSE 'different_from' END"

/* Both rows say so in their history. */
static const struct db_stmt mark = {"ledger_match_mark",
    "WITH was AS (SELECT m.decision, b.id AS bank_id FROM statement_matches m"
    "  JOIN statement_rows r ON r.id = m.row_id"
    "  JOIN bank_transactions b ON b.source = 'bank' AND b.external_id = r.external_id"
    "  WHERE m.row_id = $1::bigint AND m.transaction_id = $2::bigint),"
    " made AS (UPDATE statement_matches m SET decision = $3::text, decided_by = $4::bigint,"
    "   decided_at = now() FROM statement_rows r, bank_transactions o"
    "  WHERE m.row_id = $1 AND m.transaction_id = $2 AND r.id = m.row_id AND o.id = $2"
    "  AND m.decision IS DISTINCT FROM $3 AND ($3 = 'different' OR (o.is_active"
    "   AND r.transaction_id IS NULL"
    "   AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = o.id)))"
    "  RETURNING 1)"
    " INSERT INTO transaction_history (transaction_id, user_id, changes)"
    " SELECT t.id, $4, jsonb_build_object(" NAME(
        "$3") ", jsonb_build_array(NULL, t.other))"
              "  || CASE WHEN was.decision IS NULL THEN '{}' ELSE jsonb_build_object(" NAME(
                  "was.decision") ", jsonb_build_array(t.other, NULL)) END"
                                  " FROM was CROSS JOIN made"
                                  " CROSS JOIN LATERAL (VALUES (was.bank_id, $2), ($2, "
                                  "was.bank_id)) AS t(id, other)"};

/* now() is the unit's. */
#define MADE                                                                                       \
    " EXISTS (SELECT FROM statement_matches m WHERE m.row_id = $1::bigint AND m.transaction_id = " \
    "$2::bigint AND m.decided_at = now())"

static const struct db_stmt link_row = {"ledger_match_link",
    "UPDATE statement_rows r SET link_level = 0,"
    " transaction_id = CASE WHEN $3::text = 'same' THEN $2::bigint END"
    " WHERE r.id = $1::bigint AND ($3 = 'same' OR r.transaction_id = $2) AND" MADE};

#define THE_ROW "(SELECT external_id, transaction_id FROM statement_rows WHERE id = $1::bigint)"

static const struct db_stmt carry = {
    "ledger_match_carry", LEDGER_CARRY(THE_ROW) " AND o.id = $2::bigint AND" MADE};

static const struct db_stmt step = {"ledger_match_step", LEDGER_GIVE_WAY(THE_ROW, "") " AND" MADE};

static const struct db_stmt answer = {"ledger_match_answer",
    "SELECT json_build_object('id', m.row_id, 'transaction_id', m.transaction_id, 'decision', "
    "m.decision, 'linked', r.transaction_id IS NOT DISTINCT FROM m.transaction_id)::text"
    " FROM statement_matches m JOIN statement_rows r ON r.id = m.row_id"
    " WHERE m.row_id = $1::bigint AND m.transaction_id = $2::bigint"};

enum { R_PLAN, R_SIGN, R_LOCK, R_MARK, R_LINK, R_CARRY, R_STEP, R_ANSWER };

struct deciding {
    ledger_json_fn done;
    void *arg;
    const char *wanted;
};

static void on_decided(void *arg, struct db_result *const *results, const struct err *err)
{
    struct deciding *d = arg;
    struct err why;
    if (err) {
        /* it stays */
    } else if (db_rows(results[R_LOCK]) == 0) {
        err_set(&why, ERR_NOT_FOUND, "%s",
            TR("О таких двух строках никто не спрашивал", "These two rows are no question"));
        err = &why;
    } else if (db_affected(results[R_MARK]) == 0 &&
               !str_is(db_text(results[R_LOCK], 0, 0), d->wanted)) {
        err_set(&why, ERR_CONFLICT, "%s",
            TR("Одна из строк уже связана с другой, или 1С её больше не знает: обновите список",
                "One of the rows has another counterpart by now, or 1C has lost it: load the list "
                "again"));
        err = &why;
    }
    d->done(d->arg, err ? STR_NULL : db_text(results[R_ANSWER], 0, 0), err);
    free(d);
}

static void add(
    struct db_unit *u, const struct db_stmt *stmt, const struct ledger_match_decision *d)
{
    db_add(u, stmt);
    db_bind_i64(u, d->row_id);
    db_bind_i64(u, d->transaction_id);
}

void ledger_decide_match(
    struct db *db, const struct ledger_match_decision *d, ledger_json_fn done, void *arg)
{
    struct deciding *deciding = mem_alloc(sizeof *deciding);
    const char *wanted = d->same ? "same" : "different";
    *deciding = (struct deciding){done, arg, wanted};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_plan_by_index(u);
    ledger_sign_add(u, d->user_id);
    add(u, &lock, d);
    add(u, &mark, d);
    db_bind_cstr(u, wanted);
    db_bind_i64(u, d->user_id);
    add(u, &link_row, d);
    db_bind_cstr(u, wanted);
    add(u, &carry, d);
    add(u, &step, d);
    add(u, &answer, d);
    db_submit(u, on_decided, deciding);
}
