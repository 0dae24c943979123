#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "cache/redis_url.h"

static void takes_what_is_allowed(void **state)
{
    static const struct {
        const char *url, *host, *port, *name, *password;
        int number;
    } cases[] = {
        {"redis://h", "h", "6379", NULL, NULL, 0},
        {"redis://h:7000", "h", "7000", NULL, NULL, 0},
        {"redis://127.0.0.1:1/3", "127.0.0.1", "1", NULL, NULL, 3},
        {"redis://[::1]:7000/0", "::1", "7000", NULL, NULL, 0},
        {"redis://[::1]", "::1", "6379", NULL, NULL, 0},
        {"redis://:p%40ss@h/2", "h", "6379", NULL, "p@ss", 2},
        {"redis://secret@h", "h", "6379", NULL, "secret", 0},
        {"redis://me:p:q@h:5/1", "h", "5", "me", "p:q", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = ARENA_INIT;
        struct redis_url u;
        struct err err = ERR_INIT;
        assert_int_equal(redis_url_parse(&a, cases[i].url, &u, &err), 0);
        assert_string_equal(u.host, cases[i].host);
        assert_string_equal(u.port, cases[i].port);
        assert_true(cases[i].name ? str_is(u.name, cases[i].name) : !u.name.p);
        assert_true(cases[i].password ? str_is(u.password, cases[i].password) : !u.password.p);
        assert_int_equal(u.number, cases[i].number);
        arena_release(&a);
    }
}

static void refuses_the_rest(void **state)
{
    static const char *const urls[] = {"", "h:6379", "http://h", "redis://", "redis://:6379",
        "redis://h:0", "redis://h:x", "redis://h:70000", "redis://h/x", "redis://[::1",
        "redis://[::1]x", "redis://a:%4@h", "redis://a:%zz@h", "rediss://h"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct arena a = ARENA_INIT;
        struct redis_url u;
        struct err err = ERR_INIT;
        assert_int_equal(redis_url_parse(&a, urls[i], &u, &err), -1);
        assert_int_equal(err.code, ERR_VALIDATION_ERROR);
        assert_true(strlen(err.message) > 10);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_allowed),
        cmocka_unit_test(refuses_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
