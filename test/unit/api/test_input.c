/* Query parameters and bodies: every kind of value, right and wrong, and the faults that are
 * collected. */
#include "check.h"
#include "api/input.h"

static struct http_request request(const char *query, const char *content_type, const char *body)
{
    static struct http_header header;
    struct http_request req = {.query = str_from(query), .body = str_from(body)};
    if (content_type) {
        header = (struct http_header){STR("content-type"), str_from(content_type)};
        req.headers = &header;
        req.header_count = 1;
    }
    return req;
}

/* The fields of the faults, in order, as "a b". */
static const char *fields(struct input *in)
{
    struct str all = STR("");
    for (const struct field_error *f = in->faults.first; f; f = f->next) {
        assert_true(f->message.n > 0);
        all = arena_printf(
            &in->req->arena, "%.*s%s%.*s", STR_ARG(all), all.n ? " " : "", STR_ARG(f->field));
    }
    return arena_cstr(&in->req->arena, all);
}

static void names(void **state)
{
    static const struct {
        const char *query, *faults;
    } cases[] = {
        {"", ""}, {"limit=1", ""}, {"limit=1&q=x", ""}, {"LIMIT=1", "LIMIT"},
        {"limit=1&x=2&y", "x y"}, {"limit=1&limit=2", "limit"}, {"q=&q=", "q"}, {"%6Cimit=1", ""},
        {"=1", ""}, /* a parameter without a name is unknown too: its field is empty */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request req = request(cases[i].query, NULL, NULL);
        struct input in = input_begin(&req);
        input_known(&in, "limit", "q", NULL);
        assert_string_equal(fields(&in), cases[i].faults);
        assert_int_equal(in.faults.first != NULL, cases[i].faults[0] || cases[i].query[0] == '=');
        arena_release(&req.arena);
    }
    struct http_request req = request("a=1", NULL, NULL);
    struct input in = input_begin(&req);
    input_no_query(&in);
    assert_string_equal(fields(&in), "a");
    arena_release(&req.arena);
}

