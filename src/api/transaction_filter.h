/* The filter of bank transactions as query parameters: the same for lists, exports and summaries.
 */
#ifndef API_TRANSACTION_FILTER_H
#define API_TRANSACTION_FILTER_H

#include "api/input.h"
#include "ledger/query.h"

/* Names of its parameters, for input_known. */
#define TRANSACTION_FILTER                                                                         \
    "date_from", "date_to", "transaction_type", "payment_source", "status", "category_id",         \
        "organization_id", "counterparty_inn", "account_number", "amount_min", "amount_max", "q",  \
        "is_active", "import_source", "changed_task_id", "suggested_category_id"

/* Reads all of them but order and page. Texts live in the request's arena. */
void transaction_filter(struct input *in, struct ledger_transaction_filter *f);

#endif
