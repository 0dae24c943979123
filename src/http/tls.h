/*
 * TLS on a connection: OpenSSL between the socket and the queue of what is to be sent, through
 * memory, so that it never touches the socket and never blocks.
 *
 *   socket ─bytes─► http_tls_take ─► http_tls_read ─► requests
 *   answers ─► conn.out ─► http_tls_flush (encrypts at most TLS_AHEAD ahead) ─► tls.out ─► socket
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <openssl/ssl.h>
#include "http/out.h"
#include "http/server.h"

#define TLS_AHEAD (64 * 1024) /* ciphertext made before the peer takes it */

struct http_tls { /* of one connection */
    SSL *ssl;
    BIO *from_peer, *to_peer; /* ssl's */
    struct out out;           /* ciphertext on its way */
    bool broken;              /* the peer speaks no TLS, or a wrong one */
    bool bye;                 /* close_notify has been queued */
};

struct http_tls *http_tls_new(SSL_CTX *context);
void http_tls_free(struct http_tls *t, struct out_pool *pool); /* nothing may be in flight */
void http_tls_take(struct http_tls *t, struct str cipher);
/* Plain bytes into p: > 0; 0: nothing more for now; -1: the peer has said that nothing follows, or
 * the connection is broken. */
int http_tls_read(struct http_tls *t, char *p, size_t n);
/* Encrypts what fits from plain, sends what the kernel takes. 0, or a libuv error. */
int http_tls_flush(struct http_tls *t, struct out *plain, struct out_pool *pool,
    uv_stream_t *stream, uv_write_cb done);
/* Is there something that a further flush could move, without anything coming from the peer? */
bool http_tls_can_flush(const struct http_tls *t, const struct out *plain);
/* Queues the goodbye; http_tls_flush sends it. */
void http_tls_bye(struct http_tls *t);

#endif
