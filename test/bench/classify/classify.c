/* What a decision costs: R keyword rules, N purposes; nanoseconds a row, and what loading costs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "classify/rules.h"
#include "classify/text.h"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *const purposes[] = {"Оплата по счету № %d от 12.03.2026 за строительные "
                                       "материалы. В том числе НДС 20%% - 3416.95 руб.",
    "Заработная плата за март 2026 г. по реестру № %d от 10.03.2026. НДС не облагается",
    "Транспортно-экспедиционные услуги по заявке № %d от 12.03.2026. в т.ч. НДС 20%% - 3 416.95",
    "Комиссия за перевод по п/п %d от 12.03.2026 согласно тарифам банка. Без НДС",
    "Аренда склада за март 2026, счет %d от 01.03.2026, поставщик слово76. НДС-465000="};
enum { PURPOSES = sizeof purposes / sizeof *purposes };

int main(int argc, char **argv)
{
    int rules = argc > 1 ? atoi(argv[1]) : 10000, rows = argc > 2 ? atoi(argv[2]) : 100000,
        hits = 0;
    struct rules r = RULES_INIT;
    struct err err;
    char text[512];
    double began = seconds();
    for (int i = 0; i < rules; i++) {
        static const char *const forms[] = {
            "слово%d", "договор поставк %d", "товар%d + !возврат", "=номер%d | код%d"};
        snprintf(text, sizeof text, forms[i % 4], i, i);
        struct rule rule = {.id = i + 1,
            .category_id = i % 28,
            .confidence = 95,
            .priority = 100,
            .type = RULE_KEYWORD,
            .pattern = str_from(text)};
        if (rules_add(&r, &rule, &err) < 0) {
            fprintf(stderr, "%s: %s\n", text, err.message);
            return 1;
        }
    }
    double loaded = seconds();
    struct buf purpose = BUF_INIT;
    for (int i = 0; i < rows; i++) {
        struct rule_found found;
        struct ledger_transaction t = {.type = LEDGER_DEBIT};
        snprintf(text, sizeof text, purposes[i % PURPOSES], i);
        buf_clear(&purpose);
        classify_prepare_purpose(&purpose, str_from(text));
        rules_find(&r, &t, buf_str(&purpose), STR_NULL, &found);
        hits += found.rule != NULL;
    }
    double ended = seconds();
    printf("%d rules loaded in %.1f ms; %d rows in %.3f s, %.2f us a row, %d found\n", rules,
        (loaded - began) * 1e3, rows, ended - loaded, (ended - loaded) / rows * 1e6, hits);
    buf_release(&purpose);
    rules_release(&r);
    return 0;
}
