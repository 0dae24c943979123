#include "cmocka_all.h"
#include "obmen/utf8.h"

static const struct {
    const char *text;
    size_t n;
    bool good;
} rows[] = {
    {"", 0, true},
    {"plain ascii, longer than a stride", 33, true},
    {"\0", 1, true},
    {"\x7F", 1, true},
    {"\xC2\x80", 2, true},
    {"\xDF\xBF", 2, true},
    {"\xE0\xA0\x80", 3, true},
    {"\xED\x9F\xBF", 3, true},
    {"\xEE\x80\x80", 3, true},
    {"\xEF\xBF\xBF", 3, true},
    {"\xF0\x90\x80\x80", 4, true},
    {"\xF4\x8F\xBF\xBF", 4, true},
    {"\x80", 1, false}, /* a tail alone */
    {"\xBF", 1, false},
    {"\xC0\x80", 2, false}, /* overlong NUL */
    {"\xC1\xBF", 2, false},
    {"\xE0\x9F\xBF", 3, false}, /* overlong */
    {"\xED\xA0\x80", 3, false}, /* surrogates */
    {"\xED\xBF\xBF", 3, false},
    {"\xF0\x8F\xBF\xBF", 4, false}, /* overlong */
    {"\xF4\x90\x80\x80", 4, false}, /* beyond U+10FFFF */
    {"\xF5\x80\x80\x80", 4, false},
    {"\xFE", 1, false},
    {"\xFF", 1, false},
    {"\xD0", 1, false}, /* cut */
    {"\xE2\x82", 2, false},
    {"\xF0\x9F\x98", 3, false},
    {"\xD0"
     "a",
        2, false},
    {"\xE2\x82"
     "a",
        3, false},
    {"\xF0\x9F\x98"
     "a",
        4, false},
};

static void test_valid(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t before = 0; before < 10; before++) { /* at each place of a stride of eight */
            char text[64];
            memset(text, 'x', sizeof text);
            memcpy(text + before, rows[i].text, rows[i].n);
            if (utf8_valid((struct str){text, before + rows[i].n}) != rows[i].good)
                fail_msg("row %zu behind %zu letters", i, before);
            if (utf8_valid((struct str){text, before + rows[i].n + 9}) != rows[i].good)
                fail_msg("row %zu behind %zu letters and before nine", i, before);
        }
}

static void put(unsigned c, char out[4], size_t *n)
{
    if (c < 0x80) {
        out[0] = (char)c;
        *n = 1;
    } else if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        *n = 2;
    } else if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        *n = 3;
    } else {
        out[0] = (char)(0xF0 | c >> 18);
        out[1] = (char)(0x80 | (c >> 12 & 63));
        out[2] = (char)(0x80 | (c >> 6 & 63));
        out[3] = (char)(0x80 | (c & 63));
        *n = 4;
    }
}

static void test_every_code_point(void **state)
{
    for (unsigned c = 0; c < 0x110000; c++) {
        char text[4];
        size_t n;
        put(c, text, &n);
        bool surrogate = c >= 0xD800 && c < 0xE000;
        size_t got = utf8_letter((struct str){text, n});
        if (got != (surrogate ? 0 : n))
            fail_msg("U+%04X: %zu", c, got);
    }
    assert_int_equal(utf8_letter(STR_NULL), 0);
}

static void test_head(void **state)
{
    struct str s = STR("aя€😀b");
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t max = 0; max < COUNT(want); max++) {
        struct str head = utf8_head(s, max);
        assert_int_equal(head.n, want[max]);
        assert_ptr_equal(head.p, s.p);
    }
    assert_int_equal(utf8_head(STR_NULL, 5).n, 0);
    /* Broken text is cut somewhere within the limit, and not emptied. */
    assert_in_range(utf8_head(STR("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).n, 3, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_valid),
        cmocka_unit_test(test_every_code_point), cmocka_unit_test(test_head)};
    return RUN(tests);
}
