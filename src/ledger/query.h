/* The read side of the ledger for the API: each call is one unit of the user lane and answers with
 * finished JSON. */
#ifndef LEDGER_QUERY_H
#define LEDGER_QUERY_H

#include "obmen/db.h"

/* json is borrowed until return; STR_NULL with err. Called once, never from inside the call. */
typedef void (*ledger_json_fn)(void *arg, struct str json, const struct err *err);

enum ledger_sort { LEDGER_BY_DATE, LEDGER_BY_AMOUNT, LEDGER_BY_NAME };
enum { LEDGER_NONE = -1 };
enum ledger_active { LEDGER_ACTIVE, LEDGER_INACTIVE, LEDGER_ALL };

/* Texts may be STR_NULL: not filtered. Copied by the call. */
struct ledger_transaction_filter {
    bool has_date_from, has_date_to, has_amount_min, has_amount_max;
    usec_t date_from, date_to;      /* days, both included */
    int64_t amount_min, amount_max; /* kopecks, both included */
    struct str transaction_type;    /* "CREDIT", "DEBIT" */
    struct str payment_source;      /* "BANK", "CASH" */
    struct str status;
    int64_t category_id, organization_id; /* 0: any; LEDGER_NONE: rows without one */
    struct str counterparty_inn, account_number;
    int64_t suggested_category_id; /* 0: any */
    struct str import_source;      /* "ODATA_1C", "BANK_FILE", "API" */
    struct uuid changed_task_id;   /* the task that wrote the row last; all zero: any */
    /* Words (or their beginnings) of purpose, counterparty, notes, numbers without digits, all of
     * them, in any form; with digits also a part of number, INN or account. */
    struct str q;
    enum ledger_active active;
    enum ledger_sort sort;
    bool ascending;
    int limit, offset;
    struct str cursor; /* next_cursor of an earlier answer; offset is then 0 */
};

/* False: unknown name. "-amount" → LEDGER_BY_AMOUNT, descending. */
bool ledger_sort_parse(struct str text, enum ledger_sort *ret_sort, bool *ret_ascending);
/* False: no cursor that this sort gave. */
bool ledger_cursor_valid(struct str cursor, enum ledger_sort sort, bool ascending);

/* {"transactions":[…],"total":N,"totals":{"credit","debit","balance"},"next_cursor":"…"|null} */
void ledger_list_transactions(
    struct db *db, const struct ledger_transaction_filter *f, ledger_json_fn done, void *arg);
/* One row as JSON and its version, which changes whenever the row does; NOT_FOUND. */
typedef void (*ledger_row_fn)(void *arg, struct str json, int64_t version, const struct err *err);
void ledger_get_transaction(struct db *db, int64_t id, ledger_row_fn done, void *arg);
/* {"contractors":[…],"total":N}; q: part of name, full name or INN; inn: exactly. */
void ledger_list_contractors(struct db *db, struct str q, struct str inn, int limit, int offset,
    ledger_json_fn done, void *arg);
/* {"organizations":[…],"total":N} */
void ledger_list_organizations(
    struct db *db, struct str q, int limit, int offset, ledger_json_fn done, void *arg);

#endif
