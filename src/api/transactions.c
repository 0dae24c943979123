/* GET /bank-transactions, GET /bank-transactions/{id} */
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/transaction_filter.h"
#include "api/transactions.h"

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

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_transaction_filter f = {.limit = 0};

    input_known(&in, TRANSACTION_FILTER, "sort", "limit", "offset", "cursor", NULL);
    input_paging(&in, &f.limit, &f.offset);
    transaction_filter(&in, &f);
    read_order(&in, &f);
    if (input_ok(&in))
        ledger_list_transactions(api->db, &f, reply_json, req);
}

void transaction_reply(void *arg, struct str json, int64_t version, const struct err *err)
{
    struct http_request *req = arg;
    if (!err)
        http_add_header(req, "ETag", arena_printf(&req->arena, "\"%lld\"", (long long)version));
    reply_json(req, json, err);
}

bool transaction_path_id(struct http_request *req, int64_t *ret)
{
    return input_path_id(req, 0, TR("Нет такой операции", "There is no such transaction"), ret);
}

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    if (input_ok(&in) && transaction_path_id(req, &id))
        ledger_get_transaction(api->db, id, transaction_reply, req);
}

const struct http_route transactions_routes[] = {
    {"GET", "/api/v1/bank-transactions", list, API_USER, 0},
    {"GET", "/api/v1/bank-transactions/{id}", get, API_USER, 0},
    {0},
};
