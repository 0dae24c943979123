#include "cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/config_parts.h"
#include "obmen/buf.h"

static void test_lines(void **state)
{
    static const struct {
        const char *text, *lines; /* "line KEY=value;…" or "!message" */
    } rows[] = {
        {"", ""},
        {"A=1", "1 A=1;"},
        {"A=1\nB=2\n", "1 A=1;2 B=2;"},
        {"\xEF\xBB\xBF# comment\r\n\r\n  A = 1 \r\n", "3 A=1;"},
        {"A=\nB=\"\"\nC=''", "1 A=;2 B=;3 C=;"},
        {"A=a=b", "1 A=a=b;"},
        {"A=x # no comment", "1 A=x # no comment;"},
        {"A=\" blanks kept \"", "1 A= blanks kept ;"},
        {"A=\"\\\"q\\\" \\\\ \\n\"", "1 A=\"q\" \\ \\n;"},
        {"A='\\\"'", "1 A=\\\";"},
        {"A=it's", "1 A=it's;"},
        {"A='it''s'", "!f.conf, line 1: nothing may follow the closing quote"},
        {"A=\"open", "!f.conf, line 1: the quote is not closed"},
        {"A=\"open\\\"", "!f.conf, line 1: the quote is not closed"},
        {"A=1\n\njust words", "!f.conf, line 3: KEY=VALUE is expected"},
        {"=1", "!f.conf, line 1: KEY=VALUE is expected"},
        {"A B=1", "!f.conf, line 1: KEY=VALUE is expected"},
        {"export A=1", "!f.conf, line 1: KEY=VALUE is expected"},
        {"1A=1", "!f.conf, line 1: KEY=VALUE is expected"},
        {"A=1\nB=2\nA=3", "!f.conf, line 3: A stands in line 1 already"},
        {"A=\xFF", "!f.conf, line 1: this is no text in UTF-8"},
    };
    lang_english = true;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a = ARENA_INIT;
        struct err e = ERR_INIT;
        struct config_line *lines = NULL;
        struct buf got = BUF_INIT;
        if (config_file_parse(&a, "f.conf", str_from(rows[i].text), &lines, &e) < 0)
            buf_printf(&got, "!%s", e.message);
        for (struct config_line *l = lines; l; l = l->next)
            buf_printf(&got, "%d %s=%s;", l->line, l->key, l->value);
        buf_addc(&got, '\0');
        assert_string_equal(got.p, rows[i].lines);
        buf_release(&got);
        arena_release(&a);
    }
    struct arena a = ARENA_INIT;
    struct err e = ERR_INIT;
    struct config_line *lines;
    assert_int_equal(config_file_parse(&a, "f", (struct str){"A=1\0002", 5}, &lines, &e), -1);
    arena_release(&a);
    lang_english = false;
}

/* ---- files on disk ---- */

static char path[] = "/tmp/obmen-config-XXXXXX";

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int make_path(void **state)
{
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int drop_path(void **state)
{
    return unlink(path);
}

static void test_environment_wins(void **state)
{
    struct config c;
    struct err e = ERR_INIT;
    write_file("# "
               "settings\nDATABASE_URL=postgresql:///"
               "file\nOBMEN_WORKERS=3\nOBMEN_BATCH=\"7\"\nOBMEN_LANG=en\n");
    char *env[] = {"OBMEN_WORKERS=4", "OBMEN_BATCH=", NULL};
    assert_int_equal(config_load(&c, path, env, &e), 0);
    assert_int_equal(c.workers, 4);
    assert_int_equal(c.batch, 7); /* an empty variable is not set */
    assert_string_equal(c.database_url, "postgresql:///file");
    assert_true(c.english);
    config_release(&c);
    lang_english = false;
}

static void test_errors_name_file_and_line(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"\nOBMEN_WORKERS=x\n", "строка 2: OBMEN_WORKERS=x: это не целое число"},
        {"\n\nOBMEN_WORKRES=1\n",
            "строка 3: OBMEN_WORKRES: такой настройки нет; может быть, OBMEN_WORKERS?"},
        {"OBMN_WORKERS=1\n",
            "строка 1: OBMN_WORKERS: такой настройки нет; может быть, OBMEN_WORKERS?"},
        {"PGPASSWORD=secret\n", "строка 1: PGPASSWORD: такой настройки нет"},
        {"oops\n", "строка 1: ожидается КЛЮЧ=ЗНАЧЕНИЕ"},
        {"OBMEN_LANG=en\nOBMEN_SECRET=short\n", "line 2: OBMEN_SECRET: 32…1024"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct err e = ERR_INIT;
        write_file(rows[i].text);
        assert_int_equal(config_load(&c, path, NULL, &e), -1);
        if (!strstr(e.message, rows[i].says) || !strstr(e.message, path))
            fail_msg("%s; wanted %s", e.message, rows[i].says);
        assert_null(strstr(e.message, "short"));
        assert_null(strstr(e.message, "=secret"));
    }
    lang_english = false;
}

/* However long the path and the value, the line ends in what is allowed. */
static void test_room_for_the_end(void **state)
{
    static const struct {
        const char *key, *end;
    } rows[] = {
        {"OBMEN_MAX_CONNECTIONS_PER_ADDRESS", "0…1000000"},
        {"OBMEN_LISTEN", "через запятую"},
        {"OBMEN_LOG", "debug, info, warning, error"},
        {"OBMEN_CORS_ORIGINS", "без пути"},
        {"OBMEN_TRUSTED_PROXIES", "10.0.0.0/8, ::1"},
        {"OBMEN_1C_URL", "http:// или https://"},
        {"OBMEN_STATIC", ")"},
    };
    char folder[2000] = "/tmp/";
    for (int i = 0; i < 60; i++)
        strcat(folder, "../tmp/.//");
    strcat(folder, path + strlen("/tmp/"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct err e = ERR_INIT;
        char text[1000];
        snprintf(text, sizeof text, "%s=%0500d", rows[i].key, 0);
        memset(strchr(text, '=') + 1, 'x', 500);
        write_file(text);
        assert_int_equal(config_load(&c, folder, NULL, &e), -1);
        size_t n = strlen(e.message), end = strlen(rows[i].end);
        if (n < end || strcmp(e.message + n - end, rows[i].end) != 0)
            fail_msg("%s; wanted at the end: %s", e.message, rows[i].end);
        assert_non_null(strstr(e.message, rows[i].key));
        assert_non_null(strstr(e.message, path + strlen("/tmp/")));
    }
}

static void test_unreadable(void **state)
{
    struct config c;
    struct err e = ERR_INIT;
    assert_int_equal(config_load(&c, "/no/such/file", NULL, &e), -1);
    assert_non_null(strstr(e.message, "/no/such/file"));
    assert_int_equal(config_load(&c, "/tmp", NULL, &e), -1);
    assert_non_null(strstr(e.message, "/tmp"));
    assert_int_equal(config_load(&c, "/dev/zero", NULL, &e), -1); /* ends */
    assert_non_null(strstr(e.message, "1 МиБ"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines),
        cmocka_unit_test(test_environment_wins), cmocka_unit_test(test_errors_name_file_and_line),
        cmocka_unit_test(test_room_for_the_end), cmocka_unit_test(test_unreadable)};
    return cmocka_run_group_tests(tests, make_path, drop_path);
}
