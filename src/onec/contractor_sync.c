/* sync_contractors: the counterparties' cards. */
#include "onec/sync.h"

#include "ledger/card.h"

static void known(struct db_unit *u, const struct db_column *keys, const struct db_column *versions)
{
    ledger_cards_known_add(u, &ledger_contractors, "1c", keys, versions);
}

static enum onec_outcome convert(struct onec_import *im, const struct onec_record *r,
    enum onec_set set, void *rows, struct err *why)
{
    char id[UUID_TEXT];
    if (!onec_record_sound(r, why))
        return ONEC_REFUSED;
    if (!r->has_key) {
        err_set(why, ERR_VALIDATION_ERROR, "%s",
            TR("Нет ключа (Ref_Key).", "There is no key (Ref_Key)."));
        return ONEC_REFUSED;
    }
    if (onec_record_true(r, ONEC_F_IS_FOLDER)) {
        err_set(why, ERR_VALIDATION_ERROR, "%s",
            TR("Это группа, а не контрагент.", "This is a folder, no counterparty."));
        return ONEC_SKIPPED;
    }
    uuid_format(&r->id, id);
    struct ledger_card card = {
        .external_id = str_from(id),
        .data_version = onec_record_text(r, ONEC_F_DATA_VERSION),
        .name = onec_record_text(r, ONEC_F_DESCRIPTION),
        .full_name = onec_record_text(r, ONEC_F_FULL_NAME),
        .inn = onec_record_text(r, ONEC_F_INN),
        .kpp = onec_record_text(r, ONEC_F_KPP),
        .active = !onec_record_true(r, ONEC_F_DELETION_MARK),
    };
    if (!card.name.n)
        card.name = card.full_name;
    ledger_card_check(&card, &im->scratch);
    ledger_card_batch_add(rows, &card);
    return ONEC_ROW;
}

static void *rows_new(int capacity)
{
    return ledger_card_batch_new(&ledger_contractors, "1c", capacity);
}

static void rows_free(void *rows)
{
    ledger_card_batch_free(rows);
}

static void rows_clear(void *rows)
{
    ledger_card_batch_clear(rows);
}

static int rows_count(const void *rows)
{
    return ledger_card_batch_count(rows);
}

static void rows_write(void *rows, int from, int count, struct db_unit *u, const struct uuid *task)
{
    ledger_card_batch_write(rows, from, count, u, task);
}

static void row_json(struct json_writer *w, const void *rows, int row)
{
    const struct ledger_card *card = ledger_card_batch_row(rows, row);
    jw_object(w);
    jw_kstr(w, "external_id", card->external_id);
    jw_kstr(w, "name", card->name);
    jw_kstr(w, "full_name", card->full_name);
    jw_kstr(w, "inn", card->inn);
    jw_kstr(w, "kpp", card->kpp);
    jw_object_end(w);
}

static const struct onec_import_kind kind = {
    .reader = {.dated = false,
        .set_count = 1,
        .sets = {ONEC_CONTRACTORS},
        .filter = "IsFolder eq false",
        .known = known},
    .convert = convert,
    .rows_new = rows_new,
    .rows_free = rows_free,
    .rows_clear = rows_clear,
    .rows_count = rows_count,
    .rows_write = rows_write,
    .row_json = row_json,
};

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct onec_sync *s = obm_state(t);
    onec_sync_init(s, t, &kind);
    return onec_sync_load(s, checkpoint, ret_err);
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
    return onec_sync_import(obm_state(t));
}

static enum obm_step finish(struct obm_task *t)
{
    enum obm_step step = onec_sync_farewell(obm_state(t));
    if (step == OBM_NEXT)
        obm_total(t, obm_stats(t).fetched);
    return step;
}

static const struct obm_phase phases[] = {
    {"connect", connect_to_1c}, {"count", count}, {"import", import}, {"finish", finish}, {0}};

struct obm_task_type onec_contractor_sync = {
    .name = "sync_contractors",
    .title_ru = "Контрагенты из 1С",
    .title_en = "Counterparties from 1C",
    .params_schema = "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}",
    .phases = phases,
    .state_size = sizeof(struct onec_sync),
    .exclusive = "1c",
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};
