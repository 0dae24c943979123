/* Counterparties and organizations: cards of one shape. */
#include "ledger/catalogue.h"
#include "onec/kinds.h"

static void contractors_known(
    struct db_unit *u, const struct db_column *keys, const struct db_column *versions)
{
    ledger_cards_known_add(u, &ledger_contractors, "1c", keys, versions);
}

static void organizations_known(
    struct db_unit *u, const struct db_column *keys, const struct db_column *versions)
{
    ledger_cards_known_add(u, &ledger_organizations, "1c", keys, versions);
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
            TR("Это группа, а не карточка.", "This is a folder, no card."));
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
        card.name = card.full_name.n ? card.full_name : onec_record_text(r, ONEC_F_SHORT_NAME);
    ledger_card_check(&card, &im->scratch);
    ledger_card_batch_add(rows, &card);
    return ONEC_ROW;
}

static void *contractors_new(int capacity, bool dry)
{
    struct ledger_card_batch *b = ledger_card_batch_new(&ledger_contractors, "1c", capacity);
    ledger_card_batch_dry(b, dry);
    return b;
}

static void *organizations_new(int capacity, bool dry)
{
    struct ledger_card_batch *b = ledger_card_batch_new(&ledger_organizations, "1c", capacity);
    ledger_card_batch_dry(b, dry);
    return b;
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

const struct onec_import_kind onec_contractors = {
    .name = "contractors",
    .reader = {.set_count = 1,
        .sets = {ONEC_CONTRACTORS},
        .filter = "IsFolder eq false",
        .known = contractors_known},
    .convert = convert,
    .rows_new = contractors_new,
    .rows_free = rows_free,
    .rows_clear = rows_clear,
    .rows_count = rows_count,
    .rows_write = rows_write,
    .row_json = row_json,
    .catalogue = &ledger_contractor_catalogue,
};

const struct onec_import_kind onec_organizations = {
    .name = "organizations",
    .reader = {.set_count = 1, .sets = {ONEC_ORGANIZATIONS}, .known = organizations_known},
    .convert = convert,
    .rows_new = organizations_new,
    .rows_free = rows_free,
    .rows_clear = rows_clear,
    .rows_count = rows_count,
    .rows_write = rows_write,
    .row_json = row_json,
    .catalogue = &ledger_organization_catalogue,
};
