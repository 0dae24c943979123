/* Amounts to the kopeck, dates, names with a tax number in front. */
#include "../base/cmocka_all.h"
#include <stdio.h>

#include "bankfile/value.h"

/* Any amount, in every spelling banks use, comes back as it was. */
static void amounts_keep_their_kopecks(void **state)
{
    static const char *const blanks[] = {"", " ", "\xC2\xA0", "\xE2\x80\xAF"};
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        int64_t kopecks = (int64_t)(x % 100000000000000000u) >> x % 50, got;
        const char *blank = blanks[x >> 60 & 3];
        int64_t whole = kopecks / 100;
        char digits[24], text[96];
        size_t n = 0;
        int length = snprintf(digits, sizeof digits, "%lld", (long long)whole);
        for (int k = 0; k < length; k++) {
            text[n++] = digits[k];
            if ((length - k - 1) % 3 == 0 && k + 1 < length)
                n += (size_t)snprintf(text + n, sizeof text - n, "%s", blank);
        }
        char point = x >> 59 & 1 ? '.' : ',';
        int rest = (int)(kopecks % 100);
        if (rest % 10 == 0 && rest && x >> 58 & 1)
            n += (size_t)snprintf(text + n, sizeof text - n, "%c%d", point, rest / 10);
        else if (rest || x >> 57 & 1)
            n += (size_t)snprintf(text + n, sizeof text - n, "%c%02d", point, rest);
        struct str s = {text, n};
        if (bankfile_amount(s, false, &got) != AMOUNT_OK || got != kopecks)
            fail_msg("%.*s: %lld, wanted %lld", STR_ARG(s), (long long)got, (long long)kopecks);
    }
}

static void wrong_amounts(void **state)
{
    int64_t got = 7;
    assert_int_equal(bankfile_amount(STR(""), false, &got), AMOUNT_ABSENT);
    assert_int_equal(bankfile_amount(STR("  "), false, &got), AMOUNT_ABSENT);
    assert_int_equal(bankfile_amount(STR("1.005"), false, &got), AMOUNT_DECIMALS);
    assert_int_equal(bankfile_amount(STR("1.000"), false, &got), AMOUNT_DECIMALS);
    assert_int_equal(bankfile_amount(STR("1000000000000000"), false, &got), AMOUNT_LARGE);
    assert_int_equal(bankfile_amount(STR("0001000000000000.00"), false, &got), AMOUNT_OK);
    const char *const bad[] = {
        "-5", "+5", "x", "1.2.3", "1e3", ".5", "1. 5", "5-00", "NaN", "1,2,3"};
    for (size_t i = 0; i < COUNT(bad); i++)
        if (bankfile_amount(str_from(bad[i]), false, &got) != AMOUNT_BAD)
            fail_msg("%s was taken", bad[i]);
    assert_int_equal(bankfile_amount(STR("-1 234,50"), true, &got), AMOUNT_OK); /* an overdraft */
    assert_int_equal(got, -123450);
    assert_int_equal(bankfile_amount(STR("15000."), false, &got), AMOUNT_OK);
    assert_int_equal(got, 1500000);
}

static void dates(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {{"14.03.2025", "2025-03-14"}, {" 14.03.2025 ", "2025-03-14"},
        {"14.03.25", "2025-03-14"}, {"2025-03-14", "2025-03-14"},
        {"2025-03-14T10:00:00", "2025-03-14"}, {"14.03.2025 10:00:00", "2025-03-14"},
        {"29.02.2024", "2024-02-29"}, {"29.02.2025", NULL}, {"31.04.2025", NULL},
        {"23.08.201819202122", NULL}, {"", NULL}, {"14.3.2025", NULL}, {"00.00.0000", NULL},
        {"14/03/2025", NULL}, {"1a.03.2025", NULL}, {"14.03.1899", NULL}, {"14.03.2025x", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        usec_t t;
        char text[TIME_TEXT];
        bool ok = bankfile_date(str_from(cases[i].text), &t);
        if (ok)
            time_format_date(t, text);
        if (ok != (cases[i].want != NULL) || (ok && strcmp(text, cases[i].want) != 0))
            fail_msg("%s: %s", cases[i].text, ok ? text : "refused");
    }
}

static void moments(void **state)
{
    static const struct {
        const char *day, *time, *want; /* NULL: refused */
    } cases[] = {{"05.03.2026", "18:04:09", "2026-03-05T18:04:09"},
        {"05.03.2026", " 9:05 ", "2026-03-05T09:05:00"}, {"05.03.2026", "", "2026-03-05T00:00:00"},
        {"05.03.2026", "24:00:00", "2026-03-05T00:00:00"},
        {"05.03.2026", "soon", "2026-03-05T00:00:00"},
        {"05.03.2026", "10:00:00 and a long remark", "2026-03-05T00:00:00"},
        {"31.02.2026", "10:00:00", NULL}, {"", "10:00:00", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        usec_t t, want;
        bool ok = bankfile_moment(str_from(cases[i].day), str_from(cases[i].time), &t);
        assert_int_equal(ok, cases[i].want != NULL);
        if (ok && (!time_parse_wall(str_from(cases[i].want), &want) || t != want))
            fail_msg("%s %s", cases[i].day, cases[i].time);
    }
}

static void names(void **state)
{
    static const struct {
        const char *text, *name, *inn, *kpp;
    } cases[] = {
        {"ИНН 6672307097 ООО \"Вектор\"", "ООО \"Вектор\"", "6672307097", ""},
        {"ИНН 3811185573/381101001 ООО \"Комбинат", "ООО \"Комбинат", "3811185573", "381101001"},
        {"7777777777, ООО \"Ромашка\"", "ООО \"Ромашка\"", "7777777777", ""},
        {"6154569327 ООО \"Юг\"", "ООО \"Юг\"", "6154569327", ""},
        {"ИНН7736050003, ООО", "ООО", "7736050003", ""},
        {"ИНН: 123456789012 Иванов Иван", "Иванов Иван", "123456789012", ""},
        {"ИНН 7736050003123 ООО", "ООО", "7736050003123", ""},
        {"ООО \"1 МАЯ\"", "ООО \"1 МАЯ\"", "", ""},
        {"1234567890", "1234567890", "", ""},
        {"12345 склад", "12345 склад", "", ""},
        {"ИННОВАЦИИ ООО", "ИННОВАЦИИ ООО", "", ""},
        {"", "", "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str inn, kpp, name = bankfile_name(str_from(cases[i].text), &inn, &kpp);
        if (!str_is(name, cases[i].name) || !str_is(inn, cases[i].inn) ||
            !str_is(kpp, cases[i].kpp))
            fail_msg("%s: \"%.*s\" \"%.*s\" \"%.*s\"", cases[i].text, STR_ARG(name), STR_ARG(inn),
                STR_ARG(kpp));
    }
}

static void currencies(void **state)
{
    assert_string_equal(bankfile_currency(STR("40702810900000000001")), "RUB");
    assert_string_equal(bankfile_currency(STR("40702840900000000001")), "USD");
    assert_string_equal(bankfile_currency(STR("40702978900000000001")), "EUR");
    assert_string_equal(bankfile_currency(STR("KZ86125KZT5004100100")), "KZT");
    assert_string_equal(bankfile_currency(STR("12312312312312312")), "RUB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(amounts_keep_their_kopecks),
        cmocka_unit_test(wrong_amounts), cmocka_unit_test(dates), cmocka_unit_test(moments),
        cmocka_unit_test(names), cmocka_unit_test(currencies)};
    return RUN(tests);
}
