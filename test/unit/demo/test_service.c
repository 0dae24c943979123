/* The protocol as a client sees it, over real connections: the service runs in a thread of its own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "demo/service.h"
#include "obmen/json.h"

#define IN "Document_ПоступлениеБезналичныхДенежныхСредств"
#define OUT "Document_СписаниеБезналичныхДенежныхСредств"
#define JSON "$format=application/json;odata=nometadata"
#define USUAL "$filter=Posted eq true and DeletionMark eq false&$orderby=Date,Ref_Key"

/* ---- the service ---- */

struct running {
    uv_loop_t loop;
    uv_async_t stop;
    uv_thread_t thread;
    struct demo_options options;
    struct demo_service *service;
    int port, left;
};

static void on_closed(void *arg)
{
    uv_close((uv_handle_t *)&((struct running *)arg)->stop, NULL);
}

static void on_stop(uv_async_t *a)
{
    struct running *r = a->data;
    demo_service_close(r->service, on_closed, r);
}

static void run_loop(void *arg)
{
    struct running *r = arg;
    uv_run(&r->loop, UV_RUN_DEFAULT);
    r->left = uv_loop_close(&r->loop);
}

static struct running *start(int argc, const char *const *argv)
{
    struct running *r = calloc(1, sizeof *r);
    char *words[24] = {
        (char *)(uintptr_t) "demo-1c", (char *)(uintptr_t) "--port", (char *)(uintptr_t) "0"};
    for (int i = 0; i < argc; i++)
        words[3 + i] = (char *)(uintptr_t)argv[i];
    assert_int_equal(demo_options_read(&r->options, argc + 3, words), -1);
    struct err err = ERR_INIT;
    uv_loop_init(&r->loop);
    uv_async_init(&r->loop, &r->stop, on_stop);
    r->stop.data = r;
    r->service = demo_service_open(&r->loop, &r->options, &err);
    if (!r->service)
        fail_msg("%s", err.message);
    r->port = demo_service_port(r->service);
    uv_thread_create(&r->thread, run_loop, r);
    return r;
}
#define START(...)                                                                                 \
    start(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                             \
        (const char *const[]){__VA_ARGS__})

static void stop(struct running *r)
{
    uv_async_send(&r->stop);
    uv_thread_join(&r->thread);
    assert_int_equal(r->left, 0); /* no handle left */
    free(r);
}

/* ---- the client ---- */

struct reply {
    struct arena memory;
    int status;    /* 0: no answer */
    bool complete; /* as long as its head said */
    bool silent;   /* nothing came in time */
    struct str head, body;
    struct json *json; /* the body, when it is JSON after the BOM */
};

static void encode(struct buf *out, const char *path)
{
    for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
        if (*p == ' ' || *p >= 0x80)
            buf_printf(out, "%%%02X", *p);
        else
            buf_addc(out, (char)*p);
    }
}

static int connect_to(const struct running *r, int seconds)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)r->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {seconds, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void send_request(
    int fd, const char *method, const char *path, const char *headers, const char *body)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "%s ", method);
    encode(&b, path);
    buf_printf(&b, " HTTP/1.1\r\nHost: demo.local\r\nConnection: close\r\n%s", headers);
    if (body)
        buf_printf(&b, "Content-Length: %zu\r\n", strlen(body));
    buf_printf(&b, "\r\n%s", body ? body : "");
    for (size_t done = 0; done < b.n;) {
        ssize_t n = send(fd, b.p + done, b.n - done, MSG_NOSIGNAL);
        assert_true(n > 0);
        done += (size_t)n;
    }
    buf_release(&b);
}

static struct str header(const struct reply *r, const char *name)
{
    struct str rest = r->head;
    while (rest.n) {
        struct str line = str_trim(str_cut(&rest, '\n')), key = str_cut(&line, ':');
        if (str_eq_nocase(key, str_from(name)))
            return str_trim(line);
    }
    return STR_NULL;
}

/* Puts the chunks together. True when the last one came. */
static bool unchunk(struct reply *r, struct str raw)
{
    char *out = arena_bytes(&r->memory, raw.n + 1), *start_of = out;
    bool last = false;
    for (;;) {
        struct str line = str_cut(&raw, '\n');
        char *end;
        char size[20] = {0};
        memcpy(size, line.p ? line.p : "", line.n < 19 ? line.n : 19);
        size_t n = strtoul(size, &end, 16);
        if (end == size)
            break;
        if (n == 0) {
            last = true;
            break;
        }
        size_t have = n < raw.n ? n : raw.n;
        memcpy(out, raw.p, have);
        out += have;
        if (have < n || raw.n < n + 2)
            break;
        raw.p += n + 2;
        raw.n -= n + 2;
    }
    r->body = (struct str){start_of, (size_t)(out - start_of)};
    return last;
}

