#include "onec/url.h"

static const char hex_digits[] = "0123456789ABCDEF";

static bool literal(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~'(),/*:", c));
}

static void add_escaped(struct buf *b, unsigned char c)
{
    char text[3] = {'%', hex_digits[c >> 4], hex_digits[c & 15]};
    buf_add(b, text, 3);
}

void url_add(struct buf *b, struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (literal(c))
            buf_addc(b, (char)c);
        else
            add_escaped(b, c);
    }
}

void url_add_cstr(struct buf *b, const char *value)
{
    url_add(b, str_from(value));
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str decoded(struct arena *a, struct str s)
{
    char *out = arena_bytes(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = -1, low = -1;
        if (s.p[i] == '%' && i + 2 < s.n) {
            high = hex_value(s.p[i + 1]);
            low = hex_value(s.p[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = s.p[i];
        }
    }
    out[n] = 0;
    return (struct str){out, n};
}

bool onec_url_base(struct arena *a, struct str text, struct str *ret_base, struct str *ret_username, struct str *ret_password)
{
    text = str_trim(text);
    *ret_username = *ret_password = STR_NULL;
    struct str scheme = STR("http://");
    if (text.n >= 8 && str_eq_nocase((struct str){text.p, 8}, STR("https://")))
        scheme = STR("https://");
    else if (text.n < 7 || !str_eq_nocase((struct str){text.p, 7}, scheme))
        return false;
    struct str rest = {text.p + scheme.n, text.n - scheme.n};

    size_t host_end = 0, at = SIZE_MAX;
    for (; host_end < rest.n && !strchr("/?#", rest.p[host_end]); host_end++)
        if (rest.p[host_end] == '@')
            at = host_end;
    if (at != SIZE_MAX) {
        struct str password = {rest.p, at};
        struct str username = str_cut(&password, ':');
        *ret_username = decoded(a, username);
        if (password.p)
            *ret_password = decoded(a, password);
        rest = (struct str){rest.p + at + 1, rest.n - at - 1};
        host_end -= at + 1;
    }
    if (host_end == 0)
        return false;

    struct buf b = BUF_INIT;
    buf_add_str(&b, scheme);
    for (size_t i = 0; i < rest.n && rest.p[i] != '?' && rest.p[i] != '#'; i++) {
        unsigned char c = (unsigned char)rest.p[i];
        bool host = i < host_end; /* names of hosts are the client's to translate */
        if (host || (c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}", c))) /* what is encoded already stays so */
            buf_addc(&b, (char)c);
        else
            add_escaped(&b, c);
    }
    while (b.n && b.p[b.n - 1] == '/')
        b.n--;
    *ret_base = arena_str(a, buf_str(&b));
    buf_release(&b);
    return true;
}

void onec_url_set(struct buf *b, struct str base, const char *set)
{
    buf_add_str(b, base);
    buf_addc(b, '/');
    url_add_cstr(b, set);
}

void onec_url_guid(struct buf *b, const struct uuid *id)
{
    char text[UUID_TEXT];
    uuid_format(id, text);
    buf_adds(b, "guid'");
    buf_adds(b, text);
    buf_addc(b, '\'');
}

void onec_url_datetime(struct buf *b, usec_t wall)
{
    char text[TIME_TEXT];
    time_format_wall(wall, text);
    buf_adds(b, "datetime'");
    buf_adds(b, text);
    buf_addc(b, '\'');
}
