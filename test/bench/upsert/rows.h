/* Bank transactions as an import writes them: made up, repeatable, of a real company's sizes. */
#ifndef BENCH_UPSERT_ROWS_H
#define BENCH_UPSERT_ROWS_H

#include <stdint.h>
#include "obmen/time.h"

struct row {
    char external_id[37], data_version[13];
    usec_t transaction_date, document_date;
    char amount[20];
    const char *currency, *transaction_type, *payment_source;
    char document_number[16];
    char payment_purpose[400];
    const char *business_operation;
    int64_t counterparty_id;
    char counterparty_name[120], counterparty_inn[13], counterparty_kpp[10], counterparty_account[21];
    const char *counterparty_bank;
    char counterparty_bik[10];
    int64_t organization_id;
    const char *organization_name, *account_number, *our_bank_name, *our_bank_bik;
    char vat_amount[20]; /* "" = NULL */
    const char *vat_rate; /* NULL or text */
    const char *status;
    int64_t category_id; /* 0 = NULL */
    double category_confidence;
    const char *category_reason;
};

/* What differs from row to row: T text, N numeric sent as text, I bigint (0 → NULL), S timestamp, D date, F double */
#define ROW_COLUMNS(X)                                                                             \
    X(T, external_id) X(T, data_version) X(S, transaction_date) X(N, amount) X(T, currency)        \
    X(T, transaction_type) X(T, payment_source) X(T, document_number) X(D, document_date)          \
    X(T, payment_purpose) X(T, business_operation) X(I, counterparty_id) X(T, counterparty_name)   \
    X(T, counterparty_inn) X(T, counterparty_kpp) X(T, counterparty_account)                       \
    X(T, counterparty_bank) X(T, counterparty_bik) X(I, organization_id) X(T, organization_name)   \
    X(T, account_number) X(T, our_bank_name) X(T, our_bank_bik) X(N, vat_amount) X(T, vat_rate)    \
    X(T, status) X(I, category_id) X(F, category_confidence) X(T, category_reason)

/* The same documents in another version: amount and purpose differ, date and INN stay. */
struct row *rows_new(int count, int version);

#endif
