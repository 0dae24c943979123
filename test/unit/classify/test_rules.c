#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "classify/rules.h"
#include "classify/text.h"

static void add(struct rules *r, int64_t id, enum rule_type type, const char *pattern,
    int64_t category, int priority, enum rule_direction direction)
{
    struct err err;
    struct rule rule = {.id = id,
        .type = type,
        .pattern = str_from(pattern),
        .category_id = category,
        .priority = priority,
        .confidence = 95,
        .direction = direction};
    if (rules_add(r, &rule, &err) < 0)
        fail_msg("%s: %s", pattern, err.message);
}

static struct rule_found find(struct rules *r, struct ledger_transaction t)
{
    struct buf purpose = BUF_INIT, name = BUF_INIT;
    struct rule_found f;
    classify_prepare_purpose(&purpose, t.payment_purpose);
    classify_prepare(&name, t.counterparty_name);
    rules_find(r, &t, buf_str(&purpose), buf_str(&name), &f);
    buf_release(&purpose);
    buf_release(&name);
    return f;
}

#define ROW(...) ((struct ledger_transaction){.type = LEDGER_DEBIT, __VA_ARGS__})
#define PURPOSE(text) ROW(.payment_purpose = STR(text))

static int64_t found(struct rules *r, struct ledger_transaction t)
{
    struct rule_found f = find(r, t);
    return f.rule ? f.rule->id : 0;
}

static void word_beginnings(void **state)
{
    struct rules r = RULES_INIT;
    add(&r, 1, RULE_KEYWORD, "работ", 1, 100, RULE_BOTH);
    add(&r, 2, RULE_KEYWORD, "плата за", 2, 90, RULE_BOTH);
    add(&r, 3, RULE_KEYWORD, "=опс", 3, 80, RULE_BOTH);
    add(&r, 4, RULE_KEYWORD, "услуг связи", 4, 70, RULE_BOTH);
    assert_int_equal(found(&r, PURPOSE("Заработная плата")), 0);
    assert_int_equal(found(&r, PURPOSE("за РАБОТЫ по акту")), 1);
    assert_int_equal(found(&r, PURPOSE("Оплата за товар")), 0);
    assert_int_equal(found(&r, PURPOSE("Плата за товар")), 2);
    assert_int_equal(found(&r, PURPOSE("Плата завода")), 0);
    assert_int_equal(found(&r, PURPOSE("взнос ОПС")), 3);
    assert_int_equal(found(&r, PURPOSE("опска")), 0);
    assert_int_equal(found(&r, PURPOSE("Услуги связи за май")), 4);
    assert_int_equal(found(&r, PURPOSE("Услуги в связи")), 0);
    assert_int_equal(found(&r, PURPOSE("услуг")), 0);
    assert_int_equal(found(&r, PURPOSE("")), 0);
    rules_release(&r);
}

static void conditions(void **state)
{
    struct rules r = RULES_INIT;
    add(&r, 1, RULE_KEYWORD, "процент + депозит", 1, 100, RULE_CREDIT);
    add(&r, 2, RULE_KEYWORD, "депозит + !процент", 2, 100, RULE_BOTH);
    add(&r, 3, RULE_KEYWORD, "процент + кредит | овердрафт", 3, 100, RULE_DEBIT);
    struct ledger_transaction in = {
        .type = LEDGER_CREDIT, .payment_purpose = STR("Проценты по депозиту")};
    assert_int_equal(found(&r, in), 1);
    assert_int_equal(found(&r, PURPOSE("Проценты по депозиту")), 0);
    assert_int_equal(found(&r, PURPOSE("Возврат депозита")), 2);
    assert_int_equal(found(&r, PURPOSE("кредит, процент")), 3);
    assert_int_equal(found(&r, PURPOSE("овердрафт")), 3);
    assert_int_equal(found(&r, PURPOSE("кредит")), 0);
    rules_release(&r);
}

