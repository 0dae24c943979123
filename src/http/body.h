/* The body of one request: framing checked by the guard, decoded by llhttp, gathered whole. No I/O.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "obmen/buf.h"
#include "http/head.h"
#include "http/strict.h"

struct body {
    llhttp_t *parser; /* borrowed */
    enum { BODY_NONE, BODY_LENGTH, BODY_CHUNKED } kind;
    bool discard;  /* the answer has been given: bytes are dropped */
    bool complete; /* llhttp says so */
    uint64_t left; /* BODY_LENGTH: bytes to come */
    uint64_t max;  /* more is refused with 413 */
    struct strict_chunks chunks;
    struct buf bytes; /* what came so far */
};

/* By the head just parsed; the memory of b->bytes is kept. */
void http_body_begin(struct body *b, llhttp_t *parser, const struct head *head);
/* Nothing (more) to come? */
static inline bool http_body_done(const struct body *b)
{
    return b->kind == BODY_NONE || b->complete;
}
/* Takes bytes; *ret_used of them belong to the body. -1: err says 400, 413 or 431. */
int http_body_feed(struct body *b, const struct strict_limits *limits, const char *p, size_t n,
    size_t *ret_used, struct err *ret_err);

/* The guard's finding as an error: status and a sentence. Returns -1. */
int strict_err(enum strict_why why, struct err *ret_err);

#endif
