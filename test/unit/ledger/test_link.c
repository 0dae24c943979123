/* Which row of 1C is a statement's payment. */
#include "../base/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/link.h"

#define DAY (86400LL * 1000000)

static struct link_row row(int day, const char *number, const char *inn)
{
    return (struct link_row){.posted = day * DAY, .number = str_from(number), .inn = str_from(inn)};
}

static struct link_candidate candidate(int64_t id, int day, const char *number, const char *inn)
{
    return (struct link_candidate){
        .id = id, .date = day * DAY, .number = str_from(number), .inn = str_from(inn)};
}

/* ---- answers by place, whatever order the rows were put into ---- */

enum { MOST = 64 };
static struct link_row answer[MOST];
static struct {
    int place;
    int64_t id;
} opened[MOST * LINK_OPEN_MAX];
static int opened_count;

static void on_open(void *arg, const struct link_row *r, const struct link_candidate *c)
{
    (void)arg;
    opened[opened_count].place = r->place;
    opened[opened_count++].id = c->id;
}

static void decide(
    const struct link_row *rows, int count, const struct link_candidate *candidates, int n)
{
    struct link_row mine[MOST];
    struct link_candidate others[MOST];
    memcpy(mine, rows, (size_t)count * sizeof *rows);
    if (n)
        memcpy(others, candidates, (size_t)n * sizeof *candidates);
    for (int i = 0; i < count; i++)
        mine[i].place = i;
    opened_count = 0;
    ledger_link_decide(mine, count, others, n, on_open, NULL);
    for (int i = 0; i < count; i++)
        answer[mine[i].place] = mine[i];
}

static bool open_between(int place, int64_t id)
{
    for (int i = 0; i < opened_count; i++)
        if (opened[i].place == place && opened[i].id == id)
            return true;
    return false;
}

static void is(int place, int64_t linked, bool unclear)
{
    assert_int_equal(answer[place].linked_id, linked);
    assert_int_equal(answer[place].unclear, unclear);
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
    struct link_candidate c = candidate(7, 12, "К-00123", NULL);
    decide(&r, 1, &c, 1);
    is(0, 7, false);
    c = candidate(7, 8, "9", "7736050003");
    decide(&r, 1, &c, 1);
    is(0, 7, false);
    c = candidate(7, 10, "9", NULL); /* only the sum and the day */
    decide(&r, 1, &c, 1);
    is(0, 0, true);
    c = candidate(7, 10, "123", "5003052454"); /* another party */
    decide(&r, 1, &c, 1);
    is(0, 0, false);
    c = candidate(7, 14, "123", "7736050003"); /* too far away */
    decide(&r, 1, &c, 1);
    is(0, 0, false);
    decide(&r, 1, NULL, 0);
    is(0, 0, false);
}

static void the_better_one_wins(void **state)
{
    struct link_row r[2] = {row(10, "1", "7736050003"), row(10, "2", "7736050003")};
    struct link_candidate c[] = {
        candidate(71, 11, "2", "7736050003"), candidate(72, 10, "5", "7736050003")};
    decide(r, 2, c, 2); /* the second has the number of 71: the first gets the other */
    is(0, 72, false);
    is(1, 71, false);
    assert_int_equal(answer[0].level, 3);
    assert_int_equal(answer[1].level, 6);
}

static void equal_ones_are_paired_off_and_different_ones_left(void **state)
{
    struct link_row r[3] = {
        row(10, "", "7736050003"), row(10, "", "7736050003"), row(10, "", "7736050003")};
    struct link_candidate c[] = {
        candidate(71, 10, "", "7736050003"), candidate(72, 10, "", "7736050003")};
    decide(r, 3, c, 2);
    is(0, 71, false);
    is(1, 72, false);
    is(2, 0, false); /* 1C has two of three */
    struct link_row one = row(10, "", "7736050003");
    struct link_candidate two[] = {
        candidate(71, 10, "8", "7736050003"), candidate(72, 10, "9", "7736050003")};
    decide(&one, 1, two, 2);
    is(0, 0, true);
    assert_int_equal(answer[0].doubt, LINK_SEVERAL);
    assert_true(open_between(0, 71) && open_between(0, 72));
}

