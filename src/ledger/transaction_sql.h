/* Rows on their way into bank_transactions, as parameters $4 … $39 of a statement ($1 source, $2
 * import_source, $3 task). Side by side in a list of columns the arrays are walked in step; as one
 * unnest of 36 arrays each would be written to a store of its own first, which costs twice as much.
 */
#ifndef LEDGER_TRANSACTION_SQL_H
#define LEDGER_TRANSACTION_SQL_H

#define LEDGER_INCOMING                                                                            \
    "(SELECT "                                                                                     \
    "unnest($4::text[]) AS key, unnest($5::text[]) AS version, "                                   \
    "unnest($6::timestamp[]) AS at, unnest($7::bigint[]) AS amount, "                              \
    "unnest($8::text[]) AS currency, unnest($9::text[]) AS type, "                                 \
    "unnest($10::text[]) AS payment, unnest($11::text[]) AS number, "                              \
    "unnest($12::date[]) AS document_date, unnest($13::text[]) AS purpose, "                       \
    "unnest($14::text[]) AS operation, unnest($15::bigint[]) AS party_id, "                        \
    "unnest($16::text[]) AS party_name, unnest($17::text[]) AS party_inn, "                        \
    "unnest($18::text[]) AS party_kpp, unnest($19::text[]) AS party_account, "                     \
    "unnest($20::text[]) AS party_bank, unnest($21::text[]) AS party_bik, "                        \
    "unnest($22::bigint[]) AS org_id, unnest($23::text[]) AS org_name, "                           \
    "unnest($24::text[]) AS account, unnest($25::text[]) AS bank, "                                \
    "unnest($26::text[]) AS bik, unnest($27::bigint[]) AS vat, "                                   \
    "unnest($28::text[]) AS vat_rate, unnest($29::text[]) AS notes, "                              \
    "unnest($30::text[]) AS our_inn, unnest($31::text[]) AS item, "                                \
    "unnest($32::text[]) AS payer_status, unnest($33::text[]) AS kbk, "                            \
    "unnest($34::text[]) AS kind, unnest($35::text[]) AS method, "                                 \
    "unnest($36::bigint[]) AS category, unnest($37::integer[]) AS confidence, "                    \
    "unnest($38::bigint[]) AS rule, unnest($39::text[]) AS reason"                                 \
    " OFFSET 0) AS i"

#endif
