#include "cmocka_all.h"
#include <stdalign.h>
#include <stdlib.h>
#include "obmen/arena.h"

static void test_pieces(void **state)
{
    struct arena a = ARENA_INIT;
    unsigned char *seen[400];
    size_t sizes[400];
    for (size_t i = 0; i < COUNT(seen); i++) {
        sizes[i] = (i * 37) % 300;
        seen[i] = i % 3 ? arena_alloc(&a, sizes[i]) : (unsigned char *)arena_bytes(&a, sizes[i]);
        assert_non_null(seen[i]);
        if (i % 3) {
            assert_int_equal((uintptr_t)seen[i] % alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(seen[i][k], 0);
        }
        memset(seen[i], (int)(i & 255), sizes[i]);
    }
    for (size_t i = 0; i < COUNT(seen); i++) /* none lies upon another */
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(seen[i][k], i & 255);
    arena_release(&a);
    assert_null(a.head);
    assert_int_equal(a.total, 0);
}

static void test_text(void **state)
{
    struct arena a = ARENA_INIT;
    struct str s = arena_str(&a, STR("Привет"));
    assert_str(s, "Привет");
    assert_int_equal(s.p[s.n], 0);
    assert_string_equal(arena_cstr(&a, STR_NULL), "");
    assert_str(arena_printf(&a, "%d-%s", 7, "я"), "7-я");
    assert_str(arena_printf(&a, "%s", ""), "");
    char longer[5000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_str(arena_printf(&a, "%s", longer), longer);
    arena_release(&a);
}

static void test_large(void **state)
{
    struct arena a = ARENA_INIT;
    arena_alloc(&a, 10);
    size_t before = a.total;
    char *big = arena_alloc(&a, 1 << 20);
    big[(1 << 20) - 1] = 1;
    assert_in_range(a.total, before + (1 << 20), before + (1 << 20) + 65536);
    char *small = arena_alloc(&a, 10);
    small[9] = 1;
    /* A giant is not kept, or one large document would stay for ever. */
    arena_reset(&a);
    assert_true(a.total <= 65536);
    arena_alloc(&a, 10);
    arena_release(&a);
}

static void test_reset(void **state)
{
    struct arena a = ARENA_INIT;
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 500; i++)
            memset(arena_bytes(&a, 100), 0xAA, 100);
        unsigned char *zeroed = arena_alloc(&a, 100); /* also in used memory */
        for (int k = 0; k < 100; k++)
            assert_int_equal(zeroed[k], 0);
        assert_true(a.total < 300000);
        arena_reset(&a);
        assert_true(a.total <= 65536);
    }
    arena_release(&a);
    arena_release(&a); /* twice is harmless */
    arena_reset(&a);
}

static void test_mem(void **state)
{
    char *p = mem_alloc(0);
    assert_non_null(p);
    free(p);
    p = mem_alloc(64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    p = mem_realloc(p, 128);
    free(p);
    p = mem_strdup("abc");
    assert_string_equal(p, "abc");
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces), cmocka_unit_test(test_text),
        cmocka_unit_test(test_large), cmocka_unit_test(test_reset), cmocka_unit_test(test_mem)};
    return RUN(tests);
}