static void one_row_of_1c_for_different_rows_of_a_statement(void **state)
{
    struct link_row r[3] = {
        row(10, "1", "7736050003"), row(10, "2", "7736050003"), row(10, "9", "7736050003")};
    struct link_candidate c[] = {
        candidate(71, 10, "9", "7736050003"), candidate(72, 10, "8", "7736050003")};
    decide(r, 2, c, 1);
    for (int i = 0; i < 2; i++) {
        is(i, 0, true);
        assert_int_equal(answer[i].doubt, LINK_SHARED);
        assert_true(open_between(i, 71));
    }
    /* two of them in 1C that nobody can tell apart: it does not matter who gets which */
    struct link_candidate two[] = {
        candidate(71, 10, "9", "7736050003"), candidate(72, 10, "9", "7736050003")};
    decide(r, 2, two, 2);
    is(0, 71, false);
    is(1, 72, false);
    /* a third row with the number of one of them: that one is gone, the rest is unclear */
    decide(r, 3, c, 2);
    is(2, 71, false);
    is(0, 0, true);
    is(1, 0, true);
    assert_false(open_between(0, 71));
    assert_true(open_between(0, 72) && open_between(1, 72));
}

static void what_only_the_sum_speaks_for_is_open_on_all_days(void **state)
{
    struct link_row r = row(10, "1", NULL);
    struct link_candidate c[] = {candidate(71, 10, "8", NULL), candidate(72, 12, "9", NULL)};
    decide(&r, 1, c, 2);
    is(0, 0, true);
    assert_int_equal(answer[0].doubt, LINK_SUM_ONLY);
    assert_true(open_between(0, 71) && open_between(0, 72));
}

static void what_a_person_called_different_stays_apart(void **state)
{
    struct link_row r = row(10, "1", "7736050003");
    struct link_candidate c[] = {
        candidate(71, 10, "1", "7736050003"), candidate(172, 11, "1", "7736050003")};
    r.apart = STR("17 71");
    decide(&r, 1, c, 2);
    is(0, 172, false);
    r.apart = STR("172 71");
    decide(&r, 1, c, 2);
    is(0, 0, false);
}

static void among_equal_ones_a_row_keeps_what_it_has(void **state)
{
    struct link_row r[2] = {row(10, "", "7736050003"), row(10, "", "7736050003")};
    struct link_candidate c[] = {
        candidate(71, 10, "", "7736050003"), candidate(72, 10, "", "7736050003")};
    r[1].id = 5;
    r[1].linked_id = 71; /* a new row stands before it in the file */
    decide(r, 2, c, 2);
    is(0, 72, false);
    is(1, 71, false);
}

/* ---- any field of rows ---- */

static unsigned chance(unsigned below)
{
    static uint64_t x = 88172645463325252u; /* xorshift: the same fields each time */
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return (unsigned)(x >> 33) % below;
}

static const char *some_number(void)
{
    static const char *const numbers[] = {"1", "К-1", "2", "3", ""};
    return numbers[chance(5)];
}

static const char *some_inn(void)
{
    static const char *const inns[] = {"7736050003", "5003052454", "", "7736050003"};
    return inns[chance(4)];
}

struct field {
    struct link_row rows[MOST];
    struct link_candidate candidates[MOST];
    int count, n;
};

static void make(struct field *f, unsigned most, unsigned days)
{
    f->count = (int)(1 + chance(most));
    f->n = (int)chance(most + 1);
    for (int i = 0; i < f->count; i++) {
        f->rows[i] = row((int)(100 + chance(days)), some_number(), some_inn());
        f->rows[i].id = i + 1;
    }
    for (int j = 0; j < f->n; j++)
        f->candidates[j] =
            candidate(1000 + j, (int)(100 + chance(days)), some_number(), some_inn());
}

