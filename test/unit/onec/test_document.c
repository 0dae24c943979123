#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "obmen/decimal.h"
#include "onec/document.h"

/* ---- a world of references ---- */

#define CONTRACTOR "a348aa8c-d629-11e5-0a9b-000c295e30eb"
#define ORGANIZATION "c8ed8d39-182d-1aa4-91eb-17d702a73740"
#define OWN_ACCOUNT "c252c3a7-5b33-151d-8006-cbfab8183a16"
#define THEIR_ACCOUNT "ee5b67a1-a6fd-1c26-b152-e67d14c1a6b7"
#define OWN_BANK "5fceaea4-bb8b-11e5-d193-000c295e30eb"
#define THEIR_BANK "5fceaea4-bb8b-11e5-d193-000c295e30ec"
#define RUBLE "7d23f917-732a-1387-b378-d2e763e9f5f4"
#define DOLLAR "7d23f917-732a-1387-b378-d2e763e9f5f5"
#define RATE "a07e35f0-1c26-1ccd-831b-7d02b09c9280"
#define UNKNOWN "ffffffff-182d-1aa4-91eb-17d702a73740"
#define EMPTY "00000000-0000-0000-0000-000000000000"
#define KEY "8b9660f6-6332-11ec-ad72-000c29b45b09"

struct world {
    struct onec_link link;
    struct onec_refs refs;
    struct onec_page page;
    struct arena scratch;
};

static void know(struct world *w, enum onec_ref_kind kind, const char *id, int64_t row_id,
    const char *name, const char *inn, const char *kpp, const char *code, const char *bank)
{
    struct uuid key;
    assert_true(uuid_parse(str_from(id), &key));
    onec_refs_want(&w->refs, kind, &key);
    struct onec_ref *ref = w->refs.wanted[kind];
    w->refs.wanted[kind] = ref->next;
    w->refs.wanted_count--;
    ref->state = ONEC_REF_FOUND;
    ref->row_id = row_id;
    ref->name = str_from(name);
    ref->inn = str_from(inn);
    ref->kpp = str_from(kpp);
    ref->code = str_from(code);
    if (bank)
        assert_true(uuid_parse(str_from(bank), &ref->bank));
}

static int begin(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    onec_refs_init(&w->refs, &w->link, ONEC_FAMILY_UT);
    onec_page_init(&w->page, 10);
    know(
        w, ONEC_REF_CONTRACTOR, CONTRACTOR, 5, "Вектор ООО", "7707083893", "770701001", NULL, NULL);
    know(w, ONEC_REF_ORGANIZATION, ORGANIZATION, 1, "Северный ветер ООО", "7810494294", "781001001",
        NULL, NULL);
    know(w, ONEC_REF_OWN_ACCOUNT, OWN_ACCOUNT, 0, NULL, NULL, NULL, "40702810000007272074",
        OWN_BANK);
    know(w, ONEC_REF_THEIR_ACCOUNT, THEIR_ACCOUNT, 0, NULL, NULL, NULL, "40702810400000004583",
        THEIR_BANK);
    know(w, ONEC_REF_BANK, OWN_BANK, 0, "ПАО СБЕРБАНК", NULL, NULL, "044525225", NULL);
    know(w, ONEC_REF_BANK, THEIR_BANK, 0, "ДОНКОМБАНК", NULL, NULL, "046015804", NULL);
    know(w, ONEC_REF_CURRENCY, RUBLE, 0, NULL, NULL, NULL, "RUB", NULL);
    know(w, ONEC_REF_CURRENCY, DOLLAR, 0, NULL, NULL, NULL, "USD", NULL);
    know(w, ONEC_REF_VAT_RATE, RATE, 0, "20%", NULL, NULL, NULL, NULL);
    *state = w;
    return 0;
}

static int end(void **state)
{
    struct world *w = *state;
    onec_refs_release(&w->refs);
    onec_page_release(&w->page);
    arena_release(&w->scratch);
    free(w);
    return 0;
}

