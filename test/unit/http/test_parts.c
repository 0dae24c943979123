/* Parts without I/O: addresses and proxies, parameters, the router's choices, response splitting.
 */
#include "fixture.h"
#include "http/address.h"
#include "http/internal.h"

static void addresses_have_one_form(void **state)
{
    static const struct {
        const char *text, *form; /* NULL: refused */
        bool loopback;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", true},
        {"127.9.9.9:80", "127.9.9.9", true},
        {"::ffff:10.0.0.1", "10.0.0.1", false},
        {"[2001:DB8::1]", "2001:db8::1", false},
        {"[2001:db8::1]:443", "2001:db8::1", false},
        {"::1", "::1", true},
        {"0:0:0:0:0:0:0:1", "::1", true},
        {"", NULL, false},
        {"unknown", NULL, false},
        {"10.0.0", NULL, false},
        {"10.0.0.1:x", NULL, false},
        {"[::1", NULL, false},
        {"10.0.0.1 ", NULL, false},
        {"_hidden", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address a;
        char text[ADDRESS_TEXT];
        if (address_parse(str_from(cases[i].text), &a) != (cases[i].form != NULL))
            fail_msg("%s", cases[i].text);
        if (!cases[i].form)
            continue;
        address_format(&a, text);
        assert_string_equal(text, cases[i].form);
        assert_int_equal(address_is_loopback(&a), cases[i].loopback);
    }
}

static void hosts_of_ipv6_have_a_whole_network(void **state)
{
    struct address a, b, c;
    assert_true(address_parse(STR("2001:db8:1:2::1"), &a) &&
                address_parse(STR("2001:db8:1:2:ffff::9"), &b) &&
                address_parse(STR("2001:db8:1:3::1"), &c));
    struct address x = address_host(&a), y = address_host(&b), z = address_host(&c);
    assert_memory_equal(&x, &y, sizeof x);
    assert_memory_not_equal(&x, &z, sizeof x);
    assert_true(address_parse(STR("10.0.0.1"), &a) && address_parse(STR("10.0.0.2"), &b));
    x = address_host(&a);
    y = address_host(&b);
    assert_memory_not_equal(&x, &y, sizeof x);
}

static void only_trusted_proxies_are_believed(void **state)
{
    static const struct {
        const char *trusted, *direct, *forwarded, *client;
    } cases[] = {
        {NULL, "10.0.0.1", "1.2.3.4", "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "1.2.3.4", "1.2.3.4"},
        {"10.0.0.0/8", "11.0.0.1", "1.2.3.4", "11.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4",
            "1.2.3.4"}, /* what the client itself wrote is left of it */
        {"10.0.0.0/8", "10.0.0.1", "6.6.6.6,1.2.3.4, 10.1.1.1", "1.2.3.4"},
        {"10.0.0.0/8", "10.0.0.1", "10.2.2.2, 10.1.1.1", "10.2.2.2"},
        {"10.0.0.0/8", "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.0/8", "10.0.0.1", ",,", "10.0.0.1"},
        {"10.0.0.0/9, ::1/128", "10.128.0.1", "1.2.3.4", "10.128.0.1"},
        {"10.0.0.0/9, ::1", "::1", "[2001:db8::7]:55", "2001:db8::7"},
        {"2001:db8::/33", "2001:db8:8000::1", "1.2.3.4", "2001:db8:8000::1"},
        {"2001:db8::/33", "2001:db8:7fff::1", "1.2.3.4", "1.2.3.4"},
        {"0.0.0.0/0", "8.8.8.8", "1.2.3.4, 5.6.7.8", "1.2.3.4"},
        {"0.0.0.0/0", "::2", "1.2.3.4", "::2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena memory = ARENA_INIT;
        struct address_blocks trusted;
        struct address direct;
        struct err e = ERR_INIT;
        char text[ADDRESS_TEXT];
        assert_int_equal(address_blocks_parse(&memory, cases[i].trusted, &trusted, &e), 0);
        assert_true(address_parse(str_from(cases[i].direct), &direct));
        struct address client = address_forwarded(&trusted, direct, str_from(cases[i].forwarded));
        address_format(&client, text);
        if (strcmp(text, cases[i].client) != 0)
            fail_msg("case %zu: %s", i, text);
        arena_release(&memory);
    }
}

static void on_who(void *ctx, struct http_request *req)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "%.*s %d %d", STR_ARG(req->peer), req->secure, req->peer_is_loopback);
    http_reply(req, 200, NULL, b);
}

static void a_request_knows_who_asks(void **state)
{
    static const struct http_route who[] = {{"GET", "/who", on_who, 0, 0}, {0}};
    static const char forwarded[] = "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n"
                                    "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n";
    for (int trusted = 0; trusted <= 1; trusted++) {
        struct http_options o = {
            .listen = "127.0.0.1:0", .trusted_proxies = trusted ? "127.0.0.0/8" : NULL};
        struct fixture *f = fixture_open_with(&o);
        http_router_add(f->router, who, f);
        struct peer p = peer_open(f);
        peer_sends(&p, forwarded);
        expect_answer(&p, 200, trusted ? "1.2.3.4 1 1" : "127.0.0.1 0 1");
        peer_close(&p);
        fixture_close(f);
    }
}

static void parameters_are_decoded(void **state)
{
    struct http_request req = {.query = STR("a=1&b=%D1%8F+x&&c&d=&=e&a=2&%61b=%3D%26")};
    assert_true(str_is(http_query(&req, "a"), "1"));
    assert_true(str_is(http_query(&req, "b"), "я x"));
    struct str c = http_query(&req, "c"), d = http_query(&req, "d");
    assert_true(c.p && c.n == 0 && d.p && d.n == 0);
    assert_null(http_query(&req, "x").p);
    assert_true(str_is(http_query(&req, "ab"), "=&"));
    size_t at = 0;
    struct str name, value;
    int count = 0;
    while (http_query_next(&req, &at, &name, &value))
        count++;
    assert_int_equal(count, 7);
    at = 0; /* a form is the peer's text: pairs that cannot be decoded are left out */
    assert_true(http_form_next(&req.arena, STR("x=%zz&y=%4&username=u+1"), &at, &name, &value));
    assert_true(str_is(name, "username") && str_is(value, "u 1"));
    assert_false(http_form_next(&req.arena, STR("x=%zz&y=%4&username=u+1"), &at, &name, &value));
    arena_release(&req.arena);
}

static void headers_are_found_without_case(void **state)
{
    struct http_header headers[] = {
        {STR("X-A"), STR("1")}, {STR("x-b"), STR("")}, {STR("X-a"), STR("2")}};
    struct http_request req = {.headers = headers, .header_count = 3};
    assert_true(str_is(http_header(&req, "x-a"), "1"));
    assert_non_null(http_header(&req, "X-B").p);
    assert_null(http_header(&req, "X").p);
}

/* ---- the router ---- */

static void nothing(void *ctx, struct http_request *req)
{
    (void)ctx;
    (void)req;
}

static int match(struct http_router *r, const char *method, const char *path, const char *pattern,
    const char *params, const char *allow)
{
    struct http_request req = {.method_text = str_from(method),
        .path = str_from(path),
        .method = strcmp(method, "HEAD") == 0 ? HTTP_M_HEAD : HTTP_M_OTHER};
    const struct http_route *route;
    void *ctx;
    char text[64] = "";
    int result = http_router_match(r, &req, &route, &ctx, text, sizeof text);
    if (result == 0) {
        assert_string_equal(route->pattern, pattern);
        char joined[128];
        snprintf(
            joined, sizeof joined, "%.*s,%.*s", STR_ARG(req.params[0]), STR_ARG(req.params[1]));
        assert_string_equal(joined, params);
    }
    if (allow)
        assert_string_equal(text, allow);
    return result;
}

static void the_router_prefers_what_is_literal(void **state)
{
    static const struct http_route table[] = {
        {"GET", "/", nothing, 0, 0},
        {"GET", "/tasks", nothing, 0, 0},
        {"POST", "/tasks", nothing, 0, 0},
        {"GET", "/tasks/{id}", nothing, 0, 0},
        {"DELETE", "/tasks/{id}", nothing, 0, 0},
        {"GET", "/tasks/stats", nothing, 0, 0},
        {"GET", "/tasks/{id}/log", nothing, 0, 0},
        {"POST", "/tasks/cleanup", nothing, 0, 0},
        {"GET", "/a/{x}/b/{y}", nothing, 0, 0},
        {"GET", "/a/**", nothing, 0, 0},
        {"PUT", "/a/c/b/d", nothing, 0, 0},
        {0},
    };
    struct http_router *r = http_router_new();
    http_router_add(r, table, NULL);
    assert_int_equal(match(r, "GET", "/", "/", ",", NULL), 0);
    assert_int_equal(match(r, "HEAD", "/tasks", "/tasks", ",", NULL), 0);
    assert_int_equal(match(r, "GET", "/tasks/7", "/tasks/{id}", "7,", NULL), 0);
    assert_int_equal(match(r, "GET", "/tasks/stats", "/tasks/stats", ",", NULL), 0);
    assert_int_equal(match(r, "DELETE", "/tasks/stats", "/tasks/{id}", "stats,", NULL), 0);
    assert_int_equal(match(r, "GET", "/tasks/stats/log", "/tasks/{id}/log", "stats,", NULL), 0);
    assert_int_equal(match(r, "GET", "/a/1/b/2", "/a/{x}/b/{y}", "1,2", NULL), 0);
    assert_int_equal(match(r, "PUT", "/a/c/b/d", "/a/c/b/d", ",", NULL), 0);
    assert_int_equal(match(r, "GET", "/a/c/b/d", "/a/{x}/b/{y}", "c,d", NULL), 0);
    assert_int_equal(match(r, "GET", "/a/", "/a/**", ",", NULL), 0);
    assert_int_equal(match(r, "POST", "/tasks/cleanup", "/tasks/cleanup", ",", NULL), 0);
    assert_int_equal(
        match(r, "PATCH", "/tasks/cleanup", NULL, NULL, "GET, HEAD, POST, DELETE"), 405);
    assert_int_equal(match(r, "PUT", "/tasks", NULL, NULL, "GET, HEAD, POST"), 405);
    assert_int_equal(match(r, "OPTIONS", "/tasks/1", NULL, NULL, "GET, HEAD, DELETE"), 405);
    assert_int_equal(match(r, "GET", "/tasks/", NULL, NULL, NULL), 404);
    assert_int_equal(match(r, "GET", "/tasks//log", NULL, NULL, NULL), 404);
    assert_int_equal(match(r, "GET", "/a", NULL, NULL, NULL), 404);
    assert_int_equal(match(r, "GET", "/b", NULL, NULL, NULL), 404);
    assert_int_equal(match(r, "GET", "//", NULL, NULL, NULL), 404);
    http_router_fallback(r, nothing, NULL);
    assert_int_equal(match(r, "GET", "/b", "**", ",", NULL), 0);
    assert_int_equal(match(r, "PUT", "/tasks", NULL, NULL, NULL), 405);
    http_router_free(r);
}

/* ---- answers ---- */

static void on_split(void *ctx, struct http_request *req)
{
    http_add_header(req, "X-Echo", http_query(req, "v"));
    reply_text(req, 200, STR("body"));
}

static void on_fields(void *ctx, struct http_request *req)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_VALIDATION_ERROR, "bad \"input\"");
    e.retry_after_ms = 1500;
    http_reply_problem(req, &e, STR("[{\"field\":\"a\",\"message\":\"b\"}]"));
}

