#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ledger/cursor.h"

#define FULL "😀😀😀😀😀😀😀😀😀😀"
#define LONG FULL FULL FULL FULL FULL FULL FULL FULL /* 80 letters */

static void what_is_written_is_read(void **state)
{
    static const struct ledger_cursor places[] = {
        {1, 0, 0, {"", 0}},
        {INT64_MAX, 1735689600123456, 99999999999999999, {LONG, sizeof LONG - 1}},
        {17, -62135596800000000, -1, {"ООО «Имя» 1", 19}},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int sort = LEDGER_BY_DATE; sort <= LEDGER_BY_NAME; sort++)
            for (int ascending = 0; ascending < 2; ascending++) {
                char text[LEDGER_CURSOR_TEXT], room[LEDGER_CURSOR_TEXT];
                struct ledger_cursor got;
                const struct ledger_cursor *want = &places[i];
                ledger_cursor_write(want, sort, ascending, text);
                assert_true(ledger_cursor_read(str_from(text), sort, ascending, &got, room));
                assert_int_equal(got.id, want->id);
                if (sort == LEDGER_BY_DATE)
                    assert_int_equal(got.date, want->date);
                if (sort == LEDGER_BY_AMOUNT)
                    assert_int_equal(got.amount, want->amount);
                if (sort == LEDGER_BY_NAME)
                    assert_true(str_eq(got.name, want->name));
                for (int other = LEDGER_BY_DATE; other <= LEDGER_BY_NAME; other++)
                    assert_int_equal(
                        ledger_cursor_read(str_from(text), other, ascending, &got, room),
                        other == sort);
                assert_false(ledger_cursor_read(str_from(text), sort, !ascending, &got, room));
            }
}

static void a_long_name_is_cut_by_letters(void **state)
{
    char text[LEDGER_CURSOR_TEXT], room[LEDGER_CURSOR_TEXT];
    struct ledger_cursor got, place = {.id = 5, .name = STR(LONG "и ещё")};
    ledger_cursor_write(&place, LEDGER_BY_NAME, true, text);
    assert_true(ledger_cursor_read(str_from(text), LEDGER_BY_NAME, true, &got, room));
    assert_true(str_eq(got.name, STR(LONG)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_long_name_is_cut_by_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
