/* GET /bank-transactions/{id}/history */
#include "ledger/history.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;
    int64_t id;

    input_known(&in, "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    if (input_ok(&in) &&
        input_path_id(req, 0, TR("Нет такой операции", "There is no such transaction"), &id))
        ledger_get_history(api->db, id, limit, offset, reply_json, req);
}

const struct http_route history_routes[] = {
    {"GET", "/api/v1/bank-transactions/{id}/history", get, API_USER, 0},
    {0},
};