static const struct http_route answer_routes[] = {
    {"GET", "/split", on_split, 0, 0},
    {"GET", "/fields", on_fields, 0, 0},
    {0},
};

static void values_cannot_split_an_answer(void **state)
{
    struct fixture *f = fixture_open();
    http_router_add(f->router, answer_routes, f);
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /split?v=a%0d%0aX-Evil:%201%0d%0a%0d%0ab HTTP/1.1\r\nHost: a\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_true(str_is(answer_header(&a, "X-Echo"), "a  X-Evil: 1    b"));
    assert_null(answer_header(&a, "X-Evil").p);
    assert_string_equal(a.body.p, "body");
    answer_release(&a);
    peer_close(&p);
    fixture_close(f);
}

static void problems_carry_their_fields(void **state)
{
    struct fixture *f = fixture_open();
    http_router_add(f->router, answer_routes, f);
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /fields HTTP/1.1\r\nHost: a\r\nX-Request-ID: r1\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_int_equal(a.status, 422);
    assert_true(str_is(answer_header(&a, "Content-Type"), "application/problem+json"));
    assert_true(str_is(answer_header(&a, "Retry-After"), "2"));
    assert_string_equal(a.body.p,
        "{\"type\":\"/docs/errors#VALIDATION_ERROR\",\"title\":\"Input is not "
        "valid\",\"status\":422,"
        "\"detail\":\"bad \\\"input\\\"\",\"code\":\"VALIDATION_ERROR\",\"request_id\":\"r1\","
        "\"errors\":[{\"field\":\"a\",\"message\":\"b\"}]}");
    answer_release(&a);
    peer_close(&p);
    fixture_close(f);
}

static void states_and_statuses_have_names(void **state)
{
    for (int i = 0; i < CONN_STATES; i++)
        assert_non_null(http_conn_state_name((enum conn_state)i));
    for (enum err_code code = ERR_NONE + 1; code < ERR_CODE_COUNT; code++)
        assert_string_not_equal(http_response_status_text(err_code_status(code)), "Unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(hosts_of_ipv6_have_a_whole_network),
        cmocka_unit_test(only_trusted_proxies_are_believed),
        cmocka_unit_test(a_request_knows_who_asks),
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(headers_are_found_without_case),
        cmocka_unit_test(the_router_prefers_what_is_literal),
        cmocka_unit_test(values_cannot_split_an_answer),
        cmocka_unit_test(problems_carry_their_fields),
        cmocka_unit_test(states_and_statuses_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
