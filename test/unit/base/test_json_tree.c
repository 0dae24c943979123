#include "cmocka_all.h"
#include <stdlib.h>
#include "obmen/json.h"

/* Parses text held in memory of exactly its size; gives it back as written again, or the error's
 * message behind "!". */
static struct buf again(struct str text)
{
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    struct buf out = BUF_INIT;
    char *copy = malloc(text.n ? text.n : 1);
    memcpy(copy, text.p, text.n);
    struct json *j = json_parse(&a, (struct str){copy, text.n}, &e);
    memset(copy, 'X', text.n); /* the tree has its own copies */
    free(copy);
    if (j) {
        json_write(&out, j);
    } else {
        assert_int_equal(e.code, ERR_VALIDATION_ERROR);
        assert_int_equal(e.http_status, 400);
        buf_addc(&out, '!');
        buf_adds(&out, e.message);
    }
    buf_addc(&out, '\0');
    arena_release(&a);
    return out;
}

static void test_written_again(void **state)
{
    static const struct {
        const char *text, *out;
    } rows[] = {
        {"null", "null"},
        {" [ 1 , -2.50e3 , true , false , null ] ", "[1,-2.50e3,true,false,null]"},
        {"{\"a\":{\"b\":[{}]},\"\":\"\"}", "{\"a\":{\"b\":[{}]},\"\":\"\"}"},
        {"\"\\u0416\\/\\\"\\\\\\n\\u0007\\ud83d\\ude00\"", "\"Ж/\\\"\\\\\\n\\u0007😀\""},
        {"\xEF\xBB\xBF[]", "[]"},
        {"{\"a\":1,\"A\":2,\"aa\":3}", "{\"a\":1,\"A\":2,\"aa\":3}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = again(str_from(rows[i].text));
        assert_string_equal(out.p, rows[i].out);
        buf_release(&out);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *en;
    } rows[] = {
        {"", "line 1, byte 0: the document ends too early"},
        {"{\"a\":1,\n \"b\" 2}", "line 2, byte 6: a colon is expected"},
        {"[1]x", "line 1, byte 4: more text after"},
        {"[1] 2", "more text after the document"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "repeated"},
        {"{\"a\":1,\"\\u0061\":3}", "repeated"},
        {"[\"a\\u0000\"]", "a NUL in a string"},
        {"{\"a\\u0000\":1}", "a NUL in a member's name"},
        {"[1,\n\"\xFF\"]", "line 2, byte 2: broken UTF-8"},
        {"[\"long enough to stride \xD0\"]", "line 1, byte 25: broken UTF-8"},
        {"{\"\xED\xA0\x80\":1}", "broken UTF-8"},
        {"[\"ab\\ud800\"]", "line 1, byte 5: half of a surrogate pair"},
        {"[\"\\udc00\"]", "half of a surrogate pair"},
        {"\xEF\xBB\xBF[\"\\udc00\"]", "byte 6: half of a surrogate pair"},
        {"[\"\\ud83d\\ude00\", \"\\ud83d\\n\"]", "byte 19: half of a surrogate pair"},
        {"[1,2", "ends too early"},
        {"[1,2,]", "byte 6"},
    };
    lang_english = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = again(str_from(rows[i].text));
        if (*out.p != '!' || !strstr(out.p, rows[i].en))
            fail_msg("%s: %s; wanted %s", rows[i].text, out.p, rows[i].en);
        buf_release(&out);
    }
    struct buf out = again((struct str){"[1,\0]", 5});
    assert_int_equal(*out.p, '!');
    buf_release(&out);
    lang_english = false;
    out = again(STR("[1,2"));
    assert_string_equal(out.p, "!Это не JSON: строка 1, байт 4: документ обрывается");
    buf_release(&out);
}

static void test_doubled_among_many(void **state)
{
    for (int members = 2; members < 40; members++)
        for (int doubled = 0; doubled < 2; doubled++) {
            struct buf text = BUF_INIT;
            buf_addc(&text, '{');
            for (int i = 0; i < members; i++)
                buf_printf(
                    &text, "%s\"key%d\":%d", i ? "," : "", doubled && i == members - 1 ? 0 : i, i);
            buf_addc(&text, '}');
            struct buf out = again(buf_str(&text));
            assert_int_equal(*out.p == '!', doubled);
            buf_release(&out);
            buf_release(&text);
        }
}

static struct buf nested(int depth)
{
    struct buf b = BUF_INIT;
    for (int i = 0; i < depth; i++)
        buf_addc(&b, '[');
    for (int i = 0; i < depth; i++)
        buf_addc(&b, ']');
    return b;
}

static void test_limits(void **state)
{
    for (int depth = 63; depth <= 66; depth++) {
        struct buf text = nested(depth), out = again(buf_str(&text));
        assert_int_equal(*out.p == '!', depth > 64);
        buf_release(&out);
        buf_release(&text);
    }
    struct buf deep = nested(200000), out = again(buf_str(&deep));
    assert_non_null(strstr(out.p, "64"));
    buf_release(&out);
    buf_release(&deep);

    for (int more = 0; more < 2; more++) {
        struct buf text = BUF_INIT;
        buf_addc(&text, '[');
        for (int i = 0; i < JSON_TREE_VALUES - 1 + more; i++)
            buf_adds(&text, i ? ",0" : "0");
        buf_addc(&text, ']');
        out = again(buf_str(&text));
        assert_int_equal(*out.p == '!', more);
        buf_release(&out);
        buf_clear(&text);
        buf_addc(&text, '{');
        for (int i = 0; i < JSON_TREE_MEMBERS + more; i++)
            buf_printf(&text, "%s\"%d\":0", i ? "," : "", i);
        buf_addc(&text, '}');
        out = again(buf_str(&text));
        assert_int_equal(*out.p == '!', more);
        buf_release(&out);
        buf_release(&text);
    }
}

static void test_reading(void **state)
{
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    struct json *j = json_parse(&a,
        STR("{\"n\":-5,\"f\":1.0,\"s\":\"1\",\"t\":true,\"l\":[10,20],\"z\":null,"
            "\"big\":9223372036854775808,\"max\":9223372036854775807,\"e\":1e3}"),
        &e);
    assert_non_null(j);
    int64_t v = 4711;
    bool b = false;
    assert_true(json_i64(json_get(j, "n"), &v));
    assert_true(v == -5);
    assert_true(json_i64(json_get(j, "max"), &v));
    assert_true(v == INT64_MAX);
    static const char *const no_number[] = {"f", "s", "t", "l", "z", "big", "e", "absent"};
    for (size_t i = 0; i < COUNT(no_number); i++)
        assert_false(json_i64(json_get(j, no_number[i]), &v));
    assert_true(v == INT64_MAX);
    assert_true(json_bool(json_get(j, "t"), &b) && b);
    assert_false(json_bool(json_get(j, "n"), &b));
    assert_str(json_text(json_get(j, "s")), "1");
    assert_null(json_text(json_get(j, "n")).p);
    assert_null(json_text(NULL).p);
    assert_int_equal(json_get(j, "l")->count, 2);
    assert_int_equal(j->count, 9);
    assert_str(json_at(json_get(j, "l"), 1)->text, "20");
    assert_null(json_at(json_get(j, "l"), 2));
    assert_null(json_at(j, 0));
    assert_null(json_get(json_get(j, "l"), "n"));
    assert_null(json_get(NULL, "n"));
    assert_false(json_is(NULL, JSON_NULL));
    assert_true(json_is(json_get(j, "z"), JSON_NULL));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_written_again),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_doubled_among_many),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_reading)};
    return RUN(tests);
}