static const struct onec_record *record(struct world *w, const char *body)
{
    struct err err;
    onec_page_begin(&w->page);
    assert_int_equal(onec_page_feed(&w->page, STR("{\"value\":["), &err), 0);
    if (onec_page_feed(&w->page, str_from(body), &err) < 0)
        fail_msg("%s: %s", body, err.message);
    assert_int_equal(onec_page_feed(&w->page, STR("]}"), &err), 0);
    assert_int_equal(onec_page_end(&w->page, &err), 0);
    assert_int_equal(w->page.count, 1);
    struct onec_record *r = &w->page.records[0];
    r->has_key = onec_record_guid(r, ONEC_F_REF_KEY, &r->id);
    return r;
}

static enum onec_outcome convert(struct world *w, enum onec_set set, const char *body,
    struct ledger_transaction *t, struct err *why)
{
    *why = ERR_INIT;
    return onec_document_convert(record(w, body), set, &w->refs, &w->scratch, t, why);
}

static void text_is(struct str got, const char *want, const char *what)
{
    if (!str_is(got, want ? want : ""))
        fail_msg("%s: '%.*s' is not '%s'", what, STR_ARG(got), want ? want : "");
}
#define IS(field, want) text_is(t.field, want, #field)

static void wall_is(usec_t got, const char *want)
{
    char text[TIME_TEXT];
    time_format_wall(got, text);
    assert_string_equal(text, want);
}

/* ---- both families ---- */

#define STATEMENT                                                                                                                                   \
    "Плательщик=ИНН 3811185573 ООО \\\"Б\\\"\\r\\nПлательщикСчет=40702810000005069239\\r\\n"                         \
    "ПлательщикБанк1=БАНК Б\\r\\nПлательщикБИК=044030653\\r\\nПолучатель=ООО \\\"ВЕТЕР\\\"\\r\\n" \
    "ПолучательСчет=40702810000007272074\\r\\nПолучательБанк1=СБЕР\\r\\nПолучательБИК="                \
    "044525225\\r\\n"

static void ut_receipt(void **state)
{
    struct ledger_transaction t;
    struct err why;
    assert_int_equal(
        convert(*state, ONEC_BANK_IN,
            "{\"Posted\":true,\"Ref_Key\":\"" KEY
            "\",\"DataVersion\":\"AAAAAQAAAAA=\",\"Number\":\"СЛ00-001743   \",\"Date\":"
            "\"2025-03-14T23:59:59\",\"СуммаДокумента\":1234.5,\"НазначениеПлатежа\":"
            "\"Оплата\\r\\nпо счету\",\"Комментарий\":\"позвонить  \","
            "\"ХозяйственнаяОперация\":\"ПоступлениеОплатыОтКлиента\",\"Контрагент_Key\":"
            "\"" CONTRACTOR "\",\"Организация_Key\":\"" ORGANIZATION
            "\",\"БанковскийСчет_Key\":\"" OWN_ACCOUNT
            "\",\"БанковскийСчетКонтрагента_Key\":\"" THEIR_ACCOUNT "\",\"Валюта_Key\":\"" RUBLE
            "\",\"ДатаВходящегоДокумента\":\"2025-03-12T00:00:00\",\"ДанныеВыписки\":\"" STATEMENT
            "\",\"РасшифровкаПлатежа\":[{\"СуммаНДС\":100.1,"
            "\"СтавкаНДС_Key\":\"" RATE "\"},{\"СуммаНДС\":\"105.65\",\"СтавкаНДС_Key\":\"" RATE
            "\"}]}",
            &t, &why),
        ONEC_ROW);
    IS(external_id, KEY);
    IS(data_version, "AAAAAQAAAAA=");
    wall_is(t.transaction_date, "2025-03-14T23:59:59");
    wall_is(t.document_date, "2025-03-12T00:00:00");
    assert_int_equal(t.amount, 123450);
    assert_int_equal(t.type, LEDGER_CREDIT);
    assert_int_equal(t.payment, LEDGER_BANK);
    IS(currency, "RUB");
    IS(document_number, "СЛ00-001743");
    IS(payment_purpose, "Оплата\r\nпо счету");
    IS(business_operation, "ПоступлениеОплатыОтКлиента");
    IS(notes, "позвонить");
    assert_int_equal(t.counterparty_id, 5);
    IS(counterparty_name, "ООО \"Б\""); /* as the bank wrote it */
    IS(counterparty_inn, "3811185573");
    IS(counterparty_kpp, NULL); /* the card's КПП is another company's */
    IS(counterparty_account, "40702810000005069239");
    IS(counterparty_bank, "БАНК Б");
    IS(counterparty_bik, "044030653");
    assert_int_equal(t.organization_id, 1);
    IS(organization_name, "Северный ветер ООО");
    IS(account_number, "40702810000007272074");
    IS(our_bank_name, "ПАО СБЕРБАНК");
    IS(our_bank_bik, "044525225");
    assert_true(t.has_vat_amount);
    assert_int_equal(t.vat_amount, 20575);
    IS(vat_rate, "20%");
}

