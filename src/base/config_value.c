/* What the texts among the settings may be. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/config_parts.h"
#include "obmen/buf.h"
#include "obmen/utf8.h"

#define LIST_MAX 64 /* entries of a comma-separated list */

static const char *wrong(const char **ret_problem, const char *text)
{
    *ret_problem = text;
    return NULL;
}

/* A list checked entry by entry, blanks around them dropped. */
static const char *check_list(struct arena *a, const char *value,
    const char *(*entry)(struct str s), const char **ret_problem)
{
    struct str rest = str_from(value);
    char *out = arena_bytes(a, rest.n + 1), *end = out;
    for (int i = 0; rest.p; i++) {
        struct str s = str_trim(str_cut(&rest, ','));
        const char *problem =
            i >= LIST_MAX ? TR("слишком много частей; не больше 64", "too many entries; at most 64")
                          : entry(s);
        if (problem)
            return wrong(ret_problem, problem);
        if (i)
            *end++ = ',';
        memcpy(end, s.p, s.n);
        end += s.n;
    }
    *end = '\0';
    return out;
}

/* family AF_INET or AF_INET6; zone: "%eth0" may follow. */
static bool is_address(struct str s, int family, bool zone)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char raw[16];
    const char *percent = zone && s.n ? memchr(s.p, '%', s.n) : NULL;
    size_t n = percent ? (size_t)(percent - s.p) : s.n;
    if (!n || n >= sizeof text || (percent && n + 1 == s.n) || memchr(s.p, '\0', n))
        return false;
    memcpy(text, s.p, n);
    text[n] = '\0';
    return inet_pton(family, text, raw) == 1;
}

static const char *listen_entry(struct str s)
{
    const char *form = TR("ожидается адрес:порт, например 127.0.0.1:8001 или [::]:8001, можно "
                          "несколько через запятую",
        "address:port is expected, such as 127.0.0.1:8001 or [::]:8001, several with commas "
        "between");
    const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
    long long port;
    if (!colon)
        return form;
    struct str host = {s.p, (size_t)(colon - s.p)};
    struct str number = {colon + 1, s.n - host.n - 1};
    if (!str_to_i64(number, 0, 65535, &port) || number.n > 5 || *number.p == '-')
        return TR("порт должен быть числом 0…65535 (0: любой свободный)",
            "the port must be a number 0…65535 (0: any free one)");
    if (host.n > 2 && *host.p == '[' && host.p[host.n - 1] == ']')
        return is_address((struct str){host.p + 1, host.n - 2}, AF_INET6, true) ? NULL : form;
    return is_address(host, AF_INET, false) ? NULL : form;
}

const char *check_listen(struct arena *a, const char *value, const char **ret_problem)
{
    return check_list(a, value, listen_entry, ret_problem);
}

static const char *network_entry(struct str s)
{
    struct str bits = s;
    struct str address = str_cut(&bits, '/');
    bool six = address.n && memchr(address.p, ':', address.n);
    long long n;
    if (!is_address(address, six ? AF_INET6 : AF_INET, false))
        return TR("ожидаются адреса или сети через запятую, например 10.0.0.0/8, ::1",
            "addresses or networks with commas between are expected, such as 10.0.0.0/8, ::1");
    if (bits.p && (!str_to_i64(bits, 0, six ? 128 : 32, &n) || *bits.p == '-'))
        return six ? TR("длина сети IPv6 должна быть 0…128", "an IPv6 prefix must be 0…128")
                   : TR("длина сети IPv4 должна быть 0…32", "an IPv4 prefix must be 0…32");
    return NULL;
}

const char *check_networks(struct arena *a, const char *value, const char **ret_problem)
{
    return check_list(a, value, network_entry, ret_problem);
}

