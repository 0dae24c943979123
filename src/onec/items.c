/* Cash-flow items: folders and all, they become categories. */
#include "ledger/catalogue.h"
#include "ledger/category.h"
#include "onec/kinds.h"

static void known(struct db_unit *u, const struct db_column *keys, const struct db_column *versions)
{
    ledger_categories_known_add(u, "1c", keys, versions);
}

static enum onec_outcome convert(struct onec_import *im, const struct onec_record *r,
    enum onec_set set, void *rows, struct err *why)
{
    char id[UUID_TEXT], folder[UUID_TEXT];
    struct uuid parent;
    if (!onec_record_sound(r, why))
        return ONEC_REFUSED;
    if (!r->has_key) {
        err_set(why, ERR_VALIDATION_ERROR, "%s",
            TR("Нет ключа (Ref_Key).", "There is no key (Ref_Key)."));
        return ONEC_REFUSED;
    }
    uuid_format(&r->id, id);
    struct ledger_category row = {
        .external_id = str_from(id),
        .data_version = onec_record_text(r, ONEC_F_DATA_VERSION),
        .code = onec_record_text(r, ONEC_F_CODE),
        .name = onec_record_text(r, ONEC_F_DESCRIPTION),
        .folder = onec_record_true(r, ONEC_F_IS_FOLDER),
        .active = !onec_record_true(r, ONEC_F_DELETION_MARK),
    };
    struct str predefined = onec_record_text(r, ONEC_F_PREDEFINED_NAME);
    if (!row.name.n)
        row.name = predefined.n ? predefined : row.code;
    row.kind = ledger_category_kind(row.name, predefined);
    if (onec_record_guid(r, ONEC_F_PARENT_KEY, &parent)) {
        uuid_format(&parent, folder);
        row.parent = str_from(folder);
    }
    ledger_category_batch_add(rows, &row);
    return ONEC_ROW;
}

static void *rows_new(int capacity, bool dry)
{
    struct ledger_category_batch *b = ledger_category_batch_new("1c", capacity);
    ledger_category_batch_dry(b, dry);
    return b;
}

static void rows_free(void *rows)
{
    ledger_category_batch_free(rows);
}

static void rows_clear(void *rows)
{
    ledger_category_batch_clear(rows);
}

static int rows_count(const void *rows)
{
    return ledger_category_batch_count(rows);
}

static void rows_write(void *rows, int from, int count, struct db_unit *u, const struct uuid *task)
{
    ledger_category_batch_write(rows, from, count, u, task);
}

static void row_json(struct json_writer *w, const void *rows, int row)
{
    const struct ledger_category *item = ledger_category_batch_row(rows, row);
    jw_object(w);
    jw_kstr(w, "external_id", item->external_id);
    jw_kstr(w, "code", item->code);
    jw_kstr(w, "name", item->name);
    jw_kstr(w, "parent", item->parent);
    jw_object_end(w);
}

static void settled(struct db_unit *u)
{
    ledger_categories_untie_add(u, "1c");
}

const struct onec_import_kind onec_items = {
    .name = "categories",
    .reader = {.set_count = 1, .sets = {ONEC_ITEMS}, .known = known},
    .convert = convert,
    .rows_new = rows_new,
    .rows_free = rows_free,
    .rows_clear = rows_clear,
    .rows_count = rows_count,
    .rows_write = rows_write,
    .row_json = row_json,
    .catalogue = &ledger_category_catalogue,
    .settled = settled,
};
