/* Counting of answers as Prometheus reads it, and who may read it. */
#include <sodium.h>
#include "check.h"
#include "api/metrics.h"

static bool has(const struct buf *b, const char *line)
{
    size_t n = strlen(line);
    return memmem(b->p, b->n, line, n) != NULL;
}

static void counted(void **state)
{
    static const struct http_route get = {"GET", "/api/v1/tasks/{id}", NULL, 0, 0};
    struct http_request req = {.route = &get}, unknown = {.route = NULL};
    struct api_metrics *m = metrics_new();
    struct buf out = BUF_INIT;

    for (int i = 0; i < 7; i++)
        metrics_answered(m, &req, 200, 300000, 100); /* 0.3 ms */
    metrics_answered(m, &req, 404, 20000000, 10);    /* 20 ms */
    metrics_answered(m, &req, 200, 9000000000, 0);   /* 9 s: above every class */
    metrics_answered(m, &unknown, 418, 1000, 0);
    metrics_write_http(m, &out);
#define ROUTE "{route=\"/api/v1/tasks/{id}\",method=\"GET\""
    assert_true(has(&out, "obmen_http_requests_total" ROUTE ",status=\"200\"} 8\n"));
    assert_true(has(&out, "obmen_http_requests_total" ROUTE ",status=\"404\"} 1\n"));
    assert_true(
        has(&out, "obmen_http_requests_total{route=\"other\",method=\"\",status=\"other\"} 1\n"));
    assert_true(
        has(&out, "obmen_http_request_duration_seconds_bucket" ROUTE ",le=\"0.00025\"} 0\n"));
    assert_true(
        has(&out, "obmen_http_request_duration_seconds_bucket" ROUTE ",le=\"0.0005\"} 7\n"));
    assert_true(has(&out, "obmen_http_request_duration_seconds_bucket" ROUTE ",le=\"0.025\"} 8\n"));
    assert_true(has(&out, "obmen_http_request_duration_seconds_bucket" ROUTE ",le=\"5\"} 8\n"));
    assert_true(has(&out, "obmen_http_request_duration_seconds_bucket" ROUTE ",le=\"+Inf\"} 9\n"));
    assert_true(has(&out, "obmen_http_request_duration_seconds_sum" ROUTE "} 9.022100\n"));
    assert_true(has(&out, "obmen_http_request_duration_seconds_count" ROUTE "} 9\n"));
    assert_true(has(&out, "obmen_http_response_bytes_total" ROUTE "} 710\n"));
    buf_release(&out);
    metrics_free(m);
}

static void samples(void **state)
{
    struct buf out = BUF_INIT;
    metrics_write_one(&out, "a_total", "counter", "Things.", 12345678901234.0);
    metrics_write_one(&out, "b", "gauge", "Parts.", 0.25);
    assert_true(str_is(buf_str(&out),
        "# HELP a_total Things.\n# TYPE a_total counter\na_total 12345678901234\n"
        "# HELP b Parts.\n# TYPE b gauge\nb 0.250000\n"));
    buf_release(&out);
}

static void readers(void **state)
{
    static const struct {
        bool loopback;
        const char *header, *value, *token;
        bool allowed;
    } cases[] = {
        {true, NULL, NULL, NULL, true},
        {true, "X-Forwarded-For", "10.0.0.1", NULL, false},
        {true, "Forwarded", "for=10.0.0.1", "secret", false},
        {false, NULL, NULL, NULL, false},
        {false, NULL, NULL, "secret", false},
        {false, "Authorization", "Bearer secret", "secret", true},
        {false, "Authorization", "bearer secret", "secret", true},
        {false, "Authorization", "Bearer secre", "secret", false},
        {false, "Authorization", "Bearer ", "secret", false},
        {false, "Authorization", "Bearer ", "", false},
        {false, "Authorization", "Bearer ", NULL, false},
        {false, "Authorization", "Basic secret", "secret", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct http_header header = {str_from(cases[i].header), str_from(cases[i].value)};
        struct http_request req = {.peer_is_loopback = cases[i].loopback,
            .headers = &header,
            .header_count = cases[i].header != NULL};
        if (metrics_allowed(&req, cases[i].token) != cases[i].allowed)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted), cmocka_unit_test(samples), cmocka_unit_test(readers)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
