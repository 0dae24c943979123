/* What the files of the four /health paths share. */
#ifndef API_HEALTH_H
#define API_HEALTH_H

#include "api/api.h"
#include "obmen/json.h"

/* The members that every answer has: status, version, uptime_seconds. */
void health_write_alive(struct json_writer *w, const struct api *api, const char *status);
void health_detailed(void *ctx, struct http_request *req);

#endif
