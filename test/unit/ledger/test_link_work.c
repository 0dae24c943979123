/* What it costs to decide about many rows and candidates of one account, side, sum and day. */
#include <string.h>

static long compared;

static int compare(const void *a, const void *b, size_t n)
{
    compared++;
    return memcmp(a, b, n);
}

#define memcmp compare
#include "../../../src/ledger/link.c"
#undef memcmp

#include "../base/cmocka_all.h"

#include <stdio.h>

enum { ROWS = 800, CANDIDATES = 1000 };

static void on_open(void *arg, const struct link_row *r, const struct link_candidate *c)
{
    (void)r;
    (void)c;
    ++*(int *)arg;
}

/* Texts are compared to put them in order, and not for each of 800 000 pairs. */
static void texts_are_compared_once(void **state)
{
    static struct link_row row[ROWS];
    static struct link_candidate candidate[CANDIDATES];
    static char text[ROWS + CANDIDATES][16];
    int opened = 0;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        snprintf(text[i], sizeof text[i], "%d", 1000 + i);
        row[i] = (struct link_row){
            .place = i, .number = str_from(text[i]), .inn = STR("7707083893"), .apart = STR("7 8")};
    }
    for (int j = 0; j < CANDIDATES; j++) {
        snprintf(text[ROWS + j], sizeof text[0], "K100-%06d", 500 + j);
        candidate[j] = (struct link_candidate){
            .id = j + 1, .number = str_from(text[ROWS + j]), .inn = STR("7707083893")};
    }
    compared = 0;
    ledger_link_decide(row, ROWS, candidate, CANDIDATES, on_open, &opened);
    assert_in_range(compared, 1, ROWS * CANDIDATES / 10);
    int linked = 0, unclear = 0;
    for (int i = 0; i < ROWS; i++) {
        linked += row[i].level == LINK_PERFECT;
        unclear += row[i].unclear;
    }
    assert_int_equal(linked, 500); /* 1000 … 1499 are the numbers of both */
    assert_int_equal(unclear, 300);
    assert_int_equal(opened, 300 * LINK_OPEN_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_are_compared_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
