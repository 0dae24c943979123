/* What the files about tasks share. */
#ifndef API_TASKS_H
#define API_TASKS_H

#include "api/api.h"

/* People of role USER see only what they started. */
bool tasks_visible(const struct http_request *req, const struct task_state *s);
/* {task_id} of the path, or answered 404. */
bool tasks_path_id(struct http_request *req, struct uuid *ret);
void tasks_not_found(struct http_request *req);
/* Finds a task that this person may see and hands it on (borrowed until return); else answers. */
void tasks_find(
    struct http_request *req, void (*found)(struct http_request *req, const struct task_state *s));

/* Starts it; with the header Idempotency-Key at most once a day per user and key. Answers 202 or
 * 200. task's texts live until then (in the request's arena). */
void tasks_start(struct http_request *req, const struct task_new *task);

/* The hourly forgetting of keys. */
void idempotency_tidy(struct api *api);

#endif
