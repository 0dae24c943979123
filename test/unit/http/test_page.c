/* The page: forms by Accept-Encoding, ETag, caching, unknown paths, security headers; embedded and
 * from a folder. */
#include "fixture.h"
#include <ftw.h>
#include <sys/stat.h>
#include "http/page.h"

static char folder[] = "/tmp/obmen-page-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_folder(void **state)
{
    char path[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/assets", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    write_file("index.html", "<html>plain");
    write_file("index.html.br", "brotli");
    write_file("index.html.gz", "gzip");
    write_file("assets/app-1.js", "let a");
    write_file("assets/app-1.js.gz", "let a gz");
    write_file("icon.svg", "<svg>");
    write_file("orphan.gz", "a file of its own");
    write_file(".secret", "hidden");
    snprintf(path, sizeof path, "%s/passwd.txt", folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    return remove(path);
}

static int remove_folder(void **state)
{
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct site {
    struct fixture *f;
    struct http_page *page;
    struct peer p;
};

static struct site site_open(const char *from)
{
    struct err e = ERR_INIT;
    struct site s = {.f = fixture_open(), .page = http_page_open(from, &e)};
    if (!s.page)
        fail_msg("%s", e.message);
    http_router_fallback(s.f->router, http_page_handle, s.page);
    s.p = peer_open(s.f);
    return s;
}

static void site_close(struct site *s)
{
    peer_close(&s->p);
    fixture_close(s->f);
    http_page_free(s->page);
}

static struct answer ask(struct site *s, const char *method, const char *path, const char *headers)
{
    char text[512];
    snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n", method, path, headers);
    peer_sends(&s->p, text);
    return peer_answer_to(&s->p, strcmp(method, "HEAD") == 0);
}

static void serves_files_and_the_pages_own_paths(void **state)
{
    static const struct {
        const char *method, *path;
        int status;
        const char *body, *type, *cache;
    } cases[] = {
        {"GET", "/", 200, "<html>plain", "text/html; charset=utf-8", "no-cache"},
        {"GET", "/index.html", 200, "<html>plain", "text/html; charset=utf-8", "no-cache"},
        {"GET", "/tasks/0190-ab", 200, "<html>plain", "text/html; charset=utf-8", "no-cache"},
        {"GET", "/%D0%BE%D1%82%D1%87%D1%91%D1%82", 200, "<html>plain", NULL, NULL},
        {"GET", "/apian", 200, "<html>plain", NULL, NULL},
        {"GET", "/assets/app-1.js", 200, "let a", "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable"},
        {"GET", "/icon.svg", 200, "<svg>", "image/svg+xml", "no-cache"},
        {"GET", "/orphan.gz", 200, "a file of its own", "application/octet-stream", NULL},
        {"HEAD", "/icon.svg", 200, "", "image/svg+xml", NULL},
        {"GET", "/assets/app-2.js", 404, NULL, "application/problem+json", NULL},
        {"GET", "/assets", 404, NULL, NULL, NULL},
        {"GET", "/api", 404, NULL, NULL, NULL},
        {"GET", "/api/v1/nothing", 404, NULL, NULL, NULL},
        {"GET", "/favicon.ico", 404, NULL, NULL, NULL},
        {"GET", "/.secret", 404, NULL, NULL, NULL},
        {"GET", "/passwd.txt", 404, NULL, NULL, NULL},
        {"GET", "//etc/passwd", 200, "<html>plain", NULL, NULL},
        {"POST", "/", 405, NULL, "application/problem+json", NULL},
        {"DELETE", "/api/v1/nothing", 404, NULL, NULL, NULL},
        {"OPTIONS", "/tasks", 204, NULL, NULL, NULL},
        {"GET", "/show/1", 200, "GET /show/1 [1][] ? #", NULL, NULL},
    };
    struct site s = site_open(folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer a = ask(&s, cases[i].method, cases[i].path, "");
        if (a.status != cases[i].status)
            fail_msg("%s %s: %d", cases[i].method, cases[i].path, a.status);
        if (cases[i].body)
            assert_string_equal(a.body.p, cases[i].body);
        if (cases[i].type)
            assert_true(str_is(answer_header(&a, "Content-Type"), cases[i].type));
        if (cases[i].cache)
            assert_true(str_is(answer_header(&a, "Cache-Control"), cases[i].cache));
        if (a.status == 405)
            assert_true(str_is(answer_header(&a, "Allow"), "GET, HEAD, OPTIONS"));
        answer_release(&a);
    }
    site_close(&s);
}

static void chooses_the_form_by_accept_encoding(void **state)
{
    static const struct {
        const char *accept, *coding, *body;
    } cases[] = {
        {"", NULL, "<html>plain"},
        {"Accept-Encoding: gzip, deflate, br\r\n", "br", "brotli"},
        {"Accept-Encoding: gzip\r\n", "gzip", "gzip"},
        {"Accept-Encoding: BR;q=0.5, gzip;q=0.8\r\n", "gzip", "gzip"},
        {"Accept-Encoding: br;q=0, gzip;q=0.0\r\n", NULL, "<html>plain"},
        {"Accept-Encoding: *\r\n", "br", "brotli"},
        {"Accept-Encoding: *;q=0.1, br; q=0\r\n", "gzip", "gzip"},
        {"Accept-Encoding: deflate, identity\r\n", NULL, "<html>plain"},
        {"Accept-Encoding: ;;,, q=1;br\r\n", NULL, "<html>plain"},
    };
    struct site s = site_open(folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer a = ask(&s, "GET", "/", cases[i].accept);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body.p, cases[i].body);
        assert_true(cases[i].coding ? str_is(answer_header(&a, "Content-Encoding"), cases[i].coding)
                                    : answer_header(&a, "Content-Encoding").p == NULL);
        assert_true(str_is(answer_header(&a, "Vary"), "Accept-Encoding"));
        answer_release(&a);
    }
    site_close(&s);
}

static void says_not_modified(void **state)
{
    struct site s = site_open(folder);
    struct answer a = ask(&s, "GET", "/", "");
    struct answer b = ask(&s, "GET", "/", "Accept-Encoding: br\r\n");
    struct str plain = answer_header(&a, "ETag"), br = answer_header(&b, "ETag");
    assert_true(plain.n > 10 && br.n > 10 && !str_eq(plain, br));
    char headers[256];
    static const char *const forms[][2] = {
        {"", ""}, {"W/", ""}, {"\"x\", ", ", \"y\""}, {"*, ", ""}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        snprintf(headers, sizeof headers, "If-None-Match: %s%.*s%s\r\n", forms[i][0],
            STR_ARG(plain), forms[i][1]);
        struct answer c = ask(&s, "GET", "/", headers);
        assert_int_equal(c.status, 304);
        assert_true(str_eq(answer_header(&c, "ETag"), plain));
        assert_true(str_is(answer_header(&c, "Cache-Control"), "no-cache"));
        assert_int_equal(c.body.n, 0);
        answer_release(&c);
    }
    snprintf(headers, sizeof headers, "If-None-Match: %.*s\r\n", STR_ARG(br));
    struct answer c = ask(&s, "GET", "/", headers); /* the tag of another form */
    assert_int_equal(c.status, 200);
    answer_release(&c);
    answer_release(&a);
    answer_release(&b);
    site_close(&s);
}

static void has_security_headers(void **state)
{
    struct site s = site_open(folder);
    struct answer a = ask(&s, "GET", "/", "");
    struct str csp = answer_header(&a, "Content-Security-Policy");
    char text[512];
    snprintf(text, sizeof text, "%.*s", STR_ARG(csp));
    assert_non_null(strstr(text, "frame-ancestors 'none'"));
    const char *scripts = strstr(text, "script-src");
    assert_non_null(scripts);
    assert_int_equal(strncmp(scripts, "script-src 'self';", 18), 0);
    assert_true(str_is(answer_header(&a, "X-Content-Type-Options"), "nosniff"));
    assert_true(answer_header(&a, "Referrer-Policy").n > 0);
    answer_release(&a);
    site_close(&s);
}

static void the_program_has_a_page(void **state)
{
    struct site s = site_open(NULL);
    struct answer a = ask(&s, "GET", "/", "");
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body.p, "<html"));
    answer_release(&a);
    site_close(&s);
}

static void refuses_a_folder_that_is_no_page(void **state)
{
    struct err e = ERR_INIT;
    char path[256];
    snprintf(path, sizeof path, "%s/assets", folder);
    assert_null(http_page_open("/no/such/folder", &e));
    assert_non_null(strstr(e.message, "/no/such/folder"));
    assert_null(http_page_open(path, &e));
    assert_non_null(strstr(e.message, "index.html"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_files_and_the_pages_own_paths),
        cmocka_unit_test(chooses_the_form_by_accept_encoding),
        cmocka_unit_test(says_not_modified),
        cmocka_unit_test(has_security_headers),
        cmocka_unit_test(the_program_has_a_page),
        cmocka_unit_test(refuses_a_folder_that_is_no_page),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
