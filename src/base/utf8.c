#include "obmen/utf8.h"

#include <stdint.h>

static bool tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_letter(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (!s.n)
        return 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] < 0xE0)
        return s.n >= 2 && tail(p[1]) ? 2 : 0;
    if (p[0] >= 0xE0 && p[0] < 0xF0) {
        if (s.n < 3 || !tail(p[1]) || !tail(p[2]))
            return 0;
        if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] >= 0xA0))
            return 0; /* overlong; surrogates */
        return 3;
    }
    if (p[0] >= 0xF0 && p[0] < 0xF5) {
        if (s.n < 4 || !tail(p[1]) || !tail(p[2]) || !tail(p[3]))
            return 0;
        if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] >= 0x90))
            return 0; /* overlong; beyond U+10FFFF */
        return 4;
    }
    return 0;
}

bool utf8_valid(struct str s)
{
    while (s.n) {
        size_t n;
        uint64_t eight;
        if (s.n >= 8 && (memcpy(&eight, s.p, 8), !(eight & 0x8080808080808080u)))
            n = 8; /* plain ASCII in one stride */
        else if (!(n = utf8_letter(s)))
            return false;
        s.p += n;
        s.n -= n;
    }
    return true;
}

struct str utf8_head(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    size_t n = max;
    while (n && max - n < 3 && tail((unsigned char)s.p[n]))
        n--;
    return (struct str){s.p, n};
}
