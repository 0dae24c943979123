/* What an idle WebSocket costs in all, connection, session, reader and sign-in together: under 4
 * KiB (SPEC §7). */
#include <malloc.h>
#include <sys/resource.h>
#include "fixture.h"

enum { N = 1000, LIMIT = 4096, POOLS = 1200 * 1024 /* the HTTP server keeps chunks for reuse */ };

static size_t used(void)
{
    return mallinfo2().uordblks;
}

/* A sanitizer's or Valgrind's malloc does not tell. */
static bool malloc_tells(void)
{
    size_t before = used();
    void *p = mem_alloc(10000);
    bool grew = used() >= before + 10000;
    free(p);
    return grew;
}

static void idle_websockets_are_small(void **state)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < 2 * N + 100 || !malloc_tells())
        skip();
    fixture_open();
    fake_add_task(7, TASK_RUNNING, 1);
    static struct ws_client c[N];
    static const char *const paths[] = {
        "/api/v1/ws/tasks", "/api/v1/ws/tasks/01000000-0000-0000-0000-000000000000"};
    for (int i = 0; i < 20; i++) /* what is made once: pools, tables */
        c[i] = client_accepted(paths[i % 2], "Authorization: Bearer seven\r\n");
    size_t own = 0, before = used();
    for (int i = 20; i < N; i++) {
        c[i] = client_accepted(paths[i % 2], "Authorization: Bearer seven\r\n");
        client_text(&c[i], "ping"); /* input has been read */
        client_expect(&c[i], i % 2 ? "task_update" : "pong");
    }
    change(0, false); /* and everybody has been told something */
    pump_for(200);
    for (int i = 0; i < N; i++) {
        client_read(&c[i]);
        if (i >= 20)
            own += malloc_usable_size(c[i].in.p) + 8;
    }
    size_t each = (used() - before - own) / (N - 20);
    print_message("an idle WebSocket: %zu bytes\n", each);
    assert_true(each < LIMIT);
    for (int i = 0; i < N; i++)
        client_gone(&c[i]);
    pump_for(100);
    assert_true(used() < before + POOLS);
    fixture_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(idle_websockets_are_small)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
