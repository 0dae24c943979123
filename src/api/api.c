#include "api/api.h"
#include "api/gate.h"
#include "api/lag.h"
#include "api/metrics.h"
#include "api/probes.h"
#include "api/routes.h"
#include "api/tasks.h"

enum { TIDY_MS = 60 * 60 * 1000 };

static void on_tidy(uv_timer_t *timer)
{
    idempotency_tidy(timer->data);
}

void api_open(struct api *api)
{
    api->started_ms = time_mono_ms();
    gate_open(api);
    api->metrics = metrics_new();
    api->lag = lag_open(api->loop);
    api->probes = probes_open(api);
    uv_timer_init(api->loop, &api->tidy);
    api->tidy.data = api;
    uv_timer_start(&api->tidy, on_tidy, TIDY_MS, TIDY_MS);
    api->files = file_tidy_open(api->loop, api->db);
}

static void one_closed(struct api *api)
{
    if (--api->open_handles > 0)
        return;
    gate_close(api);
    metrics_free(api->metrics);
    if (api->closed)
        api->closed(api->closed_arg);
}

static void on_probes_closed(void *arg)
{
    one_closed(arg);
}

static void on_lag_closed(void *arg)
{
    one_closed(arg);
}

static void on_files_closed(void *arg)
{
    one_closed(arg);
}

static void on_tidy_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

void api_close(struct api *api, void (*closed)(void *arg), void *arg)
{
    api->closed = closed;
    api->closed_arg = arg;
    api->open_handles = 4;
    probes_close(api->probes, on_probes_closed, api);
    lag_close(api->lag, on_lag_closed, api);
    file_tidy_close(api->files, on_files_closed, api);
    uv_close((uv_handle_t *)&api->tidy, on_tidy_closed);
}

void api_routes(struct http_router *router, struct api *api)
{
    const struct http_route *const all[] = {sign_in_routes, users_routes, tasks_routes,
        task_actions_routes, sync_1c_routes, vk_routes, vk_keywords_routes, transactions_routes,
        reconciliation_routes, categories_routes, rules_routes, mappings_routes, history_routes,
        contractors_routes, organizations_routes, health_routes, errors_page_routes, metrics_routes,
        artifact_routes, bank_statements_routes, openapi_routes, export_routes,
        transaction_changes_routes, summary_routes};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        http_router_add(router, all[i], api);
    http_router_add(router, changes_routes, api);
    http_router_add(router, matches_routes, api);
}
