/* The statement behind GET /bank-transactions, once for each order. */
#ifndef LEDGER_QUERY_SQL_H
#define LEDGER_QUERY_SQL_H

/* $1 … $15, each NULL when it does not filter; $11 and $12 are NULL or a LIKE pattern and its bare
 * text. */
#define MATCHES                                                                                    \
    " ($1::timestamp IS NULL OR b.transaction_date >= $1) AND ($2::timestamp IS NULL OR "          \
    "b.transaction_date < $2)"                                                                     \
    " AND ($3::text IS NULL OR b.transaction_type = $3) AND ($4::text IS NULL OR "                 \
    "b.payment_source = $4)"                                                                       \
    " AND ($5::text IS NULL OR b.status = $5) AND ($6::bigint IS NULL OR b.category_id = $6)"      \
    " AND ($7::bigint IS NULL OR b.organization_id = $7) AND ($8::text IS NULL OR "                \
    "b.counterparty_inn = $8)"                                                                     \
    " AND ($9::text IS NULL OR b.account_number = $9) AND ($10::boolean IS NULL OR b.is_active = " \
    "$10)"                                                                                         \
    " AND ($11::text IS NULL OR b.payment_purpose ILIKE $11 OR b.counterparty_name ILIKE $11"      \
    "  OR b.document_number ILIKE $11 OR b.counterparty_inn = $12::text OR b.account_number = $12" \
    "  OR b.counterparty_account = $12)"                                                           \
    " AND ($13::bigint IS NULL OR b.amount >= $13 * 0.01) AND ($14::bigint IS NULL OR b.amount "   \
    "<= $14 * 0.01)"

#define ROW_COLUMNS                                                                                \
    "SELECT b.id, b.source, b.external_id, b.transaction_date, b.amount, b.currency, "             \
    "b.transaction_type,"                                                                          \
    " b.payment_source, b.document_number, b.document_date, b.payment_purpose, "                   \
    "b.business_operation,"                                                                        \
    " b.counterparty_id, b.counterparty_name, b.counterparty_inn, b.counterparty_kpp, "            \
    "b.counterparty_account,"                                                                      \
    " b.counterparty_bank, b.counterparty_bik, b.organization_id, b.organization_name, "           \
    "b.account_number,"                                                                            \
    " b.our_bank_name, b.our_bank_bik, b.vat_amount, b.vat_rate, b.status, b.category_id, c.name " \
    "AS category_name,"                                                                            \
    " b.category_confidence, b.suggested_category_id, b.category_reason, b.category_method, "      \
    "b.category_rule_id, b.notes, "                                                                \
    "b.import_source, b.is_active,"                                                                \
    " b.created_task_id, b.changed_task_id, b.created_at, b.updated_at"                            \
    " FROM bank_transactions b LEFT JOIN categories c ON c.id = b.category_id"

/* $15 is the row the page before ended with (NULL: none), $16 limit, $17 offset. `after` is > or <,
 * `way` ASC or DESC. */
#define LIST(key, after, way)                                                                      \
    ROW_COLUMNS " WHERE" MATCHES " AND ($15::bigint IS NULL OR (" key ", b.id) " after             \
                " (SELECT " key ", b.id FROM bank_transactions b WHERE b.id = $15))"               \
                " ORDER BY " key " " way ", b.id " way " LIMIT $16::integer OFFSET $17::integer"

#endif
