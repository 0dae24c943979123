/* multipart/form-data in any cut; what no browser sends is refused. */
#include "../base/cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>

#include "http/multipart.h"

struct seen {
    struct buf text;
};

static int on_part(void *arg, const struct multipart_part *p, struct err *e)
{
    struct seen *s = arg;
    buf_printf(&s->text, "<%.*s|%s%.*s|%.*s>", STR_ARG(p->name), p->filename.p ? "" : "-",
        STR_ARG(p->filename), STR_ARG(p->content_type));
    return 0;
}

static int on_data(void *arg, struct str bytes, struct err *e)
{
    struct seen *s = arg;
    assert_true(bytes.n > 0);
    buf_add_str(&s->text, bytes);
    return 0;
}

static int on_part_end(void *arg, struct err *e)
{
    struct seen *s = arg;
    buf_adds(&s->text, "<end>");
    return 0;
}

static const struct multipart_events events = {on_part, on_data, on_part_end};

static int feed(const char *type, struct str body, size_t step, struct seen *s)
{
    struct multipart m;
    struct err e;
    int r = multipart_begin(&m, str_from(type), &events, s, &e);
    for (size_t at = 0; r == 0 && at < body.n; at += step) {
        size_t n = step < body.n - at ? step : body.n - at;
        char *copy = malloc(n);
        memcpy(copy, body.p + at, n);
        r = multipart_feed(&m, (struct str){copy, n}, &e);
        free(copy);
    }
    if (r == 0)
        r = multipart_end(&m, &e);
    if (r < 0)
        assert_true(e.message[0] && (e.http_status == 400 || e.code == ERR_UNSUPPORTED_MEDIA_TYPE));
    multipart_release(&m);
    return r;
}

static void gives(const char *type, struct str body, const char *want)
{
    for (size_t step = 1; step <= body.n || step == 1; step++) {
        struct seen s = {0};
        int r = feed(type, body, step, &s);
        if ((r == 0) != (want != NULL) || (want && !str_is(buf_str(&s.text), want)))
            fail_msg("step %zu: %d %.*s, wanted %s", step, r, STR_ARG(buf_str(&s.text)),
                want ? want : "a refusal");
        buf_release(&s.text);
    }
}

#define T "multipart/form-data; boundary=XyZ"
#define FILE_A                                                                                     \
    "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"kl_to_1c.txt\"\r\n"        \
    "Content-Type: text/plain\r\n\r\n"

static void parts(void **state)
{
    gives(T, STR(FILE_A "body\r\n--XyZ--\r\n"), "<file|kl_to_1c.txt|text/plain>body<end>");
    gives(T, STR(FILE_A "body\r\n--XyZ--"), "<file|kl_to_1c.txt|text/plain>body<end>");
    gives("Multipart/Form-Data; charset=utf-8; boundary=\"XyZ\"", STR(FILE_A "\r\n--XyZ--\r\n"),
        "<file|kl_to_1c.txt|text/plain><end>");
    gives(T,
        STR(FILE_A "a\r\n--XyZ\r\ncontent-disposition: form-data; name=dry_run\r\n\r\ntrue"
                   "\r\n--XyZ--\r\n"),
        "<file|kl_to_1c.txt|text/plain>a<end><dry_run|-|>true<end>");
    /* what only looks like a delimiter is content */
    gives(T, STR(FILE_A "\r\n--Xy\r\r\n-\r\n--XyA--XyZ\n--XyZ\r\n--XyZ--\r\n"),
        "<file|kl_to_1c.txt|text/plain>\r\n--Xy\r\r\n-\r\n--XyA--XyZ\n--XyZ<end>");
}

static void names(void **state)
{
    static const struct {
        const char *disposition, *want;
    } cases[] = {
        {"form-data; name=\"f\"; filename=\"C:\\\\bank\\kl.txt\"", "<f|kl.txt|>"},
        {"form-data; name=\"f\"; filename=\"../../etc/passwd\"", "<f|passwd|>"},
        {"form-data; name=\"f\"; filename=\"a%22b%0D%0A%41.txt\"", "<f|a\"b__%41.txt|>"},
        {"form-data; name=\"f\"; filename=\"a\\\"b.txt\"", "<f|a\"b.txt|>"},
        {"form-data; name=\"f\"; filename=\"выписка.txt\"", "<f|выписка.txt|>"},
        {"form-data; name=\"f\"; filename=\"x\"; filename*=UTF-8''%D0%B2.txt", "<f|в.txt|>"},
        {"form-data; name=\"f\"; filename=\"\"", "<f||>"},
        {"form-data; name=\"\"", "<|-|>"},
        {"attachment; name=\"f\"", NULL},
        {"form-data", NULL},
        {"form-data; filename=\"x\"", NULL},
        {"form-data; name=\"f", NULL},
        {"form-data; name=\"f\" x", NULL},
        {"form-data; name=\"\xff\"", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char body[512], want[128];
        int n = snprintf(body, sizeof body, "--XyZ\r\nContent-Disposition: %s\r\n\r\n\r\n--XyZ--",
            cases[i].disposition);
        snprintf(want, sizeof want, "%s<end>", cases[i].want ? cases[i].want : "");
        gives(T, (struct str){body, (size_t)n}, cases[i].want ? want : NULL);
    }
}

static void refused(void **state)
{
    static const char *const bodies[] = {"", "--XyZ", "--XyZ--x",
        "preamble\r\n" FILE_A "a\r\n--XyZ--\r\n", "\r\n" FILE_A "a\r\n--XyZ--",
        FILE_A "a\r\n--XyZ--\r\nmore", FILE_A "a\r\n--XyZ--\r", FILE_A "a\r\n--XyZ \r\n",
        FILE_A "a", FILE_A "a\r\n--XyZ", "--XyZ\r\n\r\na\r\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data",
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; "
        "name=b\r\n\r\n\r\n--XyZ--",
        "--XyZ\r\nBad Header: x\r\n\r\n\r\n--XyZ--", "--XyZ\r\nNo colon\r\n\r\n\r\n--XyZ--",
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\n\r\n--XyZ--",
        "--xyz\r\n"};
    for (size_t i = 0; i < COUNT(bodies); i++)
        gives(T, str_from(bodies[i]), NULL);
    static const char *const types[] = {"", "text/plain", "multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=a\"b", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data boundary=a", "multipart/mixed; boundary=XyZ",
        ("multipart/form-data; boundary="
         "1234567890123456789012345678901234567890123456789012345678901234567890x")};
    for (size_t i = 0; i < COUNT(types); i++)
        gives(types[i], STR(FILE_A "a\r\n--XyZ--\r\n"), NULL);
}

static void bounds(void **state)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "--XyZ\r\nX: ");
    for (int i = 0; i < MULTIPART_HEAD_MAX; i++)
        buf_addc(&b, 'x');
    struct seen s = {0};
    assert_int_equal(feed(T, buf_str(&b), 1000, &s), -1);
    buf_clear(&b);
    for (int i = 0; i <= MULTIPART_PARTS_MAX; i++)
        buf_adds(&b, "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n");
    buf_adds(&b, "--XyZ--");
    assert_int_equal(feed(T, buf_str(&b), 1000, &s), -1);
    buf_release(&s.text);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts), cmocka_unit_test(names),
        cmocka_unit_test(refused), cmocka_unit_test(bounds)};
    return RUN(tests);
}
