#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "classify/text.h"
#include "readable.h"

static void check(void (*prepare)(struct buf *, struct str), struct str text, const char *want)
{
    struct buf out = BUF_INIT, shown = BUF_INIT;
    prepare(&out, text);
    readable(&shown, buf_str(&out));
    if (strcmp(shown.p, want) != 0)
        fail_msg("'%.*s' became '%s', not '%s'", STR_ARG(text), shown.p, want);
    buf_release(&out);
    buf_release(&shown);
}

static void words(void **state)
{
    static const char *const cases[][2] = {
        {"Оплата за  молоко", "оплата за молоко"},
        {"ОПЛАТА\u00A0ЗА\tМОЛОКО\r\n", "оплата за молоко"},
        {"Счёт, ёлка; ЁЖ", "счет елка еж"},
        {"е\u0308лка и\u0306од", "елка йод"}, /* letters put together of two */
        {"теле\u00ADфон", "телефон"},
        {"счет №12 от 1.02", "счет # 12 от 1 02"},
        {"счет N12", "счет # 12"},
        {"счет N 12", "счет # 12"},
        {"счет #12", "счет # 12"},
        {"счет n12a", "счет n12a"},
        {"Oплaтa", "оплата"}, /* O and a are Latin */
        {"HДС, PКО", "ндс рко"},
        {"SMS-сервис", "sms сервис"},
        {"Paй", "рай"},
        {"webсайт", "webсайт"}, /* w has no Russian twin: left as it is */
        {"з/п", "з п"},
        {"К100-000001", "к100 000001"},
        {"«Ромашка» (ООО)", "ромашка ооо"},
        {"Қазақстан ІП", "~аза~стан ~п"},
        {"", ""},
        {" .,; ", ""},
        {"\xD0 \xFF оплата \xD0", "оплата"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(classify_prepare, str_from(cases[i][0]), cases[i][1]);
    check(classify_prepare, (struct str){"а\0б", 5}, "а б");
}

static void purposes(void **state)
{
    static const char *const cases[][2] = {
        {"Оплата аренды, в т.ч. НДС 20% - 3 416.95", "оплата аренды"},
        {"Возврат депозита. Без налога (НДС)", "возврат депозита"},
        {"за молоко НДС-465000= срочно", "за молоко срочно"},
        {"НДС за 2 квартал", "ндс за 2 квартал"},
        {"НДС С КОМИССИИ", "ндс с комиссии"},
        {"Без НДС", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(classify_prepare_purpose, str_from(cases[i][0]), cases[i][1]);
}

static void beginnings(void **state)
{
    assert_true(classify_has_word(STR("abc def"), STR("de")));
    assert_true(classify_has_word(STR("abc def"), STR("abc")));
    assert_true(classify_has_word(STR("abc def"), STR("def")));
    assert_false(classify_has_word(STR("abc def"), STR("bc")));
    assert_false(classify_has_word(STR("abc def"), STR("defg")));
    assert_false(classify_has_word(STR(""), STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words), cmocka_unit_test(purposes), cmocka_unit_test(beginnings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
