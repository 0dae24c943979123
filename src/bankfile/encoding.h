/* The encodings of bank statement files, and what a line's bytes become: UTF-8. No I/O. */
#ifndef BANKFILE_ENCODING_H
#define BANKFILE_ENCODING_H

#include <stdbool.h>
#include "obmen/buf.h"
#include "obmen/str.h"

enum bankfile_encoding {
    BANKFILE_UTF8,
    BANKFILE_UTF8_BOM,
    BANKFILE_WINDOWS, /* windows-1251 */
    BANKFILE_DOS,     /* cp866 */
    BANKFILE_KOI8R,
    BANKFILE_UTF16LE,
    BANKFILE_UTF16BE,
};
const char *bankfile_encoding_name(enum bankfile_encoding e); /* "windows-1251" */
/* Does a header's «Кодировка» mean it? An empty one means none in particular. */
bool bankfile_encoding_said(struct str word, enum bankfile_encoding e);

/* Judges by the first bytes of a file (up to BANKFILE_HEAD of them, whole says that there are no
 * more): a BOM; else letters that are strictly UTF-8; else what «Кодировка» says, if the words of
 * the format can then be read. *ret_skip: bytes of the BOM. */
#define BANKFILE_HEAD (64 * 1024)
enum bankfile_encoding bankfile_encoding_detect(struct str head, bool whole, size_t *ret_skip);

/* What was odd about a line. */
enum { BANKFILE_ODD_MIXED = 1, BANKFILE_ODD_LETTER = 2 };

/* One line of a file in e (not UTF-16: see bankfile_utf16) as UTF-8: borrowed from line when it is
 * that already, else from b, which is overwritten. A line in another encoding than the file's is
 * recognised (hand-made files are put together from pieces). Bytes without a meaning become U+FFFD.
 * Adds to *odd what was seen. */
struct str bankfile_decode(enum bankfile_encoding e, struct str line, struct buf *b, unsigned *odd);

/* UTF-16 in any cut to UTF-8. A zeroed struct is ready. */
struct bankfile_utf16 {
    bool has_byte;
    unsigned char byte; /* half of a unit */
    unsigned high;      /* a surrogate that waits for its other half */
};
void bankfile_utf16_add(
    struct bankfile_utf16 *u, bool big_endian, struct str bytes, struct buf *out);

#endif
