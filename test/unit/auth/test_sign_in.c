/* Signing in and out against PostgreSQL, seen from two nodes. */
#include "auth_support.h"

static void right_and_wrong(void **state)
{
    struct node a;
    node_open(&a);
    struct outcome good = sign_in(&a, "admin", ADMIN_PASSWORD),
                   upper = sign_in(&a, "ADMIN", ADMIN_PASSWORD),
                   wrong = sign_in(&a, "admin", "wrong password"),
                   nobody = sign_in(&a, "nobody", ADMIN_PASSWORD), empty = sign_in(&a, "admin", "");
    struct principal who;

    assert_int_equal(good.err.code, ERR_NONE);
    assert_true(auth_check(a.auth, str_from(good.token), &who));
    assert_string_equal(who.username, "admin");
    assert_int_equal(who.role, ROLE_ADMIN);
    assert_true(auth_still(a.auth, &who));
    assert_int_equal(upper.err.code, ERR_NONE);
    assert_int_equal(wrong.err.code, ERR_AUTHENTICATION_ERROR);
    assert_int_equal(nobody.err.code, ERR_AUTHENTICATION_ERROR);
    assert_string_equal(wrong.err.message, nobody.err.message);
    assert_int_equal(empty.err.code, ERR_AUTHENTICATION_ERROR);
    assert_int_equal(wrong.token[0], 0);
    node_close(&a);
}

static int64_t refusal_us(struct node *n, const char *name, int i)
{
    char address[32];
    snprintf(address, sizeof(address), "10.1.0.%d", i);
    int64_t began = time_mono_ns();
    sign_in_from(n, name, "wrong password", address);
    return (time_mono_ns() - began) / 1000;
}

/* A name nobody has must not be told by the clock: each refusal costs one whole hash. The quickest
 * of each kind are compared, turn about: a busy machine only makes one slower, and a refusal
 * without a hash would be quicker by far each time. */
static void refusals_cost_the_same(void **state)
{
    struct node a;
    node_open(&a);
    bool alike = false;
    int64_t known = INT64_MAX, unknown = INT64_MAX;
    for (int i = 0; i < 60 && !(i >= 6 && alike); i++) {
        int64_t one = refusal_us(&a, "admin", i), other = refusal_us(&a, "nobody", i);
        known = one < known ? one : known;
        unknown = other < unknown ? other : unknown;
        alike = unknown > known / 2 && unknown < known * 2;
    }
    node_close(&a);
    assert_true(alike);
}

static void tenth_failure_closes_the_pair(void **state)
{
    struct node a;
    node_open(&a);
    for (int i = 0; i < 10; i++)
        assert_int_equal(sign_in(&a, i % 2 ? "admin" : "Admin", "wrong password").err.code,
            ERR_AUTHENTICATION_ERROR);
    struct outcome closed = sign_in(&a, "admin", ADMIN_PASSWORD);
    assert_int_equal(closed.err.code, ERR_RATE_LIMIT_ERROR);
    assert_true(closed.err.retry_after_ms > 200000 && closed.err.retry_after_ms <= 300000);
    assert_int_equal(sign_in_from(&a, "admin", ADMIN_PASSWORD, "10.0.0.2").err.code, ERR_NONE);
    assert_int_equal(sign_in(&a, "nobody", "wrong password").err.code, ERR_AUTHENTICATION_ERROR);
    node_close(&a);
}

/* Sent all at once they get no further than one by one (two may already be hashing when the tenth
 * fails). */
static void a_burst_is_throttled_too(void **state)
{
    enum { BURST = 18 };
    struct node a;
    struct outcome o[BURST] = {{0}};
    int refused = 0, throttled = 0;
    node_open(&a);
    for (int i = 0; i < BURST; i++)
        auth_login(a.auth, STR("admin"), STR("wrong password"), STR("10.0.0.1"), on_login, &o[i]);
    for (int i = 0; i < BURST; i++) {
        TURN_UNTIL(o[i].done, 10000);
        refused += o[i].err.code == ERR_AUTHENTICATION_ERROR;
        throttled += o[i].err.code == ERR_RATE_LIMIT_ERROR;
    }
    assert_int_equal(refused + throttled, BURST);
    assert_true(refused >= 10 && refused <= 11);
    node_close(&a);
}

