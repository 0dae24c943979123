/* GET /openapi.json: what this API is, for programs; GET /docs: the same for people. */
#include "api/input.h"
#include "api/openapi_files.h"
#include "api/routes.h"
#include "http/page.h"

static bool plain(struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    return input_ok(&in);
}

static void openapi(void *ctx, struct http_request *req)
{
    if (plain(req))
        http_page_reply_file(req, &openapi_file);
}

static void docs(void *ctx, struct http_request *req)
{
    if (!plain(req))
        return;
    http_add_header(req, "Content-Security-Policy", str_from(docs_policy));
    http_page_reply_file(req, &docs_file);
}

const struct http_route openapi_routes[] = {
    {"GET", "/api/v1/openapi.json", openapi, API_ANYONE | API_OWN_HEADERS, 0},
    {"GET", "/docs", docs, API_ANYONE | API_OWN_HEADERS, 0},
    {0},
};
