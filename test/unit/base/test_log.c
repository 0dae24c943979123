/* The log speaks to file descriptor 2: each test puts a pipe or a file there and looks what
 * arrived. */
#include "cmocka_all.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/log_line.h"
#include "obmen/json.h"
#include "obmen/log.h"

static int real_stderr;
static FILE *caught;

static void catch_stderr(void)
{
    fflush(stderr);
    caught = tmpfile();
    assert_non_null(caught);
    real_stderr = dup(2);
    dup2(fileno(caught), 2);
}

static struct buf caught_text(void)
{
    struct buf b = BUF_INIT;
    char piece[4096];
    size_t n;
    dup2(real_stderr, 2);
    close(real_stderr);
    rewind(caught);
    while ((n = fread(piece, 1, sizeof piece, caught)) > 0)
        buf_add(&b, piece, n);
    fclose(caught);
    buf_addc(&b, '\0');
    return b;
}

/* ---- one line ---- */

static struct buf line(
    bool json, const char *event, const char *message, const struct log_field *fields, size_t count)
{
    struct buf b = BUF_INIT;
    struct log_line l = {.at = 1741947720123456,
        .level = LOG_WARNING,
        .event = event,
        .message = message,
        .fields = fields,
        .count = count};
    if (json)
        log_line_json(&b, &l);
    else
        log_line_text(&b, &l);
    buf_addc(&b, '\0');
    return b;
}

static void test_text_line(void **state)
{
    struct log_field fields[] = {{0}, LS("path", "/api/v1/tasks"), LI("n", -5),
        LS("text", "два слова"), LS("none", NULL), LS("q", "a\"b")};
    struct buf b = line(false, "task failed", "Ошибка", fields, COUNT(fields));
    assert_string_equal(b.p, "2025-03-14T10:22:00.123Z WARN  task failed: \"Ошибка\" "
                             "path=/api/v1/tasks n=-5 text=\"два слова\" q=\"a\\\"b\"\n");
    buf_release(&b);
    b = line(false, "started", NULL, fields, 1);
    assert_string_equal(b.p, "2025-03-14T10:22:00.123Z WARN  started\n");
    buf_release(&b);
}

static void test_json_line(void **state)
{
    struct log_field fields[] = {{0}, LS("path", "/x"), LI("n", 5), LS("none", NULL)};
    struct buf b = line(true, "task failed", "Ошибка", fields, COUNT(fields));
    assert_string_equal(b.p,
        "{\"at\":\"2025-03-14T10:22:00.123Z\",\"level\":\"warning\",\"event\":\"task "
        "failed\",\"message\":\"Ошибка\",\"path\":\"/x\",\"n\":5,\"none\":null}\n");
    buf_release(&b);
}

/* Foreign text can neither end the line nor steer the terminal. */
static void test_nothing_is_forged(void **state)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"a\n2025 INFO  forged", "\"a\\n2025 INFO  forged\""},
        {"\r\x1b[2J\x7f", "\"\\r\\u001b[2J\\u007f\""},
        {"\xC2\x9B"
         "31m",
            "\"\\u009b31m\""},           /* CSI as one letter */
        {"x\xC2\x85y", "\"x\\u0085y\""}, /* next line */
        {"\xE2\x80\xA8", "\"\\u2028\""},
        {"\xE2\x80\xAEgnp.exe", "\"\\u202egnp.exe\""},
        {"\xE2\x81\xA6", "\"\\u2066\""},
        {"\xD8\x9C", "\"\\u061c\""},
        {"bad \xFF", "\"bad \xEF\xBF\xBD\""},
        {"k=v", "\"k=v\""},
        {"ok_1", "ok_1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct log_field fields[] = {{0}, LS("f", rows[i].text)};
        char want[200];
        struct buf b = line(false, "e", NULL, fields, 2);
        snprintf(want, sizeof want, "2025-03-14T10:22:00.123Z WARN  e f=%s\n", rows[i].shown);
        assert_string_equal(b.p, want);
        buf_release(&b);

        b = line(true, "e", rows[i].text, fields, 2);
        assert_ptr_equal(strchr(b.p, '\n'), b.p + b.n - 2);
        struct arena a = ARENA_INIT;
        struct err e = ERR_INIT;
        struct json *j = json_parse(&a, (struct str){b.p, b.n - 1}, &e);
        assert_non_null(j);
        if (!strchr(rows[i].text, '\xFF')) /* a machine reads back exactly what was meant */
            assert_true(str_is(json_text(json_get(j, "message")), rows[i].text));
        arena_release(&a);
        buf_release(&b);
    }
}

