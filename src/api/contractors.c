/* GET /contractors */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "ledger/query.h"

static void list(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int limit, offset;

    input_known(&in, "q", "inn", "limit", "offset", NULL);
    input_paging(&in, &limit, &offset);
    struct str q = input_text(&in, "q", 200), inn = input_text(&in, "inn", 20);
    if (input_ok(&in))
        ledger_list_contractors(api->db, q, inn, limit, offset, reply_json, req);
}

const struct http_route contractors_routes[] = {
    {"GET", "/api/v1/contractors", list, API_USER, 0},
    {0},
};