/* host or host:port or [v6] or [v6]:port */
static bool is_authority(struct str s)
{
    struct str port = STR_NULL;
    if (s.n && *s.p == '[') {
        const char *close = memchr(s.p, ']', s.n);
        if (!close ||
            !is_address((struct str){s.p + 1, (size_t)(close - s.p) - 1}, AF_INET6, false))
            return false;
        struct str rest = {close + 1, s.n - (size_t)(close - s.p) - 1};
        if (rest.n && *rest.p != ':')
            return false;
        if (rest.n)
            port = (struct str){rest.p + 1, rest.n - 1};
    } else {
        struct str host = s;
        port = host;
        host = str_cut(&port, ':');
        if (!host.n || host.n > 253)
            return false;
        for (size_t i = 0; i < host.n; i++) {
            unsigned char c = (unsigned char)host.p[i];
            bool letter =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && c != '-' && c != '.' && c != '_')
                return false;
        }
    }
    long long n;
    return !port.p || (str_to_i64(port, 1, 65535, &n) && *port.p != '-');
}

/* Cuts "scheme://" off when it is one of the two. */
static bool cut_scheme(struct str *s, struct str one, struct str two)
{
    struct str scheme = str_starts(*s, one) ? one : two;
    if (!str_starts(*s, scheme))
        return false;
    *s = (struct str){s->p + scheme.n, s->n - scheme.n};
    return true;
}

static const char *origin_entry(struct str s)
{
    if (!cut_scheme(&s, STR("http://"), STR("https://")) || !is_authority(s))
        return TR("ожидаются источники вида https://host[:порт] через запятую, без пути",
            "origins such as https://host[:port] with commas between are expected, without a path");
    return NULL;
}

const char *check_origins(struct arena *a, const char *value, const char **ret_problem)
{
    return check_list(a, value, origin_entry, ret_problem);
}

/* Letters beyond ASCII (names of 1C bases are often Cyrillic) are percent-encoded; a "/" at the end
 * is dropped. */
const char *check_url(struct arena *a, const char *value, const char **ret_problem)
{
    static const char hex[] = "0123456789ABCDEF";
    struct str s = str_from(value), rest = s;
    if (!cut_scheme(&rest, STR("http://"), STR("https://")))
        return wrong(
            ret_problem, TR("ожидается адрес, который начинается с http:// или https://",
                             "an address that begins with http:// or https:// is expected"));
    struct str path = rest;
    struct str authority = str_cut(&path, '/');
    if (authority.n && memchr(authority.p, '@', authority.n))
        return wrong(ret_problem,
            TR("в адресе не должно быть имени и пароля; задайте их отдельными настройками",
                "the address must not hold a name and password; give them in settings of their "
                "own"));
    if (!is_authority(authority))
        return wrong(ret_problem,
            TR("неверное имя сервера или порт; ожидается http://сервер[:порт]/путь",
                "the server's name or port is wrong; http://server[:port]/path is expected"));
    if (!utf8_valid(path))
        return wrong(ret_problem, TR("путь должен быть в UTF-8", "the path must be UTF-8"));
    while (s.n && s.p[s.n - 1] == '/')
        s.n--;
    char *out = arena_bytes(a, s.n * 3 + 1), *end = out;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == 0x7F || strchr("?#\"<>\\^`{|}", c))
            return wrong(
                ret_problem, TR("в адресе недопустимый символ; без пробелов, «?» и «#»",
                                 "the address holds a wrong character; no blanks, \"?\" or \"#\""));
        if (c < 0x80) {
            *end++ = (char)c;
        } else {
            *end++ = '%';
            *end++ = hex[c >> 4];
            *end++ = hex[c & 15];
        }
    }
    *end = '\0';
    return out;
}

