/* The alphabet of classify/text.h as UTF-8 again, so that tests can be read. */
#ifndef TEST_CLASSIFY_READABLE_H
#define TEST_CLASSIFY_READABLE_H

#include "obmen/buf.h"

static inline void readable(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0xE0) {
            unsigned cp = 0x430u + c - 0xE0u;
            buf_addc(out, (char)(0xC0 | cp >> 6));
            buf_addc(out, (char)(0x80 | (cp & 0x3F)));
        } else {
            buf_addc(out, c == 1 ? '$' : c >= 0x80 ? '~' : (char)c);
        }
    }
    buf_addc(out, 0);
}

#endif
