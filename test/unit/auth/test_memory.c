/* What memory allows after users and revocations came, changed and went. */
#include <sodium.h>
#include "check.h"
#include "auth/memory.h"

static struct token token_for(int64_t user, int32_t version)
{
    return (struct token){.id = uuid_v7(), .user_id = user, .version = version, .expires_at = 1000};
}

static void follows_users(void **state)
{
    struct memory m = {.round = 0};
    struct principal who;
    struct token t = token_for(7, 1), unknown = token_for(8, 1);

    assert_false(memory_allows(&m, &t, &who));
    memory_begin(&m);
    memory_user(&m, 7, STR("anna"), ROLE_MANAGER, true, 1);
    memory_end(&m);
    assert_true(memory_take_changed(&m));
    assert_false(memory_take_changed(&m));
    assert_true(memory_allows(&m, &t, &who));
    assert_int_equal(who.role, ROLE_MANAGER);
    assert_string_equal(who.username, "anna");
    assert_int_equal(who.user_id, 7);
    assert_false(memory_allows(&m, &unknown, &who));

    memory_user(&m, 7, STR("anna"), ROLE_ADMIN, true,
        2); /* the old token is dead, a new one has the new role */
    assert_true(memory_take_changed(&m));
    assert_false(memory_allows(&m, &t, &who));
    t.version = 2;
    assert_true(memory_allows(&m, &t, &who));
    assert_int_equal(who.role, ROLE_ADMIN);

    memory_user(
        &m, 7, STR("anna"), ROLE_MANAGER, true, 1); /* overtaken: older than what is known */
    assert_false(memory_take_changed(&m));
    assert_true(memory_allows(&m, &t, &who));

    memory_user(&m, 7, STR("anna"), ROLE_ADMIN, false, 3);
    t.version = 3;
    assert_false(memory_allows(&m, &t, &who));

    memory_begin(&m); /* a picture without her */
    memory_user(&m, 9, STR("boris"), ROLE_USER, true, 1);
    memory_end(&m);
    assert_int_equal(m.users.count, 1);
    assert_true(memory_take_changed(&m));
    memory_deinit(&m);
}

static void follows_sign_outs(void **state)
{
    struct memory m = {.round = 0};
    struct principal who;
    struct token a = token_for(7, 1), b = token_for(7, 1);

    memory_user(&m, 7, STR("anna"), ROLE_USER, true, 1);
    memory_take_changed(&m);
    memory_revoke(&m, &a.id, 1000);
    assert_true(memory_take_changed(&m));
    memory_revoke(&m, &a.id, 1000);
    assert_false(memory_take_changed(&m));
    assert_false(memory_allows(&m, &a, &who));
    assert_true(memory_allows(&m, &b, &who));
    memory_begin(&m); /* a reading that began earlier does not bring it back */
    memory_user(&m, 7, STR("anna"), ROLE_USER, true, 1);
    memory_end(&m);
    assert_false(memory_allows(&m, &a, &who));
    for (int i = 0; i < 100; i++) {
        struct uuid id = uuid_v7();
        memory_revoke(&m, &id, i);
    }
    memory_purge(&m, 50);
    assert_int_equal(m.revoked.count, 1 + 49);
    memory_purge(&m, 1000);
    assert_int_equal(m.revoked.count, 0);
    memory_deinit(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_users), cmocka_unit_test(follows_sign_outs)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
