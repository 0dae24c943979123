/* Prints the tables of docs/decisions/0003-memory.md. Each cost is the median of eleven rounds, in
 * processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/log_line.h"
#include "base/log_mask.h"
#include "obmen/decimal.h"
#include "obmen/json.h"
#include "obmen/log.h"
#include "obmen/map.h"
#include "obmen/time.h"
#include "obmen/utf8.h"
#include "obmen/uuid.h"

#define ROUNDS 11

static volatile uintptr_t sink; /* keeps the compiler from dropping the work */

/* Of this thread: what others run meanwhile does not count. */
static int64_t cpu_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure(const char *name, int times, void (*work)(int times))
{
    double ns[ROUNDS];
    work(times / 10 + 1);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t from = cpu_ns();
        work(times);
        ns[i] = (double)(cpu_ns() - from) / times;
    }
    qsort(ns, ROUNDS, sizeof *ns, compare);
    printf("| %s | %.0f |\n", name, ns[ROUNDS / 2]);
}

/* ---- memory ---- */

#define PIECES 32 /* of one request or one record: 64 bytes each */

static void with_malloc(int times)
{
    void *p[PIECES];
    for (int i = 0; i < times; i++) {
        for (int k = 0; k < PIECES; k++)
            sink = (uintptr_t)(p[k] = calloc(1, 64));
        for (int k = 0; k < PIECES; k++)
            free(p[k]);
    }
}

static void with_arena(int times)
{
    struct arena a = ARENA_INIT;
    for (int i = 0; i < times; i++) {
        for (int k = 0; k < PIECES; k++)
            sink = (uintptr_t)arena_alloc(&a, 64);
        arena_reset(&a);
    }
    arena_release(&a);
}

static void with_new_arena(int times)
{
    for (int i = 0; i < times; i++) {
        struct arena a = ARENA_INIT;
        for (int k = 0; k < PIECES; k++)
            sink = (uintptr_t)arena_alloc(&a, 64);
        arena_release(&a);
    }
}

static struct uuid keys[10000];
static struct map table;

static void map_find(int times)
{
    for (int i = 0; i < times; i++)
        sink = (uintptr_t)map_get(&table, keys[i % 10000].b, 16);
}

static void map_change(int times)
{
    for (int i = 0; i < times; i++) {
        map_remove(&table, keys[i % 10000].b, 16);
        map_put(&table, keys[i % 10000].b, 16, &table);
    }
}

/* ---- values ---- */

static void errors(int times)
{
    struct err e;
    for (int i = 0; i < times; i++) {
        err_set(&e, ERR_NOT_FOUND, "Задача %d не найдена: проверьте её номер", i);
        sink = (uintptr_t)*e.message;
    }
}

static void amounts(int times)
{
    int64_t v;
    for (int i = 0; i < times; i++)
        sink = (uintptr_t)(decimal_parse(STR("136375.5"), &v) ? v : 0);
}

static void walls(int times)
{
    usec_t t;
    for (int i = 0; i < times; i++)
        sink = (uintptr_t)(time_parse_wall(STR("2025-03-14T10:22:00"), &t) ? t : 0);
}

static void stamps(int times)
{
    char out[TIME_TEXT];
    for (int i = 0; i < times; i++) {
        time_format_utc(1741947720123456 + i, out);
        sink = (uintptr_t)*out;
    }
}

static void ids(int times)
{
    for (int i = 0; i < times; i++)
        sink = uuid_v7().b[15];
}

static const struct str purpose = {
    "Оплата по счету № 512 от 14.03.2025 за услуги связи. В том числе НДС 20% - 412.17 рублей", 0};

static void utf8(int times)
{
    struct str s = str_from(purpose.p);
    for (int i = 0; i < times; i++)
        sink = utf8_valid(s);
}

static void quotes(int times)
{
    struct str s = str_from(purpose.p);
    struct buf b = BUF_INIT;
    for (int i = 0; i < times; i++) {
        buf_clear(&b);
        json_quote(&b, s);
    }
    buf_release(&b);
}

static void requests(int times)
{
    struct arena a = ARENA_INIT;
    struct err e;
    for (int i = 0; i < times; i++) {
        sink = (uintptr_t)json_parse(&a,
            STR("{\"task_type\":\"sync_bank_transactions\",\"params\":{\"date_from\":\"2025-01-"
                "01\","
                "\"date_to\":\"2025-12-31\",\"auto_classify\":true},\"priority\":\"normal\","
                "\"timeout\":3600}"),
            &e);
        arena_reset(&a);
    }
    arena_release(&a);
}

static void lines(int times)
{
    for (int i = 0; i < times; i++)
        log_event(LOG_INFO, "request", NULL, LS("method", "GET"),
            LS("path", "/api/v1/tasks/01890a5d-ac96-774b-bcce-b302099a8057"), LI("status", 200),
            LI("us", i), LS("request_id", "01890a5dac96774b"), LS("user", "Иванова"));
}

/* ---- the worst documents that json_parse takes ---- */

