#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "onec/statement.h"

static void is(struct str got, const char *want)
{
    if (!str_is(got, want ? want : ""))
        fail_msg("'%.*s' is not '%s'", STR_ARG(got), want);
    if (!want)
        assert_null(got.p);
}

static const char usual[] = "СекцияДокумент=Платежное поручение\r\n"
                            "Номер=17\r\n"
                            "Дата=14.03.2025\r\n"
                            "Сумма=1234.50\r\n"
                            "ПлательщикСчет=40702810400000004583\r\n"
                            "Плательщик=ИНН 7707083893 ООО \"Вектор\"\r\n"
                            "Плательщик1=ООО \"Вектор\"\r\n"
                            "ПлательщикИНН=7707083893\r\n"
                            "ПлательщикКПП=770701001\r\n"
                            "ПлательщикРасчСчет=40702810400000000000\r\n"
                            "ПлательщикБанк1=ПАО СБЕРБАНК\r\n"
                            "ПлательщикБИК=044525225\r\n"
                            "Получатель1=ИП Иванов = сыновья\r\n"
                            "ПолучательИНН=500100732259\r\n"
                            "ПолучательКПП=0\r\n"
                            "ПолучательРасчСчет=40802810000000000001\r\n"
                            "НазначениеПлатежа=Оплата по счету 5, НДС-465000=\r\n"
                            "КонецДокумента\r\n";

static void check_usual(const char *text, size_t n)
{
    struct onec_statement s;
    onec_statement_parse(&s, (struct str){text, n});
    is(s.payer.name, "ООО \"Вектор\"");
    is(s.payer.inn, "7707083893");
    is(s.payer.kpp, "770701001");
    is(s.payer.account, "40702810400000004583");
    is(s.payer.bank, "ПАО СБЕРБАНК");
    is(s.payer.bik, "044525225");
    is(s.payee.name, "ИП Иванов = сыновья");
    is(s.payee.inn, "500100732259");
    is(s.payee.kpp, NULL);
    is(s.payee.account, "40802810000000000001");
    is(s.payee.bank, NULL);
    is(s.purpose, "Оплата по счету 5, НДС-465000=");
}

static void both_sides(void **state)
{
    char unix_ends[sizeof usual];
    size_t n = 0;
    check_usual(usual, sizeof usual - 1);
    for (const char *p = usual; *p; p++)
        if (*p != '\r')
            unix_ends[n++] = *p;
    check_usual(unix_ends, n);
}

static void names_with_numbers_in_front(void **state)
{
    static const struct {
        const char *text, *name, *inn, *kpp;
    } t[] = {
        {"Плательщик=ИНН 6672307097 ООО \"А\"", "ООО \"А\"", "6672307097", NULL},
        {"Плательщик=ИНН 3811185573/381101001 ООО Б", "ООО Б", "3811185573", "381101001"},
        {"Плательщик=7777777777, ООО \"В\"", "ООО \"В\"", "7777777777", NULL},
        {"Плательщик=6154569327 ООО \"Г\"", "ООО \"Г\"", "6154569327", NULL},
        {"Плательщик=ИНН500100732259 Иванов", "Иванов", "500100732259", NULL},
        {"Плательщик=ИНН 6672307097 ООО Д\nПлательщикИНН=1\n", "ООО Д", "1", NULL},
        {"Плательщик=1234567890", "1234567890", NULL, NULL},
        {"Плательщик=12345 рублей ООО", "12345 рублей ООО", NULL, NULL},
        {"Плательщик=1234567890А", "1234567890А", NULL, NULL},
        {"Плательщик=0", NULL, NULL, NULL},
        {"Плательщик=", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
        {"=x\n==\nПлательщик\nПлательщикX=1", NULL, NULL, NULL},
        {"Плательщик=А\nПлательщик=\nПлательщик=Б\n", "Б", NULL, NULL},
        {"  Плательщик \t=  А  \r\n", "А", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct onec_statement s;
        onec_statement_parse(&s, str_from(t[i].text));
        is(s.payer.name, t[i].name);
        is(s.payer.inn, t[i].inn);
        is(s.payer.kpp, t[i].kpp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides), cmocka_unit_test(names_with_numbers_in_front)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
