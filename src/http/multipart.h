/*
 * multipart/form-data (RFC 7578) as a stream: bytes in any cut go in, parts come out. Strict: what
 * no browser and no curl sends is refused. Memory is bounded by one part's head. No I/O.
 *
 *   START ─"--boundary"─► LINE ─CRLF─► HEAD ─blank line─► DATA ─CRLF "--boundary"─► LINE
 *                          └─"--"─► OVER
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/err.h"

#define MULTIPART_BOUNDARY_MAX 70     /* characters (RFC 2046) */
#define MULTIPART_HEAD_MAX (8 * 1024) /* bytes of one part's header lines */
#define MULTIPART_PARTS_MAX 200

/* Borrowed until the callback returns. */
struct multipart_part {
    struct str name;         /* of the form's field */
    struct str filename;     /* as sent, UTF-8, without a path; STR_NULL: it is a plain field */
    struct str content_type; /* "" when not said */
};

/* Each returns 0, or -1 and an err: nothing follows. */
struct multipart_events {
    int (*part)(void *arg, const struct multipart_part *part, struct err *ret_err);
    int (*data)(void *arg, struct str bytes, struct err *ret_err);
    int (*part_end)(void *arg, struct err *ret_err);
};

struct multipart {
    const struct multipart_events *events;
    void *arg;
    /* its own */
    enum {
        MULTIPART_START,
        MULTIPART_LINE,
        MULTIPART_HEAD,
        MULTIPART_DATA,
        MULTIPART_OVER,
        MULTIPART_BROKEN
    } state;
    char delimiter[MULTIPART_BOUNDARY_MAX + 4]; /* CR LF "--" boundary */
    size_t delimiter_n;
    size_t matched; /* bytes of the delimiter seen so far */
    char line[2];   /* behind a delimiter */
    size_t line_n;
    struct buf head;
    int parts;
};

/* content_type: the request's. -1: it is not multipart/form-data with a boundary (415, 400). */
int multipart_begin(struct multipart *m, struct str content_type,
    const struct multipart_events *events, void *arg, struct err *ret_err);
int multipart_feed(struct multipart *m, struct str bytes, struct err *ret_err);
/* After the last byte. -1: something is missing. */
int multipart_end(struct multipart *m, struct err *ret_err);
void multipart_release(struct multipart *m);

#endif
