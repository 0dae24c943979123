#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "task/schema.h"

static const char sync_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"date_from\"],"
    "\"properties\":{"
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"name\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":3},"
    "\"n\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":10,\"default\":5},"
    "\"share\":{\"type\":\"number\",\"minimum\":-0.5},"
    "\"kind\":{\"enum\":[\"a\",\"b\",3]},"
    "\"maybe\":{\"type\":[\"string\",\"null\"]},"
    "\"flag\":{\"type\":\"boolean\",\"default\":true},"
    "\"list\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
    "\"inner\":{\"type\":\"object\",\"required\":[\"x\"],\"properties\":{\"x\":{\"type\":"
    "\"integer\"},"
    "\"y\":{\"default\":\"deep\"}}}}}";

struct fixture {
    struct arena a;
    struct json *schema;
};

static struct json *parse(struct fixture *f, const char *text)
{
    struct err err;
    struct json *j = json_parse(&f->a, str_from(text), &err);
    if (!j)
        fail_msg("%s: %s", text, err.message);
    return j;
}

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){0};
    f.schema = parse(&f, sync_schema);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    arena_release(&((struct fixture *)*state)->a);
    return 0;
}

static void test_values(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *members, *field; /* NULL: fine */
    } cases[] = {
        {"", NULL},
        {",\"at\":\"2025-01-31T10:00:00Z\",\"name\":\"ёж\",\"n\":10,\"share\":-0.5,\"kind\":\"b\"",
            NULL},
        {",\"maybe\":null,\"flag\":false,\"list\":[1,2],\"inner\":{\"x\":1,\"z\":2}", NULL},
        {",\"kind\":3", NULL},
        {",\"name\":\"ёжи\"", NULL}, /* letters, not bytes */
        {",\"at\":\"yesterday\"", "p.at"},
        {",\"name\":\"x\"", "p.name"},
        {",\"name\":\"xxxx\"", "p.name"},
        {",\"name\":7", "p.name"},
        {",\"n\":-1", "p.n"},
        {",\"n\":11", "p.n"},
        {",\"n\":1.5", "p.n"},
        {",\"n\":\"1\"", "p.n"},
        {",\"n\":null", "p.n"},
        {",\"share\":-0.6", "p.share"},
        {",\"kind\":\"c\"", "p.kind"},
        {",\"kind\":4", "p.kind"},
        {",\"maybe\":1", "p.maybe"},
        {",\"flag\":\"true\"", "p.flag"},
        {",\"list\":[1,\"2\"]", "p.list[1]"},
        {",\"list\":{}", "p.list"},
        {",\"inner\":{}", "p.inner.x"},
        {",\"inner\":{\"x\":\"1\"}", "p.inner.x"},
        {",\"other\":1", "p.other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct field_errors fe = {.arena = &f->a};
        struct str text = arena_printf(&f->a, "{\"date_from\":\"2024-02-29\"%s}", cases[i].members);
        bool ok = schema_check(f->schema, parse(f, text.p), "p", &fe);
        assert_int_equal(ok, fe.first == NULL);
        if (ok != (cases[i].field == NULL) ||
            (!ok && (!str_is(fe.first->field, cases[i].field) || fe.first->next)))
            fail_msg("%s: %.*s", cases[i].members, ok ? 4 : (int)fe.first->field.n,
                ok ? "fine" : fe.first->field.p);
    }
}

static void test_every_fault_is_named(void **state)
{
    struct fixture *f = *state;
    struct field_errors fe = {.arena = &f->a};
    assert_false(
        schema_check(f->schema, parse(f, "{\"n\":99,\"share\":true,\"at\":\"\"}"), "", &fe));
    const char *fields[] = {"n", "share", "at", "date_from"};
    const struct field_error *e = fe.first;
    for (size_t i = 0; i < 4; i++, e = e->next) {
        assert_non_null(e);
        assert_true(str_is(e->field, fields[i]));
        assert_true(e->message.n > 0);
    }
    assert_null(e);
}

static void test_dates_that_do_not_exist(void **state)
{
    struct fixture *f = *state;
    const char *bad[] = {
        "2025-02-29", "2025-13-01", "2025-1-1", "01.02.2025", "2025-01-01T00:00:00", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct field_errors fe = {.arena = &f->a};
        struct str text = arena_printf(&f->a, "{\"date_from\":\"%s\"}", bad[i]);
        assert_false(schema_check(f->schema, parse(f, text.p), "params", &fe));
        assert_true(str_is(fe.first->field, "params.date_from"));
    }
}

static void test_no_object(void **state)
{
    struct fixture *f = *state;
    const char *bad[] = {"[]", "1", "null", "\"x\""};
    for (size_t i = 0; i < 4; i++) {
        struct field_errors fe = {.arena = &f->a};
        assert_false(schema_check(f->schema, parse(f, bad[i]), "params", &fe));
        assert_true(str_is(fe.first->field, "params"));
    }
}

static void test_defaults(void **state)
{
    struct fixture *f = *state;
    struct json *value = parse(f, "{\"flag\":false,\"list\":[1,2],\"inner\":{\"x\":1}}");
    struct json *full = schema_defaults(&f->a, f->schema, value);
    struct buf out = BUF_INIT;
    json_write(&out, full);
    buf_addc(&out, 0);
    assert_string_equal(
        out.p, "{\"flag\":false,\"list\":[1,2],\"inner\":{\"x\":1,\"y\":\"deep\"},\"n\":5}");
    assert_int_equal(full->count, 4);
    assert_null(json_get(value, "n")); /* the given one is untouched */
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_fault_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dates_that_do_not_exist, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_object, setup, teardown),
        cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
