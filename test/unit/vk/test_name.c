#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "vk/vk.h"

static void is(const char *text, int64_t id, const char *name)
{
    int64_t got;
    struct str got_name;
    if (!vk_group_parse(str_from(text), &got, &got_name))
        fail_msg("%s was refused", text);
    if (got != id || !str_is(got_name, name))
        fail_msg("%s became %lld %.*s", text, (long long)got, STR_ARG(got_name));
}

static void right(void **state)
{
    is("1001", 1001, "");
    is("-1001", 1001, "");
    is(" 1001 ", 1001, "");
    is("club69459624", 69459624, "");
    is("public1", 1, "");
    is("event9223372036854775807", INT64_MAX, "");
    is("https://vk.com/club5", 5, "");
    is("vk.ru/demo_club", 0, "demo_club");
    is("https://m.vk.com/demo.club", 0, "demo.club");
    is("@demo", 0, "demo");
    is("clubbing", 0, "clubbing");
    is("club", 0, "club");
}

static void wrong(void **state)
{
    static const char *const texts[] = {"", " ", "0", "-0", "club0", "9223372036854775808x y", "a",
        "клуб", "a b", "https://example.com/x", "vk.com/", "vk.com/a?b=1", "name;drop"};
    int64_t id;
    struct str name;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (vk_group_parse(str_from(texts[i]), &id, &name) && id != 0)
            fail_msg("%s became %lld", texts[i], (long long)id);
        else if (name.n && i != 2 && i != 4)
            fail_msg("%s became %.*s", texts[i], STR_ARG(name));
}

static void values(void **state)
{
    static const struct {
        const char *json;
        int64_t id;
        const char *name; /* NULL: refused */
    } cases[] = {{"1001", 1001, ""}, {"-1001", 1001, ""}, {"\"club5\"", 5, ""},
        {"\"demo.club\"", 0, "demo.club"}, {"1.5", 0, NULL}, {"1e30", 0, NULL}, {"0", 0, NULL},
        {"true", 0, NULL}, {"null", 0, NULL}, {"[1001]", 0, NULL}, {"{}", 0, NULL}};
    struct arena a = ARENA_INIT;
    struct err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t id;
        struct str name;
        const struct json *value = json_parse(&a, str_from(cases[i].json), &err);
        assert_non_null(value);
        if (vk_group_param(value, &id, &name) != (cases[i].name != NULL))
            fail_msg("%s", cases[i].json);
        if (cases[i].name && (id != cases[i].id || !str_is(name, cases[i].name)))
            fail_msg("%s became %lld %.*s", cases[i].json, (long long)id, STR_ARG(name));
    }
    int64_t id;
    struct str name;
    assert_false(vk_group_param(NULL, &id, &name));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right), cmocka_unit_test(wrong), cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
