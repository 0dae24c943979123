/* GET /summary */
#include "ledger/summary.h"
#include "api/cached.h"
#include "api/routes.h"
#include "api/transaction_filter.h"

struct summary {
    struct cached cached;
    struct ledger_transaction_filter filter;
    enum ledger_group group;
};

static void read_summary(struct api *api, struct cached *c, void *to)
{
    const struct summary *s = (const struct summary *)c;
    ledger_summary(api->db, &s->filter, s->group, cached_json, to);
}

static void get(void *ctx, struct http_request *req)
{
    static const char *const groups[] = {"month", "category", "organization", NULL};
    struct input in = input_begin(req);
    struct summary *s = arena_alloc(&req->arena, sizeof(*s));

    input_known(&in, TRANSACTION_FILTER, "group_by", NULL);
    transaction_filter(&in, &s->filter);
    int group = input_choice(&in, "group_by", groups);
    if (s->filter.q.n > 0)
        input_fault(&in, "q", "%s",
            TR("сводка не ищет слов: возьмите другие отборы",
                "a summary does not look for words: take other filters"));
    s->group = group < 0 ? LEDGER_BY_MONTH : (enum ledger_group)group;
    if (input_ok(&in))
        cached_reply(req, &cached_summaries, &s->cached, read_summary);
}

const struct http_route summary_routes[] = {
    {"GET", "/api/v1/summary", get, API_USER, 0},
    {0},
};
