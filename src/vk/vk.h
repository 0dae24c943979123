/* VK as a source: what app and api see of it. The task types `parse_comments`, `analyze_comments`
 * and `export_data`; the reading side is vk/query.h. */
#ifndef VK_VK_H
#define VK_VK_H

#include <uv.h>

#include "base/config.h"
#include "obmen/json.h"

struct engine;
struct vk;

/* Copies what it needs of the settings (vk_…). Never NULL: without OBMEN_VK_TOKEN the task that
 * reads VK says what to set. */
struct vk *vk_new(const struct config *settings, uv_loop_t *loop);
/* After the engine: nothing of it is on the loop. */
void vk_free(struct vk *service);
bool vk_configured(const struct vk *service);

void vk_register(struct engine *engine, struct vk *service);

/* A community as people write it: 123, "123", "-123", "club123", "public123", "event123",
 * "name", "vk.com/name", "https://vk.ru/club123". True: *ret_id is its positive id, or 0 and
 * *ret_name (borrowed from text) its short name. */
bool vk_group_parse(struct str text, int64_t *ret_id, struct str *ret_name);
/* The same of a JSON value: a whole number or text. */
bool vk_group_param(const struct json *value, int64_t *ret_id, struct str *ret_name);

/* For /health/detailed: what the last call to VK brought. */
struct vk_figures {
    uint64_t requests, retries, captchas;
    bool heard;           /* anything was asked since start */
    bool well;            /* and the last answer was good */
    int rate;             /* requests per second that are kept */
    int64_t last_call_ms; /* how long the last answer took */
    char last_error[320];
};
void vk_figures(const struct vk *service, struct vk_figures *ret);

#endif
