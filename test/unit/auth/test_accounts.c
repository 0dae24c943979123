/* Accounts against PostgreSQL: on the loop from two nodes, and by the blocking calls of `obmen
 * user`. */
#include <pthread.h>
#include "auth_support.h"

static const enum role user = ROLE_USER, manager = ROLE_MANAGER, admin = ROLE_ADMIN;
static const bool yes = true, no = false;

static void adding(void **state)
{
    struct node a, b;
    node_open(&a);
    node_open(&b);
    struct outcome made = add_user(&a, "Анна", "пароль Анны", ROLE_MANAGER);
    assert_int_equal(made.err.code, ERR_NONE);
    assert_true(made.id > 0 && made.active && made.role == ROLE_MANAGER);
    assert_int_equal(add_user(&a, "ADMIN", "long enough", ROLE_USER).err.code, ERR_CONFLICT);
    assert_int_equal(add_user(&a, "b", "short", ROLE_USER).err.code, ERR_VALIDATION_ERROR);
    assert_int_equal(
        add_user(&a, "with blank", "long enough", ROLE_USER).err.code, ERR_VALIDATION_ERROR);
    assert_int_equal(add_user(&a, "", "long enough", ROLE_USER).err.code, ERR_VALIDATION_ERROR);
    struct outcome in = sign_in(&b, "Анна", "пароль Анны");
    assert_int_equal(in.who.role, ROLE_MANAGER);
    assert_true(is_valid(&b, &in));
    TURN_UNTIL(is_valid(&a, &in), 2000);
    node_close(&b);
    node_close(&a);
}

static void a_change_is_heard_everywhere(void **state)
{
    struct node a, b;
    node_open(&a);
    node_open(&b);
    int64_t id = add_user(&a, "anna", "first password", ROLE_MANAGER).id;
    struct outcome in = sign_in(&b, "anna", "first password");
    TURN_UNTIL(is_valid(&a, &in), 2000);

    b.changes = 0;
    assert_int_equal(change_user(&a, id, &user, NULL, NULL).role, ROLE_USER);
    assert_false(is_valid(&a, &in));
    TURN_UNTIL(!is_valid(&b, &in), 2000);
    assert_true(b.changes > 0);
    assert_false(auth_still(b.auth, &in.who));

    in = sign_in(&b, "anna", "first password");
    assert_int_equal(in.who.role, ROLE_USER);
    assert_int_equal(change_user(&a, id, NULL, NULL, "second password").err.code, ERR_NONE);
    TURN_UNTIL(!is_valid(&b, &in), 2000);
    assert_int_equal(sign_in(&b, "anna", "first password").err.code, ERR_AUTHENTICATION_ERROR);

    in = sign_in(&b, "anna", "second password");
    assert_false(change_user(&a, id, NULL, &no, NULL).active);
    TURN_UNTIL(!is_valid(&b, &in), 2000);
    assert_int_equal(sign_in(&b, "anna", "second password").err.code, ERR_AUTHENTICATION_ERROR);
    assert_true(change_user(&a, id, NULL, &yes, NULL).active);
    assert_false(is_valid(&a, &in)); /* the old token stays dead */
    assert_int_equal(sign_in(&b, "anna", "second password").err.code, ERR_NONE);
    assert_int_equal(change_user(&a, 999, &user, NULL, NULL).err.code, ERR_NOT_FOUND);
    node_close(&b);
    node_close(&a);
}

static void same_values_keep_the_token(void **state)
{
    struct node a;
    node_open(&a);
    int64_t id = add_user(&a, "anna", "first password", ROLE_MANAGER).id;
    struct outcome in = sign_in(&a, "anna", "first password");
    assert_int_equal(change_user(&a, id, &manager, &yes, NULL).err.code, ERR_NONE);
    assert_true(is_valid(&a, &in));
    node_close(&a);
}

static void the_last_admin_stays(void **state)
{
    struct node a;
    struct outcome o[2] = {{0}};
    node_open(&a);
    assert_int_equal(change_user(&a, 1, &manager, NULL, NULL).err.code, ERR_CONFLICT);
    assert_int_equal(change_user(&a, 1, NULL, &no, NULL).err.code, ERR_CONFLICT);
    assert_int_equal(change_user(&a, 1, NULL, NULL, "another password").err.code, ERR_NONE);
    int64_t second = add_user(&a, "second", "long enough", ROLE_ADMIN).id;

    /* Two who are demoted at once: one of them stays. */
    auth_user_change(a.auth, 1, &user, NULL, STR_NULL, on_user, &o[0]);
    auth_user_change(a.auth, second, &user, NULL, STR_NULL, on_user, &o[1]);
    TURN_UNTIL(o[0].done && o[1].done, 5000);
    assert_int_equal((o[0].err.code == ERR_CONFLICT) + (o[1].err.code == ERR_CONFLICT), 1);
    assert_int_equal(sql("SELECT count(*) FROM users WHERE role = 'ADMIN' AND is_active"), 1);

    /* A disabled ADMIN does not count. */
    int64_t last = o[0].err.code == ERR_CONFLICT ? 1 : second, other = last == 1 ? second : 1;
    assert_int_equal(change_user(&a, other, &admin, &no, NULL).err.code, ERR_NONE);
    assert_int_equal(change_user(&a, last, NULL, &no, NULL).err.code, ERR_CONFLICT);
    node_close(&a);
}

