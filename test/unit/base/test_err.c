#include "cmocka_all.h"
#include "obmen/err.h"
#include "obmen/utf8.h"

static void test_codes(void **state)
{
    assert_string_equal(err_code_name(ERR_VALIDATION_ERROR), "VALIDATION_ERROR");
    assert_string_equal(err_code_name(ERR_NONE), "NONE");
    assert_int_equal(err_code_status(ERR_NOT_FOUND), 404);
    assert_string_equal(err_code_title(ERR_CONFLICT), "Conflict");
    for (int i = ERR_NONE + 1; i < ERR_CODE_COUNT; i++) {
        assert_int_equal(err_code_from_name(err_code_name(i)), i);
        assert_in_range(err_code_status(i), 400, 599);
    }
    assert_int_equal(err_code_from_name("NONE"), ERR_NONE);
    assert_int_equal(err_code_from_name("ERR_CONFLICT"), ERR_NONE);
    assert_int_equal(err_code_from_name(NULL), ERR_NONE);
    assert_string_equal(err_code_name((enum err_code)999), "INTERNAL_ERROR");
}

static void test_set(void **state)
{
    struct err e = {.passing = true,
        .cancelled = true,
        .retry_after_ms = 5,
        .sqlstate = "23505",
        .cause = "old"};
    assert_int_equal(err_set(&e, ERR_CONFLICT, "Занято: %d", 5), -1);
    assert_string_equal(e.message, "Занято: 5");
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(e.passing || e.cancelled);
    assert_int_equal(e.retry_after_ms, 0);
    assert_string_equal(e.sqlstate, "");
    assert_string_equal(e.cause, "");
    assert_int_equal(err_set_passing(&e, ERR_DATABASE_ERROR, "x"), -1);
    assert_true(e.passing);
    assert_int_equal(err_set(NULL, ERR_CONFLICT, "nobody listens"), -1);
}

static void test_wraps_itself(void **state)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_CONFLICT, "inner");
    err_set(&e, ERR_CONFLICT, "outer: %s", e.message);
    assert_string_equal(e.message, "outer: inner");
}

/* Cut at every possible place of letters of every length. */
static void test_never_cuts_a_letter(void **state)
{
    static const char *const letters[] = {"a", "я", "€", "😀"};
    for (size_t l = 0; l < COUNT(letters); l++)
        for (int shift = 0; shift < 5; shift++) {
            char text[1200] = "";
            memset(text, '.', (size_t)shift);
            while (strlen(text) < 1000)
                strcat(text, letters[l]);
            struct err e = ERR_INIT;
            err_set(&e, ERR_INTERNAL_ERROR, "%s", text);
            err_cause(&e, "%s", text);
            size_t n = strlen(e.message);
            assert_true(n < sizeof e.message && n + 4 >= sizeof e.message);
            assert_true(utf8_valid(str_from(e.message)));
            assert_true(utf8_valid(str_from(e.cause)));
            assert_memory_equal(e.message, text, n);
        }
}

static void test_foreign_text(void **state)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_INTERNAL_ERROR,
        "a\xFF"
        "b\xD0");
    assert_string_equal(e.message, "a\xEF\xBF\xBD"
                                   "b\xEF\xBF\xBD");
}

static void test_cause(void **state)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_INTERNAL_ERROR, "m");
    err_cause(&e, "first %d", 1);
    err_cause(&e, "second");
    assert_string_equal(e.cause, "first 1; second");
    err_cause(NULL, "x");
}

static void test_language(void **state)
{
    assert_string_equal(TR("да", "yes"), "да");
    lang_english = true;
    assert_string_equal(TR("да", "yes"), "yes");
    lang_english = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes), cmocka_unit_test(test_set),
        cmocka_unit_test(test_wraps_itself), cmocka_unit_test(test_never_cuts_a_letter),
        cmocka_unit_test(test_foreign_text), cmocka_unit_test(test_cause),
        cmocka_unit_test(test_language)};
    return RUN(tests);
}