static void receive(int fd, struct reply *r)
{
    struct buf b = BUF_INIT;
    ssize_t n;
    do {
        buf_reserve(&b, 65536);
        n = recv(fd, b.p + b.n, b.cap - b.n, 0);
        b.n += n > 0 ? (size_t)n : 0;
    } while (n > 0);
    r->silent = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    char *cut = b.n ? memmem(b.p, b.n, "\r\n\r\n", 4) : NULL;
    if (cut) {
        r->head = arena_str(&r->memory, (struct str){b.p, (size_t)(cut - b.p)});
        r->body = arena_str(&r->memory, (struct str){cut + 4, b.n - (size_t)(cut + 4 - b.p)});
        r->status = atoi(r->head.p + 9);
        struct str length = header(r, "Content-Length");
        r->complete = length.n ? (size_t)atoll(length.p) == r->body.n : unchunk(r, r->body);
        struct err err = ERR_INIT;
        struct str text = r->body;
        if (str_starts(text, STR("\xEF\xBB\xBF")))
            text.p += 3, text.n -= 3;
        r->json = r->complete ? json_parse(&r->memory, text, &err) : NULL;
    }
    buf_release(&b);
    close(fd);
}

static struct reply *ask_with(
    struct running *r, const char *method, const char *path, const char *headers, const char *body)
{
    struct reply *a = calloc(1, sizeof *a);
    int fd = connect_to(r, 20);
    send_request(fd, method, path, headers, body);
    receive(fd, a);
    return a;
}

#define AUTH "Authorization: Basic ZGVtbzpkZW1v\r\n"
static struct reply *get(struct running *r, const char *resource)
{
    char path[4000];
    snprintf(path, sizeof path, DEMO_BASE "%s", resource);
    return ask_with(r, "GET", path, AUTH, NULL);
}

static void drop(struct reply *a)
{
    arena_release(&a->memory);
    free(a);
}

static void expect(struct running *r, const char *resource, int status, const char *code)
{
    struct reply *a = get(r, resource);
    struct str got = json_text(json_get(json_get(a->json, "odata.error"), "code"));
    if (a->status != status || (code && !str_is(got, code)))
        fail_msg("%s: %d, code %.*s\n%.*s", resource, a->status, STR_ARG(got), STR_ARG(a->body));
    drop(a);
}

static int64_t count_of(struct running *r, const char *resource)
{
    struct reply *a = get(r, resource);
    assert_int_equal(a->status, 200);
    assert_true(a->body.n > 3 && memcmp(a->body.p, "\xEF\xBB\xBF", 3) == 0);
    int64_t n = atoll(a->body.p + 3);
    drop(a);
    return n;
}

static int64_t figure(struct running *r, const char *name)
{
    struct reply *a = ask_with(r, "GET", "/demo/admin/stats", AUTH, NULL);
    int64_t n = -1;
    const struct json *j = json_get(a->json, name);
    assert_true(json_i64(j ? j : json_get(json_get(a->json, "faults"), name), &n));
    drop(a);
    return n;
}

static int admin(struct running *r, const char *what, const char *body)
{
    char path[200];
    snprintf(path, sizeof path, "/demo/admin/%s", what);
    struct reply *a = ask_with(r, "POST", path, AUTH, body);
    int status = a->status;
    drop(a);
    return status;
}

static const struct json *value_of(const struct reply *a)
{
    const struct json *v = json_get(a->json, "value");
    if (!json_is(v, JSON_ARRAY))
        fail_msg(
            "no list: %d %.*s", a->status, (int)(a->body.n < 500 ? a->body.n : 500), a->body.p);
    return v;
}

/* ---- tests ---- */

