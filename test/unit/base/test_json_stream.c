#include "cmocka_all.h"
#include <stdlib.h>
#include "obmen/json.h"

/* ---- events written down as text ---- */

struct trace {
    struct buf out;
    int stop_after; /* events; -1: never */
};

static int note(struct trace *t, const char *what, struct str text)
{
    buf_adds(&t->out, what);
    for (size_t i = 0; i < text.n; i++) /* every byte can be told apart */
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
            buf_printf(&t->out, "<%02x>", text.p[i]);
        else
            buf_addc(&t->out, text.p[i]);
    buf_addc(&t->out, '|');
    return t->stop_after >= 0 && t->stop_after-- == 0 ? -1 : 0;
}

static int on_null(void *arg)
{
    return note(arg, "null", STR_NULL);
}

static int on_boolean(void *arg, bool v)
{
    return note(arg, v ? "true" : "false", STR_NULL);
}

static int on_number(void *arg, struct str s)
{
    return note(arg, "#", s);
}

static int on_string(void *arg, struct str s)
{
    return note(arg, "$", s);
}

static int on_key(void *arg, struct str s)
{
    return note(arg, ".", s);
}

static int on_object(void *arg)
{
    return note(arg, "{", STR_NULL);
}

static int on_object_end(void *arg)
{
    return note(arg, "}", STR_NULL);
}

static int on_array(void *arg)
{
    return note(arg, "[", STR_NULL);
}

static int on_array_end(void *arg)
{
    return note(arg, "]", STR_NULL);
}

static const struct json_events events = {on_null, on_boolean, on_number, on_string, on_object,
    on_key, on_object_end, on_array, on_array_end};

/* A piece in memory of exactly its size, so that reading beyond it is found. */
static int feed(struct json_stream *s, const char *p, size_t n, struct err *e)
{
    char *copy = malloc(n ? n : 1);
    memcpy(copy, p, n);
    int r = json_stream_feed(s, (struct str){copy, n}, e);
    memset(copy, 'X', n);
    free(copy);
    return r;
}

/* Pieces end at `first` and then after every `step` bytes. Returns the events; the error's text
 * behind "!". */
static struct buf run(struct str text, size_t first, size_t step)
{
    struct trace t = {.stop_after = -1};
    struct json_stream *s = json_stream_new(&events, &t);
    struct err e = ERR_INIT;
    int r = 0;
    for (size_t at = 0, n = first; at < text.n && r == 0; at += n, n = step) {
        if (n > text.n - at)
            n = text.n - at;
        r = feed(s, text.p + at, n, &e);
    }
    if (r == 0)
        r = json_stream_end(s, &e);
    if (r < 0) {
        assert_int_equal(e.code, ERR_VALIDATION_ERROR);
        assert_int_equal(e.http_status, 400);
        buf_addc(&t.out, '!');
        buf_adds(&t.out, e.message);
    }
    json_stream_free(s);
    return t.out;
}