const char *check_redis_url(struct arena *a, const char *value, const char **ret_problem)
{
    struct str rest = str_from(value);
    const char *form = TR("ожидается redis://[имя:пароль@]сервер[:порт][/номер]",
        "redis://[name:password@]server[:port][/number] is expected");
    if (!cut_scheme(&rest, STR("redis://"), STR("rediss://")))
        return wrong(ret_problem, form);
    struct str number = rest;
    struct str authority = str_cut(&number, '/');
    const char *at = authority.n ? memrchr(authority.p, '@', authority.n) : NULL;
    if (at)
        authority = (struct str){at + 1, authority.n - (size_t)(at - authority.p) - 1};
    long long n;
    if (!is_authority(authority) ||
        (number.n && (!str_to_i64(number, 0, 65535, &n) || *number.p == '-')))
        return wrong(ret_problem, form);
    return value;
}

const char *check_database_url(struct arena *a, const char *value, const char **ret_problem)
{
    struct str s = str_from(value);
    if (str_starts(s, STR("postgres://")) || str_starts(s, STR("postgresql://")) ||
        strchr(value, '='))
        return value;
    return wrong(ret_problem,
        TR("ожидается postgresql://имя:пароль@сервер/база или «host=… dbname=…»",
            "postgresql://name:password@server/base or \"host=… dbname=…\" is expected"));
}

const char *check_folder(struct arena *a, const char *value, const char **ret_problem)
{
    struct stat st;
    if (stat(value, &st) < 0)
        return wrong(ret_problem,
            arena_printf(a, TR("папка не найдена (%s)", "no such folder (%s)"), strerror(errno)).p);
    if (!S_ISDIR(st.st_mode))
        return wrong(ret_problem, TR("это не папка", "this is no folder"));
    return value;
}

const char *check_readable(struct arena *a, const char *value, const char **ret_problem)
{
    int fd = open(value, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return wrong(ret_problem,
            arena_printf(
                a, TR("файл не читается (%s)", "the file cannot be read (%s)"), strerror(errno))
                .p);
    struct stat st;
    bool file = fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode);
    close(fd);
    return file ? value : wrong(ret_problem, TR("это не файл", "this is no file"));
}

static bool has_control(const char *value)
{
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            return true;
    return false;
}

const char *check_text(struct arena *a, const char *value, const char **ret_problem)
{
    if (!utf8_valid(str_from(value)) || has_control(value))
        return wrong(ret_problem, TR("ожидается текст в UTF-8 без управляющих символов",
                                      "text in UTF-8 without control characters is expected"));
    if (strlen(value) > 1024)
        return wrong(
            ret_problem, TR("слишком длинно; не больше 1024 байт", "too long; at most 1024 bytes"));
    return value;
}

const char *check_username(struct arena *a, const char *value, const char **ret_problem)
{
    if (strchr(value, ':'))
        return wrong(
            ret_problem, TR("в имени не может быть двоеточия (так устроен вход Basic)",
                             "the name must not hold a colon (Basic sign-in cannot carry it)"));
    return check_text(a, value, ret_problem);
}

const char *check_password(struct arena *a, const char *value, const char **ret_problem)
{
    if (strlen(value) < 8)
        return wrong(ret_problem, TR("слишком короткий пароль; нужно 8…1024 байта",
                                      "the password is too short; 8…1024 bytes are needed"));
    return check_text(a, value, ret_problem);
}

const char *check_secret(struct arena *a, const char *value, const char **ret_problem)
{
    size_t n = strlen(value);
    if (n < 32 || n > 1024)
        return wrong(ret_problem,
            TR("нужно 32…1024 случайных байта, например из «openssl rand -hex 32»",
                "32…1024 random bytes are needed, such as from \"openssl rand -hex 32\""));
    return value;
}

const char *check_token(struct arena *a, const char *value, const char **ret_problem)
{
    size_t n = strlen(value);
    bool good = n >= 8 && n <= 512;
    for (size_t i = 0; i < n && good; i++)
        good = value[i] > ' ' && value[i] < 0x7F;
    return good ? value
                : wrong(
                      ret_problem, TR("нужно 8…512 видимых символов ASCII без пробелов",
                                       "8…512 visible ASCII characters without blanks are needed"));
}