/* Whatever the order of loading, the same rule wins. */
static void order(void **state)
{
    static const struct {
        int64_t id;
        enum rule_type type;
        const char *pattern;
        int priority;
    } all[] = {
        {1, RULE_KEYWORD, "молоко", 100},
        {2, RULE_KEYWORD, "за молоко", 100},
        {3, RULE_COUNTERPARTY_NAME, "Ромашка", 100},
        {4, RULE_BUSINESS_OPERATION, "Оплата", 100},
        {5, RULE_COUNTERPARTY_INN, "7707083893", 100},
        {6, RULE_KEYWORD, "вода", 200},
    };
    enum { N = sizeof all / sizeof *all };
    for (int turn = 0; turn < N; turn++) {
        struct rules r = RULES_INIT;
        for (int i = 0; i < N; i++) {
            int k = (i + turn) % N;
            add(&r, all[k].id, all[k].type, all[k].pattern, all[k].id, all[k].priority, RULE_BOTH);
        }
        struct ledger_transaction t = PURPOSE("за молоко");
        assert_int_equal(found(&r, t), 2);
        t.counterparty_name = STR("ООО \"РОМАШКА\"");
        assert_int_equal(found(&r, t), 3);
        t.business_operation = STR("Оплата");
        assert_int_equal(found(&r, t), 4);
        t.counterparty_inn = STR("7707083893");
        assert_int_equal(found(&r, t), 5);
        t.payment_purpose = STR("за молоко и воду, вода");
        assert_int_equal(found(&r, t), 6);
        rules_release(&r);
    }
}

static void rivals(void **state)
{
    struct rules r = RULES_INIT;
    add(&r, 2, RULE_KEYWORD, "хлеб", 20, 100, RULE_BOTH);
    add(&r, 1, RULE_KEYWORD, "соль", 10, 100, RULE_BOTH);
    add(&r, 3, RULE_KEYWORD, "мука", 10, 100, RULE_BOTH);
    struct rule_found f = find(&r, PURPOSE("хлеб, соль"));
    assert_int_equal(f.rule->id, 1);
    assert_int_equal(f.rival->id, 2);
    f = find(&r, PURPOSE("мука, соль")); /* of the same category */
    assert_int_equal(f.rule->id, 1);
    assert_null(f.rival);
    rules_release(&r);
}

/* A brute reading of the same words gives the same answers. */
static void many_against_brute_force(void **state)
{
    enum { RULES = 10000 };
    struct rules r = RULES_INIT;
    char pattern[64], text[160];
    for (int i = 0; i < RULES; i++) {
        snprintf(pattern, sizeof pattern, i % 3 ? "слово%d" : "=слово%d", i);
        add(&r, i + 1, RULE_KEYWORD, pattern, i, 100, RULE_BOTH);
    }
    for (int i = 0; i < 2000; i++) {
        int n = i * 37 % RULES, best = -1, length = 0;
        snprintf(text, sizeof text, "оплата слово%d по договору", n);
        for (int k = 0; k < RULES; k++) { /* rules whose digits begin those of n */
            char digits[12], whole[12];
            snprintf(digits, sizeof digits, "%d", k);
            snprintf(whole, sizeof whole, "%d", n);
            bool fits = k % 3 ? strncmp(digits, whole, strlen(digits)) == 0 : k == n;
            if (fits && (int)strlen(digits) > length) {
                best = k;
                length = (int)strlen(digits);
            }
        }
        assert_int_equal(found(&r, ROW(.payment_purpose = str_from(text))), best + 1);
    }
    rules_release(&r);
}

static void refused(void **state)
{
    struct arena a = ARENA_INIT;
    struct err err;
    assert_int_equal(rule_check(RULE_COUNTERPARTY_INN, STR("77070838а3"), &a, &err), -1);
    assert_int_equal(rule_check(RULE_COUNTERPARTY_INN, STR(""), &a, &err), -1);
    assert_int_equal(rule_check(RULE_COUNTERPARTY_INN, STR(" 7707083893 "), &a, &err), 0);
    assert_int_equal(rule_check(RULE_BUSINESS_OPERATION, STR(" "), &a, &err), -1);
    assert_int_equal(rule_check(RULE_COUNTERPARTY_NAME, STR("ООО"), &a, &err), -1);
    assert_int_equal(rule_check(RULE_KEYWORD, STR("аренд"), &a, &err), 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(word_beginnings),
        cmocka_unit_test(conditions), cmocka_unit_test(order), cmocka_unit_test(rivals),
        cmocka_unit_test(many_against_brute_force), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