static const struct {
    const char *text, *events; /* events end in "!": refused there */
} rows[] = {
    {"null", "null|"},
    {" true ", "true|"},
    {"false", "false|"},
    {"0", "#0|"},
    {"-12.50e+3", "#-12.50e+3|"},
    {"123456789012345678901234567890", "#123456789012345678901234567890|"},
    {"\"\"", "$|"},
    {"[]", "[|]|"},
    {"{}", "{|}|"},
    {"[1,[2,{\"a\":[]}],null]", "[|#1|[|#2|{|.a|[|]|}|]|null|]|"},
    {"{\"Сумма\":\"10\",\"Дата\" :\r\n\t\"x\"}", "{|.Сумма|$10|.Дата|$x|}|"},
    {"{\"a\":1,\"a\":2}", "{|.a|#1|.a|#2|}|"}, /* doubled names are the owner's to judge */
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "$\"\\/<08><0c><0a><0d><09>|"},
    {"\"\\u0041\\u0416\\u20AC\"", "$AЖ€|"},
    {"\"\\uD83D\\uDE00!\"", "$😀!|"},
    {"\"\\ud83d\\ude00\\ud83d\\ude01\"", "$😀😁|"},
    {"{\"\\u0061\":\"\"}", "{|.a|$|}|"},
    {"\"a\\u0000b\"", "$a<00>b|"},
    /* lone surrogates */
    {"\"\\ud800\"", "$\xEF\xBF\xBD|"},
    {"\"\\ud800abc\"", "$\xEF\xBF\xBD"
                       "abc|"},
    {"\"\\udc00abc\"", "$\xEF\xBF\xBD"
                       "abc|"},
    {"\"\\ud800\\u0041\"", "$\xEF\xBF\xBD"
                           "A|"},
    {"\"\\ud800\\n\"", "$\xEF\xBF\xBD<0a>|"},
    {"\"\\ud800\\ud83d\\ude00\"", "$\xEF\xBF\xBD😀|"},
    {"\"\\ud83d\\ud83d\\ud83d\"", "$\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|"},
    {"\"\\udc00\\ud800\"", "$\xEF\xBF\xBD\xEF\xBF\xBD|"},
    {"\"\\\\ud800\"", "$\\ud800|"}, /* no escape at all */
    {"\"\\\\\\ud800\"", "$\\\xEF\xBF\xBD|"},
    /* UTF-8 of the text is not checked */
    {"\"a\xFF\xC0"
     "b\"",
        "$a\xFF\xC0"
        "b|"},
    /* BOM */
    {"\xEF\xBB\xBF{\"a\":1}", "{|.a|#1|}|"},
    {"\xEF\xBB\xBF\"\\ud800\"", "$\xEF\xBF\xBD|"},
    {"\xEF\xBB{}", "!"},
    {"\xEF\xBB\xBF\xEF\xBB\xBF{}", "!"},
    {"{} \xEF\xBB\xBF", "{|}|!"},
    /* refused */
    {"", "!"},
    {"  ", "!"},
    {"\xEF\xBB\xBF", "!"},
    {"[1", "[|#1|!"},
    {"{\"a\":\"b", "{|.a|!"},
    {"\"\\u12", "!"},
    {"\"\\ud83d\\ude", "!"},
    {"[1,]", "[|#1|!"},
    {"{\"a\":1,}", "{|.a|#1|!"},
    {"{\"a\" 1}", "{|.a|!"},
    {"{a:1}", "{|!"},
    {"{1:1}", "{|!"},
    {"['a']", "[|!"},
    {"{} {}", "{|}|!"},
    {"1 2", "#1|!"},
    {"nul", "!"},
    {"nulll", "null|!"},
    {"01", "#0|!"},
    {"-", "!"},
    {"1.", "!"},
    {"1.e5", "!"},
    {"1e", "!"},
    {"+1", "!"},
    {".5", "!"},
    {"NaN", "!"},
    {"[1}", "[|#1|!"},
    {"\"a\nb\"", "!"},
    {"\"a\tb\"", "!"},
    {"\"\\x\"", "!"},
    {"\"\\u12G4\"", "!"},
    {"\"\\ud83d\\uZZZZ\"", "!"},
    {"/* c */ 1", "!"},
    {"<html><body>500</body></html>", "!"},
    {"\"a", "!"},
};

/* Whole, cut in two at each byte, in runs of every small size down to single bytes. */
static void test_any_cut_gives_the_same(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str text = str_from(rows[i].text);
        struct buf whole = run(text, text.n, text.n);
        size_t want = strlen(rows[i].events);
        bool refused = rows[i].events[want - 1] == '!';
        if (whole.n < want || memcmp(whole.p, rows[i].events, want) != 0 ||
            (!refused && whole.n != want))
            fail_msg("%s\n gave   %.*s\n wanted %s", rows[i].text, STR_ARG(buf_str(&whole)),
                rows[i].events);
        for (size_t first = 0; first <= text.n; first++)
            for (size_t step = 1; step <= text.n; step = step < 13 ? step + 1 : text.n + 1) {
                struct buf parts = run(text, first ? first : step, step);
                if (parts.n < want || memcmp(parts.p, rows[i].events, want) != 0 ||
                    (!refused && parts.n != want))
                    fail_msg("%s cut at %zu, then every %zu\n gave   %.*s\n wanted %s",
                        rows[i].text, first, step, STR_ARG(buf_str(&parts)), rows[i].events);
                buf_release(&parts);
            }
        buf_release(&whole);
    }
}

/* ---- a page like those of 1C, cut at each byte ---- */

static void test_page(void **state)
{
    struct str page = STR(
        "\xEF\xBB\xBF{\r\n\"odata.metadata\": "
        "\"http://h/b/$metadata#Document\",\"odata.count\":\"2\","
        "\"value\": [{\r\n\"Ref_Key\": \"5a2b\",\"DeletionMark\": false,\"СуммаДокумента\": 1234.5,"
        "\"НазначениеПлатежа\": \"Оплата по сч. \\\"12\\\" от 01.02\\u002e2025\\r\\nНДС "
        "20%\",\"x\":null},{}]}\r\n");
    struct buf whole = run(page, page.n, page.n);
    assert_null(memchr(whole.p, '!', whole.n));
    for (size_t first = 1; first < page.n; first++) {
        struct buf parts = run(page, first, page.n);
        assert_int_equal(parts.n, whole.n);
        assert_memory_equal(parts.p, whole.p, whole.n);
        buf_release(&parts);
    }
    struct buf bytes = run(page, 1, 1);
    assert_int_equal(bytes.n, whole.n);
    assert_memory_equal(bytes.p, whole.p, whole.n);
    buf_release(&bytes);
    buf_release(&whole);
}

static void test_depth(void **state)
{
    for (int depth = 60; depth <= 70; depth++) {
        struct buf text = BUF_INIT;
        for (int i = 0; i < depth; i++)
            buf_adds(&text, i % 2 ? "{\"a\":" : "[");
        buf_adds(&text, "1");
        for (int i = depth; i--;)
            buf_addc(&text, i % 2 ? '}' : ']');
        struct buf got = run(buf_str(&text), text.n, text.n);
        assert_int_equal(memchr(got.p, '!', got.n) == NULL, depth <= 64);
        if (depth > 64)
            assert_non_null(memmem(got.p, got.n, "64", 2));
        buf_release(&got);
        buf_release(&text);
    }
}

