#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "vk/limit.h"

/* Requests are sent as soon as the limit lets them, and take a time of their own; VK sees them at
 * any moment in between. Whatever that is, no second sees more than the rate. */
static void no_second_sees_more(void **state)
{
    enum { RATE = 3, REQUESTS = 200 };
    struct vk_limit l;
    int64_t now = 0, wait, end[RATE] = {0}, seen[REQUESTS];
    int slot_of[RATE] = {-1, -1, -1}, count = 0;
    uint32_t chance = 12345;
    vk_limit_init(&l, RATE);
    for (; count < REQUESTS; now++) {
        for (int i = 0; i < RATE; i++)
            if (slot_of[i] >= 0 && now >= end[i]) {
                vk_limit_give(&l, slot_of[i], now);
                slot_of[i] = -1;
            }
        for (int i = 0; i < RATE && count < REQUESTS; i++) {
            if (slot_of[i] >= 0)
                continue;
            int slot = vk_limit_take(&l, now, &wait);
            if (slot < 0) {
                assert_true(wait >= 1);
                break;
            }
            chance = chance * 1664525 + 1013904223;
            int64_t lasts = 1 + chance % 700;
            chance = chance * 1664525 + 1013904223;
            slot_of[i] = slot;
            end[i] = now + lasts;
            seen[count++] = now + chance % lasts;
        }
    }
    for (int i = 0; i < REQUESTS; i++) {
        int within = 0;
        for (int j = 0; j < REQUESTS; j++)
            within += seen[j] >= seen[i] && seen[j] < seen[i] + 1000;
        assert_true(within <= RATE);
    }
    assert_true(now < REQUESTS * 1000); /* and it does get on */
    vk_limit_release(&l);
}

static void too_much_after_all(void **state)
{
    struct vk_limit l;
    int64_t wait;
    vk_limit_init(&l, 4);
    vk_limit_narrow(&l, 5000);
    assert_int_equal(vk_limit_take(&l, 5500, &wait), -1);
    assert_true(wait >= 500 && wait <= 502);
    int64_t now = 5000 + 1002;
    assert_true(vk_limit_take(&l, now, &wait) >= 0);
    assert_true(vk_limit_take(&l, now, &wait) >= 0);
    assert_int_equal(vk_limit_take(&l, now, &wait), -1); /* half the rate */
    now = 30000;
    assert_true(vk_limit_take(&l, now, &wait) >= 0);
    assert_true(vk_limit_take(&l, now, &wait) >= 0);
    assert_int_equal(vk_limit_take(&l, now, &wait), -1); /* all four are held */
    vk_limit_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_second_sees_more), cmocka_unit_test(too_much_after_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
