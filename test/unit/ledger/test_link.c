/* Which row of 1C is a statement's payment. */
#include "../base/cmocka_all.h"

#include "ledger/link.h"

#define DAY (86400LL * 1000000)

static struct link_row row(int day, const char *number, const char *inn)
{
    return (struct link_row){.posted = day * DAY, .number = str_from(number), .inn = str_from(inn)};
}

static struct link_candidate candidate(
    int of, int64_t id, int day, const char *number, const char *inn)
{
    return (struct link_candidate){
        .row = of, .id = id, .date = day * DAY, .number = str_from(number), .inn = str_from(inn)};
}

static void is(const struct link_row *r, int64_t linked, bool unclear)
{
    assert_int_equal(r->linked_id, linked);
    assert_int_equal(r->unclear, unclear);
}

static void numbers(void **state)
{
    assert_true(ledger_link_same_number(STR("К100-000123"), STR("123")));
    assert_true(ledger_link_same_number(STR("123"), STR("000123")));
    assert_false(ledger_link_same_number(STR("123"), STR("124")));
    assert_false(ledger_link_same_number(STR("123"), STR("1123")));
    assert_false(ledger_link_same_number(STR(""), STR("")));
    assert_false(ledger_link_same_number(STR("000"), STR("0")));
    assert_false(ledger_link_same_number(STR_NULL, STR("5")));
}

static void number_or_inn_must_speak_for_it(void **state)
{
    struct link_row r = row(10, "123", "7736050003");
    struct link_candidate c = candidate(0, 7, 12, "К-00123", NULL);
    ledger_link_decide(&r, 1, &c, 1);
    is(&r, 7, false);
    c = candidate(0, 7, 8, "9", "7736050003");
    ledger_link_decide(&r, 1, &c, 1);
    is(&r, 7, false);
    c = candidate(0, 7, 10, "9", NULL); /* only the sum and the day */
    ledger_link_decide(&r, 1, &c, 1);
    is(&r, 0, true);
    c = candidate(0, 7, 10, "123", "5003052454"); /* another party */
    ledger_link_decide(&r, 1, &c, 1);
    is(&r, 0, false);
    ledger_link_decide(&r, 1, NULL, 0);
    is(&r, 0, false);
}

static void the_better_one_wins(void **state)
{
    struct link_row r[2] = {row(10, "1", "7736050003"), row(10, "2", "7736050003")};
    struct link_candidate c[] = {candidate(0, 71, 11, "2", "7736050003"),
        candidate(0, 72, 10, "5", "7736050003"), candidate(1, 71, 11, "2", "7736050003"),
        candidate(1, 72, 10, "5", "7736050003")};
    ledger_link_decide(r, 2, c, 4); /* the second has the number of 71: the first gets the other */
    is(&r[0], 72, false);
    is(&r[1], 71, false);
}

static void equal_ones_are_paired_off_and_different_ones_left(void **state)
{
    struct link_row r[3] = {
        row(10, "", "7736050003"), row(10, "", "7736050003"), row(10, "", "7736050003")};
    struct link_candidate c[6];
    for (int i = 0; i < 6; i++)
        c[i] = candidate(i / 2, 71 + i % 2, 10, "", "7736050003");
    ledger_link_decide(r, 3, c, 6);
    is(&r[0], 71, false);
    is(&r[1], 72, false);
    is(&r[2], 0, false); /* 1C has two of three */
    struct link_row one = row(10, "", "7736050003");
    struct link_candidate two[] = {
        candidate(0, 71, 10, "8", "7736050003"), candidate(0, 72, 10, "9", "7736050003")};
    ledger_link_decide(&one, 1, two, 2);
    is(&one, 0, true);
    assert_int_equal(one.doubt, LINK_SEVERAL);
    assert_true(two[0].open && two[1].open);
}

static void one_row_of_1c_for_different_rows_of_a_statement(void **state)
{
    struct link_row r[2] = {row(10, "1", "7736050003"), row(10, "2", "7736050003")};
    struct link_candidate c[] = {
        candidate(0, 71, 10, "9", "7736050003"), candidate(1, 71, 10, "9", "7736050003")};
    ledger_link_decide(r, 2, c, 2);
    for (int i = 0; i < 2; i++) {
        is(&r[i], 0, true);
        assert_int_equal(r[i].doubt, LINK_SHARED);
        assert_true(c[i].open);
    }
    /* two of them in 1C that nobody can tell apart: it does not matter who gets which */
    struct link_candidate two[4];
    for (int i = 0; i < 4; i++)
        two[i] = candidate(i / 2, 71 + i % 2, 10, "9", "7736050003");
    ledger_link_decide(r, 2, two, 4);
    is(&r[0], 71, false);
    is(&r[1], 72, false);
    /* a third row with the number of one of them: that one is gone, the rest is unclear */
    struct link_row three[] = {r[0], r[1], row(10, "9", "7736050003")};
    struct link_candidate again[6];
    for (int i = 0; i < 6; i++)
        again[i] = candidate(i / 2, 71 + i % 2, 10, i % 2 ? "8" : "9", "7736050003");
    ledger_link_decide(three, 3, again, 6);
    is(&three[2], 71, false);
    is(&three[0], 0, true);
    is(&three[1], 0, true);
    assert_false(again[0].open);
    assert_true(again[1].open && again[3].open);
}

static void what_only_the_sum_speaks_for_is_open_on_all_days(void **state)
{
    struct link_row r = row(10, "1", NULL);
    struct link_candidate c[] = {candidate(0, 71, 10, "8", NULL), candidate(0, 72, 12, "9", NULL)};
    ledger_link_decide(&r, 1, c, 2);
    is(&r, 0, true);
    assert_int_equal(r.doubt, LINK_SUM_ONLY);
    assert_true(c[0].open && c[1].open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
        cmocka_unit_test(number_or_inn_must_speak_for_it), cmocka_unit_test(the_better_one_wins),
        cmocka_unit_test(equal_ones_are_paired_off_and_different_ones_left),
        cmocka_unit_test(one_row_of_1c_for_different_rows_of_a_statement),
        cmocka_unit_test(what_only_the_sum_speaks_for_is_open_on_all_days)};
    return RUN(tests);
}