static void a_wrong_password_is_refused(void **state)
{
    struct running *r = START("--docs", "50", "--user", "Иванов Иван", "--password", "пароль");
    struct reply *a = get(r, "");
    assert_int_equal(a->status, 401);
    assert_true(header(a, "WWW-Authenticate").n > 0);
    assert_null(a->json);
    drop(a);
    /* UTF-8, and the same name in windows-1251 */
    a = ask_with(r, "GET", DEMO_BASE,
        "Authorization: Basic 0JjQstCw0L3QvtCyINCY0LLQsNC9OtC/0LDRgNC+0LvRjA==\r\n", NULL);
    assert_int_equal(a->status, 200);
    drop(a);
    a = ask_with(r, "GET", DEMO_BASE, "Authorization: Basic yOLg7e7iIMji4O067+Dw7uv8\r\n", NULL);
    assert_int_equal(a->status, 401);
    drop(a);
    stop(r);
}

static void both_families_have_their_names(void **state)
{
    static const char *const profiles[] = {"ut", "bp"};
    for (int i = 0; i < 2; i++) {
        struct running *r = START("--docs", "300", "--profile", profiles[i]);
        struct reply *a = get(r, "?$format=json");
        const struct json *sets = value_of(a);
        assert_true(sets->count > 9);
        assert_int_equal(a->status, 200);
        assert_true(str_starts(a->body, STR("\xEF\xBB\xBF{")));
        for (const struct json *s = sets->child; s; s = s->next) {
            char path[300];
            struct str name = json_text(json_get(s, "name"));
            snprintf(path, sizeof path, "/%.*s?$top=3&" JSON, STR_ARG(name));
            struct reply *b = get(r, path);
            assert_true(value_of(b)->count > 0 && value_of(b)->count <= 3);
            drop(b);
            snprintf(path, sizeof path, "/%.*s?$top=3", STR_ARG(name));
            b = get(r, path);
            assert_int_equal(b->status, 200);
            assert_non_null(memmem(b->body.p, b->body.n, "<m:properties", 13));
            drop(b);
        }
        drop(a);
        expect(r, i ? "/" IN "?$format=json" : "/Document_ПоступлениеНаРасчетныйСчет?$format=json",
            404, "8");
        expect(r, "/$metadata?$format=json", 415, "3");
        a = get(r, "/$metadata");
        assert_true(a->status == 200 && memmem(a->body.p, a->body.n, "EntityContainer", 15));
        drop(a);
        stop(r);
    }
}

static void documents_look_as_1c_writes_them(void **state)
{
    struct running *r = START("--docs", "400");
    struct reply *a = get(r, "/" IN "?$format=json&$top=40&" USUAL);
    const struct json *v = value_of(a);
    assert_int_equal(v->count, 40);
    assert_true(json_text(json_get(a->json, "odata.metadata")).n > 0);
    int moved = 0;
    for (const struct json *d = v->child; d; d = d->next) {
        struct str key = json_text(json_get(d, "Ref_Key"));
        assert_int_equal(key.n, 36);
        assert_true(json_is(json_get(d, "СуммаДокумента"), JSON_NUMBER));
        const struct json *row = json_at(json_get(d, "РасшифровкаПлатежа"), 0);
        assert_true(json_is(json_get(row, "LineNumber"), JSON_STRING));
        assert_true(json_text(json_get(d, "Организация@navigationLinkUrl")).n > 0);
        char path[300];
        snprintf(path, sizeof path, "/" IN "(guid'%.*s')?" JSON, STR_ARG(key));
        struct reply *one = get(r, path);
        assert_int_equal(one->status, 200);
        assert_true(str_eq(json_text(json_get(one->json, "Ref_Key")), key));
        assert_true(str_eq(json_text(json_get(one->json, "НазначениеПлатежа")),
            json_text(json_get(d, "НазначениеПлатежа"))));
        moved += !str_eq(one->json->child->key, d->child->key);
        drop(one);
    }
    assert_int_equal(moved, 40); /* another order of fields */
    drop(a);
    a = get(r,
        "/" IN "?" JSON
        "&$top=1&$select=Ref_Key,Number,Организация____Presentation,РасшифровкаПлатежа/Сумма");
    assert_int_equal(value_of(a)->child->count, 4);
    assert_true(json_text(json_get(value_of(a)->child, "Организация____Presentation")).n > 0);
    assert_null(json_get(a->json, "odata.metadata"));
    drop(a);
    stop(r);
}