static void paging(void **state)
{
    static const struct {
        const char *query;
        int limit, offset;
        const char *faults;
    } cases[] = {
        {"", 20, 0, ""},
        {"limit=1", 1, 0, ""},
        {"limit=500&offset=2147483647", 500, 2147483647, ""},
        {"limit=&offset=", 20, 0, ""},
        {"limit=0", 20, 0, "limit"},
        {"limit=501", 20, 0, "limit"},
        {"limit=-1", 20, 0, "limit"},
        {"limit=1.5", 20, 0, "limit"},
        {"limit=1e2", 20, 0, "limit"},
        {"limit=ten&offset=-1", 20, 0, "limit offset"},
        {"offset=2147483648", 20, 0, "offset"},
        {"offset=99999999999999999999", 20, 0, "offset"},
        {"limit=%201", 20, 0, "limit"},
        {"limit=1%00", 20, 0, "limit"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request req = request(cases[i].query, NULL, NULL);
        struct input in = input_begin(&req);
        int limit, offset;
        input_paging(&in, &limit, &offset);
        if (strcmp(fields(&in), cases[i].faults) != 0 || limit != cases[i].limit ||
            offset != cases[i].offset)
            fail_msg("%s: %d %d %s", cases[i].query, limit, offset, fields(&in));
        arena_release(&req.arena);
    }
}

enum kind { DATE, MOMENT, END, AMOUNT, CHOICE, TEXT, ID, HOURS };

static void values(void **state)
{
    static const char *const choices[] = {"CREDIT", "DEBIT", NULL};
    static const struct {
        enum kind kind;
        const char *value;
        int64_t wanted; /* of a right one; -1: wrong, -2: absent */
    } cases[] = {
        {DATE, "2025-03-14", 20161 * USEC_PER_DAY},
        {DATE, "2024-02-29", 19782 * USEC_PER_DAY},
        {DATE, "2025-02-29", -1},
        {DATE, "2025-02-30", -1},
        {DATE, "2025-13-01", -1},
        {DATE, "2025-3-14", -1},
        {DATE, "14.03.2025", -1},
        {DATE, "2025-03-14T00:00:00", -1},
        {DATE, "", -2},
        {MOMENT, "2025-03-14", 20161 * USEC_PER_DAY},
        {END, "2025-03-14", 20162 * USEC_PER_DAY},
        {MOMENT, "2025-03-14T01:00:00Z", 20161 * USEC_PER_DAY + 3600 * USEC_PER_SEC},
        {END, "2025-03-14T01:00:00Z", 20161 * USEC_PER_DAY + 3600 * USEC_PER_SEC},
        {MOMENT, "2025-03-14T25:00:00Z", -1},
        {MOMENT, "yesterday", -1},
        {AMOUNT, "1234.5", 123450},
        {AMOUNT, "0", 0},
        {AMOUNT, "1,5", -1},
        {AMOUNT, "1.234", -1},
        {AMOUNT, "x", -1},
        {CHOICE, "DEBIT", 1},
        {CHOICE, "debit", -1},
        {CHOICE, "CREDIT,DEBIT", -1},
        {CHOICE, "", -2},
        {TEXT, "0123456789", 10},
        {TEXT, "01234567890", -1},
        {TEXT, "", -2},
        {ID, "1", 1},
        {ID, "9223372036854775807", INT64_MAX},
        {ID, "9223372036854775808", -1},
        {ID, "0", -1},
        {HOURS, "24", 2400},
        {HOURS, "0", 0},
        {HOURS, "0.5", 50},
        {HOURS, "-1", -1},
        {HOURS, "100001", -1},
        {HOURS, "1e3", -1},
        {AMOUNT, "1e5", -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena memory = ARENA_INIT;
        struct http_request req =
            request(arena_cstr(&memory, arena_printf(&memory, "v=%s", cases[i].value)), NULL, NULL);
        struct input in = input_begin(&req);
        int64_t v = -1;
        bool given = true;
        switch (cases[i].kind) {
        case DATE:
            given = input_date(&in, "v", &v);
            break;
        case MOMENT:
            given = input_moment(&in, "v", false, &v);
            break;
        case END:
            given = input_moment(&in, "v", true, &v);
            break;
        case AMOUNT:
            given = input_amount(&in, "v", &v);
            break;
        case ID:
            given = input_i64(&in, "v", 1, INT64_MAX, &v);
            break;
        case HOURS:
            given = input_hours(&in, "v", &v);
            break;
        case CHOICE:
            v = input_choice(&in, "v", choices);
            given = v >= 0;
            break;
        case TEXT:
            v = (int64_t)input_text(&in, "v", 10).n;
            given = v > 0;
            break;
        }
        bool faulty = in.faults.first != NULL;
        if (faulty != (cases[i].wanted == -1) || given != (cases[i].wanted >= 0) ||
            (given && v != cases[i].wanted))
            fail_msg("case %zu: %s: given %d, %lld, %s", i, cases[i].value, given, (long long)v,
                fields(&in));
        arena_release(&req.arena);
        arena_release(&memory);
    }
}

static void content_types(void **state)
{
    static const struct {
        const char *header;
        bool json;
    } cases[] = {
        {NULL, false},
        {"", false},
        {"application/json", true},
        {"Application/JSON; charset=utf-8", true},
        {"application/json ;x", true},
        {"application/jsonx", false},
        {"text/json", false},
        {"text/plain; application/json", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request req = request("", cases[i].header, NULL);
        assert_int_equal(input_content_type(&req, "application/json"), cases[i].json);
    }
}

static void bodies(void **state)
{
    static const char schema[] =
        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"name\"],"
        "\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":5},"
        "\"day\":{\"type\":\"string\",\"format\":\"date\"},\"on\":{\"type\":\"boolean\","
        "\"default\":true},"
        "\"n\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}}}";
    static const struct {
        const char *body, *faults; /* faults NULL: right */
    } cases[] = {
        {"{\"name\":\"a\"}", NULL},
        {"{\"name\":\"a\",\"day\":\"2024-02-29\",\"on\":false,\"n\":9}", NULL},
        {"{}", "name"},
        {"{\"name\":1}", "name"},
        {"{\"name\":null}", "name"},
        {"{\"name\":\"\"}", "name"},
        {"{\"name\":\"abcdef\"}", "name"},
        {"{\"name\":\"a\",\"x\":1}", "x"},
        {"{\"name\":\"a\",\"day\":\"2025-02-29\"}", "day"},
        {"{\"name\":\"a\",\"on\":\"yes\"}", "on"},
        {"{\"name\":\"a\",\"n\":0}", "n"},
        {"{\"name\":\"a\",\"n\":10}", "n"},
        {"{\"name\":\"a\",\"n\":1.5}", "n"},
        {"{\"name\":\"a\",\"n\":\"1\"}", "n"},
        {"[]", "body"},
        {"null", "body"},
        {"\"text\"", "body"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request req = request("", "application/json", cases[i].body);
        struct input in = input_begin(&req);
        const struct json *body = input_body(&in, schema, false);
        if ((body != NULL) != (cases[i].faults == NULL) ||
            strcmp(fields(&in), cases[i].faults ? cases[i].faults : "") != 0)
            fail_msg("%s: %s", cases[i].body, fields(&in));
        bool on;
        if (body)
            assert_true(json_bool(json_get(body, "on"), &on));
        arena_release(&req.arena);
    }
    struct http_request req = request("", NULL, "");
    struct input in = input_begin(&req);
    assert_null(input_body(&in, schema, true)); /* nothing counts as {}: the name is missing */
    assert_string_equal(fields(&in), "name");
    arena_release(&req.arena);
}

static void no_body(void **state)
{
    static const struct {
        const char *body, *faults;
    } cases[] = {{"", ""}, {"{}", ""}, {"{\"a\":1,\"b\":2}", "a b"}, {"[]", "body"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_request req = request("", "application/json", cases[i].body);
        struct input in = input_begin(&req);
        input_no_body(&in);
        assert_string_equal(fields(&in), cases[i].faults);
        arena_release(&req.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(paging),
        cmocka_unit_test(values), cmocka_unit_test(content_types), cmocka_unit_test(bodies),
        cmocka_unit_test(no_body)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
