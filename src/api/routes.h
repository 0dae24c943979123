/* Each resource's routes; api_routes adds them all. ctx of their handlers is struct api. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/api.h"

extern const struct http_route sign_in_routes[], users_routes[], tasks_routes[],
    task_actions_routes[], sync_1c_routes[], transactions_routes[], history_routes[],
    reconciliation_routes[], matches_routes[], categories_routes[], rules_routes[],
    mappings_routes[], contractors_routes[], organizations_routes[], health_routes[],
    errors_page_routes[], metrics_routes[], artifact_routes[], bank_statements_routes[],
    openapi_routes[], vk_routes[], vk_keywords_routes[], export_routes[],
    transaction_changes_routes[], summary_routes[];

extern const struct http_route changes_routes[];

#endif
