/* The certificate of a server, read once and again (SIGHUP). */
#ifndef HTTP_TLS_CONTEXT_H
#define HTTP_TLS_CONTEXT_H

#include "obmen/err.h"

struct ssl_ctx_st; /* SSL_CTX */

/* Blocking: at start, or in a thread. TLS 1.2 and 1.3. cert: PEM, the server's first, then those
 * between it and the root. NULL with a sentence that names the setting and what is wrong. */
struct ssl_ctx_st *http_tls_context(const char *cert, const char *key, struct err *ret_err);
void http_tls_context_free(struct ssl_ctx_st *context); /* accepts NULL */

#endif
