/* Argon2id: right and wrong passwords, the dummy's cost, and the queue in front of the threads. */
#include <sodium.h>
#include <stdio.h>
#include "check.h"
#include "auth/password.h"
#include "obmen/time.h"

static void hashes(void **state)
{
    char hash[PASSWORD_HASH], again[PASSWORD_HASH], dummy[PASSWORD_HASH];
    struct err err;
    assert_int_equal(password_hash(STR("correct horse"), hash, &err), 0);
    assert_int_equal(password_hash(STR("correct horse"), again, &err), 0);
    assert_string_not_equal(hash, again);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_true(password_matches(hash, STR("correct horse")));
    assert_false(password_matches(hash, STR("correct horsf")));
    assert_false(password_matches(hash, STR("")));
    assert_false(password_matches("not a hash", STR("correct horse")));

    password_dummy(dummy);
    assert_int_equal(strlen(dummy), strlen(hash));
    assert_non_null(strstr(dummy, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_false(password_matches(dummy, STR("correct horse")));
}

static int64_t shortest_us(const char *hash)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t began = time_mono_ns();
        password_matches(hash, STR("wrong"));
        int64_t took = (time_mono_ns() - began) / 1000;
        best = took < best ? took : best;
    }
    return best;
}

/* A dummy that libsodium did not take for a hash would be refused at once. */
static void dummy_costs_the_same(void **state)
{
    char hash[PASSWORD_HASH], dummy[PASSWORD_HASH];
    struct err err;
    password_hash(STR("correct horse"), hash, &err);
    password_dummy(dummy);
    int64_t real = shortest_us(hash), pretended = shortest_us(dummy);
    assert_true(pretended > real / 3 && pretended < real * 3);
}

static void policy(void **state)
{
    static char long_one[1026];
    struct err err;
    memset(long_one, 'x', sizeof(long_one));
    assert_int_equal(password_allowed(STR("1234567"), &err), -1);
    assert_int_equal(err.code, ERR_VALIDATION_ERROR);
    assert_int_equal(password_allowed(STR("12345678"), &err), 0);
    assert_int_equal(password_allowed(STR("пароль"), &err), 0);
    assert_int_equal(password_allowed((struct str){long_one, 1024}, &err), 0);
    assert_int_equal(password_allowed((struct str){long_one, 1025}, &err), -1);
    assert_int_equal(password_allowed(STR("1234567\xff"), &err), -1);
    assert_int_equal(password_allowed((struct str){"1234\0"
                                                   "5678",
                                          9},
                         &err),
        -1);
    char made[21], other[21];
    password_generate(made);
    password_generate(other);
    assert_int_equal(password_allowed(str_from(made), &err), 0);
    assert_string_not_equal(made, other);
}

struct told {
    int done, right, asked;
    bool refuse;
};

static bool may_start(void *arg)
{
    struct told *t = arg;
    t->asked++;
    return !t->refuse;
}

static void on_done(void *arg, bool ok, const char *hash)
{
    struct told *t = arg;
    t->done++;
    t->right += ok;
}

static void queue_is_bounded(void **state)
{
    static const struct hash_events events = {may_start, on_done};
    uv_loop_t loop;
    struct hasher h;
    struct told told = {0};
    struct err err;
    char hash[PASSWORD_HASH];
    struct address_key one = {{1}}, other = {{2}};
    int taken = 0;

    uv_loop_init(&loop);
    hasher_init(&h, &loop);
    password_hash(STR("correct horse"), hash, &err);
    while (hasher_verify(&h, STR("correct horse"), hash, &one, &events, &told, &err) == 0)
        taken++;
    assert_int_equal(taken, HASHER_RUNNING + HASHER_PER_ADDRESS);
    assert_int_equal(err.code, ERR_SERVICE_UNAVAILABLE);
    assert_true(err.retry_after_ms > 0);
    assert_int_equal(h.running, HASHER_RUNNING);
    assert_int_equal(told.asked, HASHER_RUNNING);
    assert_int_equal(hasher_verify(&h, STR("wrong"), hash, &other, &events, &told, &err), 0);
    assert_int_equal(told.done, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(told.done, taken + 1);
    assert_int_equal(told.right, taken);
    assert_int_equal(h.running, 0);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void refused_jobs_do_not_run(void **state)
{
    static const struct hash_events events = {may_start, on_done};
    uv_loop_t loop;
    struct hasher h;
    struct told told = {.refuse = true};
    struct err err;

    uv_loop_init(&loop);
    hasher_init(&h, &loop);
    for (int i = 0; i < 100; i++)
        assert_int_equal(hasher_verify(&h, STR("x"), "y", NULL, &events, &told, &err), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(told.asked, 100);
    assert_int_equal(told.done, 0);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void stop_answers_those_who_wait(void **state)
{
    static const struct hash_events events = {NULL, on_done};
    uv_loop_t loop;
    struct hasher h;
    struct told told = {0};
    struct err err;

    uv_loop_init(&loop);
    hasher_init(&h, &loop);
    for (int i = 0; i < 5; i++)
        assert_int_equal(hasher_hash(&h, STR("correct horse"), &events, &told, &err), 0);
    hasher_stop(&h);
    assert_int_equal(told.done, 5 - HASHER_RUNNING);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(told.done, 5);
    assert_int_equal(told.right, HASHER_RUNNING);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hashes),
        cmocka_unit_test(dummy_costs_the_same), cmocka_unit_test(policy),
        cmocka_unit_test(queue_is_bounded), cmocka_unit_test(refused_jobs_do_not_run),
        cmocka_unit_test(stop_answers_those_who_wait)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
