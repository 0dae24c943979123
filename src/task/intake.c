/* What is asked for: checked field by field, and filled in to a whole task. */
#include "task/inside.h"

#define TIMEOUT_S 3600
#define TIMEOUT_MAX_S (30 * 86400)
#define RETRIES 3
#define RETRIES_MAX 100
#define KEY_MAX 200
#define TITLE_MAX 500

static usec_t made_at(const struct uuid *id)
{
    usec_t now = time_now();
    if (id->b[6] >> 4 != 7)
        return now;
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id->b[i];
    return ms * 1000 <= now ? ms * 1000 : now;
}

static void check_params(const struct task_kind *kind, struct arena *a, struct str text,
    struct json **ret_params, struct field_errors *fe)
{
    struct err err;
    struct json *params = json_parse(a, text.n > 0 ? text : STR("{}"), &err);
    if (params == NULL)
        field_errors_add(fe, STR("params"), "%s", err.message);
    else if (!json_is(params, JSON_OBJECT))
        field_errors_add(fe, STR("params"), TR("Здесь нужно: объект", "Must be an object"));
    else if (!schema_check(kind->schema, params, "params", fe))
        return;
    else if (kind->type->check && kind->type->check(params, &err) < 0)
        field_errors_add(fe, err.field ? arena_printf(a, "params.%s", err.field) : STR("params"),
            "%s", err_field_message(&err));
    else
        *ret_params = schema_defaults(a, kind->schema, params);
}

static void check_limits(const struct task_new *n, struct field_errors *fe)
{
    if (n->timeout_s < 0 || n->timeout_s > TIMEOUT_MAX_S)
        field_errors_add(
            fe, STR("timeout"), TR("От 1 до %d секунд", "From 1 to %d seconds"), TIMEOUT_MAX_S);
    if (n->max_retries < -1 || n->max_retries > RETRIES_MAX)
        field_errors_add(fe, STR("max_retries"), TR("От 0 до %d", "From 0 to %d"), RETRIES_MAX);
    if (n->unique_key.n > KEY_MAX)
        field_errors_add(
            fe, STR("unique_key"), TR("Не длиннее %d байт", "At most %d bytes"), KEY_MAX);
    if (n->name.n > TITLE_MAX)
        field_errors_add(fe, STR("name"), TR("Не длиннее %d байт", "At most %d bytes"), TITLE_MAX);
}

static void check_metadata(struct str text, struct json **ret_metadata, struct field_errors *fe)
{
    struct err err;
    if (text.n == 0)
        return;
    *ret_metadata = json_parse(fe->arena, text, &err);
    if (*ret_metadata == NULL)
        field_errors_add(fe, STR("metadata"), "%s", err.message);
    else if (!json_is(*ret_metadata, JSON_OBJECT))
        field_errors_add(fe, STR("metadata"), TR("Здесь нужно: объект", "Must be an object"));
}

bool intake_check(
    const struct engine *e, const struct task_new *n, struct intake *ret, struct field_errors *fe)
{
    *ret = (struct intake){.kind = registry_find(&e->registry, n->task_type)};
    if (!ret->kind) {
        field_errors_add(
            fe, STR("task_type"), TR("Такого вида задач нет", "There is no such type of task"));
        return false;
    }
    check_limits(n, fe);
    check_params(ret->kind, fe->arena, n->params, &ret->params, fe);
    check_metadata(n->metadata, &ret->metadata, fe);
    return fe->first == NULL;
}

bool engine_check(const struct engine *e, const struct task_new *n, struct field_errors *ret_errors)
{
    struct intake in;
    return intake_check(e, n, &in, ret_errors);
}

static bool has(const struct json *object, struct str key)
{
    for (const struct json *m = object ? object->child : NULL; m; m = m->next)
        if (str_eq(m->key, key))
            return true;
    return false;
}

/* The params, what else was given, and who asked, in one object: what people see as `metadata`. */
static struct str join_metadata(
    struct arena *a, const struct json *params, const struct json *metadata, int64_t user_id)
{
    struct buf out = BUF_INIT;
    const struct json *both[] = {params, metadata};
    buf_addc(&out, '{');
    for (int i = 0; i < 2; i++)
        for (const struct json *m = both[i] ? both[i]->child : NULL; m; m = m->next) {
            if (str_is(m->key, "user_id") || (i == 0 && has(metadata, m->key)))
                continue;
            json_quote(&out, m->key);
            buf_addc(&out, ':');
            json_write(&out, m);
            buf_addc(&out, ',');
        }
    buf_printf(&out, "\"user_id\":%lld}", (long long)user_id);
    struct str text = arena_str(a, buf_str(&out));
    buf_release(&out);
    return text;
}

static struct str text_of(struct arena *a, const struct json *j)
{
    struct buf out = BUF_INIT;
    json_write(&out, j);
    struct str text = arena_str(a, buf_str(&out));
    buf_release(&out);
    return text;
}

void intake_fill(
    struct task_state *s, struct arena *a, const struct task_new *n, const struct intake *in)
{
    const struct obm_task_type *type = in->kind->type;
    int default_timeout = type->timeout_s > 0 ? type->timeout_s : TIMEOUT_S;
    *s = (struct task_state){
        .id = uuid_is_zero(&n->id) ? uuid_v7() : n->id,
        .task_type = str_from(type->name),
        .name = n->name.p ? arena_str(a, n->name) : str_from(TR(type->title_ru, type->title_en)),
        .status = TASK_PENDING,
        .params = text_of(a, in->params),
        .metadata = join_metadata(a, in->params, in->metadata, n->user_id),
        .priority = n->priority,
        .max_retries = n->max_retries >= 0 ? n->max_retries : RETRIES,
        .timeout_s = n->timeout_s > 0 ? n->timeout_s : default_timeout,
        .user_id = n->user_id,
        .rate = -1,
        .eta_seconds = -1,
        .seq = 1,
    };
    s->created_at = made_at(&s->id);
}
