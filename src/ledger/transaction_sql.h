/* Rows on their way into bank_transactions, as parameters $4 … $39 of a statement ($1 source, $2
 * import_source, $3 task). */
#ifndef LEDGER_TRANSACTION_SQL_H
#define LEDGER_TRANSACTION_SQL_H

#define LEDGER_INCOMING                                                                            \
    "unnest($4::text[], $5::text[], $6::timestamp[], $7::bigint[], $8::text[], $9::text[],"        \
    " $10::text[], $11::text[], $12::date[], $13::text[], $14::text[], $15::bigint[],"             \
    " $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[],"               \
    " $22::bigint[], $23::text[], $24::text[], $25::text[], $26::text[], $27::bigint[],"           \
    " $28::text[], $29::text[], $30::text[], $31::text[], $32::text[], $33::text[], $34::text[],"  \
    " $35::text[], $36::bigint[], $37::integer[], $38::bigint[], $39::text[])"                     \
    " AS i(key, version, at, amount, currency, type, payment, number, document_date, purpose,"     \
    " operation, party_id, party_name, party_inn, party_kpp, party_account, party_bank,"           \
    " party_bik, org_id, org_name, account, bank, bik, vat, vat_rate, notes, our_inn, item,"       \
    " payer_status, kbk, kind, method, category, confidence, rule, reason)"

#endif
