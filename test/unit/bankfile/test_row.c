/* Whose money and which way: the four rules, over every mix of accounts and dates. */
#include "../base/cmocka_all.h"
#include "dump.h"

#define OURS "40702810900000000001"
#define OTHER "40702810200000000002"
#define FOREIGN "40702810500000000777"

static struct dump read_document(const char *fields, const char *here, const char *earlier)
{
    struct dump d = {.parser.fragment_ok = true};
    struct buf text = BUF_INIT;
    struct str h = str_from(here), e = str_from(earlier);
    while (h.n) {
        struct str account = str_cut(&h, ' ');
        dump_own(&d, account);
    }
    while (e.n) {
        struct str account = str_cut(&e, ' ');
        map_put(&d.own.earlier, account.p, account.n, &d);
    }
    buf_printf(&text,
        "1CClientBankExchange\nСекцияДокумент=x\nНомер=1\nДата=14.03.2025\n"
        "Сумма=10.00\n%sКонецДокумента\nКонецФайла\n",
        fields);
    dump_piece(&d, buf_str(&text));
    dump_end(&d);
    buf_release(&text);
    return d;
}

static void is(const char *payer, const char *payee, bool debited, bool credited, const char *here,
    const char *earlier, const char *want)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "ПлательщикСчет=%s\nПолучательСчет=%s\nДатаСписано=%s\nДатаПоступило=%s\n", payer, payee,
        debited ? "15.03.2025" : "", credited ? "16.03.2025" : "");
    struct dump d = read_document(fields, here, earlier);
    const struct totals *t = &d.totals;
    char got[64];
    snprintf(got, sizeof got, "%s%s%s%s", t->out ? "out " : "", t->in ? "in " : "",
        t->internal ? "internal " : "", t->refused ? "refused " : "");
    if (strcmp(got, want) != 0)
        fail_msg("%s → %s, dates %d %d, here \"%s\", earlier \"%s\": \"%s\", wanted \"%s\"\n%.*s",
            payer, payee, debited, credited, here, earlier, got, want, STR_ARG(buf_str(&d.text)));
    dump_release(&d);
}

static void accounts_decide_before_dates(void **state)
{
    for (int dates = 0; dates < 4; dates++) {
        bool debited = dates & 1, credited = dates & 2;
        is(OURS, FOREIGN, debited, credited, OURS, "", "out ");
        is(FOREIGN, OURS, debited, credited, OURS, "", "in ");
        is(OURS, OTHER, debited, credited, OURS " " OTHER, "", "out in internal ");
        /* the other account's own statement brings the other half */
        is(OURS, OTHER, debited, credited, OURS, OTHER, "out internal ");
        is(OTHER, OURS, debited, credited, OURS, OTHER, "in internal ");
        is(OURS, FOREIGN, debited, credited, "", OURS, "out ");
        is(OURS, OTHER, debited, credited, "", OURS " " OTHER, "out in internal ");
    }
}

static void dates_decide_where_no_account_does(void **state)
{
    is(FOREIGN, FOREIGN, true, false, OURS, "", "out ");
    is(FOREIGN, FOREIGN, false, true, OURS, "", "in ");
    is(FOREIGN, FOREIGN, true, true, OURS, "", "refused ");
    is(FOREIGN, FOREIGN, false, false, OURS, "", "refused ");
    is(FOREIGN, FOREIGN, false, true, "", "", "in ");
    is("", "", true, false, OURS, "", "out ");
    is("", "", true, false, "", "", "refused ");
    is(OURS, OURS, true, false, OURS, "", "out internal ");
    is(OURS, OURS, true, true, OURS, "", "out in internal ");
}

/* The same payment is the same row; another one is not. */
static void identity_of_rows(void **state)
{
    static const char base[] = "ПлательщикСчет=" OURS "\nПолучательСчет=" FOREIGN
                               "\nПлательщикИНН=7707083893\nНазначениеПлатежа=Оплата\n";
    static const char *const same[] = {"Плательщик1=Другое имя\n", "ПолучательБанк1=Банк\n",
        "Очередность=5\n", "ПолучательКПП=773601001\n", "Неизвестное=поле\n"};
    static const char *const other[] = {"Номер=2\n", "Сумма=10.01\n", "ДатаСписано=15.03.2025\n",
        "ПолучательИНН=7736050003\n", "НазначениеПлатежа=Оплата 2\n", "ПолучательСчет=" OTHER "\n"};
    char fields[1024], want[64], got[64];
    struct dump d = read_document(base, OURS, "");
    buf_addc(&d.text, 0);
    const char *at = strstr(d.text.p, "\"identity\"");
    snprintf(want, sizeof want, "%.50s", at);
    dump_release(&d);
    for (size_t i = 0; i < COUNT(same) + COUNT(other); i++) {
        bool is_same = i < COUNT(same);
        snprintf(fields, sizeof fields, "%s%s", base, is_same ? same[i] : other[i - COUNT(same)]);
        d = read_document(fields, OURS, "");
        buf_addc(&d.text, 0);
        snprintf(got, sizeof got, "%.50s", strstr(d.text.p, "\"identity\""));
        if ((strcmp(got, want) == 0) != is_same)
            fail_msg("%s: %s and %s", fields, got, want);
        dump_release(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accounts_decide_before_dates),
        cmocka_unit_test(dates_decide_where_no_account_does), cmocka_unit_test(identity_of_rows)};
    return RUN(tests);
}
