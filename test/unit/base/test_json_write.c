#include "cmocka_all.h"
#include <math.h>
#include "obmen/json.h"

static void test_commas(void **state)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    jw_object(&w);
    jw_kcstr(&w, "имя", "Иван \"Грозный\"");
    jw_kcstr(&w, "none", NULL);
    jw_ki64(&w, "i", INT64_MIN);
    jw_kbool(&w, "t", true);
    jw_knull(&w, "z");
    jw_kraw(&w, "raw", STR("[1]"));
    jw_kraw(&w, "empty", STR_NULL);
    jw_key(&w, "list");
    jw_array(&w);
    jw_array(&w);
    jw_array_end(&w);
    jw_object(&w);
    jw_object_end(&w);
    jw_double(&w, 812.55, 1);
    jw_double(&w, NAN, 1);
    jw_double(&w, INFINITY, 1);
    jw_bool(&w, false);
    jw_raw(&w, STR("{}"));
    jw_str(&w, STR(""));
    jw_str(&w, STR_NULL);
    jw_array_end(&w);
    jw_kstr(&w, "end", STR("x"));
    jw_object_end(&w);
    assert_str(buf_str(&b),
        "{\"имя\":\"Иван "
        "\\\"Грозный\\\"\",\"none\":null,\"i\":-9223372036854775808,\"t\":true,\"z\":null,"
        "\"raw\":[1],\"empty\":null,\"list\":[[],{},812.5,null,null,false,{},\"\",null],\"end\":"
        "\"x\"}");
    buf_release(&b);
}

static void test_depth(void **state)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    for (int i = 0; i < 63; i++) {
        jw_array(&w);
        jw_i64(&w, i);
    }
    for (int i = 0; i < 63; i++) {
        jw_array_end(&w);
        if (i < 62)
            jw_i64(&w, i);
    }
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    assert_non_null(json_parse(&a, buf_str(&b), &e));
    arena_release(&a);
    buf_release(&b);
}

static void test_quote(void **state)
{
    static const struct {
        const char *text, *out;
    } rows[] = {
        {"", "\"\""},
        {"plain Ж € 😀", "\"plain Ж € 😀\""},
        {"\"\\/", "\"\\\"\\\\/\""},
        {"\n\r\t\b\f\x01\x1f\x7f", "\"\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\\u007f\""},
        {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
        {"\xD0", "\"\xEF\xBF\xBD\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xD0\"", "\"\xEF\xBF\xBD\\\"\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf b = BUF_INIT;
        json_quote(&b, str_from(rows[i].text));
        assert_str(buf_str(&b), rows[i].out);
        buf_release(&b);
    }
    struct buf b = BUF_INIT;
    json_quote(&b, (struct str){"a\0b", 3});
    assert_str(buf_str(&b), "\"a\\u0000b\"");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commas), cmocka_unit_test(test_depth), cmocka_unit_test(test_quote)};
    return RUN(tests);
}
