/* A turn that holds the loop shows in the figures; waiting does not. */
#include <time.h>
#include "check.h"
#include "api/lag.h"
#include "obmen/time.h"

static int turns;

static void hold_2_ms(uv_timer_t *t)
{
    int64_t end = time_mono_ns() + 2000000;
    while (time_mono_ns() < end)
        continue;
    if (++turns == 40)
        uv_close((uv_handle_t *)t, NULL);
}

static void nothing(uv_timer_t *t)
{
    if (++turns == 3)
        uv_close((uv_handle_t *)t, NULL);
}

static void on_closed(void *arg)
{
    *(int *)arg = 1;
}

static void measured(void **state)
{
    uv_loop_t loop;
    uv_timer_t timer;
    int closed = 0;
    uv_loop_init(&loop);
    struct api_lag *lag = lag_open(&loop);
    assert_int_equal(lag_p99_us(lag), 0);

    uv_timer_init(&loop, &timer); /* long waits between short turns */
    turns = 0;
    uv_timer_start(&timer, nothing, 200, 200);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(lag_max_us(lag) < 150000);

    uv_timer_init(&loop, &timer);
    turns = 0;
    uv_timer_start(&timer, hold_2_ms, 1, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(lag_max_us(lag) >= 2000);
    assert_true(lag_p99_us(lag) >= 2000);

    lag_close(lag, on_closed, &closed);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(closed, 1);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(measured)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
