/* Bank transactions: the record and its batched upsert. What vanished from the source: reconcile.h.
 */
#ifndef LEDGER_TRANSACTION_H
#define LEDGER_TRANSACTION_H

#include "obmen/db.h"
#include "obmen/task.h"

enum ledger_type { LEDGER_CREDIT, LEDGER_DEBIT };
enum ledger_payment { LEDGER_BANK, LEDGER_CASH };
const char *ledger_type_name(enum ledger_type type);          /* "CREDIT" */
const char *ledger_payment_name(enum ledger_payment payment); /* "BANK" */

/* What a document says besides, for the classification (src/classify). Texts may be STR_NULL. */
struct ledger_facts {
    struct str our_inn;
    struct str cash_flow_item; /* key of 1C's own cash-flow item */
    struct str payer_status; /* СтатусСоставителя: only payments to the budget have one */
    struct str kbk;          /* ПоказательКБК */
    struct str payment_kind; /* ВидОплаты: "17" is a bank order */
};

/* How a category was found (src/classify); what a person decided is never overwritten by it. */
enum ledger_method {
    LEDGER_NOT_ASKED, /* not looked at: the row keeps what it has, a new one is NEW */
    LEDGER_BY_NOTHING,
    LEDGER_BY_ITEM,
    LEDGER_BY_OPERATION,
    LEDGER_BY_FACT,
    LEDGER_BY_RULE,
    LEDGER_BY_HISTORY,
};
const char *ledger_method_name(enum ledger_method method); /* "rule"; NULL for NOT_ASKED */

#define LEDGER_CERTAIN 90 /* per cent from which a category is assigned, not only suggested */
struct ledger_decision {
    enum ledger_method method;
    int64_t category_id; /* 0: none */
    int confidence;      /* per cent */
    int64_t rule_id;     /* of BY_RULE the rule's, of BY_OPERATION the mapping's; else 0 */
    struct str reason;   /* one sentence */
    bool open;           /* not written: history, once known, may change it */
};

/* What the source owns. Texts are borrowed and may be STR_NULL: no value. */
struct ledger_transaction {
    struct str external_id, data_version;
    usec_t transaction_date; /* wall clock of the source */
    int64_t amount;          /* kopecks, > 0 */
    struct str currency;     /* "RUB" */
    enum ledger_type type;
    enum ledger_payment payment;
    struct str document_number;
    bool has_document_date, has_vat_amount;
    usec_t document_date;
    int64_t vat_amount; /* kopecks */
    struct str vat_rate, payment_purpose, business_operation;
    int64_t counterparty_id, organization_id; /* 0: none */
    struct str counterparty_name, counterparty_inn, counterparty_kpp, counterparty_account,
        counterparty_bank, counterparty_bik, organization_name, account_number, our_bank_name,
        our_bank_bik;
    struct str notes; /* only for a new row: later they are a person's */
    struct ledger_facts facts;
    struct ledger_decision decision;
    bool novel; /* not written: no row with this key stood in the ledger when it was asked */
};

/* Rows of one commit. */
struct ledger_batch;
/* source and import_source are static. capacity: rows, a hint. */
struct ledger_batch *ledger_batch_new(const char *source, const char *import_source, int capacity);
/* Writes nothing from now on, but what it would write (dry_run.h). */
void ledger_batch_dry(struct ledger_batch *b, bool dry);
void ledger_batch_free(struct ledger_batch *b); /* accepts NULL */
void ledger_batch_clear(struct ledger_batch *b);
int ledger_batch_count(const struct ledger_batch *b);
void ledger_batch_add(struct ledger_batch *b, const struct ledger_transaction *t); /* copies */
const struct ledger_transaction *ledger_batch_row(const struct ledger_batch *b, int row);
/* For a decision that comes after the row was added. The reason is copied. */
void ledger_batch_decide(struct ledger_batch *b, int row, const struct ledger_decision *decision);
/* Adds the upsert of rows from … from+count-1 and its obm_tally to the unit: new rows are created;
 * rows whose data_version differs or that were inactive are updated (what a person decided stays);
 * equal rows are unchanged. A key must not stand in these rows twice. */
void ledger_batch_write_rows(
    struct ledger_batch *b, int from, int count, struct db_unit *u, const struct uuid *task_id);
/* A batch of rows believed to be novel was refused for a key that stands there after all (SQLSTATE
 * 23505): nothing is believed any more, so it may be written again. False: nothing was. */
bool ledger_batch_doubt(struct ledger_batch *b);
void ledger_batch_write(
    struct ledger_batch *b, struct db_unit *u, const struct uuid *task_id); /* all rows */
/* One row as JSON: what is kept of a record that the database refused. */
void ledger_transaction_json(struct json_writer *w, const struct ledger_transaction *t);

/* Asks which of these records stand in the ledger: one row for each, its column 0 is the position
 * in the columns, from 1, column 1 whether it stands there just so (same version, active). Both
 * columns are DB_TEXT and of one length. Adds two statements; the rows are those of the second. */
void ledger_known_add(struct db_unit *u, const char *source, const struct db_column *external_ids,
    const struct db_column *data_versions);

/* Does the ledger hold anything of this source with a date in [from, to)? One row, one boolean.
 * Adds two statements; the row is the second's. */
void ledger_holds_add(struct db_unit *u, const char *source, usec_t from, usec_t to);

#endif
