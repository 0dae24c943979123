#include "ledger/category.h"

#include <stdlib.h>

#include "ledger/dry_run_sql.h"
#include "ledger/plan.h"
#include "obmen/arena.h"

/* A code that is taken, or stands in the catalogue twice, gives way to the key: codes are unique
 * here. Code and kind of a row that exists are not touched: rules may name them, and a person may
 * know better. */
static const struct db_stmt upsert = {"ledger_category_upsert",
    "WITH stored AS ("
    " INSERT INTO categories AS c (source, created_task_id, changed_task_id, external_id,"
    "  data_version, code, name, parent_external_id, kind, is_folder, is_active)"
    " SELECT $1::text, $2::uuid, $2::uuid, i.key, i.version,"
    "  CASE WHEN i.code IS NULL OR count(*) OVER (PARTITION BY i.code) > 1 OR EXISTS (SELECT FROM"
    "   categories o WHERE o.code = i.code AND o.external_id IS DISTINCT FROM i.key)"
    "   THEN $1::text || ':' || i.key ELSE i.code END,"
    "  i.name, i.parent, i.kind, i.folder, i.active"
    " FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
    "  $9::boolean[], $10::boolean[]) AS i(key, version, code, name, parent, kind, folder, active)"
    " ON CONFLICT (source, external_id) WHERE external_id IS NOT NULL DO UPDATE SET"
    "  data_version = excluded.data_version, name = excluded.name,"
    "  parent_external_id = excluded.parent_external_id, is_folder = excluded.is_folder,"
    "  is_active = excluded.is_active, changed_task_id = excluded.changed_task_id"
    " WHERE excluded.data_version IS NULL OR c.data_version IS DISTINCT FROM excluded.data_version"
    "  OR c.is_active <> excluded.is_active"
    " RETURNING (xmax = 0) AS created)"
    " SELECT obm_tally(count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created),"
    "  cardinality($3::text[]) - count(*), 0) FROM stored"};

#define DIFFERENCES                                                                                \
    DRY_DIFF("name", "c.name", "i.name")                                                           \
    ", " DRY_DIFF("parent", "c.parent_external_id", "i.parent") ", " DRY_DIFF("is_folder",         \
        "c.is_folder", "i.folder") ", " DRY_DIFF("is_active", "c.is_active", "i.active")

static const struct db_stmt dry_upsert = {"ledger_category_dry",
    "WITH found AS ("
    " SELECT i.key, i.name, c.id, CASE WHEN c.id IS NULL THEN 'create' ELSE 'update' END AS action,"
    "  concat(" DIFFERENCES ") AS changes"
    " FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"
    "  $9::boolean[], $10::boolean[]) AS i(key, version, code, name, parent, kind, folder, active)"
    " LEFT JOIN categories c ON c.source = $1::text AND c.external_id = i.key"
    " WHERE c.id IS NULL OR i.version IS NULL OR c.data_version IS DISTINCT FROM i.version"
    "  OR c.is_active <> i.active)," DRY_TOLD("categories") DRY_TALLY("$3")};

static const struct db_stmt hang = {"ledger_category_hang",
    "UPDATE categories c SET parent_id = p.id FROM categories w LEFT JOIN categories p"
    "  ON p.source = w.source AND p.external_id = w.parent_external_id AND p.id <> w.id"
    " WHERE c.id = w.id AND w.source = $1::text"
    "  AND (w.external_id = ANY ($2::text[]) OR w.parent_external_id = ANY ($2::text[]))"
    "  AND c.parent_id IS DISTINCT FROM p.id"};

/* A new item that is called like just one of our own categories is that category. Only a new one:
 * what a person has taken apart stays so. */
static const struct db_stmt recognize = {"ledger_category_recognize",
    "UPDATE categories c SET same_as = o.id FROM (SELECT min(id) AS id, obm_category_name(name)"
    "  FROM categories WHERE external_id IS NULL AND is_active AND same_as IS NULL AND NOT "
    "is_folder"
    "  GROUP BY 2 HAVING count(*) = 1) AS o(id, name)"
    " WHERE c.source = $1::text AND c.external_id = ANY ($2::text[])"
    "  AND c.created_task_id = $3::uuid AND c.same_as IS NULL AND NOT c.is_folder"
    "  AND obm_category_name(c.name) = o.name AND o.name <> ''"};

/* In pairs (row, one that stands above it), each once, so it ends however they are tied. */
static const struct db_stmt untie = {"ledger_categories_untie",
    "WITH RECURSIVE above (id, top) AS ("
    " SELECT id, parent_id FROM categories WHERE source = $1::text AND parent_id IS NOT NULL"
    " UNION SELECT a.id, c.parent_id FROM above a JOIN categories c ON c.id = a.top"
    "  WHERE c.parent_id IS NOT NULL)"
    " UPDATE categories SET parent_id = NULL WHERE id IN (SELECT id FROM above WHERE id = top)"};

static const struct db_stmt known = {"ledger_category_known",
    "SELECT i.position, true FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS i(key, version,"
    "  position)"
    " CROSS JOIN LATERAL (SELECT FROM categories c WHERE c.source = $1::text AND"
    "  c.external_id = i.key AND c.data_version = i.version AND c.is_active LIMIT 1) AS same"};

/* ---- kinds ---- */

static bool has(struct str text, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = 0; n <= text.n && i <= text.n - n; i++)
        if (memcmp(text.p + i, part, n) == 0)
            return true;
    return false;
}

