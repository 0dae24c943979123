#include "cache/redis_url.h"

#include <stdio.h>

static int hex(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* %XX → byte. STR_NULL: a broken escape. */
static struct str decoded(struct arena *a, struct str s)
{
    char *out = arena_bytes(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (i + 2 >= s.n || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
                return STR_NULL;
            c = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
            i += 2;
        }
        out[n++] = c;
    }
    return (struct str){out, n};
}

static int refuse(struct err *ret_err)
{
    return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
        TR("ожидается redis://[имя:пароль@]сервер[:порт][/номер]",
            "redis://[name:password@]server[:port][/number] is expected"));
}

static bool take_account(struct arena *a, struct str text, struct redis_url *ret)
{
    struct str password = text, name = str_cut(&password, ':');
    if (!password.p) /* redis://password@server */
        password = name, name = STR_NULL;
    ret->password = decoded(a, password);
    ret->name = name.n ? decoded(a, name) : STR_NULL;
    return ret->password.p && (!name.n || ret->name.p);
}

static bool take_server(struct arena *a, struct str text, struct redis_url *ret)
{
    struct str host = text, port = STR("6379");
    if (text.n && *text.p == '[') {
        const char *end = memchr(text.p, ']', text.n);
        if (!end)
            return false;
        host = (struct str){text.p + 1, (size_t)(end - text.p) - 1};
        struct str rest = {end + 1, text.n - host.n - 2};
        if (rest.n && *rest.p != ':')
            return false;
        if (rest.n)
            port = (struct str){rest.p + 1, rest.n - 1};
    } else {
        struct str rest = text;
        host = str_cut(&rest, ':');
        if (rest.p)
            port = rest;
    }
    long long number;
    if (!host.n || !str_to_i64(port, 1, 65535, &number))
        return false;
    ret->host = arena_cstr(a, host);
    snprintf(ret->port, sizeof ret->port, "%d", (int)number);
    return true;
}

int redis_url_parse(struct arena *a, const char *url, struct redis_url *ret, struct err *ret_err)
{
    struct str number = str_from(url);
    long long n = 0;
    *ret = (struct redis_url){0};
    if (str_starts(number, STR("rediss://")))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("rediss:// (TLS) не поддержан; нужен redis:// в доверенной сети "
               "или "
               "через stunnel",
                "rediss:// (TLS) is not supported; use redis:// in a trusted "
                "network or through stunnel"));
    if (!str_starts(number, STR("redis://")))
        return refuse(ret_err);
    number.p += 8, number.n -= 8;
    struct str server = str_cut(&number, '/');
    const char *at = server.n ? memrchr(server.p, '@', server.n) : NULL;
    if (at) {
        struct str account = {server.p, (size_t)(at - server.p)};
        if (!take_account(a, account, ret))
            return refuse(ret_err);
        server = (struct str){at + 1, server.n - account.n - 1};
    }
    if (!take_server(a, server, ret) || (number.n && !str_to_i64(number, 0, 65535, &n)))
        return refuse(ret_err);
    ret->number = (int)n;
    return 0;
}