static void test_long_value_is_cut(void **state)
{
    char text[3 * LOG_VALUE_MAX];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "я", 3);
    struct log_field fields[] = {{0}, LS("f", text), LI("after", 1)};
    for (int json = 0; json < 2; json++) {
        struct buf b = line(json, "e", NULL, fields, 3);
        assert_in_range(b.n, LOG_VALUE_MAX, LOG_VALUE_MAX + 200);
        assert_non_null(strstr(b.p, "я…\""));
        assert_non_null(strstr(b.p, "after"));
        buf_release(&b);
    }
}

/* ---- ring and thread ---- */

static void test_before_start(void **state)
{
    catch_stderr();
    log_event(LOG_INFO, "early", NULL, LI("n", 1));
    log_event(LOG_DEBUG, "hidden", NULL);
    struct buf b = caught_text();
    assert_non_null(strstr(b.p, "INFO  early n=1\n"));
    assert_null(strstr(b.p, "hidden"));
    buf_release(&b);
}

static void test_levels(void **state)
{
    catch_stderr();
    log_start(LOG_WARNING, false);
    assert_false(log_enabled(LOG_INFO));
    assert_true(log_enabled(LOG_WARNING));
    log_event(LOG_INFO, "hidden", NULL);
    log_event(LOG_ERROR, "seen", NULL);
    log_set_level(LOG_DEBUG);
    log_event(LOG_DEBUG, "detail", NULL);
    log_stop();
    log_event(LOG_INFO, "late", NULL); /* after the end: direct again */
    struct buf b = caught_text();
    assert_null(strstr(b.p, "hidden"));
    assert_non_null(strstr(b.p, "ERROR seen\n"));
    assert_non_null(strstr(b.p, "DEBUG detail\n"));
    assert_non_null(strstr(b.p, "INFO  late\n"));
    buf_release(&b);
    log_set_level(LOG_INFO);
}

static void *talk(void *arg)
{
    for (int i = 0; i < 500; i++)
        log_event(LOG_INFO, "line", "Сообщение", LS("thread", arg), LI("i", i));
    return NULL;
}

/* Everything that was said before log_stop is written, whole and in the order of its thread. */
static void test_stop_drains(void **state)
{
    for (int round = 0; round < 5; round++) {
        pthread_t threads[4];
        static char names[4][2] = {"0", "1", "2", "3"};
        catch_stderr();
        log_start(LOG_INFO, true);
        for (int i = 0; i < 4; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, talk, names[i]), 0);
        for (int i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
        log_stop();
        struct buf text = caught_text();
        int next[4] = {0};
        int64_t lost = 0;
        struct str rest = {text.p, text.n - 1};
        while (rest.n) {
            struct arena a = ARENA_INIT;
            struct err e = ERR_INIT;
            int64_t i;
            struct str one = str_cut(&rest, '\n');
            struct json *j = json_parse(&a, one, &e);
            if (!j)
                fail_msg("torn line: %.*s", STR_ARG(one));
            if (json_i64(json_get(j, "lines"), &i)) {
                lost += i;
            } else {
                assert_true(json_i64(json_get(j, "i"), &i));
                int t = *json_text(json_get(j, "thread")).p - '0';
                assert_true(i >= next[t]);
                next[t] = (int)i + 1;
            }
            arena_release(&a);
        }
        if (lost == 0)
            for (int i = 0; i < 4; i++)
                assert_int_equal(next[i], 500);
        buf_release(&text);
    }
}