static void bp_payment(void **state)
{
    struct ledger_transaction t;
    struct err why;
    assert_int_equal(
        convert(*state, ONEC_BANK_OUT,
            "{\"Ref_Key\":\"" KEY "\",\"DataVersion\":\"x\",\"Number\":\"0000-000001\",\"Date\":"
            "\"2025-03-14T00:00:00\",\"СуммаДокумента\":\"20000\","
            "\"ВидОперации\":\"ОплатаПоставщику\",\"Контрагент\":\"" CONTRACTOR
            "\",\"Контрагент_Type\":\"StandardODATA.Catalog_Контрагенты\","
            "\"Организация_Key\":\"" ORGANIZATION "\",\"СчетОрганизации_Key\":\"" OWN_ACCOUNT
            "\",\"СчетКонтрагента_Key\":\"" THEIR_ACCOUNT "\",\"ВалютаДокумента_Key\":\"" DOLLAR
            "\",\"ДатаВходящегоДокумента\":\"0001-01-01T00:00:00\",\"ДанныеВыписки\":\"\","
            "\"РасшифровкаПлатежа\":[{\"СуммаПлатежа\":20000,\"СуммаНДС\":0,\"СтавкаНДС\":"
            "\"БезНДС\"}]}",
            &t, &why),
        ONEC_ROW);
    assert_int_equal(t.amount, 2000000);
    assert_int_equal(t.type, LEDGER_DEBIT);
    IS(currency, "USD");
    IS(business_operation, "ОплатаПоставщику");
    assert_int_equal(t.counterparty_id, 5);
    IS(counterparty_name, "Вектор ООО"); /* the card, for there is no statement */
    IS(counterparty_inn, "7707083893");
    IS(counterparty_kpp, "770701001");
    IS(counterparty_account, "40702810400000004583");
    IS(counterparty_bank, "ДОНКОМБАНК");
    IS(counterparty_bik, "046015804");
    IS(account_number, "40702810000007272074");
    wall_is(t.document_date, "2025-03-14T00:00:00");
    assert_true(t.has_vat_amount);
    assert_int_equal(t.vat_amount, 0);
    IS(vat_rate, "Без НДС");
    /* the same with one of our organizations on the other side: named, but no counterparty */
    assert_int_equal(convert(*state, ONEC_BANK_OUT,
                         "{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T00:00:00\","
                         "\"СуммаДокумента\":1,\"Контрагент\":\"" ORGANIZATION
                         "\",\"Контрагент_Type\":\"StandardODATA.Catalog_Организации\"}",
                         &t, &why),
        ONEC_ROW);
    assert_int_equal(t.counterparty_id, 0);
    IS(counterparty_name, "Северный ветер ООО");
    /* something that is neither */
    assert_int_equal(
        convert(*state, ONEC_BANK_OUT,
            "{\"Ref_Key\":\"" KEY
            "\",\"Date\":\"2025-03-14T00:00:00\",\"СуммаДокумента\":1,\"Контрагент\":\"" CONTRACTOR
            "\",\"Контрагент_Type\":\"StandardODATA.Catalog_ФизическиеЛица\"}",
            &t, &why),
        ONEC_ROW);
    assert_int_equal(t.counterparty_id, 0);
    IS(counterparty_name, NULL);
}

