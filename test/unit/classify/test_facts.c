#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "classify/facts.h"
#include "classify/text.h"

#define CREDIT .type = LEDGER_CREDIT
#define DEBIT .type = LEDGER_DEBIT
#define TO(account) .counterparty_account = STR(account)
#define BUDGET(status, code) .facts = {.payer_status = STR(status), .kbk = STR(code)}

static const struct {
    struct ledger_transaction t;
    struct fact_ours ours;
    const char *purpose, *category;
    int confidence;
} cases[] = {
    /* own transfers */
    {{DEBIT, TO("40702810400000004583"), .account_number = STR("1")}, {.account = true}, "", "MOVE",
        99},
    {{DEBIT, TO("40702810400000004583")}, {.account = true}, "", NULL, 0}, /* ours is not known */
    {{CREDIT, .counterparty_inn = STR("3811185573"), .facts = {.our_inn = STR("3811185573")}}, {0},
        "", "MOVE", 99},
    {{CREDIT, TO("42105810466000000840"), .counterparty_inn = STR("3811185573"),
         .facts = {.our_inn = STR("3811185573")}},
        {0}, "возврат", "MOVE", 99},
    {{DEBIT, TO("45206810266000003325"), .counterparty_inn = STR("3811185573"),
         .facts = {.our_inn = STR("3811185573")}},
        {0}, "погашение", "EX_LOAN", 92}, /* a loan account in our name */
    {{DEBIT, .counterparty_inn = STR("3811185573")}, {.inn = true}, "", "MOVE", 95},
    {{DEBIT, .counterparty_inn = STR("0"), .facts = {.our_inn = STR("0")}}, {0}, "", NULL, 0},
    /* budget */
    {{DEBIT, TO("40101810400000010002"), BUDGET("02", "18210102010011000110")}, {0}, "", "EX_NDFL",
        97},
    {{DEBIT, TO("40101810400000010002"), BUDGET("01", "18210202090072110160")}, {0}, "",
        "EX_CONTRIB", 97},
    {{DEBIT, BUDGET("01", "18201061201010000510")}, {0}, "", "EX_ENP", 97},
    {{DEBIT, BUDGET("01", "18210301000011000110")}, {0}, "", "EX_VAT", 97},
    {{DEBIT, BUDGET("01", "18210803010011050110")}, {0}, "", "EX_TAX", 97},
    {{DEBIT, BUDGET("08", "18911301050016000130")}, {0}, "", "EX_TAX", 70},
    {{DEBIT, BUDGET("", "18210301000011000110")}, {0}, "", NULL,
        0}, /* a plain payment with a КБК */
    {{DEBIT, BUDGET("0", "18210301000011000110")}, {0}, "", NULL, 0},
    {{DEBIT, BUDGET("01", "0")}, {0}, "", NULL, 0},
    {{DEBIT, TO("03100643000000015400")}, {0}, "", "EX_TAX", 70},
    {{CREDIT, BUDGET("01", "18210301000011000110")}, {0}, "", NULL,
        0}, /* a refund: a person looks */
    /* the bank */
    {{DEBIT, TO("70601810000052740201")}, {0}, "комиссия", "EX_BANK", 95},
    {{DEBIT, TO("60309810800000000023"), .facts = {.payment_kind = STR("17")}}, {0},
        "ндс с комиссии", "EX_BANK", 95},
    {{DEBIT, TO("47423810966000003118"), .our_bank_bik = STR("042520700"),
         .counterparty_bik = STR("042520700")},
        {0}, "", "EX_BANK", 95},
    {{DEBIT, TO("70601810000052740201"), .our_bank_bik = STR("042520700"),
         .counterparty_bik = STR("044525225")},
        {0}, "", NULL, 0},                                                        /* another bank */
    {{DEBIT, TO("70601810000052740201")}, {0}, "комиссия за эквайринг", NULL, 0}, /* words decide */
    {{CREDIT, TO("70601810000052740201")}, {0}, "", NULL, 0},
    /* deposits and loans */
    {{DEBIT, TO("42105810466000000840")}, {0}, "размещение депозита", "MOVE", 90},
    {{CREDIT, TO("42105810466000000840")}, {0}, "уплата процентов", NULL, 0},
    {{CREDIT, TO("45206810266000003325")}, {0}, "предоставление кредита", "IN_LOAN", 92},
    {{DEBIT, TO("45206810266000003325")}, {0}, "погашение процентов", "EX_INTEREST", 90},
    {{DEBIT, TO("40702810400000004583")}, {0}, "оплата", NULL, 0},
};

static void table(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf purpose = BUF_INIT;
        classify_prepare(&purpose, str_from(cases[i].purpose));
        struct fact f = classify_fact(&cases[i].t, cases[i].ours, buf_str(&purpose));
        const char *want = cases[i].category;
        if (!f.category != !want || (want && strcmp(f.category, want) != 0) ||
            (want && f.confidence != cases[i].confidence))
            fail_msg("case %zu: %s %d, not %s", i, f.category ? f.category : "-", f.confidence,
                want ? want : "-");
        if (want)
            assert_true(f.ru && f.en);
        buf_release(&purpose);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