static void counts_and_lists_agree(void **state)
{
    struct running *r = START("--docs", "14000"); /* more than is made in one piece */
    int64_t n = count_of(r, "/" IN "/$count?$filter=Posted eq true and DeletionMark eq false");
    assert_in_range(n, 5500, 5880);
    assert_int_equal(count_of(r, "/" IN "/$count"), 5880);
    struct reply *all = get(r, "/" IN "?" JSON "&$select=Ref_Key,Date&" USUAL);
    assert_true(all->complete);
    assert_int_equal(value_of(all)->count, n);
    struct reply *lied =
        get(r, "/" IN "?" JSON "&$select=Ref_Key&$top=3&$skip=5&$inlinecount=allpages&" USUAL);
    assert_int_equal(value_of(lied)->count, n);
    assert_int_equal(atoll(json_text(json_get(lied->json, "odata.count")).p), n);
    drop(lied);
    const struct json *next = value_of(all)->child;
    for (int skip = 0;; skip += 997) {
        char path[400];
        snprintf(
            path, sizeof path, "/" IN "?" JSON "&$select=Ref_Key&$top=997&$skip=%d&" USUAL, skip);
        struct reply *page = get(r, path);
        size_t on_page = value_of(page)->count;
        for (const struct json *d = value_of(page)->child; d; d = d->next, next = next->next)
            assert_true(
                str_eq(json_text(json_get(d, "Ref_Key")), json_text(json_get(next, "Ref_Key"))));
        drop(page);
        if (on_page < 997)
            break;
    }
    assert_null(next);
    drop(all);
    stop(r);
}

static void wrong_questions_get_their_codes(void **state)
{
    struct running *r =
        START("--docs", "100", "--hide", "Catalog_Кассы", "--forbid", "Catalog_Валюты");
    expect(r, "/" IN "?$format=json&_=1", 400, "0");
    expect(r, "/" IN "?$format=json&$search=x", 400, "0");
    expect(r, "/" IN "?$format=json&$filter=Date+ge+datetime'2025-01-01T00:00:00'", 400, "14");
    expect(r, "/" IN "?$format=json&$orderby=Date+asc", 400, "14");
    expect(r, "/" IN "?$format=json&$top=-1", 400, "14");
    expect(r, "/" IN "?$format=json&$select=Ref_Key,Нет", 400, "10");
    expect(r, "/" IN "?$format=json&$orderby=Нет", 400, "10");
    expect(r, "/" IN "?$format=json&$filter=contains(Number,'1')", 400, "11");
    expect(r, "/" IN "(guid'00000000-0000-0000-0000-000000000001')?$format=json", 404, "9");
    expect(r, "/" IN "(guid'zzz')?$format=json", 400, "7");
    expect(r, "/" IN "/Post()?$format=json", 404, "6");
    expect(r, "/Catalog_Нет?$format=json", 404, "8");
    expect(r, "/Catalog_Кассы?$format=json", 404, "8");
    expect(r, "/Catalog_Валюты?$format=json", 401, "20");
    expect(r, "?$format=json&$top=1", 400, "0");
    struct reply *a = get(r, "/Catalog_Валюты?$format=json&allowedOnly=true");
    assert_int_equal(value_of(a)->count, 0);
    drop(a);
    a = get(r, "/Catalog_Нет");
    assert_true(a->status == 404 && memmem(a->body.p, a->body.n, "<m:code>8</m:code>", 18));
    drop(a);
    a = ask_with(r, "PATCH", DEMO_BASE "/Catalog_Валюты?$format=json", AUTH, "{}");
    assert_int_equal(a->status, 405);
    assert_true(str_is(json_text(json_get(json_get(a->json, "odata.error"), "code")), "19"));
    drop(a);
    stop(r);
}

static void keep_cookie(const struct reply *a, char *out, size_t size)
{
    struct str cookie = header(a, "Set-Cookie"), pair = str_cut(&cookie, ';');
    snprintf(out, size, AUTH "Cookie: %.*s\r\n", STR_ARG(pair));
}

