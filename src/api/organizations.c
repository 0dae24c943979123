/* GET /organizations */
#include "api/cached.h"
#include "api/input.h"
#include "api/routes.h"
#include "ledger/query.h"

struct cards {
    struct cached cached;
    struct str q;
    int limit, offset;
};

static void read_cards(struct api *api, struct cached *c, void *to)
{
    const struct cards *l = (const struct cards *)c;
    ledger_list_organizations(api->db, l->q, l->limit, l->offset, cached_json, to);
}

static void list(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct cards *l = arena_alloc(&req->arena, sizeof(*l));

    input_known(&in, "q", "limit", "offset", NULL);
    input_paging(&in, &l->limit, &l->offset);
    l->q = input_text(&in, "q", 200);
    if (input_ok(&in))
        cached_reply(req, &cached_organizations, &l->cached, read_cards);
}

const struct http_route organizations_routes[] = {
    {"GET", "/api/v1/organizations", list, API_USER, 0},
    {0},
};
