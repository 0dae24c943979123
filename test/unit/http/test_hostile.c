/*
 * Requests that must be refused, and their well-formed neighbours that must not: each is fed whole,
 * split at each byte and byte by byte, and must get the same answer. A refusal is a problem+json,
 * then the end of the connection.
 */
#include "fixture.h"

#define H "Host: a\r\n"
#define GET "GET /show/1 HTTP/1.1\r\n"
#define POST "POST /echo HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define END "\r\n"
#define S(text) text, sizeof(text) - 1

struct hostile_case {
    const char *name, *bytes;
    size_t n;
    int status;       /* of the last answer */
    const char *body; /* of a good one; NULL: any */
};

static const struct hostile_case refused[] = {
    /* the request line */
    {"no method", S(" / HTTP/1.1\r\n" H END), 400, NULL},
    {"unknown method", S("FETCH /show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"method in small letters", S("get /show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"endless method", S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 400, NULL},
    {"a TLS hello", S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc"), 400, NULL},
    {"the preface of HTTP/2", S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400, NULL},
    {"HTTP/0.9", S("GET /show/1\r\n"), 400, NULL},
    {"HTTP/0.9 by name", S("GET /show/1 HTTP/0.9\r\n" H END), 400, NULL},
    {"HTTP/1.2", S("GET /show/1 HTTP/1.2\r\n" H END), 400, NULL},
    {"HTTP/2.0", S("GET /show/1 HTTP/2.0\r\n" H END), 400, NULL},
    {"HTTP/11", S("GET /show/1 HTTP/11\r\n" H END), 400, NULL},
    {"HTTP/1.11", S("GET /show/1 HTTP/1.11\r\n" H END), 400, NULL},
    {"http/1.1", S("GET /show/1 http/1.1\r\n" H END), 400, NULL},
    {"ICE/1.0", S("SOURCE /show/1 ICE/1.0\r\n" H END), 400, NULL},
    {"RTSP/1.0", S("OPTIONS /show/1 RTSP/1.0\r\n" H END), 400, NULL},
    {"two blanks before the target", S("GET  /show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"two blanks after the target", S("GET /show/1  HTTP/1.1\r\n" H END), 400, NULL},
    {"a tab for a blank", S("GET\t/show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"a blank at the line's end", S("GET /show/1 HTTP/1.1 \r\n" H END), 400, NULL},
    {"a bare LF after the request line", S("GET /show/1 HTTP/1.1\n" H END), 400, NULL},
    {"a bare CR after the request line", S("GET /show/1 HTTP/1.1\r" H END), 400, NULL},
    {"a bare LF before the request", S("\nGET /show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"a bare CR before the request", S("\rGET /show/1 HTTP/1.1\r\n" H END), 400, NULL},
    /* the target */
    {"a relative target", S("GET show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"a star for GET", S("GET * HTTP/1.1\r\n" H END), 400, NULL},
    {"another scheme", S("GET ftp://a/show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"an absolute target without host", S("GET http:///show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"an absolute target with a user", S("GET http://u@a/show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"a fragment", S("GET /show/1#x HTTP/1.1\r\n" H END), 400, NULL},
    {"NUL in the target", S("GET /show/\0 HTTP/1.1\r\n" H END), 400, NULL},
    {"DEL in the target", S("GET /show/\x7f HTTP/1.1\r\n" H END), 400, NULL},
    {"an encoded NUL", S("GET /show/%00 HTTP/1.1\r\n" H END), 400, NULL},
    {"an encoded NUL in the query", S("GET /show/1?a=%00 HTTP/1.1\r\n" H END), 400, NULL},
    {"an encoded line end", S("GET /show/%0d%0a HTTP/1.1\r\n" H END), 400, NULL},
    {"a broken escape", S("GET /show/%4 HTTP/1.1\r\n" H END), 400, NULL},
    {"an escape that is none", S("GET /show/%zz HTTP/1.1\r\n" H END), 400, NULL},
    {"an escape of another family", S("GET /show/%u002e HTTP/1.1\r\n" H END), 400, NULL},
    {"a broken escape in the query", S("GET /show/1?a=%e HTTP/1.1\r\n" H END), 400, NULL},
    {"an overlong dot", S("GET /show/%c0%ae HTTP/1.1\r\n" H END), 400, NULL},
    {"an overlong slash, three bytes", S("GET /show/%e0%80%af HTTP/1.1\r\n" H END), 400, NULL},
    {"a surrogate", S("GET /show/%ed%a0%80 HTTP/1.1\r\n" H END), 400, NULL},
    {"cut UTF-8", S("GET /show/%d0 HTTP/1.1\r\n" H END), 400, NULL},
    {"raw bytes that are no UTF-8", S("GET /show/\xff HTTP/1.1\r\n" H END), 400, NULL},
    {"broken UTF-8 in the query", S("GET /show/1?a=%ff HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal", S("GET /show/../1 HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal at the end", S("GET /files/.. HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal, encoded dots", S("GET /files/%2e%2e/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal, encoded slash", S("GET /files/..%2f1 HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal, backslash", S("GET /files/..\\1 HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal, encoded backslash", S("GET /files/..%5c1 HTTP/1.1\r\n" H END), 400, NULL},
    {"a single dot", S("GET /./show/1 HTTP/1.1\r\n" H END), 400, NULL},
    {"an encoded slash", S("GET /show%2f1 HTTP/1.1\r\n" H END), 400, NULL},
    {"traversal in an absolute target", S("GET http://a/files/../1 HTTP/1.1\r\n" H END), 400, NULL},
    /* header lines */
    {"a blank before the colon", S(GET H "X : 1\r\n" END), 400, NULL},
    {"a tab before the colon", S(GET H "X\t: 1\r\n" END), 400, NULL},
    {"a blank in the name", S(GET H "X Y: 1\r\n" END), 400, NULL},
    {"a blank before the name", S(GET " X: 1\r\n" H END), 400, NULL},
    {"an empty name", S(GET H ": 1\r\n" END), 400, NULL},
    {"no colon", S(GET H "X\r\n" END), 400, NULL},
    {"a folded value", S(GET H "X: 1\r\n 2\r\n" END), 400, NULL},
    {"a value folded by a tab", S(GET H "X: 1\r\n\t2\r\n" END), 400, NULL},
    {"a folded empty value", S(GET H "X:\r\n 2\r\n" END), 400, NULL},
    {"a bare LF after a value", S(GET H "X: 1\n" END), 400, NULL},
    {"a bare CR after a value", S(GET H "X: 1\rY: 2\r\n" END), 400, NULL},
    {"a CR, then CR LF", S(GET H "X: 1\r\r\n" END), 400, NULL},
    {"a bare LF at the end", S(GET H "X: 1\r\n\n"), 400, NULL},
    {"a bare CR at the end", S(GET H "X: 1\r\n\rX"), 400, NULL},
    {"NUL in a name", S(GET H "X\0Y: 1\r\n" END), 400, NULL},
    {"NUL in a value", S(GET H "X: 1\0 2\r\n" END), 400, NULL},
    {"a control character in a value", S(GET H "X: \x01\r\n" END), 400, NULL},
    {"DEL in a value", S(GET H "X: \x7f\r\n" END), 400, NULL},
    {"a byte beyond ASCII in a name", S(GET H "\xd0\xa5: 1\r\n" END), 400, NULL},
    {"a name in brackets", S(GET H "(X): 1\r\n" END), 400, NULL},
    /* Host */
    {"no Host", S(GET END), 400, NULL},
    {"two Hosts", S(GET H H END), 400, NULL},
    {"two Hosts in HTTP/1.0", S("GET /show/1 HTTP/1.0\r\n" H "host: b\r\n" END), 400, NULL},
    {"an empty Host", S(GET "Host:\r\n" END), 400, NULL},
    {"a Host of blanks", S(GET "Host:  \t \r\n" END), 400, NULL},
    {"two names in Host", S(GET "Host: a b\r\n" END), 400, NULL},
    {"a list in Host", S(GET "Host: a,b\r\n" END), 400, NULL},
    {"a path in Host", S(GET "Host: a/b\r\n" END), 400, NULL},
    {"a user in Host", S(GET "Host: u@a\r\n" END), 400, NULL},
    {"only a port in Host", S(GET "Host: :80\r\n" END), 400, NULL},
    {"letters for a port", S(GET "Host: a:b\r\n" END), 400, NULL},
    {"a port too high", S(GET "Host: a:65536\r\n" END), 400, NULL},
    {"a port too long", S(GET "Host: a:0000080\r\n" END), 400, NULL},
    {"two ports", S(GET "Host: a:1:2\r\n" END), 400, NULL},
    {"an open bracket", S(GET "Host: [::1\r\n" END), 400, NULL},
    {"brackets about no address", S(GET "Host: [a.b]\r\n" END), 400, NULL},
    {"bytes beyond ASCII in Host", S(GET "Host: \xd0\xb0\r\n" END), 400, NULL},
    {"an ill-formed Host in HTTP/1.0", S("GET /show/1 HTTP/1.0\r\nHost: a/b\r\n" END), 400, NULL},
    /* length and coding */
    {"length and coding",
        S(POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, NULL},
    {"coding and length",
        S(POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"), 400, NULL},
    {"an empty coding beside a length",
        S(POST "Transfer-Encoding:\r\nContent-Length: 4\r\n\r\nbody"), 400, NULL},
    {"an empty coding", S(POST "Transfer-Encoding:\r\n\r\n"), 400, NULL},
    {"two lengths", S(POST "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody"), 400, NULL},
    {"the same length twice", S(POST "Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody"), 400,
        NULL},
    {"a list of lengths", S(POST "Content-Length: 4, 4\r\n\r\nbody"), 400, NULL},
    {"an empty length", S(POST "Content-Length:\r\n\r\n"), 400, NULL},
    {"a length below nothing", S(POST "Content-Length: -1\r\n\r\n"), 400, NULL},
    {"a length with a plus", S(POST "Content-Length: +4\r\n\r\nbody"), 400, NULL},
    {"a length in hex", S(POST "Content-Length: 0x4\r\n\r\nbody"), 400, NULL},
    {"a length with a blank", S(POST "Content-Length: 4 4\r\n\r\nbody"), 400, NULL},
    {"a length beyond 64 bits", S(POST "Content-Length: 18446744073709551617\r\n\r\n"), 400, NULL},
    {"another coding", S(POST "Transfer-Encoding: gzip\r\n\r\n"), 400, NULL},
    {"a coding before chunked", S(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 400,
        NULL},
    {"a coding after chunked", S(POST "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"), 400,
        NULL},
    {"chunked twice", S(POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), 400, NULL},
    {"chunked in two lines",
        S(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400,
        NULL},
    {"identity", S(POST "Transfer-Encoding: identity\r\n\r\n"), 400, NULL},
    {"a misspelt coding", S(POST "Transfer-Encoding: xchunked\r\n\r\n"), 400, NULL},
    {"chunked with a vertical tab",
        S(POST "Transfer-Encoding: \x0b"
               "chunked\r\n\r\n"),
        400, NULL},
    {"a coding in HTTP/1.0",
        S("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, NULL},
    /* chunks */
    {"no size", S(CHUNKED "\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a size that is no number", S(CHUNKED "g\r\n"), 400, NULL},
    {"a size below nothing", S(CHUNKED "-1\r\n"), 400, NULL},
    {"a size with 0x", S(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a blank before the size", S(CHUNKED " 3\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a blank after the size", S(CHUNKED "3 \r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a size beyond 64 bits", S(CHUNKED "10000000000000000\r\n"), 400, NULL},
    {"a size of seventeen noughts", S(CHUNKED "00000000000000003\r\nabc"), 400, NULL},
    {"a bare LF after the size", S(CHUNKED "3\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a bare CR after the size", S(CHUNKED "3\rabc\r\n0\r\n\r\n"), 400, NULL},
    {"other bytes after the data", S(CHUNKED "3\r\nabcXX0\r\n\r\n"), 400, NULL},
    {"data longer than its size", S(CHUNKED "3\r\nabcd\r\n0\r\n\r\n"), 400, NULL},
    {"data shorter than its size", S(CHUNKED "3\r\nab\r\n0\r\n\r\n"), 400, NULL},
    {"only LF after the data", S(CHUNKED "3\r\nabc\n0\r\n\r\n"), 400, NULL},
    {"CR and another byte after the data", S(CHUNKED "3\r\nabc\rX0\r\n\r\n"), 400, NULL},
    {"NUL in an extension", S(CHUNKED "3;a=\0\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a bare LF in an extension", S(CHUNKED "3;a\n3\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a bare CR in an extension", S(CHUNKED "3;a\rb\r\nabc\r\n0\r\n\r\n"), 400, NULL},
    {"a bare LF after the last chunk", S(CHUNKED "0\n\r\n"), 400, NULL},
    {"a bare LF at the end of the trailer", S(CHUNKED "0\r\n\n"), 400, NULL},
    {"a folded trailer", S(CHUNKED "0\r\nX: 1\r\n 2\r\n\r\n"), 400, NULL},
    {"a blank in a trailer's name", S(CHUNKED "0\r\nX : 1\r\n\r\n"), 400, NULL},
    {"a bare CR in a trailer", S(CHUNKED "0\r\nX: 1\rY: 2\r\n\r\n"), 400, NULL},
    /* an answer that is due comes before the refusal */
    {"a bad request behind a good one", S(GET H END "BAD\r\n\r\n"), 400, NULL},
    {"a bad request behind a body", S(POST "Content-Length: 4\r\n\r\nbody\0"), 400, NULL},
    {"a bad request behind chunks", S(CHUNKED "0\r\n\r\n\n"), 400, NULL},
    {"a tunnel", S("CONNECT a:443 HTTP/1.1\r\n" H END "GET / HTTP/1.1\r\n" H END), 405, NULL},
};

static const struct hostile_case accepted[] = {
    {"plain", S(GET H END), 200, "GET /show/1 [1][] ? #"},
    {"no blank after the colon", S(GET "Host:a\r\nX:1\r\n" END), 200, NULL},
    {"many blanks about a value", S(GET "Host: \t a \t \r\nX: \t1 \r\n" END), 200, NULL},
    {"empty values", S(GET H "X:\r\nY: \r\nZ:\r\n" END), 200, NULL},
    {"bytes beyond ASCII in a value", S(GET H "X: \xd0\xb0\xff\r\n" END), 200, NULL},
    {"strange but right names", S(GET H "!#$%&'*+-.^_`|~: 1\r\n" END), 200, NULL},
    {"blank lines before it", S("\r\n\r\n" GET H END), 200, NULL},
    {"a Host with a port", S(GET "Host: a.b-c:8001\r\n" END), 200, NULL},
    {"a Host without its port", S(GET "Host: a:\r\n" END), 200, NULL},
    {"a Host of IPv4", S(GET "Host: 127.0.0.1:8001\r\n" END), 200, NULL},
    {"a Host of IPv6", S(GET "Host: [::1]:8001\r\n" END), 200, NULL},
    {"an absolute target", S("GET http://a:1/show/1?x=1 HTTP/1.1\r\n" H END), 200,
        "GET /show/1 [1][] ?x=1 #"},
    {"escapes", S("GET /show/%41%20%D1%8F?q=%D1%8F+1 HTTP/1.1\r\n" H END), 200,
        "GET /show/A \xd1\x8f [A \xd1\x8f][] ?q=%D1%8F+1 #"},
    {"raw UTF-8", S("GET /show/\xd1\x8f?q=\xd1\x8f HTTP/1.1\r\n" H END), 200,
        "GET /show/\xd1\x8f [\xd1\x8f][] ?q=\xd1\x8f #"},
    {"dots that are no segments", S("GET /show/..a.%2e. HTTP/1.1\r\n" H END), 200,
        "GET /show/..a... [..a...][] ? #"},
    {"an escape escaped", S("GET /show/%252e%252e HTTP/1.1\r\n" H END), 200,
        "GET /show/%2e%2e [%2e%2e][] ? #"},
    {"a query of all kinds", S("GET /show/1?a=/..&b={|}&c=?&&=&d HTTP/1.1\r\n" H END), 200,
        "GET /show/1 [1][] ?a=/..&b={|}&c=?&&=&d #"},
    {"HTTP/1.0 without Host", S("GET /show/1 HTTP/1.0\r\nConnection: keep-alive\r\n" END), 200,
        NULL},
    {"a length with leading noughts", S(POST "Content-Length: 0004\r\n\r\nbody"), 200, "body"},
    {"chunks", S(CHUNKED "1\r\na\r\n02\r\nbc\r\n000000000000000a\r\n0123456789\r\n0\r\n\r\n"), 200,
        "abc0123456789"},
    {"CHUNKED", S(POST "TRANSFER-ENCODING: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 200, "abc"},
    {"chunks of bytes that look like framing", S(CHUNKED "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"), 200,
        "\r\n0\r\n\r\n"},
    {"extensions", S(CHUNKED "3;a;b=c\r\nabc\r\n0;z\r\n\r\n"), 200, "abc"},
    {"a trailer", S(CHUNKED "3\r\nabc\r\n0\r\nX: 1\r\nY:\r\n\r\n"), 200, "abc"},
    {"a body for GET", S(GET H "Content-Length: 3\r\n\r\nabc"), 200, "GET /show/1 [1][] ? #abc"},
    {"an upgrade nobody offers",
        S(GET H
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n" END),
        200, NULL},
    {"an upgrade with a body",
        S(POST "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc"), 200, "abc"},
    {"CR LF behind a body", S(POST "Content-Length: 3\r\n\r\nabc\r\n" GET H END), 200,
        "GET /show/1 [1][] ? #"},
};

enum feeding { WHOLE, SPLIT, BYTES };

static void feed(struct peer *p, const struct hostile_case *c, enum feeding how, size_t at)
{
    struct str s = {c->bytes, c->n};
    if (how == WHOLE) {
        peer_send(p, s);
    } else if (how == SPLIT) {
        peer_send(p, (struct str){s.p, at});
        settle(p->f);
        peer_send(p, (struct str){s.p + at, s.n - at});
    } else {
        for (size_t i = 0; i < s.n; i++) {
            peer_send(p, (struct str){s.p + i, 1});
            settle(p->f);
        }
    }
}

/* All answers up to the end of the connection, or up to the one that answers the last request. */
static struct answer last_answer(struct peer *p, const struct hostile_case *c, int answers)
{
    struct answer a = peer_answer(p);
    for (int i = 1; i < answers; i++) {
        if (a.status != 200)
            fail_msg("%s: %d before the last answer", c->name, a.status);
        answer_release(&a);
        a = peer_answer(p);
    }
    if (a.status != c->status)
        fail_msg("%s: %d, not %d: %s", c->name, a.status, c->status, a.body.p);
    return a;
}

static int answers_due(const struct hostile_case *c)
{
    return strstr(c->name, "behind") ? 2 : 1;
}

static void check(
    struct fixture *f, const struct hostile_case *c, enum feeding how, size_t at, bool good)
{
    struct peer p = peer_open(f);
    feed(&p, c, how, at);
    struct answer a = last_answer(&p, c, answers_due(c));
    if (good) {
        if (c->body)
            assert_string_equal(a.body.p, c->body);
        assert_null(strstr(a.head, "Connection: close"));
    } else {
        char status[32];
        snprintf(status, sizeof status, "\"status\":%d", c->status);
        assert_non_null(strstr(a.body.p, status));
        assert_true(str_is(answer_header(&a, "Content-Type"), "application/problem+json"));
        assert_true(str_is(answer_header(&a, "Connection"), "close"));
        expect_end(&p);
    }
    answer_release(&a);
    peer_close(&p);
}

static void check_all(const struct hostile_case *cases, size_t count, bool good)
{
    struct fixture *f = fixture_open();
    for (size_t i = 0; i < count; i++) {
        check(f, &cases[i], WHOLE, 0, good);
        check(f, &cases[i], BYTES, 0, good);
        for (size_t at = 1; at < cases[i].n; at++)
            check(f, &cases[i], SPLIT, at, good);
    }
    assert_null(f->kept);
    fixture_close(f);
}

static void refuses_what_is_malformed(void **state)
{
    check_all(refused, sizeof refused / sizeof *refused, false);
}

static void accepts_what_is_well_formed(void **state)
{
    check_all(accepted, sizeof accepted / sizeof *accepted, true);
}

/* The same over one connection: nothing of one request may leak into the next. */
static void keeps_requests_apart(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
            feed(&p, &accepted[i], round ? BYTES : WHOLE, 0);
            struct answer a = last_answer(&p, &accepted[i], answers_due(&accepted[i]));
            if (accepted[i].body)
                assert_string_equal(a.body.p, accepted[i].body);
            answer_release(&a);
        }
    }
    peer_close(&p);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_malformed),
        cmocka_unit_test(accepts_what_is_well_formed),
        cmocka_unit_test(keeps_requests_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
