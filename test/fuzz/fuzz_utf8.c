/* Against a decoder that does it by code points; prefixes; and through JSON and back. */
#include "fuzz.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

/* Bytes of the letter at p, 0 when there is none: decoded first, judged afterwards. */
static size_t reference(const uint8_t *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = p[0] < 0x80       ? 1
                    : p[0] >> 5 == 6  ? 2
                    : p[0] >> 4 == 14 ? 3
                    : p[0] >> 3 == 30 ? 4
                                      : 0;
    if (!length || length > n)
        return 0;
    uint32_t c = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        c = c << 6 | (p[i] & 63);
    }
    return c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 : length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    bool valid = true;
    for (size_t at = 0, n; at < size && valid; at += n) {
        n = reference(data + at, size - at);
        PROMISE(utf8_letter((struct str){s.p + at, size - at}) == n);
        valid = n > 0;
    }
    PROMISE(utf8_valid(s) == valid);
    for (size_t max = 0; max <= size && max < 40; max++) {
        struct str head = utf8_head(s, max);
        PROMISE(head.p == s.p && head.n <= max && head.n + 4 > max);
        if (valid)
            PROMISE(utf8_valid(head));
    }

    struct arena a = ARENA_INIT;
    struct err e;
    struct buf quoted = BUF_INIT;
    json_quote(&quoted, s);
    PROMISE(utf8_valid(buf_str(&quoted)));
    struct json *j = json_parse(&a, buf_str(&quoted), &e);
    bool nul = size && memchr(data, 0, size);
    PROMISE(nul ? !j : json_is(j, JSON_STRING));
    if (j && valid)
        PROMISE(str_eq(j->text, s));
    buf_release(&quoted);
    arena_release(&a);
    return 0;
}
