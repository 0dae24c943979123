/* The server's certificate: read at the start, and again at SIGHUP, in a thread. A new one that is
 * no good is told in the log; the old one stays. */
#ifndef APP_CERTIFICATE_H
#define APP_CERTIFICATE_H

#include <stdbool.h>
#include <uv.h>
#include "http/server.h"
#include "http/tls_context.h"

struct certificate {
    const char *cert, *key;     /* borrowed; NULL: no TLS */
    struct ssl_ctx_st *context; /* owned; NULL: no TLS */
    struct http_server *server; /* NULL: none any more */
    uv_signal_t hangup;
    uv_work_t work;
    bool loading, again;
    struct ssl_ctx_st *fresh;
    struct err err;
};

/* -1: it cannot be read. cert NULL: there is nothing to read. */
int certificate_read(struct certificate *c, const char *cert, const char *key, struct err *ret_err);
/* From now on SIGHUP reads it again for this server; without TLS it does nothing. */
void certificate_watch(struct certificate *c, uv_loop_t *loop, struct http_server *server);
/* Before the server goes: it is not touched any more. */
void certificate_let_go(struct certificate *c);
void certificate_close(struct certificate *c); /* the handle */
void certificate_free(struct certificate *c);  /* when the loop has ended */

#endif
