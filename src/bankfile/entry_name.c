#include "bankfile/entry_name.h"

#include <stdio.h>

#include "bankfile/encoding.h"
#include "obmen/utf8.h"

/* ---- encoding ---- */

/* How much the text looks like a name that a Russian would give: its letters speak for it, vowels
 * most (words of а…п of windows-1251 are words of р…я in cp866, and there are few without а, е, и
 * and о); signs speak against it, except those that do stand in names. */
static int likely(struct str text)
{
    int points = 0;
    for (size_t at = 0; at < text.n;) {
        const unsigned char *p = (const unsigned char *)text.p + at;
        size_t n = utf8_letter((struct str){text.p + at, text.n - at});
        at += n ? n : 1;
        if (n < 2)
            continue;
        unsigned c = n == 2   ? (p[0] & 31u) << 6 | (p[1] & 63u)
                     : n == 3 ? (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u)
                              : 0; /* no letter of ours */
        bool letter = (c >= 0x410 && c <= 0x44F) || c == 0x401 || c == 0x451 || c == 0x2116;
        bool sign = c == 0xAB || c == 0xBB || (c >= 0x2013 && c <= 0x201E);
        bool vowel = letter && memmem("аеиоуыэюяёАЕИОУЫЭЮЯЁ", 40, p, n);
        points += vowel ? 2 : letter ? 1 : sign ? 0 : -1;
    }
    return points;
}

/* A name has none of the format's words to tell its encoding by. */
static struct str decode(struct str raw, struct buf *b)
{
    unsigned odd = 0;
    if (utf8_valid(raw))
        return bankfile_decode(BANKFILE_UTF8, raw, b, &odd);
    struct str dos = bankfile_decode(BANKFILE_DOS, raw, b, &odd);
    int as_dos = likely(dos);
    struct str windows = bankfile_decode(BANKFILE_WINDOWS, raw, b, &odd);
    return likely(windows) >= as_dos ? windows : bankfile_decode(BANKFILE_DOS, raw, b, &odd);
}

/* ---- path ---- */

bool bankfile_entry_name(struct str path, struct buf *ret)
{
    struct buf b = BUF_INIT;
    struct str rest = decode(path, &b), part = STR_NULL;
    bool folder = path.n && (path.p[path.n - 1] == '/' || path.p[path.n - 1] == '\\');
    bool apple = str_starts(rest, STR("__MACOSX/"));
    buf_clear(ret);
    while (rest.n) {
        const char *end = rest.p;
        while (end < rest.p + rest.n && *end != '/' && *end != '\\')
            end++;
        part = (struct str){rest.p, (size_t)(end - rest.p)};
        size_t used = part.n + (part.n < rest.n);
        rest = (struct str){rest.p + used, rest.n - used};
        if (part.n == 0 || str_is(part, ".") || str_is(part, ".."))
            continue;
        if (ret->n)
            buf_addc(ret, '/');
        buf_add_str(ret, part);
    }
    bool own = part.n && part.p[0] != '.' && !folder && !apple;
    buf_release(&b);
    return own;
}

void bankfile_entry_told(struct str archive, struct str name, char *out, size_t size)
{
    size_t room = size - 2; /* beside the slash and the end */
    if (archive.n + name.n > room) {
        size_t half = room / 2;
        archive = utf8_head(archive, name.n < room - half ? room - name.n : half);
        size_t n = room - archive.n;
        n = n < name.n ? n : name.n;
        name = (struct str){name.p + name.n - n, n};
        while (name.n && ((unsigned char)*name.p & 0xC0) == 0x80) /* the end of a letter */
            name = (struct str){name.p + 1, name.n - 1};
    }
    snprintf(out, size, "%.*s/%.*s", STR_ARG(archive), STR_ARG(name));
}
