/* Bank transactions: the record, its batched upsert, and the sweep for rows the source no longer has. */
#ifndef LEDGER_TRANSACTION_H
#define LEDGER_TRANSACTION_H

#include "obmen/db.h"
#include "obmen/task.h"

enum ledger_type { LEDGER_CREDIT, LEDGER_DEBIT };
enum ledger_payment { LEDGER_BANK, LEDGER_CASH };

/* What the source owns. Texts are borrowed and may be STR_NULL: no value. */
struct ledger_transaction {
    struct str external_id, data_version;
    usec_t transaction_date;      /* wall clock of the source */
    int64_t amount;               /* kopecks, > 0 */
    struct str currency;          /* "RUB" */
    enum ledger_type type;
    enum ledger_payment payment;
    struct str document_number;
    bool has_document_date, has_vat_amount;
    usec_t document_date;
    int64_t vat_amount;           /* kopecks */
    struct str vat_rate, payment_purpose, business_operation;
    int64_t counterparty_id, organization_id; /* 0: none */
    struct str counterparty_name, counterparty_inn, counterparty_kpp, counterparty_account, counterparty_bank,
        counterparty_bik, organization_name, account_number, our_bank_name, our_bank_bik, notes;
};

/* Rows of one commit, column by column. */
struct ledger_batch;
struct ledger_batch *ledger_batch_new(const char *source, const char *import_source, int capacity);
void ledger_batch_free(struct ledger_batch *b); /* accepts NULL */
void ledger_batch_clear(struct ledger_batch *b);
int ledger_batch_count(const struct ledger_batch *b);
void ledger_batch_add(struct ledger_batch *b, const struct ledger_transaction *t); /* copies */
/* Adds the upsert and its obm_tally to the unit: new rows are created; rows whose data_version differs or that were inactive
 * are updated (what a person decided stays); equal rows are unchanged. */
void ledger_batch_write(struct ledger_batch *b, struct db_unit *u, const struct uuid *task_id);

#endif
