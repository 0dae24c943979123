#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "obmen/time.h"
#include "obmen/utf8.h"
#include "vk/text.h"

static struct arena memory;

static void is(struct str raw, const char *text)
{
    struct str got = vk_text(&memory, raw);
    if (!str_is(got, text) || !utf8_valid(got))
        fail_msg("%.*s became %.*s", STR_ARG(raw), STR_ARG(got));
}

static void texts(void **state)
{
    is(STR("Привет 🙂"), "Привет 🙂");
    is(STR(""), "");
    is(STR("a\0b\0"), "ab");
    is(STR("Банк &amp; кредит &lt;b&gt; &quot;да&quot;"), "Банк & кредит <b> \"да\"");
    is(STR("&amp;lt;"), "&lt;"); /* once */
    is(STR("&amp;amp;amp;"), "&amp;amp;");
    is(STR("раз<br>два"), "раз\nдва");
    is(STR("&#33;&#8230;&#128578;"), "!…🙂");
    is(STR("&#0;&#55296;&#9999999;&#;&#12"), "&#0;&#55296;&#9999999;&#;&#12");
    is(STR("&; & &x; <b"), "&; & &x; <b");
    is(STR("a\xFF\xC3("), "a\xEF\xBF\xBD\xEF\xBF\xBD(");
    is(STR("\xD0"), "\xEF\xBF\xBD");
}

static const struct json *parsed(const char *text)
{
    struct err err;
    const struct json *j = json_parse(&memory, str_from(text), &err);
    assert_non_null(j);
    return j;
}

static void members(void **state)
{
    const struct json *j =
        parsed("{\"n\":5,\"b\":true,\"one\":1,\"zero\":0,\"s\":\"7\",\"date\":1553180396,"
               "\"far\":99999999999999,\"null\":null}");
    int64_t at = 0;
    assert_int_equal(vk_number(j, "n"), 5);
    assert_int_equal(vk_number(j, "s"), 0);
    assert_int_equal(vk_number(j, "none"), 0);
    assert_int_equal(vk_number(NULL, "n"), 0);
    assert_true(vk_flag(j, "b") && vk_flag(j, "one"));
    assert_false(vk_flag(j, "zero") || vk_flag(j, "null") || vk_flag(j, "n"));
    assert_true(vk_date(j, "date", &at) && at == 1553180396 * USEC_PER_SEC);
    assert_false(vk_date(j, "far", &at) || vk_date(j, "null", &at) || vk_date(j, "s", &at));
}

static void attachments(void **state)
{
    struct str got = vk_attachments(&memory,
        parsed("[{\"type\":\"photo\",\"photo\":{\"id\":7,\"owner_id\":-8,\"sizes\":[]}},"
               "{\"type\":\"photos_list\",\"photos_list\":null},{\"type\":\"new\"},{},3,null]"));
    assert_true(
        str_is(got, "[{\"type\":\"photo\",\"owner_id\":-8,\"id\":7},{\"type\":\"photos_list\"},"
                    "{\"type\":\"new\"}]"));
    assert_null(vk_attachments(&memory, parsed("[]")).p);
    assert_null(vk_attachments(&memory, NULL).p);
    assert_null(vk_attachments(&memory, parsed("{}")).p);
}

static int release(void **state)
{
    arena_release(&memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(members), cmocka_unit_test(attachments)};
    return cmocka_run_group_tests(tests, NULL, release);
}