static void sessions_take_licences(void **state)
{
    struct running *r = START("--docs", "100", "--licences", "1");
    char mine[400];
    struct reply *a =
        ask_with(r, "GET", DEMO_BASE "?$format=json", AUTH "IBSession: start\r\n", NULL);
    assert_int_equal(a->status, 200);
    keep_cookie(a, mine, sizeof mine);
    drop(a);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", AUTH "IBSession: start\r\n", NULL);
    assert_int_equal(a->status, 406);
    assert_true(json_text(json_get(json_get(a->json, "exception"), "descr")).n > 0);
    drop(a);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", AUTH, NULL);
    assert_int_equal(a->status, 500);
    assert_non_null(memmem(a->body.p, a->body.n, "лиценз", strlen("лиценз")));
    drop(a);
    assert_int_equal(figure(r, "sessions_open"), 1);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", mine, NULL);
    assert_int_equal(a->status, 200);
    drop(a);
    char last[500];
    snprintf(last, sizeof last, "%sIBSession: finish\r\n", mine);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", last, NULL);
    assert_int_equal(a->status, 200);
    drop(a);
    assert_int_equal(figure(r, "sessions_open"), 0);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", mine, NULL);
    assert_int_equal(a->status, 400);
    drop(a);
    expect(r, "?$format=json", 200, NULL);
    assert_int_equal(figure(r, "sessions_started"), 1);
    assert_int_equal(figure(r, "sessions_finished"), 1);
    assert_int_equal(figure(r, "stale_cookies"), 1);
    assert_int_equal(figure(r, "licence_refusals"), 2);
    assert_int_equal(figure(r, "parallel_max"), 1);
    stop(r);
}

static void sessions_end_when_unused(void **state)
{
    struct running *r = START("--docs", "100", "--session-ttl", "1");
    char mine[400];
    struct reply *a =
        ask_with(r, "GET", DEMO_BASE "?$format=json", AUTH "IBSession: start\r\n", NULL);
    keep_cookie(a, mine, sizeof mine);
    drop(a);
    for (int i = 0; i < 100 && figure(r, "sessions_open") > 0; i++)
        uv_sleep(50);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", mine, NULL);
    assert_int_equal(a->status, 400);
    drop(a);
    assert_int_equal(admin(r, "faults", "{\"no-sessions\":true}"), 200);
    a = ask_with(r, "GET", DEMO_BASE "?$format=json", AUTH "IBSession: start\r\n", NULL);
    assert_true(a->status == 200 && header(a, "Set-Cookie").n == 0);
    drop(a);
    stop(r);
}

static void failures_come_in_turn(void **state)
{
    struct running *r = START("--docs", "100", "--fail-every", "2");
    static const int statuses[] = {503, 500, 0, 503, 500, 502, 503};
    for (int i = 0; i < 14; i++) {
        struct reply *a = get(r, "/" IN "?$top=2&$format=json");
        if (i % 2 == 0) {
            assert_int_equal(a->status, 200);
        } else {
            assert_int_equal(a->status, statuses[i / 2]);
            assert_int_equal(header(a, "Retry-After").n, i == 1 || i == 13);
            assert_int_equal(json_get(a->json, "exception") != NULL, i == 3);
            assert_int_equal(json_get(a->json, "odata.error") != NULL, i == 9);
        }
        drop(a);
    }
    assert_int_equal(figure(r, "reset"), 1);
    assert_int_equal(figure(r, "busy_retry_after"), 2);
    assert_int_equal(admin(r, "faults", "{\"fail-every\":0,\"html-error-every\":1}"), 200);
    struct reply *a = get(r, "/" IN "?$top=2&$format=json");
    assert_true(a->status == 200 && str_starts(a->body, STR("<!DOCTYPE html")));
    drop(a);
    assert_int_equal(admin(r, "faults", "{\"html-error-every\":0,\"max-query\":40}"), 200);
    a = get(r, "/" IN "?$top=2&$format=json&$select=Ref_Key,Date,Number");
    assert_true(a->status == 404 && !a->json);
    drop(a);
    assert_int_equal(admin(r, "faults", "{\"nonsense\":1}"), 400);
    assert_int_equal(admin(r, "faults", "{\"fail-every\":-1}"), 400);
    assert_int_equal(admin(r, "faults", "{\"fail-every\":\"1\"}"), 400);
    stop(r);
}

static void bodies_are_cut(void **state)
{
    struct running *r = START("--docs", "8000", "--cut-every", "1");
    struct reply *a = get(r, "/" IN "?$top=200&" JSON);
    assert_true(a->status == 200 && !a->complete && a->body.n > 50000);
    drop(a);
    a = get(r, "/" IN "?$top=200&" JSON);
    assert_true(a->status == 200 && a->complete && !a->json && a->body.n > 100000);
    drop(a);
    for (int i = 0; i < 2; i++) { /* also a body that would be made piece by piece */
        a = get(r, "/" IN "?" JSON);
        assert_true(a->status == 200 && !a->json);
        drop(a);
    }
    stop(r);
}

