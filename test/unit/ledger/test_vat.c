#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "ledger/transaction.h"
#include "ledger/vat.h"

/* total, purpose → rate, amount (-1: none), and what is left of the purpose */
static const struct {
    int64_t total;
    const char *purpose, *rate;
    int64_t amount;
    const char *left;
} cases[] = {
    {2239999, "Оплата по счету №198 в т.ч. НДС 18% - 3 416.95", "18%", 341695,
        "Оплата по счету №198 "},
    {511500000, "за молоко    НДС-465000=", "10%", 46500000, "за молоко    "},
    {108332290, "за молоко НДС-98483-90", "10%", 9848390, "за молоко "},
    {253890000, "15 штук  НДС-423150=", "20%", 42315000, "15 штук  "},
    {10000, "Комиссия. НДС не облагается", "Без НДС", -1, "Комиссия. "},
    {10000, "за молоко НДС- не облагается", "Без НДС", -1, "за молоко "},
    {10000, "Расчет. Не облагается НДС", "Без НДС", -1, "Расчет. "},
    {10000, "Возврат. Без налога (НДС)", "Без НДС", -1, "Возврат. "},
    {10000, "за услуги. Без НДС.", "Без НДС", -1, "за услуги. ."},
    {10000, "Сумма 100-00 Без налога (НДС) конец", "Без НДС", -1, "Сумма 100-00  конец"},
    {120000, "Оплата, в том числе НДС 20% - 200.00 руб.", "20%", 20000, "Оплата, "},
    {120000, "Оплата В Т.Ч. НДС (20%) 200-00", "20%", 20000, "Оплата "},
    {120000, "в том числе НДС(20%) 200.00", "20%", 20000, ""},
    {120000, "НДС 20%: 200,00", "20%", 20000, ""},
    {120000, "НДС 18%: 0.00", "18%", 0, ""},
    {120000, "В том числе НДС 20 % 200,00 руб. по договору", "20%", 20000, " по договору"},
    {120000, "НДС20 200.00", "20%", 20000, ""},
    {120000, "НДС\u00A020% \u2013 1\u00A0000.00", "20%", 100000, ""},
    {120000, "с НДС 20%", "20%", -1, ""},
    {120000, "Оплата с НДС", NULL, -1, "Оплата "},
    {120000, "в т.ч. налог на добавленную стоимость 20% 200.00", "20%", 20000, ""},
    {105000, "НДС 5% 50.00", "5%", 5000, ""},
    {122000, "НДС-220-00", "22%", 22000, ""},
    {100, "НДС 20% 200.00", "20%", -1, ""}, /* more than all: the rate alone */
    {120000, "НДС 20%, 15.03.2025", "20%", -1, ", 15.03.2025"},
    /* about VAT, not a clause */
    {120000, "НДС за 2 квартал 2025 г. (1/3)", NULL, -1, "НДС за 2 квартал 2025 г. (1/3)"},
    {120000, "НДС 2 квартал", NULL, -1, "НДС 2 квартал"},
    {120000, "Налог на добавленную стоимость за 1 кв", NULL, -1,
        "Налог на добавленную стоимость за 1 кв"},
    {3600, "НДС С КОМИССИИ ЗА ЗАПОЛНЕНИЕ ЧЕКА", NULL, -1, "НДС С КОМИССИИ ЗА ЗАПОЛНЕНИЕ ЧЕКА"},
    {3600, "Пени по НДС 120.00", NULL, -1, "Пени по НДС 120.00"},
    {3600, "НДС", NULL, -1, "НДС"},
    {3600, "ндсмен 20%", NULL, -1, "ндсмен 20%"},
    {3600, "", NULL, -1, ""},
    {3600, "\xD0НДС\xFF 20% \xD0", NULL, -1, NULL},
};

static void clauses(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = ARENA_INIT;
        struct str purpose = str_from(cases[i].purpose);
        struct ledger_transaction t = {.amount = cases[i].total, .payment_purpose = purpose};
        ledger_vat_from_purpose(&t, &a);
        if (!str_is(t.vat_rate, cases[i].rate ? cases[i].rate : ""))
            fail_msg("%s: rate '%.*s'", cases[i].purpose, STR_ARG(t.vat_rate));
        if (t.has_vat_amount != (cases[i].amount >= 0) ||
            (t.has_vat_amount && t.vat_amount != cases[i].amount))
            fail_msg(
                "%s: amount %d %lld", cases[i].purpose, t.has_vat_amount, (long long)t.vat_amount);
        struct buf left = BUF_INIT;
        struct vat_clause c;
        size_t at = 0;
        while (vat_clause_next(purpose, at, &c)) {
            assert_true(c.from >= at && c.to > c.from && c.to <= purpose.n);
            buf_add(&left, purpose.p + at, c.from - at);
            at = c.to;
        }
        buf_add(&left, purpose.p + at, purpose.n - at);
        if (cases[i].left && !str_is(buf_str(&left), cases[i].left))
            fail_msg("%s: left '%.*s'", cases[i].purpose, (int)left.n, left.p ? left.p : "");
        buf_release(&left);
        arena_release(&a);
    }
}

/* What the source states is not overwritten. */
static void stated(void **state)
{
    struct arena a = ARENA_INIT;
    struct ledger_transaction t = {
        .amount = 12000, .payment_purpose = STR("НДС 20% 20.00"), .vat_rate = STR("10%")};
    ledger_vat_from_purpose(&t, &a);
    assert_true(str_is(t.vat_rate, "10%"));
    assert_false(t.has_vat_amount);
    arena_release(&a);
}

/* Every rate is found again from the amount it makes, whatever the total. */
static void rates(void **state)
{
    static const int known[] = {5, 7, 10, 18, 20, 22};
    for (size_t i = 0; i < 6; i++)
        for (int64_t total = 100000; total < 100000000000; total = total * 7 / 3 + 17) {
            int64_t vat = (total * known[i] + (100 + known[i]) / 2) / (100 + known[i]);
            assert_int_equal(vat_rate_of(vat, total), known[i]);
        }
    assert_int_equal(vat_rate_of(1, 6), -1); /* too small to tell */
    assert_int_equal(vat_rate_of(5000, 10000), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses), cmocka_unit_test(stated), cmocka_unit_test(rates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
