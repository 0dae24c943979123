#include "api/transaction_filter.h"

static struct str chosen(struct input *in, const char *name, const char *const *names)
{
    int i = input_choice(in, name, names);
    return i < 0 ? STR_NULL : str_from(names[i]);
}

static int64_t id_or_none(struct input *in, const char *name)
{
    int64_t id = 0;
    if (str_is(input_text(in, name, 20), "none"))
        return LEDGER_NONE;
    input_i64(in, name, 1, INT64_MAX, &id);
    return id;
}

void transaction_filter(struct input *in, struct ledger_transaction_filter *f)
{
    static const char *const types[] = {"CREDIT", "DEBIT", NULL};
    static const char *const sources[] = {"BANK", "CASH", NULL};
    static const char *const statuses[] = {
        "NEW", "CATEGORIZED", "NEEDS_REVIEW", "APPROVED", "IGNORED", NULL};
    static const char *const imports[] = {"ODATA_1C", "BANK_FILE", "API", NULL};
    static const char *const actives[] = {"true", "false", "all", NULL};

    f->has_date_from = input_date(in, "date_from", &f->date_from);
    f->has_date_to = input_date(in, "date_to", &f->date_to);
    if (f->has_date_from && f->has_date_to && f->date_from > f->date_to)
        input_fault(in, "date_from", TR("позже, чем date_to", "is after date_to"));
    f->transaction_type = chosen(in, "transaction_type", types);
    f->payment_source = chosen(in, "payment_source", sources);
    f->status = chosen(in, "status", statuses);
    f->category_id = id_or_none(in, "category_id");
    f->organization_id = id_or_none(in, "organization_id");
    input_i64(in, "suggested_category_id", 1, INT64_MAX, &f->suggested_category_id);
    f->import_source = chosen(in, "import_source", imports);
    input_uuid(in, "changed_task_id", &f->changed_task_id);
    f->counterparty_inn = input_text(in, "counterparty_inn", 20);
    f->account_number = input_text(in, "account_number", 40);
    f->has_amount_min = input_amount(in, "amount_min", &f->amount_min);
    f->has_amount_max = input_amount(in, "amount_max", &f->amount_max);
    if (f->has_amount_min && f->has_amount_max && f->amount_min > f->amount_max)
        input_fault(in, "amount_min", TR("больше, чем amount_max", "is more than amount_max"));
    f->q = str_trim(input_text(in, "q", 200));
    int active = input_choice(in, "is_active", actives);
    f->active = active == 1 ? LEDGER_INACTIVE : active == 2 ? LEDGER_ALL : LEDGER_ACTIVE;
}