struct listed {
    bool done;
    int count;
    int64_t total, first;
};

static void on_listed(
    void *arg, const struct user *users, int count, int64_t total, const struct err *err)
{
    struct listed *l = arg;
    assert_null(err);
    *l = (struct listed){true, count, total, count ? users[0].id : 0};
}

static void paging(void **state)
{
    struct node a;
    struct listed l = {0};
    node_open(&a);
    sql("INSERT INTO users (username, password_hash, role) SELECT 'u' || n, 'x', 'USER' FROM "
        "generate_series(1, 30) n");
    auth_users(a.auth, 10, 25, on_listed, &l);
    TURN_UNTIL(l.done, 5000);
    assert_int_equal(l.count, 6);
    assert_int_equal(l.total, 31);
    assert_int_equal(l.first, 26);
    node_close(&a);
}

/* ---- without a loop ---- */

static void *prepare(void *generated)
{
    struct err err = ERR_INIT;
    return auth_prepare(test_url(), NULL, generated, &err) == 0 ? generated : NULL;
}

static void two_machines_prepare_at_once(void **state)
{
    enum { MACHINES = 6 };
    pthread_t threads[MACHINES];
    char generated[MACHINES][33];
    int made = 0;

    for (int i = 0; i < MACHINES; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, prepare, generated[i]), 0);
    char password[33] = "";
    for (int i = 0; i < MACHINES; i++) {
        void *ok;
        pthread_join(threads[i], &ok);
        assert_non_null(ok);
        if (generated[i][0]) {
            made++;
            memcpy(password, generated[i], sizeof(password));
        }
    }
    assert_int_equal(made, 1);
    assert_int_equal(sql("SELECT count(*) FROM users"), 1);
    assert_int_equal(
        sql("SELECT count(*) FROM settings WHERE key = 'auth_secret' AND length(value) = 64"), 1);
    struct node a;
    node_open(&a);
    assert_int_equal(sign_in(&a, "admin", password).who.role, ROLE_ADMIN);
    node_close(&a);
}

static void preparing_twice_changes_nothing(void **state)
{
    char generated[33];
    struct err err;
    int64_t before = sql("SELECT hashtext(string_agg(value, '')) FROM settings");
    assert_int_equal(auth_prepare(test_url(), "another password", generated, &err), 0);
    assert_string_equal(generated, "");
    assert_int_equal(sql("SELECT hashtext(string_agg(value, '')) FROM settings"), before);
    assert_int_equal(sql("SELECT count(*) FROM users"), 1);
}

static void a_bad_admin_password_is_refused(void **state)
{
    char generated[33];
    struct err err = ERR_INIT;
    assert_int_equal(auth_prepare(test_url(), "short", generated, &err), -1);
    assert_int_equal(err.code, ERR_VALIDATION_ERROR);
    assert_int_equal(sql("SELECT count(*) FROM users"), 0);
    assert_int_equal(auth_prepare("host=/nowhere/at/all", NULL, generated, &err), -1);
    assert_int_equal(err.code, ERR_DATABASE_ERROR);
}

static void count_user(void *arg, const struct user *u)
{
    int *n = arg;
    *n += 1 + (u->is_active ? 0 : 100);
    assert_true(u->created_at > 1700000000LL * USEC_PER_SEC && u->updated_at >= u->created_at);
}

static void commands(void **state)
{
    const char *url = test_url();
    struct err err;
    struct node a;
    node_open(&a);
    assert_int_equal(auth_user_add_now(url, "anna", ROLE_USER, STR("first password"), &err), 0);
    assert_int_equal(auth_user_add_now(url, "Anna", ROLE_USER, STR("first password"), &err), -1);
    assert_int_equal(err.code, ERR_CONFLICT);
    struct outcome in = sign_in(&a, "anna", "first password");
    assert_true(is_valid(&a, &in));
    assert_int_equal(auth_user_password_now(url, "anna", STR("second password"), &err), 0);
    TURN_UNTIL(!is_valid(&a, &in), 2000); /* a running server hears of it */
    in = sign_in(&a, "anna", "second password");
    assert_int_equal(auth_user_disable_now(url, "anna", &err), 0);
    TURN_UNTIL(!is_valid(&a, &in), 2000);
    assert_int_equal(auth_user_disable_now(url, "admin", &err), -1);
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_int_equal(auth_user_disable_now(url, "nobody", &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(auth_user_password_now(url, "nobody", STR("second password"), &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    int counted = 0;
    assert_int_equal(auth_user_list_now(url, count_user, &counted, &err), 0);
    assert_int_equal(counted, 102);
    node_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(adding, fresh_with_admin),
        cmocka_unit_test_setup(a_change_is_heard_everywhere, fresh_with_admin),
        cmocka_unit_test_setup(same_values_keep_the_token, fresh_with_admin),
        cmocka_unit_test_setup(the_last_admin_stays, fresh_with_admin),
        cmocka_unit_test_setup(paging, fresh_with_admin),
        cmocka_unit_test_setup(two_machines_prepare_at_once, fresh),
        cmocka_unit_test_setup(preparing_twice_changes_nothing, fresh_with_admin),
        cmocka_unit_test_setup(a_bad_admin_password_is_refused, fresh),
        cmocka_unit_test_setup(commands, fresh_with_admin),
    };
    return cmocka_run_group_tests(tests, schema, loop_is_empty);
}