static void sign_out_is_heard_everywhere(void **state)
{
    struct node a, b;
    struct outcome out = {0};
    node_open(&a);
    node_open(&b);
    struct outcome one = sign_in(&a, "admin", ADMIN_PASSWORD),
                   two = sign_in(&b, "admin", ADMIN_PASSWORD);

    assert_true(
        is_valid(&a, &one) && is_valid(&b, &one) && is_valid(&a, &two) && is_valid(&b, &two));
    b.changes = 0;
    auth_logout(a.auth, &one.who, on_done, &out);
    TURN_UNTIL(out.done, 30000);
    assert_int_equal(out.err.code, ERR_NONE);
    assert_false(is_valid(&a, &one)); /* here at once */
    assert_false(auth_still(a.auth, &one.who));
    TURN_UNTIL(!is_valid(&b, &one), 4000); /* there by NOTIFY, before the next look */
    assert_true(b.changes > 0);
    assert_true(is_valid(&a, &two) && is_valid(&b, &two));
    node_close(&b);

    struct node later; /* a node that starts afterwards knows it too */
    node_open(&later);
    assert_false(is_valid(&later, &one));
    assert_true(is_valid(&later, &two));
    node_close(&later);
    node_close(&a);
}

static void without_notify_the_next_look_finds_it(void **state)
{
    struct node a, deaf;
    struct outcome out = {0};
    node_open(&a);
    node_open_with(&deaf, NULL, 3600, false);
    struct outcome one = sign_in(&a, "admin", ADMIN_PASSWORD);
    assert_true(is_valid(&deaf, &one));
    auth_logout(a.auth, &one.who, on_done, &out);
    TURN_UNTIL(out.done, 30000);
    TURN_UNTIL(!is_valid(&deaf, &one), 20000);
    node_close(&deaf);
    node_close(&a);
}

static void tokens_end(void **state)
{
    struct node a;
    node_open_with(&a, NULL, 2, true);
    struct outcome one = sign_in(&a, "admin", ADMIN_PASSWORD);
    bool valid = is_valid(&a, &one), still = auth_still(a.auth, &one.who);
    if (time_now() < one.who.expires_at) { /* else this machine slept through its life */
        assert_true(valid);
        assert_true(still);
    }
    TURN_UNTIL(!is_valid(&a, &one), 10000);
    assert_false(auth_still(a.auth, &one.who));
    node_close(&a);
}

static void another_secret_signs_nobody_in(void **state)
{
    struct node a, other, same;
    node_open_with(&a, "a secret of one's own", 3600, true);
    node_open_with(&other, NULL, 3600, true);
    node_open_with(&same, "a secret of one's own", 3600, true);
    struct outcome one = sign_in(&a, "admin", ADMIN_PASSWORD);
    assert_true(is_valid(&a, &one));
    assert_false(is_valid(&other, &one));
    assert_true(is_valid(&same, &one));
    node_close(&same);
    node_close(&other);
    node_close(&a);
}

static void closing_answers_everybody(void **state)
{
    enum { MANY = 16 };
    struct node a;
    struct outcome o[MANY] = {{0}};
    int cut_off = 0;
    node_open_with(&a, NULL, 3600, false); /* nothing else is closed before */
    for (int i = 0; i < MANY; i++)
        auth_login(a.auth, STR("admin"), STR(ADMIN_PASSWORD), STR("10.0.0.1"), on_login, &o[i]);
    TURN_UNTIL(o[0].done, 30000);
    node_close(&a);
    for (int i = 0; i < MANY; i++) {
        assert_true(o[i].done);
        cut_off += o[i].err.code == ERR_SERVICE_UNAVAILABLE;
    }
    assert_true(cut_off > 0);
}

static void ended_sign_outs_are_not_read(void **state)
{
    sql("INSERT INTO revoked_tokens SELECT gen_random_uuid(), now() - interval '1 hour' FROM "
        "generate_series(1, 50)");
    struct node a;
    node_open(&a);
    assert_true(sign_in(&a, "admin", ADMIN_PASSWORD).who.user_id > 0);
    node_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(right_and_wrong, fresh_with_admin),
        cmocka_unit_test_setup(refusals_cost_the_same, fresh_with_admin),
        cmocka_unit_test_setup(tenth_failure_closes_the_pair, fresh_with_admin),
        cmocka_unit_test_setup(a_burst_is_throttled_too, fresh_with_admin),
        cmocka_unit_test_setup(sign_out_is_heard_everywhere, fresh_with_admin),
        cmocka_unit_test_setup(without_notify_the_next_look_finds_it, fresh_with_admin),
        cmocka_unit_test_setup(tokens_end, fresh_with_admin),
        cmocka_unit_test_setup(another_secret_signs_nobody_in, fresh_with_admin),
        cmocka_unit_test_setup(closing_answers_everybody, fresh_with_admin),
        cmocka_unit_test_setup(ended_sign_outs_are_not_read, fresh_with_admin),
    };
    return cmocka_run_group_tests(tests, schema, loop_is_empty);
}
