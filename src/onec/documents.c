/* Bank and cash documents: they become bank transactions. */
#include "ledger/history.h"
#include "ledger/reconcile.h"
#include "onec/kinds.h"

static void known(struct db_unit *u, const struct db_column *keys, const struct db_column *versions)
{
    ledger_known_add(u, "1c", keys, versions);
}

static void holds(struct db_unit *u, usec_t from, usec_t to)
{
    ledger_holds_add(u, "1c", from, to);
}

static enum onec_outcome convert(struct onec_import *im, const struct onec_record *r,
    enum onec_set set, void *rows, struct err *why)
{
    struct ledger_transaction row;
    enum onec_outcome outcome = onec_document_convert(r, set, im->refs, &im->scratch, &row, why);
    if (outcome != ONEC_ROW)
        return outcome;
    row.novel = !r->there;
    if (im->decider)
        onec_decider_row(im->decider, &row);
    ledger_batch_add(rows, &row);
    return outcome;
}

static void *rows_new(int capacity, bool dry)
{
    struct ledger_batch *b = ledger_batch_new("1c", "ODATA_1C", capacity);
    ledger_batch_dry(b, dry);
    return b;
}

static void rows_free(void *rows)
{
    ledger_batch_free(rows);
}

static void rows_clear(void *rows)
{
    ledger_batch_clear(rows);
}

static int rows_count(const void *rows)
{
    return ledger_batch_count(rows);
}

static void rows_write(void *rows, int from, int count, struct db_unit *u, const struct uuid *task)
{
    ledger_batch_write_rows(rows, from, count, u, task);
}

static bool rows_doubt(void *rows)
{
    return ledger_batch_doubt(rows);
}

static void row_json(struct json_writer *w, const void *rows, int row)
{
    ledger_transaction_json(w, ledger_batch_row(rows, row));
}

static void passed(struct db_unit *u, const struct uuid *task, enum onec_set set, usec_t from,
    usec_t to, const struct db_column *met)
{
    struct ledger_stretch stretch = {.source = "1c",
        .type = onec_document_type(set),
        .payment = onec_document_payment(set),
        .from = from,
        .to = to};
    ledger_sweep_add(u, task, &stretch, met);
}

static void printed(struct db_unit *u, const struct uuid *task, enum onec_set set, struct str base,
    usec_t from, usec_t to, const struct ledger_days *days)
{
    ledger_days_store_add(
        u, task, "1c", base, onec_document_type(set), onec_document_payment(set), from, to, days);
}

static void begin(
    struct db_unit *u, const struct uuid *task, struct str base, enum onec_family family)
{
    for (int set = 0; set < ONEC_DOCUMENT_SETS; set++)
        ledger_source_add(u, task, onec_document_type(set), onec_document_payment(set), base,
            onec_set_name(family, set));
}

const struct onec_import_kind onec_documents = {
    .name = "transactions",
    .decides = true,
    .reader =
        {
            .dated = true,
            .set_count = 4,
            .sets = {ONEC_BANK_IN, ONEC_BANK_OUT, ONEC_CASH_IN, ONEC_CASH_OUT},
            .filter = "Posted eq true and DeletionMark eq false",
            .known = known,
            .holds = holds,
            .want = onec_document_want,
        },
    .convert = convert,
    .rows_new = rows_new,
    .rows_free = rows_free,
    .rows_clear = rows_clear,
    .rows_count = rows_count,
    .rows_write = rows_write,
    .rows_doubt = rows_doubt,
    .row_json = row_json,
    .begin = begin,
    .passed = passed,
    .printed = printed,
};