static void silence_ends_with_the_service(void **state)
{
    struct running *r = START("--docs", "100", "--hang-every", "2");
    expect(r, "/" IN "?$top=1&$format=json", 200, NULL);
    struct reply a = {0}, b = {0};
    int one = connect_to(r, 1), other = connect_to(r, 20);
    send_request(one, "GET", DEMO_BASE, AUTH, NULL);
    receive(one, &a);
    assert_true(a.silent && a.status == 0);
    expect(r, "/" IN "?$top=1&$format=json", 200, NULL);
    send_request(other, "GET", DEMO_BASE, AUTH, NULL);
    for (int i = 0; i < 2000 && figure(r, "hang") < 2; i++)
        uv_sleep(5);
    assert_int_equal(figure(r, "hang"), 2);
    assert_int_equal(figure(r, "parallel"), 0); /* nobody works on them */
    stop(r);
    receive(other, &b);
    assert_int_equal(b.status, 503);
    arena_release(&b.memory);
}

static void latency_delays_every_answer(void **state)
{
    struct running *r = START("--docs", "100", "--latency-ms", "150");
    uint64_t before = uv_hrtime();
    int fd[5];
    for (int i = 0; i < 5; i++) {
        fd[i] = connect_to(r, 20);
        send_request(fd[i], "GET", DEMO_BASE "/" IN "/$count", AUTH, NULL);
    }
    for (int i = 0; i < 5; i++) {
        struct reply a = {0};
        receive(fd[i], &a);
        assert_int_equal(a.status, 200);
        arena_release(&a.memory);
    }
    assert_true(uv_hrtime() - before >= 150 * UINT64_C(1000000));
    assert_true(uv_hrtime() - before < 5 * 150 * UINT64_C(1000000)); /* not one after the other */
    assert_int_equal(figure(r, "parallel_max"), 5);
    stop(r);
}

static void pages_repeat_and_counts_lie_when_told(void **state)
{
    struct running *r = START("--docs", "1000", "--repeat-every", "2", "--count-lies", "17");
    struct reply *one = get(r, "/" IN "?$select=Ref_Key&$top=5&" JSON "&" USUAL);
    struct reply *again = get(r, "/" IN "?$select=Ref_Key&$top=5&$skip=5&" JSON "&" USUAL);
    assert_true(str_eq(one->body, again->body));
    drop(again);
    again = get(r, "/" IN "?$select=Ref_Key&$top=5&$skip=5&" JSON "&" USUAL);
    assert_false(str_eq(one->body, again->body));
    drop(again);
    assert_int_equal(count_of(r, "/" IN "/$count"), 420 + 17);
    admin(r, "faults", "{\"repeat-every\":0,\"ignore-skip\":true,\"count-lies\":-1000}");
    again = get(r, "/" IN "?$select=Ref_Key&$top=5&$skip=300&" JSON "&" USUAL);
    assert_true(str_eq(one->body, again->body));
    drop(again);
    drop(one);
    assert_int_equal(count_of(r, "/" IN "/$count"), 0);
    stop(r);
}

