/* Cells that a spreadsheet and a program both read back. */
#include "check.h"
#include "api/csv.h"

static void cells(void **state)
{
    static const struct {
        char separator;
        const char *text, *cell;
    } cases[] = {
        {',', "", ""},
        {',', "plain", "plain"},
        {',', "a b", "a b"},
        {',', "a,b", "\"a,b\""},
        {',', "a;b", "a;b"},
        {';', "a;b", "\"a;b\""},
        {';', "a,b", "a,b"},
        {',', "say \"x\"", "\"say \"\"x\"\"\""},
        {',', "\"", "\"\"\"\""},
        {',', "two\nlines", "\"two\nlines\""},
        {',', "cr\rhere", "\"cr\rhere\""},
        {',', "ООО «Ромашка»", "ООО «Ромашка»"},
        {',', "=1+1", "\"'=1+1\""},
        {',', "+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""},
        {',', "@SUM(A1)", "\"'@SUM(A1)\""},
        {',', "-a", "\"'-a\""},
        {',', "-", "\"'-\""},
        {',', "\tx", "\"'\tx\""},
        {',', "-12.50", "-12.50"},
        {',', "+7", "+7"},
        {',', "12-5", "12-5"},
        {',', "044525225", "\"=\"\"044525225\"\"\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct csv c = {.separator = cases[i].separator, .mark = true};
        struct buf out = BUF_INIT;
        csv_cell(&out, &c, true, str_from(cases[i].text));
        if (!str_is(buf_str(&out), cases[i].cell))
            fail_msg("%s → %.*s", cases[i].text, STR_ARG(buf_str(&out)));
        buf_release(&out);
    }
}

static void programs_get_what_there_is(void **state)
{
    static const char *const cells[] = {"=1+1", "-a", "044525225"};
    struct csv c = {.separator = ','};
    for (int i = 0; i < 3; i++) {
        struct buf out = BUF_INIT;
        csv_cell(&out, &c, true, str_from(cells[i]));
        assert_true(str_is(buf_str(&out), cells[i]));
        buf_release(&out);
    }
}

static void rows(void **state)
{
    struct arena memory = ARENA_INIT;
    struct csv c = {.separator = ','};
    struct buf out = BUF_INIT;
    struct err err;
    const struct json *row = json_parse(&memory,
        STR("{\"n\":12,\"s\":\"a,b\",\"z\":null,\"o\":{\"k\":[1,true]},\"e\":\"\"}"), &err);
    static const char *const names[] = {"n", "s", "z", "missing", "o", "e"};

    assert_non_null(row);
    for (int i = 0; i < 6; i++)
        csv_json_cell(&out, &c, i == 0, json_get(row, names[i]));
    assert_true(str_is(buf_str(&out), "12,\"a,b\",,,\"{\"\"k\"\":[1,true]}\","));
    buf_release(&out);
    arena_release(&memory);
}

static void for_whom(void **state)
{
    struct http_header browser = {STR("Sec-Fetch-Mode"), STR("navigate")},
                       script = {STR("Sec-Fetch-Mode"), STR("cors")};
    struct http_request req = {.headers = NULL};
    assert_int_equal(csv_for(&req).separator, ',');
    assert_false(csv_for(&req).mark);
    req.headers = &script;
    req.header_count = 1;
    assert_int_equal(csv_for(&req).separator, ',');
    req.headers = &browser;
    assert_int_equal(csv_for(&req).separator, ';');
    assert_true(csv_for(&req).mark);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells),
        cmocka_unit_test(programs_get_what_there_is), cmocka_unit_test(rows),
        cmocka_unit_test(for_whom)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
