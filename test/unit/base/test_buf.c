#include "cmocka_all.h"
#include "obmen/buf.h"

static void test_add(void **state)
{
    struct buf b = BUF_INIT;
    buf_add(&b, NULL, 0);
    assert_null(b.p);
    buf_add_str(&b, STR_NULL);
    buf_adds(&b, "ab");
    buf_addc(&b, 'c');
    buf_add_str(&b, STR("де"));
    assert_str(buf_str(&b), "abcде");
    buf_clear(&b);
    assert_int_equal(b.n, 0);
    assert_true(b.cap > 0);
    buf_release(&b);
    assert_null(b.p);
}

static void test_grow(void **state)
{
    struct buf b = BUF_INIT;
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, (char)(i % 251));
    assert_int_equal(b.n, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal((unsigned char)b.p[i], i % 251);
    buf_reserve(&b, 1000000);
    assert_true(b.cap - b.n >= 1000000);
    buf_release(&b);
}

static void test_numbers(void **state)
{
    static const struct {
        int64_t v;
        const char *text;
    } rows[] = {{0, "0"}, {7, "7"}, {-1, "-1"}, {1000, "1000"}, {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf b = BUF_INIT;
        buf_add_i64(&b, rows[i].v);
        assert_str(buf_str(&b), rows[i].text);
        buf_release(&b);
    }
}

static void test_printf(void **state)
{
    struct buf b = BUF_INIT;
    char text[300];
    for (size_t n = 0; n < sizeof text; n++) { /* around every size of the first growths */
        memset(text, 'x', n);
        text[n] = '\0';
        buf_clear(&b);
        buf_printf(&b, "%s|%d", text, 5);
        assert_int_equal(b.n, n + 2);
        assert_memory_equal(b.p, text, n);
        assert_memory_equal(b.p + n, "|5", 2);
    }
    buf_release(&b);
}

static void test_consume(void **state)
{
    struct buf b = BUF_INIT;
    buf_consume(&b, 5);
    buf_adds(&b, "abcdef");
    buf_consume(&b, 0);
    buf_consume(&b, 2);
    assert_str(buf_str(&b), "cdef");
    buf_consume(&b, 4);
    assert_int_equal(b.n, 0);
    buf_adds(&b, "xy");
    buf_consume(&b, 100);
    assert_int_equal(b.n, 0);
    buf_release(&b);
}

static void test_take(void **state)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "abc");
    struct buf taken = buf_take(&b);
    assert_null(b.p);
    assert_int_equal(b.n + b.cap, 0);
    assert_str(buf_str(&taken), "abc");
    buf_adds(&b, "new");
    assert_str(buf_str(&taken), "abc");
    buf_release(&b);
    buf_release(&taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_add), cmocka_unit_test(test_grow),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_printf),
        cmocka_unit_test(test_consume), cmocka_unit_test(test_take)};
    return RUN(tests);
}
