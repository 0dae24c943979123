#include "http/tls.h"

#include <openssl/err.h>
#include <stdlib.h>
#include "obmen/arena.h"

#define RECORD (16 * 1024)

struct http_tls *http_tls_new(SSL_CTX *context)
{
    struct http_tls *t = mem_alloc(sizeof *t);
    t->ssl = SSL_new(context);
    t->from_peer = BIO_new(BIO_s_mem());
    t->to_peer = BIO_new(BIO_s_mem());
    if (!t->ssl || !t->from_peer || !t->to_peer)
        abort();                              /* out of memory: docs/decisions/0003 */
    BIO_set_mem_eof_return(t->from_peer, -1); /* empty means: come again */
    BIO_set_mem_eof_return(t->to_peer, -1);
    SSL_set_bio(t->ssl, t->from_peer, t->to_peer);
    SSL_set_accept_state(t->ssl);
    return t;
}

void http_tls_free(struct http_tls *t, struct out_pool *pool)
{
    http_out_drop(&t->out, pool);
    SSL_free(t->ssl);
    free(t);
}

void http_tls_take(struct http_tls *t, struct str cipher)
{
    if (!t->broken && BIO_write(t->from_peer, cipher.p, (int)cipher.n) != (int)cipher.n)
        t->broken = true;
}

/* What a call of SSL's that moved nothing means: false, nothing is wrong. */
static bool failed(struct http_tls *t, int result)
{
    int why = SSL_get_error(t->ssl, result);
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
        return false;
    if (why != SSL_ERROR_ZERO_RETURN)
        t->broken = true;
    return true;
}

int http_tls_read(struct http_tls *t, char *p, size_t n)
{
    if (t->broken)
        return -1;
    ERR_clear_error();
    int got = SSL_read(t->ssl, p, (int)n);
    if (got > 0)
        return got;
    return failed(t, got) ? -1 : 0;
}

/* Moves what SSL has written into the queue. */
static void collect(struct http_tls *t, struct out_pool *pool)
{
    char bytes[RECORD];
    int n;
    while ((n = BIO_read(t->to_peer, bytes, sizeof bytes)) > 0)
        http_out_add(&t->out, pool, (struct str){bytes, (size_t)n}, OUT_CHUNK);
}

static bool ready(const struct http_tls *t)
{
    return !t->broken && !t->bye && SSL_is_init_finished(t->ssl);
}

static void encrypt(struct http_tls *t, struct out *plain, struct out_pool *pool)
{
    while (ready(t) && t->out.queued < TLS_AHEAD) {
        struct str first = http_out_first(plain);
        if (first.n == 0)
            break;
        int n = (int)(first.n < RECORD ? first.n : RECORD);
        ERR_clear_error();
        int taken = SSL_write(t->ssl, first.p, n);
        if (taken <= 0) {
            failed(t, taken);
            break;
        }
        http_out_taken(plain, pool, (size_t)taken);
        collect(t, pool);
    }
    collect(t, pool); /* of the handshake, or an alert */
}

int http_tls_flush(struct http_tls *t, struct out *plain, struct out_pool *pool,
    uv_stream_t *stream, uv_write_cb done)
{
    do {
        encrypt(t, plain, pool);
        if (!t->out.head || t->out.flying)
            break;
        int r = http_out_flush(&t->out, pool, stream, done);
        if (r < 0)
            return r;
    } while (http_tls_can_flush(t, plain));
    return t->broken && t->out.queued == 0 ? UV_EPROTO : 0;
}

bool http_tls_can_flush(const struct http_tls *t, const struct out *plain)
{
    return !t->out.flying && (t->out.head || (ready(t) && plain->head));
}

void http_tls_bye(struct http_tls *t)
{
    if (ready(t)) {
        ERR_clear_error();
        SSL_shutdown(t->ssl);
        ERR_clear_error();
    }
    t->bye = true;
}
