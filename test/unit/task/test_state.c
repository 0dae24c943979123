/* The JSON of a task, its sentences, progress, rate, time left, and what is retried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "task/inside.h"

static struct task_state sample(void)
{
    struct task_state s = {
        .task_type = STR("sync_bank_transactions"),
        .name = STR("Банк"),
        .status = TASK_RUNNING,
        .progress = 45,
        .total = 1000,
        .stats = {.fetched = 450, .created = 220, .updated = 230},
        .params = STR("{}"),
        .metadata = STR("{\"date_from\":\"2025-01-01\",\"user_id\":1}"),
        .created_at = 1735689600000000,
        .started_at = 1735689601500000,
        .run_at = 1735689600000000,
        .priority = TASK_NORMAL,
        .max_retries = 3,
        .timeout_s = 3600,
        .attempt = 1,
        .user_id = 1,
        .node = STR("host-1"),
        .phase = STR("import"),
        .rate = 812.54,
        .timing = STR("{\"total_ms\":7}"),
        .seq = 57,
    };
    uuid_parse(STR("01890a5d-ac96-774b-bcce-b302099a8057"), &s.id);
    task_state_derive(&s);
    return s;
}

static void assert_json(const struct task_state *s, const char *expected)
{
    struct buf out = BUF_INIT;
    task_state_json(&out, s);
    buf_addc(&out, 0);
    assert_string_equal(out.p, expected);
    buf_release(&out);
}

static void test_json_of_a_running_task(void **state)
{
    struct task_state s = sample();
    assert_json(&s, "{\"task_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"task_type\":\"sync_"
                    "bank_transactions\",\"name\":\"Банк\","
                    "\"status\":\"running\",\"progress\":45,\"total\":1000,\"processed\":450,"
                    "\"message\":\"Обработано 450 из 1000 (220 создано, 230 "
                    "обновлено)\",\"result\":null,\"error\":null,"
                    "\"error_code\":null,\"created_at\":\"2025-01-01T00:00:00.000Z\",\"started_"
                    "at\":\"2025-01-01T00:00:01.500Z\","
                    "\"completed_at\":null,\"metadata\":{\"date_from\":\"2025-01-01\",\"user_id\":"
                    "1},\"priority\":\"normal\","
                    "\"retry_count\":0,\"max_retries\":3,\"timeout\":3600,\"run_at\":\"2025-01-"
                    "01T00:00:00.000Z\","
                    "\"cancel_requested\":false,\"user_id\":1,\"node\":\"host-1\",\"attempt\":1,"
                    "\"phase\":\"import\","
                    "\"wait_reason\":null,\"stats\":{\"fetched\":450,\"created\":220,\"updated\":"
                    "230,\"unchanged\":0,\"skipped\":0,"
                    "\"failed\":0,\"deactivated\":0},\"rate\":812.5,\"eta_seconds\":1,\"timing\":{"
                    "\"total_ms\":7},\"seq\":57}");
}

static void test_json_of_an_ended_task(void **state)
{
    struct task_state s = sample();
    s.status = TASK_FAILED;
    s.error = STR("1C: нет доступа");
    s.error_code = ERR_ONEC_API_ERROR;
    s.result = STR("{\"processed\": 450}");
    s.completed_at = s.started_at;
    s.rate = -1;
    s.node = STR_NULL;
    task_state_derive(&s);
    struct buf out = BUF_INIT;
    task_state_json(&out, &s);
    struct arena a = ARENA_INIT;
    struct err err;
    struct json *j = json_parse(&a, buf_str(&out), &err);
    assert_non_null(j);
    assert_true(str_is(json_text(json_get(j, "error_code")), "ONEC_API_ERROR"));
    assert_true(str_is(json_text(json_get(j, "error")), "1C: нет доступа"));
    assert_true(json_is(json_get(j, "result"), JSON_OBJECT));
    assert_true(json_is(json_get(j, "rate"), JSON_NULL));
    assert_true(json_is(json_get(j, "eta_seconds"), JSON_NULL));
    assert_true(json_is(json_get(j, "node"), JSON_NULL));
    arena_release(&a);
    buf_release(&out);
}

static void test_sentences(void **state)
{
    const struct {
        enum task_status status;
        struct obm_stats stats;
        int64_t total;
        bool english;
        const char *text, *params;
    } cases[] = {
        {TASK_PENDING, {0}, 0, false, "В очереди"},
        {TASK_RUNNING, {0}, 0, false, "Выполняется"},
        {TASK_RUNNING, {.fetched = 5, .skipped = 1, .failed = 4}, 0, false,
            "Обработано 5 (1 пропущено, 4 не принято)"},
        {TASK_RUNNING, {.fetched = 5, .unchanged = 5}, 9, true, "Processed 5 of 9 (5 unchanged)"},
        {TASK_COMPLETED, {.fetched = 9, .created = 9, .deactivated = 2}, 9, false,
            "Готово: обработано 9 из 9 (9 создано, 2 снято)"},
        {TASK_COMPLETED, {0}, 0, true, "Done"},
        {TASK_FAILED, {.fetched = 5, .created = 5}, 9, true,
            "Failed: processed 5 of 9 (5 created)"},
        {TASK_CANCELLED, {0}, 9, false, "Отменено"},
        {TASK_COMPLETED, {.fetched = 9, .created = 3, .updated = 6, .deactivated = 2}, 9, false,
            "Проверено, ничего не записано: обработано 9 из 9 (3 появится, 6 изменится, 2 "
            "снимется)",
            "{\"dry_run\": true}"},
        {TASK_COMPLETED, {.fetched = 1, .created = 1}, 1, true,
            "Looked at, not stored: processed 1 of 1 (1 would be new)",
            "{\"mode\":\"full\",\"dry_run\":true}"},
        {TASK_COMPLETED, {.fetched = 1, .created = 1}, 1, true,
            "Done: processed 1 of 1 (1 created)", "{\"dry_run\":false}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task_state s = {
            .status = cases[i].status, .stats = cases[i].stats, .total = cases[i].total};
        s.params = cases[i].params ? str_from(cases[i].params) : STR_NULL;
        struct buf out = BUF_INIT;
        lang_english = cases[i].english;
        task_standard_message(&out, &s);
        lang_english = false;
        buf_addc(&out, 0);
        assert_string_equal(out.p, cases[i].text);
        buf_release(&out);
    }
    struct task_state own = sample();
    own.message = STR("Свои слова");
    struct buf out = BUF_INIT;
    task_state_json(&out, &own);
    buf_addc(&out, 0);
    assert_non_null(strstr(out.p, "\"message\":\"Свои слова\""));
    buf_release(&out);
}

static void test_copy_is_deep(void **state)
{
    char name[] = "name";
    struct task_state s = sample();
    s.name = str_from(name);
    struct arena a = ARENA_INIT;
    struct task_state *c = task_state_copy(&a, &s);
    name[0] = 'X';
    assert_true(str_is(c->name, "name"));
    assert_null(c->result.p);
    assert_true(a.total < 2048);
    arena_release(&a);
}

static void test_names(void **state)
{
    enum task_status s;
    enum task_priority p;
    for (int i = TASK_PENDING; i <= TASK_CANCELLED; i++)
        assert_true(
            task_status_parse(str_from(task_status_name((enum task_status)i)), &s) && (int)s == i);
    for (int i = TASK_CRITICAL; i <= TASK_LOW; i++)
        assert_true(task_priority_parse(str_from(task_priority_name((enum task_priority)i)), &p) &&
                    (int)p == i);
    assert_false(task_status_parse(STR("done"), &s));
    assert_false(task_priority_parse(STR("urgent"), &p));
}

static void test_percent(void **state)
{
    assert_int_equal(progress_percent(0, 0, 1000), 0);
    assert_int_equal(progress_percent(0, 450, 1000), 45);
    assert_int_equal(progress_percent(0, 999, 1000), 99);
    assert_int_equal(progress_percent(0, 1000, 1000), 99); /* 100 is for completed tasks */
    assert_int_equal(progress_percent(0, 2000, 1000), 99); /* the source has more than it said */
    assert_int_equal(progress_percent(60, 450, 1000), 60); /* never falls, also when total grows */
    assert_int_equal(progress_percent(7, 5, 0), 7);        /* total unknown */
    assert_int_equal(progress_percent(0, 900000000000000000, 1000000000000000000), 90);
}

