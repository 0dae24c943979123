/* GET /summary */
#include "ledger/summary.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/transaction_filter.h"

static void get(void *ctx, struct http_request *req)
{
    static const char *const groups[] = {"month", "category", "organization", NULL};
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_transaction_filter f = {.limit = 0};

    input_known(&in, TRANSACTION_FILTER, "group_by", NULL);
    transaction_filter(&in, &f);
    int group = input_choice(&in, "group_by", groups);
    if (f.q.n > 0)
        input_fault(&in, "q", "%s",
            TR("сводка не ищет слов: возьмите другие отборы",
                "a summary does not look for words: take other filters"));
    if (input_ok(&in))
        ledger_summary(
            api->db, &f, group < 0 ? LEDGER_BY_MONTH : (enum ledger_group)group, reply_json, req);
}

const struct http_route summary_routes[] = {
    {"GET", "/api/v1/summary", get, API_USER, 0},
    {0},
};
