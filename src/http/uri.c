#include "http/uri.h"

#include "obmen/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uri_decode(struct str s, bool plus, char *out, size_t *ret_n)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high, low;
            if (s.n - i < 3 || (high = hex(s.p[i + 1])) < 0 || (low = hex(s.p[i + 2])) < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    *ret_n = n;
    return true;
}

static int refuse(struct err *e, const char *text)
{
    err_set(e, ERR_VALIDATION_ERROR, "%s", text);
    e->http_status = 400;
    return -1;
}

/* raw has no '?'. The plain case, by far the most frequent, is one pass without a copy of its own.
 */
static int decode_path(struct arena *a, struct str raw, struct str *ret_path, struct err *ret_err)
{
    char *out = arena_bytes(a, raw.n + 1);
    size_t n;
    if (!uri_decode(raw, false, out, &n))
        return refuse(ret_err, TR("В пути запроса неверная последовательность %XX",
                                   "The path has a broken percent-escape"));
    out[n] = 0;
    bool ascii = true;
    size_t segment = 0; /* where the present segment begins */
    for (size_t i = 0; i <= n; i++) {
        unsigned char c = (unsigned char)out[i];
        if (i == n || c == '/' || c == '\\') {
            size_t length = i - segment;
            if ((length == 1 && out[segment] == '.') ||
                (length == 2 && out[segment] == '.' && out[segment + 1] == '.'))
                return refuse(ret_err, TR("Путь запроса содержит «.» или «..»",
                                           "The path has a \".\" or \"..\" segment"));
            segment = i + 1;
        } else if (c < 0x20 || c == 0x7f) {
            return refuse(ret_err,
                TR("Путь запроса содержит управляющий символ", "The path has a control character"));
        } else if (c >= 0x80) {
            ascii = false;
        }
    }
    if (n !=
        raw.n) { /* something was escaped: a slash among it would move the borders of segments */
        for (size_t i = 0; i + 2 < raw.n; i++) {
            if (raw.p[i] != '%')
                continue;
            char c = (char)(hex(raw.p[i + 1]) << 4 | hex(raw.p[i + 2]));
            if (c == '/' || c == '\\')
                return refuse(ret_err, TR("Путь запроса содержит закодированную косую черту",
                                           "The path has an encoded slash"));
        }
    }
    *ret_path = (struct str){out, n};
    if (!ascii && !utf8_valid(*ret_path))
        return refuse(ret_err, TR("Путь запроса не в UTF-8", "The path is not UTF-8"));
    return 0;
}

static int check_query(struct arena *a, struct str query, struct err *ret_err)
{
    bool plain = true;
    for (size_t i = 0; i < query.n && plain; i++)
        plain = query.p[i] != '%' && (unsigned char)query.p[i] < 0x80;
    if (plain)
        return 0;
    char *out = arena_bytes(a, query.n);
    size_t n;
    if (!uri_decode(query, true, out, &n))
        return refuse(ret_err, TR("В параметрах запроса неверная последовательность %XX",
                                   "The query has a broken percent-escape"));
    if (memchr(out, 0, n))
        return refuse(ret_err, TR("Параметры запроса содержат символ NUL", "The query has a NUL"));
    if (!utf8_valid((struct str){out, n}))
        return refuse(ret_err, TR("Параметры запроса не в UTF-8", "The query is not UTF-8"));
    return 0;
}

/* Cuts "http://authority" off an absolute target. */
static bool cut_authority(struct str *target, struct str *ret_authority)
{
    size_t skip = 0;
    if (target->n > 7 && str_eq_nocase((struct str){target->p, 7}, STR("http://")))
        skip = 7;
    else if (target->n > 8 && str_eq_nocase((struct str){target->p, 8}, STR("https://")))
        skip = 8;
    if (skip == 0)
        return false;
    size_t end = skip;
    while (end < target->n && target->p[end] != '/' && target->p[end] != '?')
        end++;
    *ret_authority = (struct str){target->p + skip, end - skip};
    target->p += end;
    target->n -= end;
    return true;
}

int uri_parse(struct arena *a, struct str target, struct uri *ret, struct err *ret_err)
{
    struct str authority = STR_NULL;
    bool absolute = false;
    if (target.n == 0 || target.p[0] != '/')
        absolute = cut_authority(&target, &authority);
    if (!absolute && (target.n == 0 || target.p[0] != '/'))
        return refuse(ret_err, TR("Адрес запроса должен начинаться с «/»",
                                   "The request target must begin with \"/\""));
    if (absolute && !uri_host_valid(authority))
        return refuse(
            ret_err, TR("Неверный узел в адресе запроса", "The target's host is not valid"));
    const char *mark = target.n ? memchr(target.p, '?', target.n) : NULL;
    struct str path = target, query = STR_NULL;
    if (mark) {
        path.n = (size_t)(mark - target.p);
        query = (struct str){mark + 1, target.n - path.n - 1};
    }
    if (path.n == 0)
        path = STR("/");
    struct uri u = {.query = query, .authority = authority};
    if (decode_path(a, path, &u.path, ret_err) < 0 || check_query(a, query, ret_err) < 0)
        return -1;
    *ret = u;
    return 0;
}

bool uri_host_valid(struct str host)
{
    if (host.n == 0 || host.n > 255 + 6)
        return false;
    size_t i = 0;
    if (host.p[0] == '[') {
        bool colon = false;
        for (i = 1; i < host.n && host.p[i] != ']'; i++) {
            if (hex(host.p[i]) < 0 && host.p[i] != ':' && host.p[i] != '.')
                return false;
            colon |= host.p[i] == ':';
        }
        if (i == host.n || !colon)
            return false;
        i++;
    } else {
        for (; i < host.n && host.p[i] != ':'; i++) {
            char c = host.p[i];
            bool letter = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
            if (!letter && c != '-' && c != '.' && c != '_' && c != '~')
                return false;
        }
        if (i == 0)
            return false;
    }
    if (i == host.n)
        return true;
    if (host.p[i] != ':' || host.n - i > 6)
        return false;
    unsigned port = 0;
    for (i++; i < host.n; i++) {
        if (host.p[i] < '0' || host.p[i] > '9')
            return false;
        port = port * 10 + (unsigned)(host.p[i] - '0');
    }
    return port <= 65535;
}
