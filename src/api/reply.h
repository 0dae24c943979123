/* The few ways a handler answers. */
#ifndef API_REPLY_H
#define API_REPLY_H

#include "http/server.h"
#include "obmen/json.h"
#include "obmen/uuid.h"

#define REPLY_JSON "application/json"

/* A JSON text made elsewhere; copies. The shape of ledger_json_fn and engine_json_fn with req as
 * arg: answers either way. */
void reply_json(void *req, struct str json, const struct err *err);
/* The same with 201; with 204 and nothing else. */
void reply_created(void *req, struct str json, const struct err *err);
void reply_deleted(void *req, struct str json, const struct err *err);
/* 202 {"task_id","message"} and Location; 200 and "deduplicated":true for a task that stood there
 * already. */
void reply_accepted(struct http_request *req, const struct uuid *task_id, bool deduplicated);

#endif
