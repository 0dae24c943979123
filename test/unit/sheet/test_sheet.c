/* Each format from its first row to its last byte; what becomes of a sheet that is closed early. */
#include "../base/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include "obmen/buf.h"
#include "sheet/sheet.h"

static const struct sheet_column columns[] = {
    {"id", "№", "No", SHEET_INT, 0},
    {"name", "Имя", "Name", SHEET_TEXT, 0},
    {"amount", "Сумма", "Amount", SHEET_AMOUNT, 0},
    {"rate", "Доля", "Rate", SHEET_NUMBER, 0},
    {"day", "День", "Day", SHEET_DATE, 0},
    {"ok", "Да", "Ok", SHEET_BOOL, 0},
    {"raw", "Запись", "Record", SHEET_RAW, 0},
};

static struct sheet_about about(enum sheet_format format)
{
    return (struct sheet_about){
        .format = format, .title = "Лист", .columns = columns, .count = COUNT(columns)};
}

static void row(struct sheet *s, int64_t id)
{
    char name[40];
    snprintf(name, sizeof name, "имя \"%lld\"", (long long)id);
    sheet_row(s, (struct sheet_cell[]){sheet_int(id), sheet_text(str_from(name)),
                     sheet_int(id * 101), sheet_text(STR("0.5")), sheet_int(id * USEC_PER_DAY),
                     sheet_int(id % 2), sheet_text(STR("{\"k\":1}"))});
}

struct run {
    uv_loop_t loop;
    struct sheet *sheet;
    int64_t rows, want;
    struct buf bytes;
    enum sheet_step last;
    int turns;
};

static void go_on(void *arg)
{
    struct run *r = arg;
    r->turns++;
    for (;;) {
        r->last = sheet_step(r->sheet);
        switch (r->last) {
        case SHEET_ROWS:
            if (r->rows == r->want)
                sheet_end(r->sheet);
            for (int i = 0; i < 300 && r->rows < r->want; i++)
                row(r->sheet, ++r->rows);
            break;
        case SHEET_BYTES:
            buf_add_str(&r->bytes, sheet_bytes(r->sheet));
            break;
        case SHEET_BUSY:
            return;
        case SHEET_ENDED:
        case SHEET_FAILED:
            sheet_close(r->sheet);
            r->sheet = NULL;
            return;
        }
    }
}

static struct buf whole(const struct sheet_about *a, int64_t rows, int *ret_turns)
{
    struct run r = {.want = rows};
    struct err err = ERR_INIT;
    uv_loop_init(&r.loop);
    r.sheet = sheet_open(&r.loop, a, go_on, &r, &err);
    assert_non_null(r.sheet);
    go_on(&r);
    uv_run(&r.loop, UV_RUN_DEFAULT);
    assert_int_equal(r.last, SHEET_ENDED);
    assert_int_equal(uv_loop_close(&r.loop), 0);
    *ret_turns = r.turns;
    return r.bytes;
}

static void text_formats(void **state)
{
    static const struct {
        enum sheet_format format;
        const char *none, *two;
    } cases[] = {
        {SHEET_CSV, "id,name,amount,rate,day,ok,raw\r\n",
            "id,name,amount,rate,day,ok,raw\r\n1,\"имя "
            "\"\"1\"\"\",1.01,0.5,1970-01-02,true,\"{\"\"k\"\":1}\"\r\n"
            "2,\"имя \"\"2\"\"\",2.02,0.5,1970-01-03,false,\"{\"\"k\"\":1}\"\r\n"},
        {SHEET_CSV_EXCEL, "\xEF\xBB\xBF№;Имя;Сумма;Доля;День;Да;Запись\r\n",
            "\xEF\xBB\xBF№;Имя;Сумма;Доля;День;Да;Запись\r\n1;\"имя "
            "\"\"1\"\"\";1,01;0,5;02.01.1970;да;\"{\"\"k\"\":1}\"\r\n"
            "2;\"имя \"\"2\"\"\";2,02;0,5;03.01.1970;нет;\"{\"\"k\"\":1}\"\r\n"},
        {SHEET_JSONL, "",
            "{\"id\":1,\"name\":\"имя "
            "\\\"1\\\"\",\"amount\":\"1.01\",\"rate\":0.5,\"day\":\"1970-01-02\",\"ok\":true,"
            "\"raw\":{\"k\":1}}\n"
            "{\"id\":2,\"name\":\"имя "
            "\\\"2\\\"\",\"amount\":\"2.02\",\"rate\":0.5,\"day\":\"1970-01-03\",\"ok\":false,"
            "\"raw\":{\"k\":1}}\n"},
        {SHEET_JSON, "[\n]\n",
            "[\n{\"id\":1,\"name\":\"имя "
            "\\\"1\\\"\",\"amount\":\"1.01\",\"rate\":0.5,\"day\":\"1970-01-02\",\"ok\":true,"
            "\"raw\":{\"k\":1}},\n"
            "{\"id\":2,\"name\":\"имя "
            "\\\"2\\\"\",\"amount\":\"2.02\",\"rate\":0.5,\"day\":\"1970-01-03\",\"ok\":false,"
            "\"raw\":{\"k\":1}}\n]\n"},
    };
    int turns;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sheet_about a = about(cases[i].format);
        struct buf none = whole(&a, 0, &turns), two = whole(&a, 2, &turns);
        assert_int_equal(turns, 1); /* nothing to wait for */
        assert_str(buf_str(&none), cases[i].none);
        assert_str(buf_str(&two), cases[i].two);
        buf_release(&none);
        buf_release(&two);
    }
}

