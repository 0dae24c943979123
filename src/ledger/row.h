/* A bank transaction as it is read: its columns, in their order, and as JSON. */
#ifndef LEDGER_ROW_H
#define LEDGER_ROW_H

#include "obmen/db.h"
#include "obmen/json.h"

enum ledger_column {
    LC_ID,
    LC_SOURCE,
    LC_EXTERNAL_ID,
    LC_TRANSACTION_DATE,
    LC_AMOUNT,
    LC_CURRENCY,
    LC_TRANSACTION_TYPE,
    LC_PAYMENT_SOURCE,
    LC_DOCUMENT_NUMBER,
    LC_DOCUMENT_DATE,
    LC_PAYMENT_PURPOSE,
    LC_BUSINESS_OPERATION,
    LC_COUNTERPARTY_ID,
    LC_COUNTERPARTY_NAME,
    LC_COUNTERPARTY_INN,
    LC_COUNTERPARTY_KPP,
    LC_COUNTERPARTY_ACCOUNT,
    LC_COUNTERPARTY_BANK,
    LC_COUNTERPARTY_BIK,
    LC_ORGANIZATION_ID,
    LC_ORGANIZATION_NAME,
    LC_ACCOUNT_NUMBER,
    LC_OUR_BANK_NAME,
    LC_OUR_BANK_BIK,
    LC_VAT_AMOUNT,
    LC_VAT_RATE,
    LC_STATUS,
    LC_CATEGORY_ID,
    LC_CATEGORY_NAME,
    LC_CATEGORY_CONFIDENCE,
    LC_SUGGESTED_CATEGORY_ID,
    LC_SUGGESTED_CATEGORY_NAME,
    LC_CATEGORY_REASON,
    LC_CATEGORY_METHOD,
    LC_CATEGORY_RULE_ID,
    LC_NOTES,
    LC_IMPORT_SOURCE,
    LC_IS_ACTIVE,
    LC_CREATED_TASK_ID,
    LC_CHANGED_TASK_ID,
    LC_CREATED_AT,
    LC_UPDATED_AT,
    LEDGER_COLUMNS
};

/* Rows with these columns; a WHERE comes behind. */
#define LEDGER_ROWS                                                                                \
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
    " b.category_confidence, b.suggested_category_id, sc.name AS suggested_category_name, "        \
    "b.category_reason, b.category_method, "                                                       \
    "b.category_rule_id, b.notes, "                                                                \
    "b.import_source, b.is_active,"                                                                \
    " b.created_task_id, b.changed_task_id, b.created_at, b.updated_at"                            \
    " FROM bank_transactions b LEFT JOIN categories c ON c.id = b.category_id"                     \
    " LEFT JOIN categories sc ON sc.id = b.suggested_category_id"

/* One row as the API shows it. */
void ledger_row_json(struct json_writer *w, const struct db_result *r, int row);
/* Its version: changes whenever the row does. */
int64_t ledger_row_version(const struct db_result *r, int row);

#endif
