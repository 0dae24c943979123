/* sync_contractors, sync_organizations, sync_categories: one catalogue each. */
#include "onec/sync.h"

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err,
    const struct onec_import_kind *kind)
{
    struct onec_sync *s = obm_state(t);
    onec_sync_init(s, t, &kind, 1);
    return onec_sync_load(s, checkpoint, ret_err);
}

static int load_contractors(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    return load(t, checkpoint, ret_err, &onec_contractors);
}

static int load_organizations(
    struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    return load(t, checkpoint, ret_err, &onec_organizations);
}

static int load_items(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    return load(t, checkpoint, ret_err, &onec_items);
}

static void save(struct obm_task *t, struct json_writer *w)
{
    onec_sync_save(obm_state(t), w);
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct onec_sync *s = obm_state(t);
    if (!s->task)
        return;
    onec_sync_report(s, w);
    jw_ki64(w, "refused", obm_stats(t).failed);
}

static void cleanup(struct obm_task *t)
{
    struct onec_sync *s = obm_state(t);
    if (s->task)
        onec_sync_release(s);
}

static enum obm_step connect_to_1c(struct obm_task *t)
{
    return onec_sync_connect(obm_state(t));
}

static enum obm_step count(struct obm_task *t)
{
    return onec_sync_count(obm_state(t));
}

static enum obm_step import(struct obm_task *t)
{
    return onec_sync_import(obm_state(t), 0);
}

static enum obm_step finish(struct obm_task *t)
{
    enum obm_step step = onec_sync_farewell(obm_state(t));
    if (step == OBM_NEXT)
        step = onec_sync_summary(obm_state(t));
    if (step == OBM_NEXT)
        step = onec_sync_gone(obm_state(t));
    if (step != OBM_NEXT)
        return step;
    struct db_unit *u = obm_unit(t);
    ledger_catalogue_clear_add(u, obm_id(t));
    obm_total(t, obm_stats(t).fetched);
    obm_commit(t, u, NULL, NULL);
    return OBM_DONE;
}

static const struct obm_phase phases[] = {
    {"connect", connect_to_1c}, {"count", count}, {"import", import}, {"finish", finish}, {0}};

#define CATALOGUE_SYNC(type_name, ru, en, load_kind)                                               \
    {                                                                                              \
        .name = type_name, .title_ru = ru, .title_en = en,                                         \
        .params_schema = "{\"type\":\"object\",\"properties\":{"                                   \
                         "\"dry_run\":{\"type\":\"boolean\",\"default\":false}},"                  \
                         "\"additionalProperties\":false}",                                        \
        .phases = phases, .state_size = sizeof(struct onec_sync), .exclusive = "1c",               \
        .load = load_kind, .save = save, .report = report, .cleanup = cleanup,                     \
    }

struct obm_task_type onec_contractor_sync = CATALOGUE_SYNC(
    "sync_contractors", "Контрагенты из 1С", "Counterparties from 1C", load_contractors);
struct obm_task_type onec_organization_sync = CATALOGUE_SYNC(
    "sync_organizations", "Организации из 1С", "Organizations from 1C", load_organizations);
struct obm_task_type onec_item_sync = CATALOGUE_SYNC("sync_categories",
    "Статьи движения денежных средств из 1С", "Cash-flow items from 1C", load_items);
