/*
 * The byte-level guard in front of llhttp. llhttp 8.1 in its usual build lets pass what request
 * smuggling is made of: a bare CR or LF as a line end, obs-fold, blanks around header names, empty
 * names, versions 0.9 and 2.0, any two bytes after chunk data. The guard reads every byte of a head
 * and of chunk framing before llhttp does, by the grammar of RFC 9112 alone, and counts against the
 * limits.
 *
 * It takes bytes in any cut and gives the same answer for each: no I/O, no memory.
 */
#ifndef HTTP_STRICT_H
#define HTTP_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum strict_result {
    STRICT_MORE, /* all bytes read, nothing wrong so far */
    STRICT_DONE, /* the head, or the body with its trailer, ended at *ret_used */
    STRICT_BAD,  /* why is set */
};

enum strict_why {
    STRICT_OK,
    STRICT_METHOD, /* 400 all, but where said */
    STRICT_TARGET,
    STRICT_VERSION,
    STRICT_LINE_END, /* CR without LF, LF without CR */
    STRICT_FOLD,
    STRICT_NAME,
    STRICT_VALUE,
    STRICT_CHUNK,
    STRICT_LINE_LONG,    /* 414 */
    STRICT_HEADERS_LONG, /* 431 */
    STRICT_FIELDS_MANY,  /* 431 */
    STRICT_BODY_LONG,    /* 413 */
};

struct strict_limits {
    size_t max_line, max_headers; /* bytes */
    unsigned max_fields;
};

/* A zeroed struct is ready for a new head. */
struct strict_head {
    uint8_t state, why, version_at, minor;
    unsigned fields;      /* header lines so far */
    size_t line, headers; /* bytes of the request line / of the header lines so far */
    size_t word;          /* bytes of the method or of the target so far */
};

/* p, n: bytes not seen yet. Blank lines (CRLF) before a request are skipped: when the request
 * begins in these bytes, *ret_skip is where, else 0. At STRICT_MORE *ret_used is n. */
enum strict_result strict_head(struct strict_head *s, const struct strict_limits *limits,
    const char *p, size_t n, size_t *ret_used, size_t *ret_skip);
/* Has a request begun (more than blank lines)? */
static inline bool strict_head_begun(const struct strict_head *s)
{
    return s->line > 0;
}

/* Chunked bodies. A zeroed struct is ready. */
struct strict_chunks {
    uint8_t state, why;
    unsigned digits;      /* of the present chunk size */
    unsigned fields;      /* trailer lines */
    size_t line, headers; /* bytes of the present size line / of the trailer */
    uint64_t left;        /* bytes of the present chunk still to come */
    uint64_t total;       /* sum of chunk sizes announced so far */
};

/* max_body: a chunk announced beyond it is STRICT_BODY_LONG before its data is read. At STRICT_BAD
 * *ret_used is where the bad byte is. */
enum strict_result strict_chunks(struct strict_chunks *s, const struct strict_limits *limits,
    uint64_t max_body, const char *p, size_t n, size_t *ret_used);

/* Is every byte a token character (RFC 9110 5.6.2), at least one? / allowed in a field value? */
bool strict_token(const char *p, size_t n);
bool strict_value(const char *p, size_t n);

#endif
