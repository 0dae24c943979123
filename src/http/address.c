#include "http/address.h"

#include <arpa/inet.h>

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool is_mapped(const struct address *a)
{
    return memcmp(a->b, mapped_prefix, sizeof mapped_prefix) == 0;
}

struct address address_of(const struct sockaddr *sa)
{
    struct address a = {0};
    if (sa->sa_family == AF_INET6) {
        memcpy(a.b, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
    } else if (sa->sa_family == AF_INET) {
        memcpy(a.b, mapped_prefix, 12);
        memcpy(a.b + 12, &((const struct sockaddr_in *)sa)->sin_addr, 4);
    }
    return a;
}

static bool parse_numeric(struct str s, struct address *ret)
{
    char text[ADDRESS_TEXT];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    struct address a = {0};
    if (strchr(text, ':')) {
        if (inet_pton(AF_INET6, text, a.b) != 1)
            return false;
    } else {
        memcpy(a.b, mapped_prefix, 12);
        if (inet_pton(AF_INET, text, a.b + 12) != 1)
            return false;
    }
    *ret = a;
    return true;
}

static bool parse_port(struct str s, int *ret_port)
{
    long long port;
    if (s.n > 5 || !str_to_i64(s, 0, 65535, &port))
        return false;
    *ret_port = (int)port;
    return true;
}

/* host, or host:port, or [host], or [host]:port. */
static bool split_port(struct str s, struct str *ret_host, struct str *ret_port)
{
    *ret_port = STR_NULL;
    if (s.n > 0 && s.p[0] == '[') {
        const char *end = memchr(s.p, ']', s.n);
        if (!end)
            return false;
        *ret_host = (struct str){s.p + 1, (size_t)(end - s.p) - 1};
        struct str rest = {end + 1, s.n - ret_host->n - 2};
        if (rest.n == 0)
            return true;
        *ret_port = (struct str){rest.p + 1, rest.n - 1};
        return rest.p[0] == ':';
    }
    const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
    *ret_host = s;
    if (colon && !memchr(colon + 1, ':', s.n - (size_t)(colon + 1 - s.p))) {
        ret_host->n = (size_t)(colon - s.p);
        *ret_port = (struct str){colon + 1, s.n - ret_host->n - 1};
    }
    return true;
}

bool address_parse(struct str s, struct address *ret)
{
    struct str host, port;
    int number;
    return split_port(s, &host, &port) && (port.p == NULL || parse_port(port, &number)) &&
           parse_numeric(host, ret);
}

void address_format(const struct address *a, char out[ADDRESS_TEXT])
{
    if (is_mapped(a))
        inet_ntop(AF_INET, a->b + 12, out, ADDRESS_TEXT);
    else
        inet_ntop(AF_INET6, a->b, out, ADDRESS_TEXT);
}

bool address_is_loopback(const struct address *a)
{
    static const uint8_t one[16] = {[15] = 1};
    return is_mapped(a) ? a->b[12] == 127 : memcmp(a->b, one, 16) == 0;
}

struct address address_host(const struct address *a)
{
    struct address host = *a;
    if (!is_mapped(a))
        memset(host.b + 8, 0, 8);
    return host;
}

int address_blocks_parse(
    struct arena *a, const char *text, struct address_blocks *ret, struct err *ret_err)
{
    struct address_blocks blocks = {0};
    struct str rest = str_from(text);
    int room = 1;
    for (size_t i = 0; i < rest.n; i++)
        room += rest.p[i] == ',';
    blocks.block = arena_alloc(a, sizeof *blocks.block * (size_t)room);
    while (rest.n > 0) {
        struct str item = str_trim(str_cut(&rest, ','));
        if (item.n == 0)
            continue;
        struct str bits = item;
        struct str host = str_cut(&bits, '/');
        struct address_block *b = &blocks.block[blocks.count];
        long long n = 0;
        bool ok = parse_numeric(host, &b->address);
        int most = ok && memchr(host.p, ':', host.n) ? 128 : 32;
        if (ok && host.n < item.n)
            ok = str_to_i64(bits, 0, most, &n);
        else
            n = most;
        if (!ok)
            return err_set(ret_err, ERR_VALIDATION_ERROR,
                TR("«%.*s» — не адрес и не подсеть; нужно, например, 10.0.0.0/8",
                    "\"%.*s\" is no address and no network; wanted is, for example, 10.0.0.0/8"),
                STR_ARG(item));
        b->bits = most == 32 ? (int)n + 96 : (int)n;
        blocks.count++;
    }
    *ret = blocks;
    return 0;
}

bool address_blocks_have(const struct address_blocks *blocks, const struct address *a)
{
    for (int i = 0; i < blocks->count; i++) {
        const struct address_block *b = &blocks->block[i];
        int bytes = b->bits / 8, bits = b->bits % 8;
        if (memcmp(b->address.b, a->b, (size_t)bytes) == 0 &&
            (bits == 0 || (b->address.b[bytes] ^ a->b[bytes]) >> (8 - bits) == 0))
            return true;
    }
    return false;
}

struct address address_forwarded(
    const struct address_blocks *trusted, struct address direct, struct str forwarded_for)
{
    struct address at = direct;
    while (forwarded_for.n > 0 && address_blocks_have(trusted, &at)) {
        size_t start = forwarded_for.n;
        while (start > 0 && forwarded_for.p[start - 1] != ',')
            start--;
        struct str item = str_trim((struct str){forwarded_for.p + start, forwarded_for.n - start});
        if (!address_parse(item, &at))
            break;
        forwarded_for.n = start > 0 ? start - 1 : 0;
    }
    return at;
}

int address_listen(struct str text, struct sockaddr_storage *ret, struct err *ret_err)
{
    struct str host, port;
    int number;
    struct address a;
    memset(ret, 0, sizeof *ret);
    if (!split_port(text, &host, &port) || !parse_port(port, &number))
        goto bad;
    if (str_eq_nocase(host, STR("localhost")))
        host = STR("127.0.0.1");
    if (!parse_numeric(host, &a))
        goto bad;
    if (memchr(host.p, ':', host.n)) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)number);
        memcpy(&in6->sin6_addr, a.b, 16);
    } else {
        struct sockaddr_in *in = (struct sockaddr_in *)ret;
        in->sin_family = AF_INET;
        in->sin_port = htons((uint16_t)number);
        memcpy(&in->sin_addr, a.b + 12, 4);
    }
    return 0;
bad:
    return err_set(ret_err, ERR_VALIDATION_ERROR,
        TR("«%.*s» — не адрес для приёма соединений; нужно адрес:порт, например 127.0.0.1:8001 или "
           "[::]:8001",
            "\"%.*s\" is no listening address; wanted is address:port, for example 127.0.0.1:8001 "
            "or [::]:8001"),
        STR_ARG(text));
}