static void test_owner_stops(void **state)
{
    struct str text = STR("{\"a\":[1,true,null,\"s\"],\"b\":{}}");
    for (int after = 0; after < 12; after++)
        for (size_t step = 1; step <= text.n; step += 7) {
            struct trace t = {.stop_after = after};
            struct json_stream *s = json_stream_new(&events, &t);
            struct err e = ERR_INIT;
            int r = 0;
            for (size_t at = 0; at < text.n && r == 0; at += step)
                r = feed(s, text.p + at, step < text.n - at ? step : text.n - at, &e);
            assert_int_equal(r, -1);
            assert_int_equal(e.code, ERR_NONE);
            size_t heard = t.out.n;
            assert_int_equal(feed(s, "1", 1, &e), -1); /* and stays stopped */
            assert_int_equal(json_stream_end(s, &e), -1);
            assert_int_equal(e.code, ERR_NONE);
            assert_int_equal(t.out.n, heard);
            json_stream_free(s);
            buf_release(&t.out);
        }
}

static void test_error_stays(void **state)
{
    struct trace t = {.stop_after = -1};
    struct json_stream *s = json_stream_new(&events, &t);
    struct err first = ERR_INIT, later = ERR_INIT;
    assert_int_equal(feed(s, "[1,", 3, &first), 0);
    assert_int_equal(feed(s, "2,]", 3, &first), -1);
    assert_int_equal(feed(s, "3]", 2, &later), -1);
    assert_string_equal(first.message, later.message);
    assert_int_equal(json_stream_end(s, &later), -1);
    assert_string_equal(first.message, later.message);
    assert_int_equal(json_stream_feed(s, STR("x"), NULL), -1); /* nobody asks why */
    json_stream_free(s);
    buf_release(&t.out);
    json_stream_free(NULL);
}

static void test_texts(void **state)
{
    static const struct {
        const char *text, *en;
    } table[] = {
        {"[1,\n2,x]", "byte 7: a wrong character"},
        {"[1", "byte 2: the document ends too early"},
        {"\xEF\xBB\xBF[1", "byte 5: the document ends too early"},
        {"{\"a\" 1}", "a colon is expected"},
        {"[1] 2", "byte 5: more text after the document"},
        {"{1:2}", "must be a string in quotes"},
        {"{\"a\":1 \"b\"", "\",\" or \"}\""},
        {"[1 2]", "\",\" or \"]\""},
        {"/* */", "comments"},
        {"[}", "something else is expected"},
        {"\"\\x\"", "backslash"},
        {"-x", "minus"},
        {"1.x", "point"},
        {"1ex", "exponent"},
        {"\"\x01\"", "in a string"},
    };
    lang_english = true;
    for (size_t i = 0; i < COUNT(table); i++)
        for (size_t step = 1; step < 20; step += 18) {
            struct buf got = run(str_from(table[i].text), step, step);
            buf_addc(&got, '\0');
            if (!strstr(got.p, table[i].en))
                fail_msg("%s (by %zu): %s; wanted %s", table[i].text, step, got.p, table[i].en);
            buf_release(&got);
        }
    lang_english = false;
    struct buf got = run(STR("[1"), 2, 2);
    assert_non_null(memmem(got.p, got.n, "документ обрывается", strlen("документ обрывается")));
    buf_release(&got);
}

/* One endless value may not fill the memory. */
static void test_endless_value(void **state)
{
    static char piece[1 << 16];
    memset(piece, 'a', sizeof piece);
    struct trace t = {.stop_after = -1};
    struct json_stream *s = json_stream_new(&events, &t);
    struct err e = ERR_INIT;
    assert_int_equal(feed(s, "\"", 1, &e), 0);
    int pieces = 0;
    while (json_stream_feed(s, (struct str){piece, sizeof piece}, &e) == 0)
        assert_true(++pieces <= 256);
    assert_int_equal(pieces, 255);
    assert_non_null(strstr(e.message, "16"));
    json_stream_free(s);

    /* … while as much in many values is no trouble. */
    s = json_stream_new(&(struct json_events){.string = NULL}, NULL);
    assert_int_equal(feed(s, "[\"\"", 3, &e), 0);
    memset(piece, ' ', sizeof piece);
    memcpy(piece, ",\"x\"", 4);
    for (int i = 0; i < 600; i++)
        assert_int_equal(json_stream_feed(s, (struct str){piece, sizeof piece}, &e), 0);
    assert_int_equal(feed(s, "]", 1, &e), 0);
    assert_int_equal(json_stream_end(s, &e), 0);
    json_stream_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_cut_gives_the_same),
        cmocka_unit_test(test_page), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_owner_stops), cmocka_unit_test(test_error_stays),
        cmocka_unit_test(test_texts), cmocka_unit_test(test_endless_value)};
    return RUN(tests);
}