static void cash_orders(void **state)
{
    struct ledger_transaction t;
    struct err why;
    assert_int_equal(
        convert(*state, ONEC_CASH_IN,
            "{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":7941.9,"
            "\"ПринятоОт\":\"Васильева Ю. М.\",\"Основание\":"
            "\"\",\"ОснованиеПлатежа\":\"Возврат подотчётной суммы\",\"Контрагент_Key\":\"" EMPTY
            "\"}",
            &t, &why),
        ONEC_ROW);
    assert_int_equal(t.payment, LEDGER_CASH);
    assert_int_equal(t.type, LEDGER_CREDIT);
    IS(counterparty_name, "Васильева Ю. М.");
    IS(payment_purpose, "Возврат подотчётной суммы");
    IS(account_number, NULL);
    IS(currency, "RUB");
    assert_false(t.has_vat_amount);
    assert_int_equal(
        convert(*state, ONEC_CASH_OUT,
            "{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1,"
            "\"Выдать\":\"Иванов\",\"Основание\":\"Аванс\","
            "\"НазначениеПлатежа\":\"не это\",\"Контрагент_Key\":\"" CONTRACTOR "\"}",
            &t, &why),
        ONEC_ROW);
    assert_int_equal(t.type, LEDGER_DEBIT);
    IS(counterparty_name, "Вектор ООО");
    IS(payment_purpose, "Аванс");
}

static void vat(void **state)
{
    static const struct {
        const char *rows;
        int64_t vat; /* -1: none */
        const char *rate;
    } t[] = {
        {"[]", -1, NULL},
        {"[{\"СуммаНДС\":0}]", -1, NULL},
        {"[{\"СуммаНДС\":0,\"СтавкаНДС_Key\":\"" EMPTY "\"}]", -1, NULL},
        {"[{\"СуммаНДС\":5}]", 500, NULL},
        {"[{\"СуммаНДС\":5,\"СтавкаНДС\":\"НДС20\"},{\"СуммаНДС\":1,\"СтавкаНДС\":\"НДС10\"}]", 600,
            NULL},
        {"[{\"СуммаНДС\":\"пять\",\"СтавкаНДС\":\"НДС20\"}]", -1, "20%"},
        {"[{\"СуммаНДС\":5,\"СтавкаНДС\":\"НДС20_120\"}]", 500, "20/120"},
        {"[{\"СуммаНДС\":5,\"СтавкаНДС_Key\":\"" UNKNOWN "\"}]", 500, NULL},
        {"null", -1, NULL},
        {"5", -1, NULL},
    };
    char body[600];
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct ledger_transaction row;
        struct err why;
        snprintf(body, sizeof body,
            "{\"Ref_Key\":\"" KEY
            "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1,\"РасшифровкаПлатежа\":%s}",
            t[i].rows);
        assert_int_equal(convert(*state, ONEC_BANK_IN, body, &row, &why), ONEC_ROW);
        assert_int_equal(row.has_vat_amount ? row.vat_amount : -1, t[i].vat);
        text_is(row.vat_rate, t[i].rate, t[i].rows);
    }
}

