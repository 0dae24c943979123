/* GET /bank-transactions, GET /bank-transactions/{id} */
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "ledger/query.h"

static struct str chosen(struct input *in, const char *name, const char *const *names)
{
    int i = input_choice(in, name, names);
    return i < 0 ? STR_NULL : str_from(names[i]);
}

static void read_order(struct input *in, struct ledger_transaction_filter *f)
{
    struct str sort = input_text(in, "sort", 50), cursor = input_text(in, "cursor", 500);

    f->sort = LEDGER_BY_DATE;
    f->ascending = false;
    if (sort.p && !ledger_sort_parse(sort, &f->sort, &f->ascending)) {
        input_fault(in, "sort", TR("допустимо: %s", "allowed: %s"),
            "[-]transaction_date, [-]amount, [-]counterparty_name");
        return;
    }
    if (cursor.p && !ledger_cursor_valid(cursor, f->sort, f->ascending))
        input_fault(in, "cursor",
            TR("не подходит к этой сортировке: берите next_cursor предыдущего ответа",
                "does not fit this order: take next_cursor of the answer before"));
    else if (cursor.p && f->offset > 0)
        input_fault(in, "offset", TR("вместе с cursor не нужен", "is not for use with cursor"));
    f->cursor = cursor;
}

static void read_filter(struct input *in, struct ledger_transaction_filter *f)
{
    static const char *const types[] = {"CREDIT", "DEBIT", NULL};
    static const char *const sources[] = {"BANK", "CASH", NULL};
    static const char *const statuses[] = {
        "NEW", "CATEGORIZED", "NEEDS_REVIEW", "APPROVED", "IGNORED", NULL};
    static const char *const actives[] = {"true", "false", "all", NULL};

    f->has_date_from = input_date(in, "date_from", &f->date_from);
    f->has_date_to = input_date(in, "date_to", &f->date_to);
    if (f->has_date_from && f->has_date_to && f->date_from > f->date_to)
        input_fault(in, "date_from", TR("позже, чем date_to", "is after date_to"));
    f->transaction_type = chosen(in, "transaction_type", types);
    f->payment_source = chosen(in, "payment_source", sources);
    f->status = chosen(in, "status", statuses);
    input_i64(in, "category_id", 1, INT64_MAX, &f->category_id);
    input_i64(in, "organization_id", 1, INT64_MAX, &f->organization_id);
    f->counterparty_inn = input_text(in, "counterparty_inn", 20);
    f->account_number = input_text(in, "account_number", 40);
    f->has_amount_min = input_amount(in, "amount_min", &f->amount_min);
    f->has_amount_max = input_amount(in, "amount_max", &f->amount_max);
    if (f->has_amount_min && f->has_amount_max && f->amount_min > f->amount_max)
        input_fault(in, "amount_min", TR("больше, чем amount_max", "is more than amount_max"));
    f->q = input_text(in, "q", 200);
    int active = input_choice(in, "is_active", actives);
    f->active = active == 1 ? LEDGER_INACTIVE : active == 2 ? LEDGER_ALL : LEDGER_ACTIVE;
}

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_transaction_filter f = {.limit = 0};

    input_known(&in, "date_from", "date_to", "transaction_type", "payment_source", "status",
        "category_id", "organization_id", "counterparty_inn", "account_number", "amount_min",
        "amount_max", "q", "is_active", "sort", "limit", "offset", "cursor", NULL);
    input_paging(&in, &f.limit, &f.offset);
    read_filter(&in, &f);
    read_order(&in, &f);
    if (input_ok(&in))
        ledger_list_transactions(api->db, &f, reply_json, req);
}

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    if (input_ok(&in) &&
        input_path_id(req, 0, TR("Нет такой операции", "There is no such transaction"), &id))
        ledger_get_transaction(api->db, id, reply_json, req);
}

const struct http_route transactions_routes[] = {
    {"GET", "/api/v1/bank-transactions", list, API_USER, 0},
    {"GET", "/api/v1/bank-transactions/{id}", get, API_USER, 0},
    {0},
};
