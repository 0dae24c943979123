/* No list, figure or claim reads all tasks when very many have ended: PostgreSQL is asked how it
 * would run each. */
#include "engine_support.h"
#include "pg/internal.h"
#include "task/store.h"

static struct world w;
static struct node *n;

/* EXPLAIN of the statement at this place, with its own parameters; the settings of the statements
 * before it hold. */
static void explain(struct db_unit *u, int at, struct buf *plan)
{
    sql(&w, "BEGIN");
    for (int i = 0; i < at; i++)
        if (strstr(u->steps[i].stmt->sql, "set_config"))
            sql(&w, u->steps[i].stmt->sql);
    const struct unit_step *s = &u->steps[at];
    struct buf text = BUF_INIT;
    buf_adds(&text, "EXPLAIN ");
    buf_adds(&text, s->stmt->sql);
    buf_addc(&text, 0);
    PGresult *r = PQexecParams(w.pg, text.p, s->param_count, NULL, u->values + s->first_param,
        u->lengths + s->first_param, u->formats + s->first_param, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", s->stmt->name, PQerrorMessage(w.pg));
    buf_clear(plan);
    for (int i = 0; i < PQntuples(r); i++)
        buf_printf(plan, "%s\n", PQgetvalue(r, i, 0));
    buf_addc(plan, 0);
    PQclear(r);
    buf_release(&text);
    sql(&w, "ROLLBACK");
}

static void assert_walks(struct db_unit *u, int at)
{
    struct buf plan = BUF_INIT;
    explain(u, at, &plan);
    const char *bad[] = {
        "Seq Scan on tasks ", "Seq Scan on task_events", "Seq Scan on task_errors"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (strstr(plan.p, bad[i]))
            fail_msg("%s:\n%s", u->steps[at].stmt->name, plan.p);
    buf_release(&plan);
}

/* 60,000 ended ones of three kinds, one of them rare, few that failed; a hundred alive. */
static int set_up(void **state)
{
    world_open(&w);
    n = node_open(&w, (struct engine_options){.workers = 1}, false);
    node_close_engine(n, 1000);
    sql(&w,
        "INSERT INTO tasks (task_id, task_type, name, user_id, status, started_at, completed_at, "
        "exclusive) SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::int8 - 60000 + i), 12, "
        "'0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid, "
        "CASE WHEN i % 10000 = 0 THEN 'rare' WHEN i % 2 = 0 THEN 'echo' ELSE 'sleep' END, 'x', "
        "CASE WHEN i % 5000 = 0 THEN 2 ELSE 1 END, CASE WHEN i > 59900 THEN 0 WHEN i % 3000 = 0 "
        "THEN 3 ELSE 2 END, now(), CASE WHEN i <= 59900 THEN now() END, "
        "CASE WHEN i % 2 = 0 THEN '1c' END FROM generate_series(1, 60000) i; "
        "INSERT INTO task_totals SELECT task_type, user_id, status, count(*) FROM tasks WHERE "
        "status >= 2 GROUP BY 1, 2, 3; "
        "INSERT INTO task_events (task_id, event) SELECT task_id, 'started' FROM tasks; "
        "INSERT INTO task_errors (task_id, ordinal, stage, code, message) SELECT task_id, 1, 's', "
        "'c', 'm' FROM tasks; ANALYZE");
    return 0;
}

static int tear_down(void **state)
{
    world_close(&w);
    return 0;
}

static void test_lists_and_totals(void **state)
{
    const struct task_filter filters[] = {
        {.sort = TASK_SORT_NEWEST},
        {.sort = TASK_SORT_OLDEST},
        {.statuses = 1u << TASK_PENDING},
        {.statuses = 1u << TASK_RUNNING | 1u << TASK_PENDING, .sort = TASK_SORT_PRIORITY},
        {.statuses = 1u << TASK_COMPLETED},
        {.statuses = 1u << TASK_FAILED},
        {.statuses = 1u << TASK_CANCELLED},
        {.task_type = STR("rare")},
        {.task_type = STR("nobody has it")},
        {.task_type = STR("rare"), .statuses = 1u << TASK_COMPLETED},
        {.user_id = 2},
        {.user_id = 3},
        {.user_id = 2, .statuses = 1u << TASK_COMPLETED | 1u << TASK_FAILED},
        {.q = STR("rare")},
        {.q = STR("nobody has it"), .sort = TASK_SORT_OLDEST},
        {.q = STR("nobody has it"), .statuses = 1u << TASK_FAILED},
        {.q = STR("x"), .task_type = STR("rare")},
        {.q = STR("01890000-0000-7000-8000-000000000000")},
        {.sort = TASK_SORT_PRIORITY},
        {.sort = TASK_SORT_PRIORITY, .statuses = 1u << TASK_PENDING},
        {.sort = TASK_SORT_COMPLETED},
        {.sort = TASK_SORT_COMPLETED, .user_id = 2},
        {.created_from = time_now() + 26 * 3600 * USEC_PER_SEC},
        {.created_to = time_now() - 3600 * USEC_PER_SEC},
        {.created_to = time_now() - 3600 * USEC_PER_SEC, .task_type = STR("rare")},
    };
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct task_filter f = filters[i];
        f.limit = 20;
        struct db_unit *u = db_unit_new(n->db, DB_USER);
        assert_walks(u, store_list(u, &f));
        assert_walks(u, store_list_count(u, &f));
        db_unit_free(u);
    }
}

static void test_figures(void **state)
{
    for (int64_t user = 0; user < 3; user++) {
        struct db_unit *u = db_unit_new(n->db, DB_USER);
        store_stats(u, user);
        assert_walks(u, 0);
        assert_walks(u, 1);
        db_unit_free(u);
    }
}

/* What is planned for later is not read for each claim. */
static void assert_ends_at_what_is_due(struct db_unit *u, int at)
{
    struct buf plan = BUF_INIT;
    explain(u, at, &plan);
    if (!strstr(plan.p, "Index Cond: ((status = 0) AND (due_by <= "))
        fail_msg("%s:\n%s", u->steps[at].stmt->name, plan.p);
    buf_release(&plan);
}

static void test_the_queue(void **state)
{
    struct db_unit *u = db_unit_new(n->db, DB_USER);
    struct db_column types;
    db_column_init(&types, DB_TEXT);
    db_column_text(&types, STR("echo"));
    int claim = store_claim(u, 10, 15000, "node", &types);
    assert_walks(u, claim);
    assert_ends_at_what_is_due(u, claim);
    db_column_release(&types);
    store_expire(u, 200);
    assert_walks(u, u->step_count - 1);
    store_count(u);
    assert_walks(u, u->step_count - 1);
    store_alive(u, 1000);
    assert_walks(u, u->step_count - 1);
    store_cleanup(u, 24, 500, true);
    assert_walks(u, u->step_count - 1);
    db_unit_free(u);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_and_totals),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_the_queue),
    };
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    log_stop();
    return failed;
}
