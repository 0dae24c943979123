/*
 * Surrogates in \u escapes, which yajl 2.1 does not check: a lone one would come out as broken
 * UTF-8, or as "?" and swallow the letter behind it. This filter stands before yajl and looks at
 * the escapes of the raw text only (a backslash stands nowhere but in strings). What it changes
 * keeps its length, so byte positions stay true.
 */
#ifndef BASE_JSON_ESCAPE_H
#define BASE_JSON_ESCAPE_H

#include <stdint.h>
#include "obmen/buf.h"

#define ESCAPE_MAX 12 /* "\ud83d\ude00" */

struct json_escape {
    char held[ESCAPE_MAX]; /* the begin of an escape that the end of a piece cut in two */
    size_t held_n;
    char whole[ESCAPE_MAX]; /* … put together again */
    struct buf fixed;       /* owned: the copy of a piece that had to be changed */
    uint64_t passed;        /* bytes given out so far */
    uint64_t lone;          /* lone surrogates so far, each now \ufffd */
    uint64_t first_lone;    /* where the first of them stood */
};

/* Takes from the front of *piece and gives the next run of text to parse, borrowed until the next
 * call; STR_NULL when all is taken. */
struct str json_escape_next(struct json_escape *e, struct str *piece);
void json_escape_release(struct json_escape *e);

#endif
