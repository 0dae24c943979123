/* https: a certificate nobody vouches for is a fault for good; a port that speaks no TLS too; a
 * handshake that is cut off may pass. The server is a thread of its own with a certificate made
 * just now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http/client.h"

enum talk { TLS, PLAIN, CUT };

static struct {
    int fd, port;
    enum talk talk;
    SSL_CTX *ctx;
    pthread_t thread;
} server;

static void make_certificate(SSL_CTX *ctx)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME *name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (const unsigned char *)"127.0.0.1", -1, -1, 0);
    X509_set_issuer_name(cert, name);
    X509_sign(cert, key, EVP_sha256());
    SSL_CTX_use_certificate(ctx, cert);
    SSL_CTX_use_PrivateKey(ctx, key);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void *serve_one(void *arg)
{
    int fd = accept(server.fd, NULL, NULL);
    char in[1024];
    if (server.talk == TLS) {
        SSL *ssl = SSL_new(server.ctx);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1 && SSL_read(ssl, in, sizeof in) > 0)
            SSL_write(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38);
        SSL_free(ssl);
    } else {
        ssize_t n = recv(fd, in, sizeof in, 0); /* the client's hello */
        if (n > 0 && server.talk == PLAIN)
            n = send(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL);
    }
    close(fd);
    return NULL;
}

static void serve(enum talk talk)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.talk = talk;
    server.fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server.fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(server.fd, 1), 0);
    getsockname(server.fd, (struct sockaddr *)&a, &n);
    server.port = ntohs(a.sin_port);
    server.ctx = SSL_CTX_new(TLS_server_method());
    make_certificate(server.ctx);
    pthread_create(&server.thread, NULL, serve_one, NULL);
}

struct result {
    struct http_client *client;
    bool failed, closed;
    struct err err;
    int status;
};

static bool on_data(void *arg, struct str piece)
{
    return true;
}

static void on_closed(void *arg)
{
    ((struct result *)arg)->closed = true;
}

static void on_done(void *arg, const struct http_answer *a, const struct err *err)
{
    struct result *r = arg;
    r->failed = err != NULL;
    r->status = a->status;
    if (err)
        r->err = *err;
    http_client_close(r->client, on_closed, r);
}

static struct result call(enum talk talk)
{
    static const struct http_call_events events = {.on_data = on_data, .on_done = on_done};
    uv_loop_t loop;
    struct result r = {0};
    char url[64];
    signal(SIGPIPE, SIG_IGN);
    serve(talk);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", server.port);
    uv_loop_init(&loop);
    r.client = http_client_open(&loop);
    struct http_call_options o = {
        .url = url, .timeout_ms = 10000, .username = "u", .password = "secret"};
    http_call_start(r.client, &o, &events, &r);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(r.closed);
    assert_int_equal(uv_loop_close(&loop), 0);
    pthread_join(server.thread, NULL);
    close(server.fd);
    SSL_CTX_free(server.ctx);
    assert_true(r.failed);
    assert_int_equal(r.status, 0);
    return r;
}

static void unknown_certificate(void **state)
{
    struct result r = call(TLS);
    assert_false(r.err.passing);
    assert_non_null(strstr(r.err.message, "127.0.0.1:"));
    assert_non_null(strstr(r.err.message, TR("Сертификат", "certificate")));
    assert_true(*r.err.cause);
}

static void no_tls(void **state)
{
    struct result r = call(PLAIN);
    assert_false(r.err.passing);
    assert_non_null(strstr(r.err.message, "https"));
}

static void cut_handshake(void **state)
{
    struct result r = call(CUT);
    assert_true(r.err.passing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(unknown_certificate),
        cmocka_unit_test(no_tls), cmocka_unit_test(cut_handshake)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
