#include "cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include "obmen/map.h"

static void test_basics(void **state)
{
    struct map m = MAP_INIT;
    int a, b;
    assert_null(map_get(&m, "x", 1));
    assert_null(map_remove(&m, "x", 1));
    assert_null(map_put(&m, "x", 1, &a));
    assert_ptr_equal(map_put(&m, "x", 1, &b), &a);
    assert_int_equal(m.count, 1);
    assert_ptr_equal(map_get(&m, "x", 1), &b);
    assert_null(map_get(&m, "x\0", 2)); /* length counts */
    assert_null(map_put(&m, "", 0, &a));
    assert_ptr_equal(map_get(&m, NULL, 0), &a);
    assert_ptr_equal(map_remove(&m, "x", 1), &b);
    assert_null(map_get(&m, "x", 1));
    map_release(&m);
    assert_null(map_get(&m, "", 0));
}

static void test_keys_are_copied(void **state)
{
    for (size_t n = 1; n < 40; n++) { /* shorter and longer than what stands in a slot */
        struct map m = MAP_INIT;
        char key[40];
        int v;
        memset(key, 'k', n);
        map_put(&m, key, n, &v);
        memset(key, 'z', n);
        assert_null(map_get(&m, key, n));
        memset(key, 'k', n);
        assert_ptr_equal(map_get(&m, key, n), &v);
        map_release(&m);
    }
}

/* Random puts and removes against a plain array. */
static void test_model(void **state)
{
    enum { KEYS = 500 };
    static int values[KEYS];
    bool there[KEYS] = {false};
    struct map m = MAP_INIT;
    size_t count = 0;
    uint32_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 1664525u + 1013904223u;
        size_t k = (seed >> 8) % KEYS;
        char key[40];
        int n = snprintf(key, sizeof key, k % 2 ? "k%zu" : "a rather long key number %zu", k);
        if ((seed >> 28) % 3) {
            void *before = map_put(&m, key, (size_t)n, &values[k]);
            assert_ptr_equal(before, there[k] ? &values[k] : NULL);
            count += !there[k];
            there[k] = true;
        } else {
            void *before = map_remove(&m, key, (size_t)n);
            assert_ptr_equal(before, there[k] ? &values[k] : NULL);
            count -= there[k];
            there[k] = false;
        }
        assert_int_equal(m.count, count);
        assert_ptr_equal(map_get(&m, key, (size_t)n), there[k] ? &values[k] : NULL);
    }
    assert_true(m.cap <= 4096); /* graves are cleared away, not heaped up */
    size_t index = 0, seen = 0;
    struct str key;
    int *v;
    while ((v = map_next(&m, &index, &key))) {
        assert_true(there[v - values]);
        assert_ptr_equal(map_get(&m, key.p, key.n), v);
        seen++;
    }
    assert_int_equal(seen, count);
    map_release(&m);
}

static void test_remove_while_walking(void **state)
{
    struct map m = MAP_INIT;
    int values[100];
    for (int i = 0; i < 100; i++)
        map_put(&m, &i, sizeof i, &values[i]);
    size_t index = 0;
    struct str key;
    int *v, seen = 0;
    while ((v = map_next(&m, &index, &key))) {
        char copy[sizeof(int)];
        memcpy(copy, key.p, key.n);
        assert_ptr_equal(map_remove(&m, copy, key.n), v);
        seen++;
    }
    assert_int_equal(seen, 100);
    assert_int_equal(m.count, 0);
    map_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_basics),
        cmocka_unit_test(test_keys_are_copied), cmocka_unit_test(test_model),
        cmocka_unit_test(test_remove_while_walking)};
    return RUN(tests);
}
