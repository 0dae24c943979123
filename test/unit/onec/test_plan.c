#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "obmen/arena.h"
#include "obmen/buf.h"
#include "onec/plan.h"

#define DAY(n) ((n)*USEC_PER_DAY)
static const usec_t start = 20000 * USEC_PER_DAY;

static void assert_span(const struct onec_span *s, int set, int64_t from, int64_t end)
{
    assert_int_equal(s->set, set);
    assert_int_equal((s->from - start) / USEC_PER_DAY, from);
    assert_int_equal((s->end - start) / USEC_PER_DAY, end);
}

static void everything_is_one_span_a_set(void **state)
{
    struct onec_plan p = {0};
    struct onec_span s;
    onec_plan_all(&p, 2, start, start + DAY(3));
    assert_true(onec_plan_next(&p, 0, start, &s));
    assert_span(&s, 0, 0, 3);
    assert_true(onec_plan_next(&p, s.set, s.end, &s));
    assert_span(&s, 1, 0, 3);
    assert_false(onec_plan_next(&p, s.set, s.end, &s));
    onec_plan_all(&p, 1, 0, 1); /* a catalogue */
    assert_true(onec_plan_next(&p, 0, 0, &s));
    assert_false(onec_plan_next(&p, s.set, s.end, &s));
}

static void days_that_follow_each_other_are_one_span(void **state)
{
    struct onec_plan p = {0};
    struct onec_span s;
    onec_plan_none(&p, 4, start, start + DAY(20));
    assert_false(onec_plan_next(&p, 0, start, &s));
    static const int days[] = {0, 1, 2, 7, 8, 19};
    for (size_t i = 0; i < 6; i++)
        onec_plan_mark(&p, 2, days[i]);
    assert_true(onec_plan_next(&p, 0, start, &s));
    assert_span(&s, 2, 0, 3);
    assert_true(onec_plan_next(&p, s.set, s.end, &s));
    assert_span(&s, 2, 7, 9);
    assert_true(onec_plan_next(&p, s.set, s.end, &s));
    assert_span(&s, 2, 19, 20);
    assert_false(onec_plan_next(&p, s.set, s.end, &s));
    onec_plan_release(&p);
}

/* Every day of random plans is in exactly one span, before and after a checkpoint. */
static void a_plan_survives_its_checkpoint(void **state)
{
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        int days = 1 + rand_r(&seed) % 70;
        bool wanted[4][70] = {{false}};
        struct onec_plan p = {0}, q = {0};
        onec_plan_none(&p, 4, start, start + DAY(days));
        for (int i = rand_r(&seed) % 60; i > 0; i--) {
            int set = rand_r(&seed) % 4, day = rand_r(&seed) % days;
            wanted[set][day] = true;
            onec_plan_mark(&p, set, day);
        }
        struct buf text = BUF_INIT;
        struct json_writer w = json_writer(&text);
        jw_object(&w);
        onec_plan_save(&p, &w);
        jw_object_end(&w);
        struct arena a = ARENA_INIT;
        struct err err;
        onec_plan_all(&q, 4, start, start + DAY(days));
        assert_true(onec_plan_load(&q, json_parse(&a, buf_str(&text), &err)));
        struct onec_span s;
        int set = 0;
        usec_t at = start;
        while (onec_plan_next(&q, set, at, &s)) {
            assert_true(s.end > s.from);
            for (int64_t d = (s.from - start) / USEC_PER_DAY; d < (s.end - start) / USEC_PER_DAY;
                 d++) {
                assert_true(wanted[s.set][d]);
                wanted[s.set][d] = false;
            }
            set = s.set;
            at = s.end;
        }
        for (int k = 0; k < 4; k++)
            for (int d = 0; d < days; d++)
                assert_false(wanted[k][d]);
        arena_release(&a);
        buf_release(&text);
        onec_plan_release(&p);
        onec_plan_release(&q);
    }
}

static void a_broken_checkpoint_is_told(void **state)
{
    static const char *const broken[] = {
        "{\"plan\":\"00\"}", "{\"plan\":\"zz000000\"}", "{\"plan\":5}", "{\"plan\":\"\"}"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct arena a = ARENA_INIT;
        struct err err;
        struct onec_plan p = {0};
        onec_plan_all(&p, 4, start, start + DAY(3));
        assert_false(onec_plan_load(&p, json_parse(&a, str_from(broken[i]), &err)));
        onec_plan_release(&p);
        arena_release(&a);
    }
    struct onec_plan p = {0};
    onec_plan_all(&p, 4, start, start + DAY(3));
    assert_true(onec_plan_load(&p, NULL));
    assert_null(p.days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_is_one_span_a_set),
        cmocka_unit_test(days_that_follow_each_other_are_one_span),
        cmocka_unit_test(a_plan_survives_its_checkpoint),
        cmocka_unit_test(a_broken_checkpoint_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
