#include "task/engine.h"
#include "vk/analyze.h"
#include "vk/export.h"
#include "vk/parse.h"

void vk_register(struct engine *engine, struct vk *service)
{
    struct obm_task_type *const types[] = {
        &vk_parse_comments, &vk_analyze_comments, &vk_export_data};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        types[i]->ctx = service;
        engine_register(engine, types[i]);
    }
}
