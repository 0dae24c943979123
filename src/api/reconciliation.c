/* GET /reconciliation: do the accounts add up? */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "ledger/balance.h"
#include "obmen/time.h"

#define MONTH (30 * USEC_PER_DAY)

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;
    usec_t from, to;

    input_known(&in, "account_number", "date_from", "date_to", "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    struct str account = input_text(&in, "account_number", 40);
    bool has_to = input_date(&in, "date_to", &to);
    if (!has_to)
        to = time_now() / USEC_PER_DAY * USEC_PER_DAY;
    if (!input_date(&in, "date_from", &from))
        from = to - MONTH;
    if (from > to)
        input_fault(&in, "date_from", "%s", TR("позже, чем date_to", "is after date_to"));
    else if ((to - from) / USEC_PER_DAY >= BALANCE_DAYS_MAX)
        input_fault(&in, "date_from", TR("не больше %d дней за раз", "at most %d days at a time"),
            BALANCE_DAYS_MAX);
    if (input_ok(&in))
        ledger_reconcile(api->db, account, from, to, limit, offset, reply_json, req);
}

const struct http_route reconciliation_routes[] = {
    {"GET", "/api/v1/reconciliation", get, API_USER, 0},
    {0},
};
