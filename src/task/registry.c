/* The task types this program knows. */
#include <stdlib.h>
#include "task/inside.h"

void registry_add(struct registry *r, const struct obm_task_type *type)
{
    r->kinds = mem_realloc(r->kinds, (size_t)(r->count + 1) * sizeof *r->kinds);
    struct task_kind *kind = &r->kinds[r->count++];
    *kind = (struct task_kind){.type = type};
    struct err err;
    kind->schema = json_parse(&kind->arena,
        str_from(type->params_schema ? type->params_schema : "{\"type\":\"object\"}"), &err);
    if (kind->schema == NULL) { /* the program is wrong, not its input */
        log_event(LOG_ERROR, "task type with a broken schema", NULL, LS("task_type", type->name),
            LERR(&err));
        abort();
    }
    if (r->count == 1)
        db_column_init(&r->names, DB_TEXT);
    db_column_text(&r->names, str_from(type->name));
}

const struct task_kind *registry_find(const struct registry *r, struct str name)
{
    for (int i = 0; i < r->count; i++)
        if (str_is(name, r->kinds[i].type->name))
            return &r->kinds[i];
    return NULL;
}

void registry_release(struct registry *r)
{
    for (int i = 0; i < r->count; i++)
        arena_release(&r->kinds[i].arena);
    free(r->kinds);
    if (r->count > 0)
        db_column_release(&r->names);
    *r = (struct registry){0};
}
