/* A whole head, guarded already, made into a request: llhttp splits it, this file judges it. No
 * I/O. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <llhttp.h>
#include "http/server.h"

struct head {
    bool http10;
    bool keep_alive;
    bool connect; /* CONNECT: no path */
    bool star;    /* OPTIONS *: no path */
    bool expect_continue;
    bool expect_other; /* an expectation nobody here can meet: 417 */
    bool chunked;
    int64_t content_length;     /* -1: not given */
    struct str forwarded_for;   /* all X-Forwarded-For lines joined; STR_NULL when none */
    struct str forwarded_proto; /* STR_NULL when none */
};

/* bytes: exactly one head that the guard has passed, in memory that lives as long as req. fields:
 * how many header lines the guard counted. Fills req's method, method_text, path, query, headers
 * and id (left empty when the peer sent none that is sane). parser is left at the first byte of the
 * body. -1: 400, err says why. */
int http_head_parse(struct http_request *req, llhttp_t *parser, struct str bytes, unsigned fields,
    struct head *ret, struct err *ret_err);

#endif
