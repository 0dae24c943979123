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

struct str onec_url_base(struct arena *a, struct str text)
{
    text = str_trim(text);
    struct str scheme = STR("http://");
    if (text.n >= 8 && str_eq_nocase((struct str){text.p, 8}, STR("https://")))
        scheme = STR("https://");
    else if (text.n < 7 || !str_eq_nocase((struct str){text.p, 7}, scheme))
        return STR_NULL;
    struct str rest = {text.p + scheme.n, text.n - scheme.n};
    size_t host_end = 0;
    while (host_end < rest.n && !strchr("/?#", rest.p[host_end]))
        host_end++;
    if (host_end == 0)
        return STR_NULL;

    struct buf b = BUF_INIT;
    buf_add_str(&b, scheme);
    for (size_t i = 0; i < rest.n && rest.p[i] != '?' && rest.p[i] != '#'; i++) {
        unsigned char c = (unsigned char)rest.p[i];
        bool host = i < host_end; /* names of hosts are the client's to translate */
        if (host || (c > 0x20 && c < 0x7f &&
                        !strchr("\"<>\\^`{|}", c))) /* what is encoded already stays so */
            buf_addc(&b, (char)c);
        else
            add_escaped(&b, c);
    }
    while (b.n && b.p[b.n - 1] == '/')
        b.n--;
    struct str base = arena_str(a, buf_str(&b));
    buf_release(&b);
    return base;
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

void onec_url_key(struct buf *b, int n, const struct uuid *id)
{
    buf_adds(b, n ? "%20or%20Ref_Key%20eq%20" : "Ref_Key%20eq%20");
    onec_url_guid(b, id);
}

void onec_url_datetime(struct buf *b, usec_t wall)
{
    char text[TIME_TEXT];
    time_format_wall(wall, text);
    buf_adds(b, "datetime'");
    buf_adds(b, text);
    buf_addc(b, '\'');
}

bool onec_url_filter(struct buf *b, bool dated, usec_t from, usec_t end, const char *more)
{
    if (!dated && !more)
        return false;
    buf_adds(b, "$filter=");
    if (dated) {
        buf_adds(b, "Date%20ge%20");
        onec_url_datetime(b, from);
        buf_adds(b, "%20and%20Date%20lt%20");
        onec_url_datetime(b, end);
        if (more)
            buf_adds(b, "%20and%20");
    }
    if (more)
        url_add_cstr(b, more);
    return true;
}
