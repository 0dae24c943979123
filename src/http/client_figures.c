/* Counting of calls by target and status. */
#include <stdio.h>
#include <string.h>
#include "http/client_internal.h"

static struct http_target_figures *find(struct http_client *c, const char *name)
{
    int i = 0;
    while (i < HTTP_TARGETS - 1 && c->targets[i].name[0] && strcmp(c->targets[i].name, name) != 0)
        i++;
    struct http_target_figures *t = &c->targets[i];
    if (!t->name[0])
        snprintf(t->name, sizeof t->name, "%s", i < HTTP_TARGETS - 1 ? name : "other");
    return t;
}

void client_count(struct http_client *c, const struct http_call *call, bool whole, int64_t ms)
{
    struct http_target_figures *t = find(c, call->target);
    int status = whole ? call->answer.status : 0, i = 0;
    while (
        i < HTTP_TARGET_STATUSES - 1 && t->by_status[i].count && t->by_status[i].status != status)
        i++;
    t->by_status[i].status = status;
    t->by_status[i].count++;
    histogram_add(&t->durations, &histogram_of_calls, (double)ms / 1000);
}

const struct http_target_figures *http_client_target(const struct http_client *c, int i)
{
    return i < HTTP_TARGETS && c->targets[i].name[0] ? &c->targets[i] : NULL;
}
