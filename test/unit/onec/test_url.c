#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "onec/url.h"

static struct arena memory;

static void base_is(const char *text, const char *base)
{
    struct str got = onec_url_base(&memory, str_from(text));
    if (!str_is(got, base ? base : ""))
        fail_msg("%s became %.*s", text, STR_ARG(got));
}

static void bases(void **state)
{
    base_is("http://host/base/odata/standard.odata", "http://host/base/odata/standard.odata");
    base_is("  http://host/base/odata/standard.odata// ", "http://host/base/odata/standard.odata");
    base_is("HTTPS://host:8443/a/b/c/odata/standard.odata?x=1#y",
        "https://host:8443/a/b/c/odata/standard.odata");
    base_is("http://host/база 1/x", "http://host/%D0%B1%D0%B0%D0%B7%D0%B0%201/x");
    base_is("http://host/%D0%B1/x", "http://host/%D0%B1/x");
    base_is("http://[::1]:8081/demo", "http://[::1]:8081/demo");
    base_is("ftp://host/x", NULL);
    base_is("http://", NULL);
    base_is("http:///x", NULL);
    base_is("", NULL);
    base_is("host/x", NULL);
}

static void values(void **state)
{
    struct buf b = BUF_INIT;
    url_add_cstr(&b, "Posted eq true");
    assert_true(str_is(buf_str(&b), "Posted%20eq%20true"));
    buf_clear(&b);
    url_add_cstr(&b, "ИНН eq '1+2&3%4'");
    assert_true(str_is(buf_str(&b), "%D0%98%D0%9D%D0%9D%20eq%20'1%2B2%263%254'"));
    buf_clear(&b);
    onec_url_set(&b, STR("http://h/b"), "Catalog_Валюты");
    assert_true(str_is(buf_str(&b), "http://h/b/Catalog_%D0%92%D0%B0%D0%BB%D1%8E%D1%82%D1%8B"));
    buf_clear(&b);
    struct uuid id;
    assert_true(uuid_parse(STR("25192496-F63D-11e5-0185-000c295e30eb"), &id));
    onec_url_guid(&b, &id);
    assert_true(str_is(buf_str(&b), "guid'25192496-f63d-11e5-0185-000c295e30eb'"));
    buf_clear(&b);
    usec_t t;
    assert_true(time_parse_wall(STR("2025-03-14T23:59:59"), &t));
    onec_url_datetime(&b, t);
    assert_true(str_is(buf_str(&b), "datetime'2025-03-14T23:59:59'"));
    buf_release(&b);
}

static int end(void **state)
{
    arena_release(&memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bases), cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, end);
}
