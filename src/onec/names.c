#include "onec/names.h"

#include <stdint.h>

static const char *const set_names[ONEC_FAMILIES][ONEC_SETS] = {
    [ONEC_FAMILY_UT] =
        {
            [ONEC_BANK_IN] = "Document_ПоступлениеБезналичныхДенежныхСредств",
            [ONEC_BANK_OUT] = "Document_СписаниеБезналичныхДенежныхСредств",
            [ONEC_CASH_IN] = "Document_ПриходныйКассовыйОрдер",
            [ONEC_CASH_OUT] = "Document_РасходныйКассовыйОрдер",
            [ONEC_CONTRACTORS] = "Catalog_Контрагенты",
            [ONEC_ORGANIZATIONS] = "Catalog_Организации",
            [ONEC_OWN_ACCOUNTS] = "Catalog_БанковскиеСчетаОрганизаций",
            [ONEC_THEIR_ACCOUNTS] = "Catalog_БанковскиеСчетаКонтрагентов",
            [ONEC_BANKS] = "Catalog_КлассификаторБанков",
            [ONEC_CURRENCIES] = "Catalog_Валюты",
            [ONEC_VAT_RATES] = "Catalog_СтавкиНДС",
            [ONEC_ITEMS] = "Catalog_СтатьиДвиженияДенежныхСредств",
        },
    [ONEC_FAMILY_BP] =
        {
            [ONEC_BANK_IN] = "Document_ПоступлениеНаРасчетныйСчет",
            [ONEC_BANK_OUT] = "Document_СписаниеСРасчетногоСчета",
            [ONEC_CASH_IN] = "Document_ПриходныйКассовыйОрдер",
            [ONEC_CASH_OUT] = "Document_РасходныйКассовыйОрдер",
            [ONEC_CONTRACTORS] = "Catalog_Контрагенты",
            [ONEC_ORGANIZATIONS] = "Catalog_Организации",
            [ONEC_OWN_ACCOUNTS] = "Catalog_БанковскиеСчета",
            [ONEC_THEIR_ACCOUNTS] = "Catalog_БанковскиеСчета",
            [ONEC_BANKS] = "Catalog_Банки",
            [ONEC_CURRENCIES] = "Catalog_Валюты",
            [ONEC_VAT_RATES] = "Catalog_СтавкиНДС",
            [ONEC_ITEMS] = "Catalog_СтатьиДвиженияДенежныхСредств",
        },
};

const char *onec_set_name(enum onec_family family, enum onec_set set)
{
    return set_names[family][set];
}

const char *onec_family_name(enum onec_family family)
{
    return family == ONEC_FAMILY_BP ? "bp" : "ut";
}

static const struct str field_names[ONEC_FIELDS] = {
#define X(field, name) [ONEC_F_##field] = {name, sizeof(name) - 1},
    ONEC_FIELD_NAMES(X)
#undef X
};

const char *onec_field_name(enum onec_field field)
{
    return field > ONEC_NO_FIELD && field < ONEC_FIELDS ? field_names[field].p : "";
}

/* A page holds some 60 names a record, most of them not ours: both ends and the length of a name
 * tell them apart well enough, and reading all of a long Cyrillic name for a hash would cost more
 * than the rest. */
static uint32_t hash(struct str s)
{
    uint64_t head = 0, tail = 0;
    if (s.n >= 8) {
        memcpy(&head, s.p, 8);
        memcpy(&tail, s.p + s.n - 8, 8);
    } else if (s.n) {
        memcpy(&head, s.p, s.n);
    }
    uint64_t h = (head ^ (tail << 13 | tail >> 51) ^ s.n) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

enum { SLOTS = 256 }; /* a power of two, several times ONEC_FIELDS */
static uint8_t slots[SLOTS];

static void fill_slots(void)
{
    for (int f = 1; f < ONEC_FIELDS; f++) {
        uint32_t i = hash(field_names[f]) & (SLOTS - 1);
        while (slots[i])
            i = (i + 1) & (SLOTS - 1);
        slots[i] = (uint8_t)f;
    }
}

enum onec_field onec_field(struct str name)
{
    static bool filled;
    if (!filled) {
        fill_slots();
        filled = true;
    }
    for (uint32_t i = hash(name) & (SLOTS - 1); slots[i]; i = (i + 1) & (SLOTS - 1))
        if (str_eq(field_names[slots[i]], name))
            return slots[i];
    return ONEC_NO_FIELD;
}