static void test_rate_means_something_or_is_not_shown(void **state)
{
    struct rate r = {0};
    assert_true(rate_add(&r, 1000, 100) < 0); /* one moment is no speed */
    assert_true(rate_add(&r, 1100, 200) < 0); /* neither is a tenth of a second */
    double rate = rate_add(&r, 2000, 1100);
    assert_true(rate > 999 && rate < 1001);
    for (int i = 1; i <= 100; i++) /* steady */
        rate = rate_add(&r, 2000 + i * 100, 1100 + i * 100);
    assert_true(rate > 999 && rate < 1001);
    for (int i = 1; i <= 200; i++) /* half as fast: forgotten after some ten seconds */
        rate = rate_add(&r, 12000 + i * 100, 11100 + i * 50);
    assert_true(rate > 499 && rate < 501);
    assert_true(rate_add(&r, 100000, 21100) >= 0);
    struct rate still = {0};
    rate_add(&still, 0, 5);
    assert_true(rate_add(&still, 5000, 5) < 0); /* nothing moves: no speed rather than 0 */
}

static void test_time_left(void **state)
{
    assert_int_equal(progress_eta(100, 0, 1000), 10);
    assert_int_equal(progress_eta(812.5, 450, 1000), 1);
    assert_int_equal(progress_eta(100, 1000, 1000), 0);
    assert_int_equal(progress_eta(-1, 0, 1000), -1);
    assert_int_equal(progress_eta(0, 0, 1000), -1);
    assert_int_equal(progress_eta(100, 5, 0), -1);
    assert_int_equal(progress_eta(100, 1001, 1000), -1);
    assert_int_equal(progress_eta(0.000001, 0, 1000000000), -1); /* no forecast over a month */
}