static void swap_rows(struct field *f, int *where)
{
    for (int i = f->count - 1; i > 0; i--) {
        int k = (int)chance((unsigned)i + 1), w = where[i];
        struct link_row r = f->rows[i];
        f->rows[i] = f->rows[k];
        f->rows[k] = r;
        where[i] = where[k];
        where[k] = w;
    }
    for (int j = f->n - 1; j > 0; j--) {
        int k = (int)chance((unsigned)j + 1);
        struct link_candidate c = f->candidates[j];
        f->candidates[j] = f->candidates[k];
        f->candidates[k] = c;
    }
}

static void the_order_of_coming_does_not_matter(void **state)
{
    static struct field f;
    int unclear = 0, linked = 0;
    for (int round = 0; round < 3000; round++) {
        struct link_row expected[MOST];
        int where[MOST];
        make(&f, 12, 10);
        decide(f.rows, f.count, f.candidates, f.n);
        memcpy(expected, answer, sizeof expected);
        for (int i = 0; i < f.count; i++) {
            where[i] = i;
            linked += expected[i].linked_id != 0;
            unclear += expected[i].unclear;
        }
        swap_rows(&f, where);
        decide(f.rows, f.count, f.candidates, f.n);
        for (int i = 0; i < f.count; i++) {
            assert_int_equal(answer[i].linked_id, expected[where[i]].linked_id);
            assert_int_equal(answer[i].unclear, expected[where[i]].unclear);
            assert_true(!answer[i].unclear || answer[i].doubt == expected[where[i]].doubt);
        }
        /* and what stands stays, when nothing has come */
        for (int i = 0; i < f.count; i++)
            f.rows[i].linked_id = answer[i].linked_id;
        decide(f.rows, f.count, f.candidates, f.n);
        for (int i = 0; i < f.count; i++)
            assert_int_equal(answer[i].linked_id, f.rows[i].linked_id);
    }
    assert_true(linked > 1000 && unclear > 1000);
}

/* Whoever is further away than LINK_REACH has no say. */
static void an_answer_is_a_matter_of_the_neighbourhood(void **state)
{
    static struct field f, part;
    int where[MOST];
    for (int round = 0; round < 3000; round++) {
        make(&f, MOST, 90);
        decide(f.rows, f.count, f.candidates, f.n);
        struct link_row expected[MOST];
        memcpy(expected, answer, sizeof expected);
        usec_t middle = f.rows[0].posted, reach = LINK_REACH * DAY;
        part.count = part.n = 0;
        for (int i = 0; i < f.count; i++)
            if (llabs(f.rows[i].posted - middle) <= reach) {
                where[part.count] = i;
                part.rows[part.count++] = f.rows[i];
            }
        for (int j = 0; j < f.n; j++)
            if (llabs(f.candidates[j].date - middle) <= reach + LINK_DAYS * DAY)
                part.candidates[part.n++] = f.candidates[j];
        decide(part.rows, part.count, part.candidates, part.n);
        for (int i = 0; i < part.count; i++)
            if (where[i] == 0) {
                assert_int_equal(answer[i].linked_id, expected[0].linked_id);
                assert_int_equal(answer[i].unclear, expected[0].unclear);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
        cmocka_unit_test(number_or_inn_must_speak_for_it), cmocka_unit_test(the_better_one_wins),
        cmocka_unit_test(equal_ones_are_paired_off_and_different_ones_left),
        cmocka_unit_test(one_row_of_1c_for_different_rows_of_a_statement),
        cmocka_unit_test(what_only_the_sum_speaks_for_is_open_on_all_days),
        cmocka_unit_test(what_a_person_called_different_stays_apart),
        cmocka_unit_test(among_equal_ones_a_row_keeps_what_it_has),
        cmocka_unit_test(the_order_of_coming_does_not_matter),
        cmocka_unit_test(an_answer_is_a_matter_of_the_neighbourhood)};
    return RUN(tests);
}