static void bad_records_are_bad_as_said(void **state)
{
    struct running *r = START("--docs", "2000", "--bad-record-every", "10", "--unposted", "0");
    struct reply *a = get(r, "/" OUT "?" JSON);
    assert_null(a->json); /* broken UTF-8 is no JSON for a strict reader */
    static const char *const marks[] = {"\"СуммаДокумента\": 0,", "\"СуммаДокумента\": \"12,5x\"",
        "\xD0 \xFF", "\"Date\": \"0001-01-01T00:00:00\"", "\"СуммаДокумента\": \"1234.50\"",
        "\"СуммаДокумента\": null", "\"Ref_Key\": \"00000000-0000-0000-0000-000000000000\"",
        "\\u0000", "\"СуммаДокумента\": 1234.567"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (!memmem(a->body.p, a->body.n, marks[i], strlen(marks[i])))
            fail_msg("no %s", marks[i]);
    size_t dates = 0, numbers = 0;
    for (const char *p = a->body.p;
         (p = memmem(p, a->body.n - (size_t)(p - a->body.p), "\"Date\": ", 8)); p++)
        dates++;
    for (const char *p = a->body.p;
         (p = memmem(p, a->body.n - (size_t)(p - a->body.p), "\"Number\": ", 10)); p++)
        numbers++;
    assert_int_equal(numbers, 920);
    assert_in_range(numbers - dates, 7, 10); /* those without a date */
    drop(a);
    stop(r);
}

static struct str field_of(
    struct running *r, struct reply **hold, const char *key, const char *field)
{
    char path[300];
    snprintf(path, sizeof path, "/" IN "(guid'%s')?" JSON, key);
    *hold = get(r, path);
    return json_text(json_get((*hold)->json, field));
}

static void the_world_changes_meanwhile(void **state)
{
    struct running *r = START("--docs", "1000", "--unposted", "0");
    struct reply *a = ask_with(r, "GET", "/demo/admin/documents?from=100&count=5", AUTH, NULL), *b;
    char key[3][40];
    for (int i = 0; i < 3; i++)
        snprintf(key[i], 40, "%.*s",
            STR_ARG(
                json_text(json_get(json_at(json_get(a->json, "documents"), (size_t)i), "key"))));
    assert_true(json_text(json_get(json_at(json_get(a->json, "documents"), 0), "truth")).n > 0);
    drop(a);
    char version[40], date[40];
    struct str first = field_of(r, &b, key[0], "DataVersion");
    snprintf(version, 40, "%.*s", STR_ARG(first));
    snprintf(date, 40, "%.*s", STR_ARG(json_text(json_get(b->json, "Date"))));
    drop(b);
    assert_int_equal(admin(r, "change", "{\"every\":100}"), 200);
    assert_false(str_is(field_of(r, &b, key[0], "DataVersion"), version));
    assert_true(json_text(json_get(b->json, "Комментарий")).n > 0);
    drop(b);
    assert_int_equal(admin(r, "delete", "{\"index\":[101]}"), 200);
    field_of(r, &b, key[1], "Date");
    assert_int_equal(b->status, 404);
    drop(b);
    assert_int_equal(admin(r, "unpost", "{\"index\":[102]}"), 200);
    assert_int_equal(admin(r, "move", "{\"index\":[100],\"days\":-3}"), 200);
    assert_false(str_is(field_of(r, &b, key[0], "Date"), date));
    drop(b);
    assert_int_equal(count_of(r, "/" IN "/$count"), 419);
    assert_int_equal(count_of(r, "/" IN "/$count?$filter=Posted eq true"), 418);
    assert_int_equal(admin(r, "add", "{\"count\":7,\"set\":\"bank_in\"}"), 200);
    assert_int_equal(count_of(r, "/" IN "/$count?$filter=Posted eq true"), 425);
    assert_int_equal(admin(r, "restore", NULL), 200);
    assert_true(str_is(field_of(r, &b, key[0], "DataVersion"), version));
    drop(b);
    assert_int_equal(count_of(r, "/" IN "/$count?$filter=Posted eq true"), 420);
    assert_int_equal(admin(r, "change", "{\"index\":[1000]}"), 400);
    assert_int_equal(admin(r, "change", "{\"index\":[1],\"every\":2}"), 400);
    assert_int_equal(admin(r, "change", "{\"what\":1}"), 400);
    assert_int_equal(admin(r, "change", "[]"), 400);
    assert_int_equal(admin(r, "move", "{\"index\":[1]}"), 400);
    assert_int_equal(admin(r, "nothing", "{}"), 404);
    a = ask_with(r, "GET", "/demo/admin/stats", "", NULL);
    assert_int_equal(a->status, 401);
    drop(a);
    stop(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_password_is_refused),
        cmocka_unit_test(both_families_have_their_names),
        cmocka_unit_test(documents_look_as_1c_writes_them),
        cmocka_unit_test(counts_and_lists_agree),
        cmocka_unit_test(wrong_questions_get_their_codes),
        cmocka_unit_test(sessions_take_licences),
        cmocka_unit_test(sessions_end_when_unused),
        cmocka_unit_test(failures_come_in_turn),
        cmocka_unit_test(bodies_are_cut),
        cmocka_unit_test(silence_ends_with_the_service),
        cmocka_unit_test(latency_delays_every_answer),
        cmocka_unit_test(pages_repeat_and_counts_lie_when_told),
        cmocka_unit_test(bad_records_are_bad_as_said),
        cmocka_unit_test(the_world_changes_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