static void rates(void **state)
{
    struct arena a = ARENA_INIT;
    static const char *const t[][2] = {{"НДС20", "20%"}, {"НДС0", "0%"}, {"НДС10_110", "10/110"},
        {"БезНДС", "Без НДС"}, {"", ""}, {"НДС", "НДС"}, {"НДС20_", "НДС20_"}, {"НДС_20", "НДС_20"},
        {"20%", "20%"}, {"НДС5x", "НДС5x"}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        text_is(onec_vat_rate(&a, str_from(t[i][0])), t[i][1], t[i][0]);
    arena_release(&a);
}

/* ---- records that cannot be taken ---- */

#define WITH(more)                                                                                 \
    "{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1" more "}"

static void refused(void **state)
{
    static const struct {
        const char *body;
        enum onec_outcome outcome;
        const char *word;
    } t[] = {
        {WITH(""), ONEC_ROW, NULL},
        {"{\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1}", ONEC_REFUSED, "ключа"},
        {"{\"Ref_Key\":\"" EMPTY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1}",
            ONEC_REFUSED, "ключа"},
        {"{\"Ref_Key\":5,\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1}", ONEC_REFUSED,
            "ключа"},
        {"{\"Ref_Key\":\"" KEY "\",\"СуммаДокумента\":1}", ONEC_REFUSED, "даты"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"0001-01-01T00:00:00\",\"СуммаДокумента\":1}",
            ONEC_REFUSED, "даты"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-02-30T00:00:00\",\"СуммаДокумента\":1}",
            ONEC_REFUSED, "даты"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":{},\"СуммаДокумента\":1}", ONEC_REFUSED, "даты"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\"}", ONEC_REFUSED, "суммы"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":null}",
            ONEC_REFUSED, "суммы"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":true}",
            ONEC_REFUSED, "суммы"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":\"12,5x\"}",
            ONEC_REFUSED, "12,5x"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1.005}",
            ONEC_REFUSED, "1.005"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":1e30}",
            ONEC_REFUSED, "1e30"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":-5}",
            ONEC_REFUSED, "меньше нуля"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":0}",
            ONEC_SKIPPED, "нулю"},
        {"{\"Ref_Key\":\"" KEY "\",\"Date\":\"2025-03-14T10:00:00\",\"СуммаДокумента\":\"0.00\"}",
            ONEC_SKIPPED, "нулю"},
        {WITH(",\"НазначениеПлатежа\":\"\xff\xfe\""), ONEC_REFUSED, "НазначениеПлатежа"},
        {WITH(",\"Комментарий\":\"a\\u0000b\""), ONEC_REFUSED, "Комментарий"},
        {WITH(",\"РасшифровкаПлатежа\":[{\"СтавкаНДС\":\"НДС\xff\"}]"), ONEC_REFUSED, "СтавкаНДС"},
        {WITH(",\"Валюта_Key\":\"" UNKNOWN "\""), ONEC_REFUSED, "Валюта"},
        /* what may be missing or odd */
        {WITH(",\"Контрагент_Key\":\"" UNKNOWN "\",\"Организация_Key\":\"что\",\"Number\":null,"
              "\"ДанныеВыписки\":[1],\"Комментарий\":{}"),
            ONEC_ROW, NULL},
        {WITH(",\"DataVersion\":7,\"ДатаВходящегоДокумента\":\"вчера\""), ONEC_ROW, NULL},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct ledger_transaction row;
        struct err why;
        enum onec_outcome got = convert(*state, ONEC_BANK_IN, t[i].body, &row, &why);
        if (got != t[i].outcome || (t[i].word && !strstr(why.message, t[i].word)))
            fail_msg("%s: %d %s", t[i].body, got, why.message);
    }
}

/* ---- what is asked for ---- */

static void wants(void **state)
{
    struct world *w = *state;
    /* a statement says who and where: their account is not asked for */
    onec_document_want(
        record(w, WITH(",\"Контрагент_Key\":\"" UNKNOWN "\",\"Организация_Key\":\"" ORGANIZATION
                       "\",\"БанковскийСчетКонтрагента_Key\":\"" UNKNOWN
                       "\",\"ДанныеВыписки\":\"" STATEMENT "\"")),
        ONEC_BANK_IN, &w->refs);
    assert_int_equal(w->refs.wanted_count, 1);
    assert_non_null(w->refs.wanted[ONEC_REF_CONTRACTOR]);
    onec_document_want(record(w, WITH(",\"Контрагент_Key\":\"" UNKNOWN
                                      "\",\"БанковскийСчетКонтрагента_Key\":\"" UNKNOWN "\"")),
        ONEC_BANK_IN, &w->refs);
    assert_int_equal(w->refs.wanted_count, 2);
    assert_non_null(w->refs.wanted[ONEC_REF_THEIR_ACCOUNT]);
    /* known, missing and empty ones are not asked for again */
    onec_document_want(
        record(w, WITH(",\"Контрагент_Key\":\"" CONTRACTOR "\",\"Валюта_Key\":\"" EMPTY "\"")),
        ONEC_BANK_IN, &w->refs);
    assert_int_equal(w->refs.wanted_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(ut_receipt, begin, end),
        cmocka_unit_test_setup_teardown(bp_payment, begin, end),
        cmocka_unit_test_setup_teardown(cash_orders, begin, end),
        cmocka_unit_test_setup_teardown(vat, begin, end),
        cmocka_unit_test_setup_teardown(rates, begin, end),
        cmocka_unit_test_setup_teardown(refused, begin, end),
        cmocka_unit_test_setup_teardown(wants, begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
