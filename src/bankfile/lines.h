/* The bytes of a statement file, in any cut, as lines of UTF-8. Memory is bounded: the head that is
 * kept until the encoding is known, and one line. No I/O. */
#ifndef BANKFILE_LINES_H
#define BANKFILE_LINES_H

#include <stdint.h>
#include "bankfile/encoding.h"

#define BANKFILE_LINE_MAX (16 * 1024) /* bytes; what is longer is cut off and said so */

struct bankfile_lines {
    bool known; /* the encoding is */
    bool whole; /* no byte will come any more */
    enum bankfile_encoding encoding;
    int64_t number; /* of the line that was given last, from 1 */
    bool cut;       /* that line was too long */
    unsigned odd;   /* BANKFILE_ODD_… of that line */
    /* its own */
    struct buf head; /* before the encoding is known */
    size_t head_at;
    struct buf wide; /* UTF-16 as UTF-8 */
    size_t wide_at;
    struct bankfile_utf16 utf16;
    struct buf part; /* a line whose end has not come yet */
    struct buf text; /* the last line, decoded */
    bool dropping;   /* the rest of a line that is too long */
};

void bankfile_lines_release(struct bankfile_lines *l);
/* Takes bytes from *input until a line is whole: true and *ret_line, without its end and trailing
 * blanks, valid until the next call. False: all bytes are used, more are needed. */
bool bankfile_lines_next(struct bankfile_lines *l, struct str *input, struct str *ret_line);
/* After the last byte: gives what is left, line by line. False: the end. */
bool bankfile_lines_last(struct bankfile_lines *l, struct str *ret_line);

#endif
