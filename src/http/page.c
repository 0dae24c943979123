#include "http/page.h"

#include <stdlib.h>
#include "http/internal.h"
#include "http/page_files.h"

struct http_page {
    struct arena memory;
    const struct page_file *files; /* sorted by path */
    int count;
};

struct http_page *http_page_open(const char *folder, struct err *ret_err)
{
    struct http_page *page = mem_alloc(sizeof *page);
    page->files = page_embedded;
    page->count = page_embedded_count;
    if (folder &&
        page_read_folder(&page->memory, folder, &page->files, &page->count, ret_err) < 0) {
        http_page_free(page);
        return NULL;
    }
    return page;
}

void http_page_free(struct http_page *page)
{
    if (!page)
        return;
    arena_release(&page->memory);
    free(page);
}

static const struct page_file *find(const struct http_page *page, struct str path)
{
    int low = 0, high = page->count;
    while (low < high) {
        int middle = (low + high) / 2;
        struct str at = page->files[middle].path;
        int order = memcmp(path.p, at.p, path.n < at.n ? path.n : at.n);
        if (order == 0)
            order = (path.n > at.n) - (path.n < at.n);
        if (order == 0)
            return &page->files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static struct str extension(struct str path)
{
    for (size_t i = path.n; i > 0 && path.p[i - 1] != '/'; i--)
        if (path.p[i - 1] == '.')
            return (struct str){path.p + i, path.n - i};
    return STR_NULL;
}

static const char *type_of(struct str path)
{
    static const char *const types[][2] = {{"html", "text/html; charset=utf-8"},
        {"js", "text/javascript; charset=utf-8"}, {"mjs", "text/javascript; charset=utf-8"},
        {"css", "text/css; charset=utf-8"}, {"json", "application/json"},
        {"map", "application/json"}, {"webmanifest", "application/manifest+json"},
        {"svg", "image/svg+xml"}, {"png", "image/png"}, {"jpg", "image/jpeg"},
        {"jpeg", "image/jpeg"}, {"webp", "image/webp"}, {"gif", "image/gif"},
        {"ico", "image/x-icon"}, {"woff2", "font/woff2"}, {"woff", "font/woff"},
        {"ttf", "font/ttf"}, {"txt", "text/plain; charset=utf-8"}, {"wasm", "application/wasm"},
        {"pdf", "application/pdf"}};
    struct str end = extension(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq_nocase(end, str_from(types[i][0])))
            return types[i][1];
    return "application/octet-stream";
}

/* Weight of a coding in thousandths; -1: not named. */
static int weight(struct str accept, const char *coding)
{
    while (accept.n > 0) {
        struct str params = str_trim(str_cut(&accept, ','));
        struct str name = str_trim(str_cut(&params, ';'));
        if (!str_eq_nocase(name, str_from(coding)))
            continue;
        while (params.n > 0) {
            struct str value = str_cut(&params, ';');
            struct str key = str_trim(str_cut(&value, '='));
            if (!str_eq_nocase(key, STR("q")))
                continue;
            value = str_trim(value);
            int q = 0, digit = 1000;
            for (size_t i = 0; i < value.n; i++) {
                if (value.p[i] < '0' || value.p[i] > '9')
                    continue;
                q += (value.p[i] - '0') * digit;
                digit /= 10;
            }
            return q;
        }
        return 1000;
    }
    return -1;
}

static int wanted(struct str accept, const char *coding)
{
    int q = weight(accept, coding);
    return q >= 0 ? q : weight(accept, "*");
}

/* Of If-None-Match: the tags are compared weakly, as RFC 9110 wants it. */
static bool known_to_peer(struct str list, struct str tag)
{
    while (list.n > 0) {
        struct str item = str_trim(str_cut(&list, ','));
        if (item.n > 2 && item.p[0] == 'W' && item.p[1] == '/')
            item = (struct str){item.p + 2, item.n - 2};
        if (str_eq(item, tag) || str_is(item, "*"))
            return true;
    }
    return false;
}

/* SPEC §8. Whoever added one before (a gate) knows better. */
static void add_security(struct http_request *req)
{
    static const char *const headers[][2] = {
        /* Ant Design writes its styles at run time; connect-src 'self' covers the WebSocket of this
           server. */
        {"Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self' "
                                    "'unsafe-inline'; img-src 'self' data:; "
                                    "font-src 'self' data:; connect-src 'self'; object-src 'none'; "
                                    "base-uri 'none'; form-action 'self'; "
                                    "frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (!exchange_has_header(exchange_of(req), headers[i][0]))
            http_add_header(req, headers[i][0], str_from(headers[i][1]));
}

void http_page_reply_file(struct http_request *req, const struct page_file *file)
{
    struct str accept = http_header(req, "Accept-Encoding"), body = file->plain;
    int br = file->br.p ? wanted(accept, "br") : 0, gz = file->gz.p ? wanted(accept, "gzip") : 0;
    const char *coding = NULL;
    if (br > 0 && br >= gz) {
        coding = "br";
        body = file->br;
    } else if (gz > 0) {
        coding = "gzip";
        body = file->gz;
    }
    struct str tag =
        arena_printf(&req->arena, "\"%s%s%s\"", file->tag, coding ? "-" : "", coding ? coding : "");
    http_add_header(req, "ETag", tag);
    /* Vite puts a hash of the contents into the names of assets. */
    http_add_header(req, "Cache-Control",
        str_starts(file->path, STR("/assets/")) ? STR("public, max-age=31536000, immutable")
                                                : STR("no-cache"));
    if (file->br.p || file->gz.p)
        http_add_header(req, "Vary", STR("Accept-Encoding"));
    add_security(req);
    if (known_to_peer(http_header(req, "If-None-Match"), tag)) {
        http_reply(req, 304, NULL, BUF_INIT);
        return;
    }
    if (coding)
        http_add_header(req, "Content-Encoding", str_from(coding));
    http_reply_shared(req, 200, type_of(file->path), body, NULL, NULL);
}

static bool under(struct str path, struct str folder)
{
    return str_starts(path, folder) && (path.n == folder.n || path.p[folder.n] == '/');
}

static void reply_err(struct http_request *req, enum err_code code, const char *text)
{
    struct err e = ERR_INIT;
    err_set(&e, code, "%s", text);
    http_reply_error(req, &e);
}

void http_page_handle(void *ctx, struct http_request *req)
{
    const struct http_page *page = ctx;
    struct str path = str_is(req->path, "/") ? STR("/index.html") : req->path;
    const struct page_file *file = find(page, path);
    bool own =
        !under(path, STR("/api")) && !under(path, STR("/assets")) && extension(path).p == NULL;
    if (!file && own)
        file = find(page, STR("/index.html"));
    if (!file) {
        reply_err(req, ERR_NOT_FOUND, TR("Такого адреса нет", "There is nothing at this address"));
    } else if (req->method == HTTP_M_GET || req->method == HTTP_M_HEAD) {
        http_page_reply_file(req, file);
    } else {
        http_add_header(req, "Allow", STR("GET, HEAD, OPTIONS"));
        if (req->method == HTTP_M_OPTIONS)
            http_reply(req, 204, NULL, BUF_INIT);
        else
            reply_err(req, ERR_METHOD_NOT_ALLOWED,
                TR("Страницу можно только читать", "The page can only be read"));
    }
}
