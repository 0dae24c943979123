#include "http/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

static int refuse(struct err *ret_err, const char *setting, const char *ru, const char *en)
{
    unsigned long code = ERR_peek_last_error();
    const char *why = code ? ERR_reason_error_string(code) : NULL;
    err_set(ret_err, ERR_VALIDATION_ERROR, "%s: %s (%s)", setting, TR(ru, en), why ? why : "-");
    ERR_clear_error();
    return -1;
}

/* HTTP/1.1 is all there is; a peer that offers only others gets no answer to its offer. */
static int choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_n,
    const unsigned char *offered, unsigned n, void *arg)
{
    static const char ours[] = "http/1.1";
    for (unsigned i = 0; i + 1 + offered[i] <= n; i += 1u + offered[i]) {
        if (offered[i] != sizeof ours - 1 || memcmp(offered + i + 1, ours, sizeof ours - 1) != 0)
            continue;
        *ret = offered + i + 1;
        *ret_n = offered[i];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

static int fill(SSL_CTX *c, const char *cert, const char *key, struct err *ret_err)
{
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* RELEASE_BUFFERS: an idle connection keeps no record's room. */
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF); /* tickets are enough */
    SSL_CTX_set_alpn_select_cb(c, choose_protocol, NULL);
    if (SSL_CTX_set_cipher_list(c, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
        return refuse(ret_err, "OBMEN_TLS_CERT", "OpenSSL без нужных шифров",
            "OpenSSL lacks the ciphers that are needed");
    if (SSL_CTX_use_certificate_chain_file(c, cert) != 1)
        return refuse(ret_err, "OBMEN_TLS_CERT", "не сертификат в PEM", "no certificate in PEM");
    if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)
        return refuse(ret_err, "OBMEN_TLS_KEY",
            "не ключ в PEM, закрыт паролем или не от этого сертификата",
            "no key in PEM, locked by a password, or not the certificate's");
    if (SSL_CTX_check_private_key(c) != 1)
        return refuse(
            ret_err, "OBMEN_TLS_KEY", "ключ не от этого сертификата", "not the certificate's key");
    return 0;
}

struct ssl_ctx_st *http_tls_context(const char *cert, const char *key, struct err *ret_err)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    if (c && fill(c, cert, key, ret_err) == 0)
        return c;
    if (!c)
        refuse(ret_err, "OBMEN_TLS_CERT", "OpenSSL не запускается", "OpenSSL does not start");
    SSL_CTX_free(c);
    return NULL;
}

void http_tls_context_free(struct ssl_ctx_st *context)
{
    SSL_CTX_free(context);
}