static void document(const char *name, struct buf *b)
{
    double ms[ROUNDS];
    size_t held = 0;
    bool taken = false;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena a = ARENA_INIT;
        struct err e;
        int64_t from = cpu_ns();
        taken = json_parse(&a, buf_str(b), &e) != NULL;
        ms[i] = (double)(cpu_ns() - from) / 1e6;
        held = a.total;
        arena_release(&a);
    }
    qsort(ms, ROUNDS, sizeof *ms, compare);
    printf("| %s | %zu | %s | %.1f | %zu |\n", name, b->n / 1024, taken ? "taken" : "refused",
        ms[ROUNDS / 2], held / 1024);
    buf_release(b);
}

static void repeat(struct buf *b, const char *open, const char *item, int times, const char *close)
{
    buf_adds(b, open);
    for (int i = 0; i < times; i++) {
        if (i && *open == '[')
            buf_addc(b, ',');
        buf_adds(b, item);
    }
    buf_adds(b, close);
}

/* ---- the log ---- */

static void mask(const char *text, int times)
{
    struct buf b = BUF_INIT;
    for (int i = 0; i < times; i++) {
        buf_clear(&b);
        sink += log_mask(str_from(text), &b);
    }
    buf_release(&b);
}

static void mask_path(int times)
{
    mask("/api/v1/tasks/01a22756-0c0c-768f-a20b-3c1d5e7f9a1b", times);
}

static void mask_sentence(int times)
{
    mask("1C answered 503 (Service Unavailable) for Document_ПоступлениеБезналичныхДенежныхСредств "
         "at page 17: the next try in 4 s, of 8 at most, for account 40702810900000012345",
        times);
}

static void request_lines(int times)
{
    struct log_field fields[] = {{0}, LS("method", "GET"),
        LS("path", "/api/v1/tasks/01a22756-0c0c-768f-a20b-3c1d5e7f9a1b"), LI("status", 200),
        LI("ms", 0), LI("bytes", 812), LS("peer", "127.0.0.1"),
        LS("request_id", "fa193cde2ff5f791-5")};
    struct log_line l = {.at = 1764420000000000,
        .level = LOG_INFO,
        .event = "request",
        .node = "host-1234",
        .fields = fields,
        .count = sizeof fields / sizeof *fields};
    struct buf b = BUF_INIT;
    for (int i = 0; i < times; i++) {
        buf_clear(&b);
        log_line_json(&b, &l);
        sink += b.n;
    }
    buf_release(&b);
}

static void documents(void)
{
    struct buf b = BUF_INIT, object = BUF_INIT;
    repeat(&b, "[", "[]", JSON_TREE_VALUES - 1, "]");
    document("49,999 empty arrays", &b);
    repeat(&b, "[", "12345678", JSON_TREE_VALUES - 1, "]");
    document("49,999 numbers", &b);
    repeat(&b, "\"", "\\u0416", 174000, "\"");
    document("one string, all \\u escapes", &b);
    repeat(&b, "\"", "\\n", 522000, "\"");
    document("one string, all short escapes", &b);
    repeat(&b, "\"", "Ж", 522000, "\"");
    document("one string, all Cyrillic", &b);
    buf_addc(&object, '{');
    for (int i = 0; i < JSON_TREE_MEMBERS; i++)
        buf_printf(&object, "%s\"%d\":0", i ? "," : "", i);
    buf_adds(&object, "}");
    buf_addc(&object, '\0');
    repeat(&b, "[", object.p, 4, "]");
    document("4 objects of 10,000 members", &b);
    repeat(&b, "[", "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0}", 5555, "]");
    document("5,555 objects of 8 members", &b);
    repeat(&b, "[",
        "{\"aaaaaaaaaaaaaaaa\":0,\"aaaaaaaaaaaaaaab\":1,\"aaaaaaaaaaaaaaac\":2,"
        "\"aaaaaaaaaaaaaaad\":3}",
        9999, "]");
    document("9,999 objects of 4 long names", &b);
    buf_release(&object);
}

int main(void)
{
    for (int i = 0; i < 10000; i++) {
        keys[i] = uuid_v7();
        map_put(&table, keys[i].b, 16, &table);
    }
    printf("| what | ns |\n|---|---|\n");
    measure("32 pieces of 64 bytes: calloc and free", 20000, with_malloc);
    measure("… a new arena, released", 20000, with_new_arena);
    measure("… an arena used again (arena_reset)", 20000, with_arena);
    measure("map_get, UUID key, 10,000 entries", 1000000, map_find);
    measure("map_remove and map_put", 500000, map_change);
    measure("err_set, a Russian sentence", 200000, errors);
    measure("decimal_parse", 1000000, amounts);
    measure("time_parse_wall", 1000000, walls);
    measure("time_format_utc", 1000000, stamps);
    measure("uuid_v7", 200000, ids);
    measure("utf8_valid, 140 bytes of Russian", 500000, utf8);
    measure("json_quote, the same text", 500000, quotes);
    measure("json_parse, a request of 180 bytes", 100000, requests);
    measure("log_mask, the path of a request", 200000, mask_path);
    measure("log_mask, a sentence of 200 bytes with an account", 100000, mask_sentence);
    measure("a request's line of the log, JSON, masked", 100000, request_lines);
    log_start(LOG_INFO, true);
    measure("log_event with six fields, JSON", 300, lines);
    log_stop();

    printf("\n| document | KiB | | ms | arena, KiB |\n|---|---|---|---|---|\n");
    documents();
    map_release(&table);
    return 0;
}