static void a_workbook_comes_whole(void **state)
{
    struct sheet_about a = about(SHEET_XLSX);
    int turns;
    for (int64_t rows = 0; rows <= 30000; rows += 15000) {
        a.max_rows = rows > 15000 ? 7000 : 0;
        struct buf file = whole(&a, rows, &turns);
        assert_true(turns > 2);
        assert_true(file.n > 4000 && memcmp(file.p, "PK\003\004", 4) == 0);
        assert_non_null(memmem(file.p + file.n - 22, 22, "PK\005\006", 4)); /* the end of a zip */
        assert_int_equal(memmem(file.p, file.n, "worksheets/sheet5.xml", 21) != NULL, rows > 15000);
        buf_release(&file);
    }
}

static void never(void *arg)
{
    fail();
}

/* A closed sheet says nothing any more, and does not hold the loop. */
static void closed_at_any_time(void **state)
{
    for (int when = 0; when < 5; when++) {
        uv_loop_t loop;
        struct err err = ERR_INIT;
        struct sheet_about a = about(SHEET_XLSX);
        struct sheet *s;
        uv_loop_init(&loop);
        while (!(s = sheet_open(
                     &loop, &a, never, NULL, &err))) /* threads of the closed ones still work */
            assert_true(err.passing);
        for (int i = 0; i < when * 200; i++) {
            row(s, i);
            if (i % 100 == 99)
                sheet_step(s);
        }
        if (when == 4)
            sheet_end(s);
        sheet_step(s);
        sheet_close(s);
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&loop), 0);
    }
}

static void so_many_at_once(void **state)
{
    uv_loop_t loop;
    struct sheet *sheets[4];
    struct err err = ERR_INIT;
    struct sheet_about a = about(SHEET_XLSX);
    uv_loop_init(&loop);
    for (size_t i = 0; i < COUNT(sheets); i++)
        while (!(sheets[i] = sheet_open(&loop, &a, never, NULL, &err)))
            assert_true(err.passing);
    assert_null(sheet_open(&loop, &a, never, NULL, &err));
    assert_int_equal(err.code, ERR_SERVICE_UNAVAILABLE);
    assert_true(err.passing && err.retry_after_ms > 0);
    for (size_t i = 0; i < COUNT(sheets); i++)
        sheet_close(sheets[i]);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void no_room_is_told(void **state)
{
    struct run r = {.want = 10};
    struct err err = ERR_INIT;
    struct sheet_about a = about(SHEET_XLSX);
    setenv("TMPDIR", "/nonexistent", 1);
    uv_loop_init(&r.loop);
    while (!(r.sheet = sheet_open(&r.loop, &a, go_on, &r, &err)))
        assert_true(err.passing);
    go_on(&r);
    uv_run(&r.loop, UV_RUN_DEFAULT);
    unsetenv("TMPDIR");
    assert_int_equal(r.last, SHEET_FAILED);
    assert_int_equal(uv_loop_close(&r.loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_formats),
        cmocka_unit_test(a_workbook_comes_whole),
        cmocka_unit_test(closed_at_any_time),
        cmocka_unit_test(so_many_at_once),
        cmocka_unit_test(no_room_is_told),
    };
    return RUN(tests);
}