static const struct obm_phase two_phases[] = {{"connect", NULL}, {"import", NULL}, {0}};

static void test_where_the_time_went(void **state)
{
    struct arena a = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct timing tm;
    timing_load(&tm, &a, two_phases, STR_NULL);
    tm.at_ns = 5000000000;
    timing_add(&tm, 0, TIMING_WORK, 5000999999);
    assert_null(timing_json(&tm, &out).p); /* less than a millisecond is not told */
    timing_add(&tm, 0, TIMING_SOURCE, 5120000000);
    timing_add(&tm, 1, TIMING_DATABASE, 6000000000);
    timing_add(&tm, 1, TIMING_PAUSE, 6000500000);
    timing_add(&tm, 1, TIMING_WORK, 6200000999);
    struct str text = timing_json(&tm, &out);
    const char *one = "{\"total_ms\":1200,\"phases_ms\":{\"connect\":120,\"import\":1080},"
                      "\"waiting_ms\":{\"source\":119,\"database\":880,\"pause\":0}}";
    assert_true(str_is(text, one));
    /* The next attempt goes on from it; a phase that is not there any more is forgotten. */
    struct timing next;
    timing_load(&next, &a, two_phases + 1, str_from(one));
    next.at_ns = 1000;
    timing_add(&next, 0, TIMING_PAUSE, 20000001000);
    buf_clear(&out);
    text = timing_json(&next, &out);
    assert_true(str_is(text, "{\"total_ms\":21200,\"phases_ms\":{\"import\":21080},"
                             "\"waiting_ms\":{\"source\":119,\"database\":880,\"pause\":20000}}"));
    timing_load(&next, &a, two_phases, STR("[broken"));
    assert_int_equal(next.us[TIMING_WORK], 0);
    buf_release(&out);
    arena_release(&a);
}

static void test_what_is_retried(void **state)
{
    struct err passing = {.passing = true}, permanent = {0};
    struct verdict v = retry_decide(&permanent, true, 0, 0, 3);
    assert_false(v.again);
    v = retry_decide(&passing, false, 0, 0, 3);
    assert_true(v.again && v.retry_count == 1 && v.failures == 1);
    v = retry_decide(&passing, false, 2, 2, 3);
    assert_true(v.again && v.retry_count == 3);
    v = retry_decide(&passing, false, 3, 3, 3);
    assert_false(v.again);
    assert_int_equal(v.retry_count, 3);
    v = retry_decide(&passing, true, 3, 3, 3); /* it moved: the count starts anew */
    assert_true(v.again && v.retry_count == 0 && v.failures == 4);
    v = retry_decide(&passing, true, 0, 0, 0); /* never asked for */
    assert_false(v.again);
    v = retry_decide(&passing, true, 0, ENGINE_FAILURES_MAX - 1, 3); /* the overall limit */
    assert_false(v.again);
    passing.retry_after_ms = 90000; /* the other side knows better than the cap */
    v = retry_decide(&passing, false, 0, 0, 3);
    assert_true(v.delay_ms >= 90000);
    passing.retry_after_ms = 0;
    for (int i = 0; i < 100; i++) {
        v = retry_decide(&passing, false, 20, 20, 100);
        assert_true(v.delay_ms >= 1 && v.delay_ms <= 60000);
    }
}

static void test_counters(void **state)
{
    struct obm_stats s = {.fetched = 10,
        .created = 1,
        .updated = 2,
        .unchanged = 3,
        .skipped = 3,
        .failed = 1,
        .deactivated = 7};
    assert_true(task_counters_add_up(&s));
    s.fetched++;
    assert_false(task_counters_add_up(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_of_a_running_task),
        cmocka_unit_test(test_json_of_an_ended_task),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_copy_is_deep),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_rate_means_something_or_is_not_shown),
        cmocka_unit_test(test_time_left),
        cmocka_unit_test(test_where_the_time_went),
        cmocka_unit_test(test_what_is_retried),
        cmocka_unit_test(test_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
