/* The filter of bank transactions as SQL and its parameters. */
#ifndef LEDGER_FILTER_H
#define LEDGER_FILTER_H

#include "ledger/query.h"
#include "obmen/json.h"

/* $1 … $17, each NULL when it does not filter. Planned anew each time (ledger_custom_plan), so that
 * what does not filter costs nothing and an index fits what does. */
#define LEDGER_MATCHES                                                                             \
    " ($1::timestamp IS NULL OR b.transaction_date >= $1) AND ($2::timestamp IS NULL OR "          \
    "b.transaction_date < $2)"                                                                     \
    " AND ($3::text IS NULL OR b.transaction_type = $3) AND ($4::text IS NULL OR "                 \
    "b.payment_source = $4)"                                                                       \
    " AND ($5::text IS NULL OR b.status = $5) AND ($6::bigint IS NULL OR b.category_id = $6 "      \
    "OR ($6 < 0 AND b.category_id IS NULL))"                                                       \
    " AND ($7::bigint IS NULL OR b.organization_id = $7 OR ($7 < 0 AND b.organization_id IS "      \
    "NULL)) AND ($8::text IS NULL OR "                                                             \
    "b.counterparty_inn = $8)"                                                                     \
    " AND ($9::text IS NULL OR b.account_number = $9) AND ($10::boolean IS NULL OR b.is_active = " \
    "$10)"                                                                                         \
    " AND ($13::bigint IS NULL OR b.amount >= $13 * 0.01) AND ($14::bigint IS NULL OR b.amount "   \
    "<= $14 * 0.01)"                                                                               \
    " AND ($15::text IS NULL OR b.import_source = $15)"                                            \
    " AND ($16::uuid IS NULL OR b.changed_task_id = $16)"                                          \
    " AND ($17::bigint IS NULL OR b.suggested_category_id = $17)"

/* Rows that are money: not gone at the source, not a statement's that 1C's row stands for, not left
 * out by a person. */
#define LEDGER_COUNTS "(b.is_active AND b.status <> 'IGNORED')"

/* Without q nothing is looked for: $11 and $12 are there for the count. */
#define LEDGER_NO_SEARCH " AND $11::text IS NULL AND $12::text IS NULL"
/* Words ($11) are found in the index, and in rows that it does not know yet (search.h); what has
 * digits ($12, a LIKE pattern) also as a part of number, INN and accounts. A clause of its own and
 * not one more OR: the planner joins only such. */
#define LEDGER_SEARCH                                                                              \
    " AND b.id IN (SELECT w.transaction_id FROM transaction_words w WHERE w.words @@ "             \
    "obm_search_query($11::text)"                                                                  \
    " UNION ALL SELECT p.id FROM search_backlog l CROSS JOIN unnest(l.ids) AS i(id)"               \
    "  JOIN bank_transactions p ON p.id = i.id"                                                    \
    "  WHERE obm_search_words(obm_search_text(p.payment_purpose, p.notes, "                        \
    "p.document_number), p.counterparty_name) @@ obm_search_query($11)"                            \
    "   OR p.document_number ILIKE $12::text OR p.counterparty_inn LIKE $12"                       \
    "   OR p.account_number LIKE $12 OR p.counterparty_account LIKE $12"                           \
    " UNION ALL SELECT obm_search_numbers($12) WHERE $12 IS NOT NULL)"

/* The filter as parameters of a task: members of a JSON schema, and the reader of what fits them.
 * Texts live as long as params. VALIDATION_ERROR of a field: a date that does
 * not exist, no amount, a period or a range that ends before it begins. */
#define LEDGER_FILTER_PARAMS                                                                       \
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"                                     \
    "\"date_to\":{\"type\":\"string\",\"format\":\"date\"},"                                       \
    "\"transaction_type\":{\"type\":\"string\",\"enum\":[\"CREDIT\",\"DEBIT\"]},"                  \
    "\"payment_source\":{\"type\":\"string\",\"enum\":[\"BANK\",\"CASH\"]},"                       \
    "\"status\":{\"type\":\"string\",\"enum\":[\"NEW\",\"CATEGORIZED\",\"NEEDS_REVIEW\","          \
    "\"APPROVED\",\"IGNORED\"]},"                                                                  \
    "\"category_id\":{\"type\":[\"integer\",\"string\"],\"minimum\":1,\"maxLength\":4},"           \
    "\"organization_id\":{\"type\":[\"integer\",\"string\"],\"minimum\":1,\"maxLength\":4},"       \
    "\"suggested_category_id\":{\"type\":\"integer\",\"minimum\":1},"                              \
    "\"import_source\":{\"type\":\"string\",\"enum\":[\"ODATA_1C\",\"BANK_FILE\",\"API\"]},"       \
    "\"changed_task_id\":{\"type\":\"string\",\"maxLength\":36},"                                  \
    "\"counterparty_inn\":{\"type\":\"string\",\"maxLength\":20},"                                 \
    "\"account_number\":{\"type\":\"string\",\"maxLength\":40},"                                   \
    "\"amount_min\":{\"type\":\"string\",\"maxLength\":20},"                                       \
    "\"amount_max\":{\"type\":\"string\",\"maxLength\":20},"                                       \
    "\"q\":{\"type\":\"string\",\"maxLength\":200},"                                               \
    "\"is_active\":{\"type\":\"string\",\"enum\":[\"true\",\"false\",\"all\"]}"
int ledger_filter_params(
    const struct json *params, struct ledger_transaction_filter *f, struct err *ret_err);

/* Adds a statement: how the following ones of the unit are planned. */
void ledger_custom_plan(struct db_unit *u);
/* Binds $1 … $17. */
void ledger_bind_filter(struct db_unit *u, const struct ledger_transaction_filter *f);
/* Binds the LIKE pattern of a part, NULL for an empty one. */
void ledger_bind_part(struct db_unit *u, struct str part);

#endif