const char *ledger_category_kind(struct str name, struct str predefined)
{
    /* In this order: «Возврат кредита» is financing, «Перечисление налога» a tax. Word stems
     * without their first letter, which may be a capital one. */
    static const struct {
        const char *kind, *stems[12];
    } words[] = {
        {"tax", {"алог", "траховые взнос", "НДФЛ", "НДС", "ошлин", "юджет"}},
        {"financing", {"редит", "айм", "ивиденд", "инансов", "ставный капитал", "епозит"}},
        {"internal",
            {"еремещени", "ругой счет", "ДругойСчет", "ругого счета", "ДругогоСчета", "в банк",
                "ВБанк", "из банка", "ИзБанка", "ругую касс", "ДругуюКасс", "асс"}},
        {"expense", {"озврат оплаты клиент", "ВозвратОплатыКлиент", "окупател", "плат", "асход"}},
        {"income",
            {"оступлени", "ыручк", "от поставщик", "ОтПоставщик", "от клиент", "доход", "Доход"}},
    };
    /* «Поступление оплаты …»: the beginning is stronger than the words behind it */
    bool incoming =
        str_starts(name, STR("Поступлени")) || str_starts(predefined, STR("Поступлени"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (incoming && strcmp(words[i].kind, "expense") == 0)
            continue;
        for (size_t k = 0; k < 12 && words[i].stems[k]; k++)
            if (has(name, words[i].stems[k]) || has(predefined, words[i].stems[k]))
                return words[i].kind;
    }
    return "expense";
}

/* ---- rows ---- */

/* The order is that of the parameters $3 … $10. */
enum column { C_KEY, C_VERSION, C_CODE, C_NAME, C_PARENT, C_KIND, C_FOLDER, C_ACTIVE, COLUMNS };

struct ledger_category_batch {
    const char *source;
    struct ledger_category *rows; /* owned; their texts live in the arena */
    int count, capacity;
    bool dry;
    struct arena texts;
    struct db_column columns[COLUMNS];
};

struct ledger_category_batch *ledger_category_batch_new(const char *source, int capacity)
{
    struct ledger_category_batch *b = mem_alloc(sizeof *b);
    b->source = source;
    b->capacity = capacity > 0 ? capacity : 16;
    b->rows = mem_alloc((size_t)b->capacity * sizeof *b->rows);
    for (int c = 0; c < COLUMNS; c++)
        db_column_init(&b->columns[c], c >= C_FOLDER ? DB_BOOL : DB_TEXT);
    return b;
}

void ledger_category_batch_dry(struct ledger_category_batch *b, bool dry)
{
    b->dry = dry;
}

void ledger_category_batch_free(struct ledger_category_batch *b)
{
    if (!b)
        return;
    for (int c = 0; c < COLUMNS; c++)
        db_column_release(&b->columns[c]);
    arena_release(&b->texts);
    free(b->rows);
    free(b);
}

void ledger_category_batch_clear(struct ledger_category_batch *b)
{
    b->count = 0;
    arena_reset(&b->texts);
}

int ledger_category_batch_count(const struct ledger_category_batch *b)
{
    return b->count;
}

const struct ledger_category *ledger_category_batch_row(
    const struct ledger_category_batch *b, int row)
{
    return &b->rows[row];
}

void ledger_category_batch_add(struct ledger_category_batch *b, const struct ledger_category *from)
{
    if (b->count == b->capacity) {
        b->capacity *= 2;
        b->rows = mem_realloc(b->rows, (size_t)b->capacity * sizeof *b->rows);
    }
    struct ledger_category *row = &b->rows[b->count++];
    *row = *from;
    struct str *const texts[] = {
        &row->external_id, &row->data_version, &row->code, &row->name, &row->parent};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i]->p)
            *texts[i] = arena_str(&b->texts, *texts[i]);
}

void ledger_category_batch_write(struct ledger_category_batch *b, int from, int count,
    struct db_unit *u, const struct uuid *task_id)
{
    struct db_column *c = b->columns;
    for (int i = 0; i < COLUMNS; i++)
        db_column_clear(&c[i]);
    for (int i = from; i < from + count; i++) {
        const struct ledger_category *row = &b->rows[i];
        db_column_text(&c[C_KEY], row->external_id);
        db_column_text(&c[C_VERSION], row->data_version);
        db_column_text(&c[C_CODE], row->code.n ? row->code : STR_NULL);
        db_column_text(&c[C_NAME], row->name.p ? row->name : STR(""));
        db_column_text(&c[C_PARENT], row->parent);
        db_column_text(&c[C_KIND], str_from(row->kind));
        db_column_bool(&c[C_FOLDER], row->folder);
        db_column_bool(&c[C_ACTIVE], row->active);
    }
    db_add(u, b->dry ? &dry_upsert : &upsert);
    db_bind_cstr(u, b->source);
    db_bind_uuid(u, task_id);
    for (int i = 0; i < COLUMNS; i++)
        db_bind_column(u, &c[i]);
    if (b->dry)
        return;
    db_add(u, &hang);
    db_bind_cstr(u, b->source);
    db_bind_column(u, &c[C_KEY]);
    db_add(u, &recognize);
    db_bind_cstr(u, b->source);
    db_bind_column(u, &c[C_KEY]);
    db_bind_uuid(u, task_id);
}

void ledger_categories_known_add(struct db_unit *u, const char *source,
    const struct db_column *external_ids, const struct db_column *data_versions)
{
    ledger_plan_by_index(u);
    db_add(u, &known);
    db_bind_cstr(u, source);
    db_bind_column(u, external_ids);
    db_bind_column(u, data_versions);
}

void ledger_categories_untie_add(struct db_unit *u, const char *source)
{
    db_add(u, &untie);
    db_bind_cstr(u, source);
}
