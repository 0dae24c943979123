/* Typed cells as text, for programs and for Excel in Russia; amounts to the kopeck. */
#include "../base/cmocka_all.h"
#include "obmen/decimal.h"
#include "sheet/csv.h"

static void a_is(enum sheet_type type, struct sheet_cell cell, const char *plain, const char *excel)
{
    struct buf out = BUF_INIT;
    csv_value(&out, ',', false, type, &cell);
    assert_str(buf_str(&out), plain);
    buf_clear(&out);
    csv_value(&out, ';', true, type, &cell);
    assert_str(buf_str(&out), excel);
    buf_release(&out);
}

static void values(void **state)
{
    usec_t t;
    assert_true(time_parse_wall(STR("2025-03-04T05:06:07"), &t));
    a_is(SHEET_TEXT, sheet_text(STR("a;b,c")), "\"a;b,c\"", "\"a;b,c\"");
    a_is(SHEET_TEXT, sheet_text(STR("=2+2")), "=2+2", "\"'=2+2\"");
    a_is(SHEET_TEXT, sheet_text(STR("044525225")), "044525225", "\"=\"\"044525225\"\"\"");
    a_is(SHEET_TEXT, sheet_text(STR("40702810900000000001")), "40702810900000000001",
        "\"=\"\"40702810900000000001\"\"\"");
    a_is(SHEET_TEXT, sheet_text(STR("7736050003")), "7736050003", "7736050003");
    a_is(SHEET_TEXT, sheet_text(STR("0")), "0", "0");
    a_is(SHEET_TEXT, sheet_text(STR_NULL), "", "");
    a_is(SHEET_INT, sheet_int(-12), "-12", "-12");
    a_is(SHEET_AMOUNT, sheet_int(-123456), "-1234.56", "-1234,56");
    a_is(SHEET_AMOUNT, sheet_int(0), "0.00", "0,00");
    a_is(SHEET_AMOUNT, sheet_int(99999999999999999), "999999999999999.99", "999999999999999,99");
    a_is(SHEET_NUMBER, sheet_text(STR("0.98")), "0.98", "0,98");
    a_is(SHEET_DATE, sheet_int(t - t % USEC_PER_DAY), "2025-03-04", "04.03.2025");
    a_is(SHEET_WALL, sheet_int(t), "2025-03-04T05:06:07", "04.03.2025 05:06:07");
    a_is(SHEET_MOMENT, sheet_int(t), "2025-03-04T05:06:07.000Z", "04.03.2025 05:06:07");
    a_is(SHEET_BOOL, sheet_int(1), "true", "да");
    a_is(SHEET_BOOL, sheet_int(0), "false", "нет");
    a_is(SHEET_BOOL, (struct sheet_cell){0}, "", "");
    a_is(SHEET_RAW, sheet_text(STR("[1,\"x\"]")), "\"[1,\"\"x\"\"]\"", "\"[1,\"\"x\"\"]\"");
}

/* What 1C wrote comes out again as it was, whatever the amount. */
static void amounts_go_through(void **state)
{
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        int64_t kopecks = (int64_t)(seed % (i % 3 ? 100000000000000000u : 1000000u)), back;
        char text[DECIMAL_TEXT];
        struct buf out = BUF_INIT;
        if (i % 5 == 0)
            kopecks = -kopecks;
        decimal_format(kopecks, text);
        assert_true(decimal_parse(str_from(text), &back));
        assert_true(back == kopecks);
        struct sheet_cell cell = sheet_int(back);
        csv_value(&out, ';', true, SHEET_AMOUNT, &cell);
        char *comma = memchr(out.p, ',', out.n);
        assert_non_null(comma);
        *comma = '.';
        assert_str(buf_str(&out), text);
        buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values), cmocka_unit_test(amounts_go_through)};
    return RUN(tests);
}
