/* What neighbours.c asks. $1 … $5 are the keys, with the first and the last day of each; $6 the
 * task; $7 days around; $8 how many rows of a key. */
#ifndef LEDGER_NEIGHBOURS_SQL_H
#define LEDGER_NEIGHBOURS_SQL_H

#include "obmen/db.h"

/* It would break the SQL at each macro. */
/* clang-format off */

#define KEYS                                                                                       \
    " FROM unnest($1::text[], $2::bigint[], $3::text[], $4::date[], $5::date[]) WITH ORDINALITY"   \
    " AS k(account, amount, type, first, last, n)"

/* Stored rows of which `those` is true. */
#define STORED(those)                                                                              \
    "(SELECT s.id, s.posted, s.document_number, s.counterparty_inn, s.transaction_id,"             \
    " s.link_level, s.file_id, NULL::integer AS file_no, false AS drafted, NULL::text AS reason"   \
    " FROM statement_rows s WHERE " those("s") ")"

/* What a dry run takes for them: with those that would be new (their ids are negative), and with
 * those that would be linked otherwise as they would be. No index is to serve its task: the others
 * of statement_drafts are meant, which name few rows. */
#define DRAFTED(those)                                                                             \
    "(SELECT s.* FROM " STORED(those) " AS s WHERE NOT EXISTS (SELECT FROM statement_drafts o"     \
    "  WHERE o.row_id = s.id AND o.task_id IS NOT DISTINCT FROM $6::uuid)"                         \
    " UNION ALL SELECT coalesce(d.row_id, -d.id), d.posted, d.document_number,"                    \
    " d.counterparty_inn, d.transaction_id, d.link_level, NULL, d.file_no, true, d.reason"         \
    " FROM statement_drafts d WHERE " those("d") " AND d.task_id IS NOT DISTINCT FROM $6::uuid)"

/* A perfect match of another day is nobody's rival. Key and day are written as in the indexes
 * statement_rows_payment and statement_drafts_payment. */
#define AROUND(t)                                                                                  \
    t ".account_number || ' ' || " t ".transaction_type || ' ' || " t ".amount::text ="            \
    " k.account || ' ' || k.type || ' ' || (k.amount * 0.01)::numeric(17,2)::text"                 \
    " AND " t ".posted - '2000-01-01'::date BETWEEN k.first - '2000-01-01'::date - $7::integer"    \
    "  AND k.last - '2000-01-01'::date + $7::integer"                                              \
    " AND (" t ".link_level < 7 OR " t ".posted BETWEEN k.first AND k.last)"

/* What a person was asked, and has decided. */
#define MATCHES                                                                                    \
    " LEFT JOIN LATERAL (SELECT"                                                                   \
    "   string_agg(m.transaction_id::text, ' ') FILTER (WHERE m.decision = 'different') AS apart," \
    "   string_agg(m.transaction_id::text, ' ' ORDER BY m.transaction_id)"                         \
    "    FILTER (WHERE m.decision IS NULL) AS open,"                                               \
    "   min(m.reason) FILTER (WHERE m.decision IS NULL) AS reason,"                                \
    "   bool_or(m.decision = 'same' AND m.transaction_id = r.transaction_id) AS same"              \
    "  FROM statement_matches m WHERE m.row_id = r.id) AS m ON true"

#define READ_STORED(rows)                                                                          \
    "SELECT k.n, r.id, r.posted, r.document_number, r.counterparty_inn, r.transaction_id,"         \
    " r.link_level, coalesce(r.file_no, f.file_no), m.apart, m.same, m.open,"                      \
    " CASE WHEN r.drafted THEN r.reason ELSE m.reason END"                                         \
    KEYS " CROSS JOIN LATERAL (SELECT * FROM " rows(AROUND) " AS r ORDER BY"                       \
    "  greatest(k.first - r.posted, r.posted - k.last, 0), r.id LIMIT $8::integer) AS r"           \
    " LEFT JOIN statement_files f ON f.id = r.file_id AND f.task_id = $6::uuid"                    \
    MATCHES " ORDER BY k.n, r.id"

static const struct db_stmt neighbours_stored[] = {
    {"ledger_neighbours_stored", READ_STORED(STORED)},
    {"ledger_neighbours_drafts", READ_STORED(DRAFTED)}};

#define LINKED(t) t ".transaction_id = b.id"

/* Free ones first: when there are more than anybody can look at, those are wanted. */
#define READ_CANDIDATES(rows)                                                                      \
    "SELECT k.n, c.id, c.day, c.document_number, c.counterparty_inn, c.holder"                     \
    KEYS " CROSS JOIN LATERAL (SELECT b.id, b.transaction_date::date AS day, b.document_number,"   \
    "   b.counterparty_inn, x.id AS holder FROM bank_transactions b"                               \
    "   LEFT JOIN LATERAL " rows(LINKED) " AS x ON true"                                           \
    "  WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.is_active"                        \
    "   AND b.account_number = k.account AND b.amount = k.amount * 0.01"                           \
    "   AND b.transaction_type = k.type AND b.transaction_date >= k.first - $7::integer"           \
    "   AND b.transaction_date < k.last + $7::integer + 1"                                         \
    "   AND (x.id IS NULL OR x.link_level < 7 OR x.posted BETWEEN k.first AND k.last)"             \
    "  ORDER BY x.id IS NOT NULL, greatest(k.first - b.transaction_date::date,"                    \
    "   b.transaction_date::date - k.last, 0), b.id LIMIT $8::integer) AS c"                       \
    " WHERE $6::uuid IS NULL OR true ORDER BY k.n, c.id"

static const struct db_stmt neighbours_candidates[] = {
    {"ledger_neighbours_candidates", READ_CANDIDATES(STORED)},
    {"ledger_neighbours_dry_candidates", READ_CANDIDATES(DRAFTED)}};

/* clang-format on */

#endif
