#include "ledger/filter.h"
#include "obmen/decimal.h"

static int bad(struct err *ret_err, const char *name, const char *why)
{
    return err_set_field(ret_err, name, "%s", why);
}

static int read_date(
    const struct json *params, const char *name, bool *ret_has, usec_t *ret, struct err *ret_err)
{
    struct str text = json_text(json_get(params, name));
    *ret_has = text.n > 0;
    return !text.n || time_parse_date(text, ret)
               ? 0
               : bad(ret_err, name, TR("такой даты нет", "there is no such date"));
}

static int read_amount(
    const struct json *params, const char *name, bool *ret_has, int64_t *ret, struct err *ret_err)
{
    struct str text = json_text(json_get(params, name));
    *ret_has = text.n > 0;
    return !text.n || decimal_parse(text, ret)
               ? 0
               : bad(ret_err, name, TR("сумма вида 1234.50", "an amount like 1234.50"));
}

/* A number, or "none": rows without one. */
static int read_id(const struct json *params, const char *name, int64_t *ret, struct err *ret_err)
{
    const struct json *id = json_get(params, name);
    bool none = str_is(json_text(id), "none");
    if (none)
        *ret = LEDGER_NONE;
    return none || !id || json_i64(id, ret)
               ? 0
               : bad(ret_err, name, TR("число или «none»", "a number or \"none\""));
}

int ledger_filter_params(
    const struct json *params, struct ledger_transaction_filter *f, struct err *ret_err)
{
    struct str active = json_text(json_get(params, "is_active"));
    *f = (struct ledger_transaction_filter){
        .transaction_type = json_text(json_get(params, "transaction_type")),
        .payment_source = json_text(json_get(params, "payment_source")),
        .status = json_text(json_get(params, "status")),
        .counterparty_inn = json_text(json_get(params, "counterparty_inn")),
        .account_number = json_text(json_get(params, "account_number")),
        .import_source = json_text(json_get(params, "import_source")),
        .q = str_trim(json_text(json_get(params, "q")))};
    struct str task = json_text(json_get(params, "changed_task_id"));
    if (task.n && !uuid_parse(task, &f->changed_task_id))
        return bad(ret_err, "changed_task_id", TR("номер задачи", "the id of a task"));
    if (read_id(params, "category_id", &f->category_id, ret_err) < 0 ||
        read_id(params, "organization_id", &f->organization_id, ret_err) < 0)
        return -1;
    json_i64(json_get(params, "suggested_category_id"), &f->suggested_category_id);
    f->active = str_is(active, "false") ? LEDGER_INACTIVE
                : str_is(active, "all") ? LEDGER_ALL
                                        : LEDGER_ACTIVE;
    if (read_date(params, "date_from", &f->has_date_from, &f->date_from, ret_err) < 0 ||
        read_date(params, "date_to", &f->has_date_to, &f->date_to, ret_err) < 0 ||
        read_amount(params, "amount_min", &f->has_amount_min, &f->amount_min, ret_err) < 0 ||
        read_amount(params, "amount_max", &f->has_amount_max, &f->amount_max, ret_err) < 0)
        return -1;
    if (f->has_date_from && f->has_date_to && f->date_from > f->date_to)
        return bad(ret_err, "date_from", TR("позже, чем date_to", "is after date_to"));
    if (f->has_amount_min && f->has_amount_max && f->amount_min > f->amount_max)
        return bad(ret_err, "amount_min", TR("больше, чем amount_max", "is more than amount_max"));
    return 0;
}
