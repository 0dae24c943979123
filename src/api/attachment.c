#include "api/attachment.h"

#include "obmen/utf8.h"

/* Characters of RFC 8187 that need no escape. */
static bool plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != 0 && strchr("!#$&+-.^_`|~", c));
}

void attachment(struct http_request *req, struct str name)
{
    struct buf value = BUF_INIT;
    bool ascii = true;
    buf_adds(&value, "attachment; filename=\"");
    for (size_t i = 0; i < name.n;) {
        size_t letter = utf8_letter((struct str){name.p + i, name.n - i});
        bool fits = letter == 1 && (plain(name.p[i]) || strchr(" ()[],;=@'", name.p[i]));
        ascii = ascii && fits;
        buf_addc(&value, fits ? name.p[i] : '_');
        i += letter > 0 ? letter : 1;
    }
    buf_addc(&value, '"');
    if (!ascii) {
        buf_adds(&value, "; filename*=UTF-8''");
        for (size_t i = 0; i < name.n; i++)
            if (plain(name.p[i]))
                buf_addc(&value, name.p[i]);
            else
                buf_printf(&value, "%%%02X", (unsigned)(unsigned char)name.p[i]);
    }
    http_add_header(req, "Content-Disposition", buf_str(&value));
    buf_release(&value);
}

enum range range_parse(struct str header, int64_t size, int64_t *ret_from, int64_t *ret_end)
{
    long long from = 0, last = size - 1, suffix;
    struct str rest = str_trim(header);

    if (!str_eq_nocase(str_cut(&rest, '='), STR("bytes")) || !rest.p || memchr(rest.p, ',', rest.n))
        return RANGE_NONE;
    struct str first = str_trim(str_cut(&rest, '-'));
    rest = str_trim(rest);
    if (first.n == 0) { /* the last so many */
        if (!str_to_i64(rest, 0, INT64_MAX, &suffix))
            return RANGE_NONE;
        if (suffix == 0 || size == 0)
            return RANGE_OUTSIDE;
        *ret_from = suffix < size ? size - suffix : 0;
        *ret_end = size;
        return RANGE_PART;
    }
    if (!str_to_i64(first, 0, INT64_MAX, &from) ||
        (rest.n > 0 && !str_to_i64(rest, 0, INT64_MAX, &last)) || (rest.n > 0 && last < from))
        return RANGE_NONE;
    if (from >= size)
        return RANGE_OUTSIDE;
    *ret_from = from;
    *ret_end = last < size - 1 ? last + 1 : size;
    return RANGE_PART;
}

bool tag_listed(struct str header, struct str tag)
{
    if (str_is(str_trim(header), "*"))
        return true;
    while (header.n > 0) {
        struct str one = str_trim(str_cut(&header, ','));
        if (str_starts(one, STR("W/")))
            one = (struct str){one.p + 2, one.n - 2};
        if (one.n > 0 && str_eq(one, tag))
            return true;
    }
    return false;
}
