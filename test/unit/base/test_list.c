#include "cmocka_all.h"
#include "base/list.h"

struct item {
    int n;
    struct list place;
};

static int order(const struct list *head)
{
    int digits = 0;
    LIST_EACH(l, head)
    digits = digits * 10 + container_of(l, struct item, place)->n;
    return digits;
}

static void test_all(void **state)
{
    struct list head = LIST_INIT(head);
    struct item a = {.n = 1}, b = {.n = 2}, c = {.n = 3};
    assert_true(list_empty(&head));
    assert_int_equal(order(&head), 0);
    list_add_tail(&head, &a.place);
    list_add_tail(&head, &b.place);
    list_add_head(&head, &c.place);
    assert_int_equal(order(&head), 312);
    list_remove(&a.place);
    list_remove(&a.place); /* twice is harmless */
    assert_int_equal(order(&head), 32);
    list_add_tail(&head, &a.place);
    LIST_EACH_SAFE(l, &head)
    list_remove(l);
    assert_true(list_empty(&head));
    assert_true(list_empty(&b.place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};
    return RUN(tests);
}
