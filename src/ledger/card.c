#include "ledger/card.h"

#include <stdlib.h>

#include "ledger/inn.h"
#include "ledger/plan.h"
#include "obmen/err.h"

void ledger_card_check(struct ledger_card *card, struct arena *a)
{
    struct str inn = inn_restore(a, card->inn);
    const char *first = NULL, *second = NULL;
    if (inn.n != card->inn.n)
        first = TR(
            "ИНН: восстановлен потерянный ноль в начале", "INN: a lost leading zero was restored");
    else if (inn.n && !inn_valid(inn))
        first =
            TR("ИНН: неверная длина или контрольные цифры", "INN: wrong length or check digits");
    card->inn = inn;
    if (card->kpp.n && !kpp_valid(card->kpp))
        second =
            TR("КПП: не девять знаков нужного вида", "KPP: not nine characters of the right form");
    if (first && second)
        card->warnings = arena_printf(a, "%s\n%s", first, second);
    else
        card->warnings = str_from(first ? first : second);
}

/* The order is that of the parameters $3 … $10. */
enum column { C_KEY, C_VERSION, C_NAME, C_FULL_NAME, C_INN, C_KPP, C_ACTIVE, C_WARNINGS, COLUMNS };

struct ledger_card_batch {
    const struct ledger_cards *table;
    const char *source;
    struct ledger_card *rows; /* owned; their texts live in the arena */
    int count, capacity;
    bool dry;
    struct arena texts;
    struct db_column columns[COLUMNS];
};

struct ledger_card_batch *ledger_card_batch_new(
    const struct ledger_cards *table, const char *source, int capacity)
{
    struct ledger_card_batch *b = mem_alloc(sizeof *b);
    b->table = table;
    b->source = source;
    b->capacity = capacity > 0 ? capacity : 16;
    b->rows = mem_alloc((size_t)b->capacity * sizeof *b->rows);
    for (int c = 0; c < COLUMNS; c++)
        db_column_init(&b->columns[c], c == C_ACTIVE ? DB_BOOL : DB_TEXT);
    return b;
}

void ledger_card_batch_dry(struct ledger_card_batch *b, bool dry)
{
    b->dry = dry;
}

void ledger_card_batch_free(struct ledger_card_batch *b)
{
    if (!b)
        return;
    for (int c = 0; c < COLUMNS; c++)
        db_column_release(&b->columns[c]);
    arena_release(&b->texts);
    free(b->rows);
    free(b);
}

void ledger_card_batch_clear(struct ledger_card_batch *b)
{
    b->count = 0;
    arena_reset(&b->texts);
}

int ledger_card_batch_count(const struct ledger_card_batch *b)
{
    return b->count;
}

const struct ledger_card *ledger_card_batch_row(const struct ledger_card_batch *b, int row)
{
    return &b->rows[row];
}

void ledger_card_batch_add(struct ledger_card_batch *b, const struct ledger_card *card)
{
    if (b->count == b->capacity) {
        b->capacity *= 2;
        b->rows = mem_realloc(b->rows, (size_t)b->capacity * sizeof *b->rows);
    }
    struct ledger_card *row = &b->rows[b->count++];
    *row = *card;
    struct str *const texts[] = {&row->external_id, &row->data_version, &row->name, &row->full_name,
        &row->inn, &row->kpp, &row->warnings};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i]->p)
            *texts[i] = arena_str(&b->texts, *texts[i]);
}

void ledger_card_batch_write(
    struct ledger_card_batch *b, int from, int count, struct db_unit *u, const struct uuid *task_id)
{
    struct db_column *c = b->columns;
    for (int i = 0; i < COLUMNS; i++)
        db_column_clear(&c[i]);
    for (int i = from; i < from + count; i++) {
        const struct ledger_card *row = &b->rows[i];
        db_column_text(&c[C_KEY], row->external_id);
        db_column_text(&c[C_VERSION], row->data_version);
        db_column_text(&c[C_NAME], row->name.p ? row->name : STR(""));
        db_column_text(&c[C_FULL_NAME], row->full_name);
        db_column_text(&c[C_INN], row->inn);
        db_column_text(&c[C_KPP], row->kpp);
        db_column_bool(&c[C_ACTIVE], row->active);
        db_column_text(&c[C_WARNINGS], row->warnings);
    }
    db_add(u, b->dry ? &b->table->dry : &b->table->upsert);
    db_bind_cstr(u, b->source);
    db_bind_uuid(u, task_id);
    for (int i = 0; i < COLUMNS; i++)
        db_bind_column(u, &c[i]);
}

void ledger_cards_find_add(struct db_unit *u, const struct ledger_cards *table, const char *source,
    const struct db_column *external_ids)
{
    ledger_plan_by_index(u);
    db_add(u, &table->find);
    db_bind_cstr(u, source);
    db_bind_column(u, external_ids);
}

void ledger_cards_known_add(struct db_unit *u, const struct ledger_cards *table, const char *source,
    const struct db_column *external_ids, const struct db_column *data_versions)
{
    ledger_plan_by_index(u);
    db_add(u, &table->known);
    db_bind_cstr(u, source);
    db_bind_column(u, external_ids);
    db_bind_column(u, data_versions);
}
