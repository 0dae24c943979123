/* Counting how tasks end, by type: for metrics. */
#include "task/inside.h"

void figures_ended(struct engine *e, const struct task_state *s)
{
    for (int i = 0; i < e->registry.count; i++) {
        struct task_kind *kind = &e->registry.kinds[i];
        if (!str_is(s->task_type, kind->type->name))
            continue;
        usec_t began = s->started_at ? s->started_at : s->created_at;
        double seconds = (double)(s->completed_at - began) / 1e6;
        histogram_add(&kind->ends.by_status[s->status - TASK_COMPLETED], &histogram_of_tasks,
            seconds > 0 ? seconds : 0);
        if (s->status == TASK_COMPLETED && s->completed_at > kind->ends.last_success)
            kind->ends.last_success = s->completed_at;
        return;
    }
}

const struct engine_ends *engine_ends(const struct engine *e, int i)
{
    return &e->registry.kinds[i].ends;
}

void figures_retried(struct engine *e, const struct obm_task_type *type)
{
    for (int i = 0; i < e->registry.count; i++)
        if (e->registry.kinds[i].type == type)
            e->registry.kinds[i].ends.retried++;
}
