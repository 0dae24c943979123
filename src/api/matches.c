/* GET /bank-statements/matches: which rows of statements and of 1C may be one payment;
 * POST /bank-statements/matches/{id}: a person says whether they are. */
#include "ledger/match.h"
#include "api/cached.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"

static void list(void *ctx, struct http_request *req)
{
    static const char *const states[] = {"open", "decided", NULL};
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;

    input_known(&in, "state", "account_number", "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    int state = input_choice(&in, "state", states);
    struct str account = input_text(&in, "account_number", 40);
    if (input_ok(&in))
        ledger_list_matches(api->db, state == 1, account, limit, offset, reply_json, req);
}

static const char schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"transaction_id\",\"decision\"],\"properties\":{"
    "\"transaction_id\":{\"type\":\"integer\",\"minimum\":1},"
    "\"decision\":{\"type\":\"string\",\"enum\":[\"same\",\"different\"]}}}";

static void on_decided(void *arg, struct str json, const struct err *err)
{
    struct http_request *req = arg;
    if (!err)
        cache_delete_all(api_call(req)->api->cache, &cached_summaries);
    reply_json(req, json, err);
}

static void decide(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_match_decision d = {.user_id = api_call(req)->who.user_id};

    input_no_query(&in);
    const struct json *body = input_body(&in, schema, false);
    json_i64(json_get(body, "transaction_id"), &d.transaction_id);
    d.same = str_is(json_text(json_get(body, "decision")), "same");
    if (input_ok(&in) &&
        input_path_id(req, 0, TR("Нет такой строки", "There is no such row"), &d.row_id))
        ledger_decide_match(api->db, &d, on_decided, req);
}

const struct http_route matches_routes[] = {
    {"GET", "/api/v1/bank-statements/matches", list, API_USER, 0},
    {"POST", "/api/v1/bank-statements/matches/{id}", decide, API_MANAGER, 0},
    {0},
};