/* A reader that does not read: writing returns at once, what did not fit is counted and told, no
 * line is torn. */
static void test_reader_sleeps(void **state)
{
    enum { LINES = 20000 };
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(stderr);
    real_stderr = dup(2);
    dup2(ends[1], 2);
    close(ends[1]);
    log_start(LOG_INFO, true);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < LINES; i++)
        log_event(LOG_INFO, "line", "что-то, что занимает место", LI("i", i));
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec < 10);

    /* The reader wakes up: read until the pipe is quiet and the last word is known. */
    struct buf text = BUF_INIT;
    char piece[4096];
    int64_t lines = 0, lost = 0;
    bool waiting = true;
    struct pollfd fd = {.fd = ends[0], .events = POLLIN};
    while (waiting) {
        if (poll(&fd, 1, 5000) <= 0)
            fail_msg("%ld lines and %ld lost of %d", (long)lines, (long)lost, LINES);
        ssize_t n = read(ends[0], piece, sizeof piece);
        assert_true(n > 0);
        buf_add(&text, piece, (size_t)n);
        char *end;
        while (text.n && (end = memchr(text.p, '\n', text.n))) {
            struct arena a = ARENA_INIT;
            struct err e = ERR_INIT;
            int64_t v;
            struct json *j = json_parse(&a, (struct str){text.p, (size_t)(end - text.p)}, &e);
            assert_non_null(j);
            if (json_i64(json_get(j, "lines"), &v))
                lost += v;
            else
                lines++;
            arena_release(&a);
            buf_consume(&text, (size_t)(end - text.p) + 1);
        }
        waiting = lines + lost < LINES;
    }
    assert_int_equal(lines + lost, LINES);
    assert_true(lost > 0);
    assert_true(lines > 1000); /* the ring holds a good while */
    log_stop();
    dup2(real_stderr, 2);
    close(real_stderr);
    close(ends[0]);
    buf_release(&text);
}

/* A child of fork has no writer thread: its lines must not vanish in a ring that nobody empties. */
static void test_fork(void **state)
{
    catch_stderr();
    log_start(LOG_INFO, false);
    for (int i = 0; i < 100; i++)
        log_event(LOG_INFO, "parent", NULL, LI("i", i));
    pid_t child = fork();
    if (child == 0) {
        log_event(LOG_INFO, "child", NULL);
        log_stop();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    log_stop();
    struct buf b = caught_text();
    int parents = 0, children = 0;
    for (char *p = b.p; (p = strstr(p, "INFO  parent")); p++)
        parents++;
    for (char *p = b.p; (p = strstr(p, "INFO  child\n")); p++)
        children++;
    assert_int_equal(parents, 100);
    assert_int_equal(children, 1);
    buf_release(&b);
}

static void test_start_stop(void **state)
{
    catch_stderr();
    log_stop(); /* never started */
    for (int i = 0; i < 50; i++) {
        log_start(LOG_INFO, false);
        log_start(LOG_INFO, false); /* twice is once */
        log_event(LOG_INFO, "round", NULL, LI("i", i));
        log_stop();
        log_stop();
    }
    struct buf b = caught_text();
    int rounds = 0;
    for (char *p = b.p; (p = strstr(p, "round")); p++)
        rounds++;
    assert_int_equal(rounds, 50);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text_line),
        cmocka_unit_test(test_json_line), cmocka_unit_test(test_nothing_is_forged),
        cmocka_unit_test(test_long_value_is_cut), cmocka_unit_test(test_before_start),
        cmocka_unit_test(test_levels), cmocka_unit_test(test_stop_drains),
        cmocka_unit_test(test_reader_sleeps), cmocka_unit_test(test_fork),
        cmocka_unit_test(test_start_stop)};
    return RUN(tests);
}
