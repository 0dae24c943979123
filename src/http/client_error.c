/* What went wrong with a call, said to a person; and whether it may pass by itself. */
#include <errno.h>
#include <string.h>
#include "http/client_internal.h"

static int seconds(int ms)
{
    return (ms + 999) / 1000;
}

static bool never_connected(const struct http_call *call)
{
    curl_off_t connect_us = 0;
    curl_easy_getinfo(call->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    return connect_us == 0;
}

static void timed_out(struct http_call *call, int limit_ms, struct err *e)
{
    int s = seconds(limit_ms);
    if (call->answer.status)
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s начал отвечать и не закончил за %d с. Проверьте сеть и нагрузку на "
               "сервер.",
                "Server %s began to answer and did not finish within %d s. Check the network and "
                "the "
                "server's load."),
            call->where, s);
    else if (never_connected(call))
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Не удалось соединиться с %s за %d с. Проверьте адрес, порт и сеть.",
                "Could not connect to %s within %d s. Check the address, the port and the "
                "network."),
            call->where, s);
    else
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s не ответил за %d с. Проверьте, что он работает и не перегружен.",
                "Server %s did not answer within %d s. Check that it works and is not overloaded."),
            call->where, s);
}

static void not_connected(struct http_call *call, struct err *e)
{
    long os = 0;
    curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &os);
    if (os == ECONNREFUSED)
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s не принимает соединений. Проверьте порт и то, что служба запущена.",
                "Server %s refuses connections. Check the port and that the service is running."),
            call->where);
    else
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Не удалось соединиться с %s. Проверьте адрес, порт и сеть.",
                "Could not connect to %s. Check the address, the port and the network."),
            call->where);
}

static void cut_short(struct http_call *call, struct err *e)
{
    if (call->answer.status)
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Ответ сервера %s оборвался на %llu байте. Проверьте сеть и журнал сервера.",
                "The answer of server %s was cut after %llu bytes. Check the network and the "
                "server's "
                "log."),
            call->where, (unsigned long long)call->answer.bytes);
    else
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s закрыл соединение без ответа. Проверьте его журнал.",
                "Server %s closed the connection without an answer. Check its log."),
            call->where);
}

static void bad_certificate(struct http_call *call, struct err *e)
{
    err_set(e, ERR_INTERNAL_ERROR,
        TR("Сертификат сервера %s не прошёл проверку. Установите его корневой сертификат в системе "
           "или укажите имя, на которое он выдан.",
            "The certificate of server %s was not accepted. Install its root certificate on this "
            "system, or use the name it was issued for."),
        call->where);
}

static void no_tls(struct http_call *call, struct err *e)
{
    err_set(e, ERR_INTERNAL_ERROR,
        TR("Не удалось установить защищённое соединение с %s. Проверьте, что этот порт работает по "
           "https.",
            "Could not set up a secure connection with %s. Check that this port speaks https."),
        call->where);
    /* What OpenSSL objects to stays; a connection that broke meanwhile may pass. */
    e->passing = !strstr(call->curl_text, "error:") || strstr(call->curl_text, "unexpected eof");
}

static void said_by_curl(struct http_call *call, CURLcode code, struct err *e)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Имя сервера не найдено: %s. Проверьте адрес и DNS.",
                "Server name not found: %s. Check the address and the DNS."),
            call->where);
        return;
    case CURLE_COULDNT_CONNECT:
        not_connected(call, e);
        return;
    case CURLE_OPERATION_TIMEDOUT:
        timed_out(call, call->timeout_ms, e);
        return;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        cut_short(call, e);
        return;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE:
        bad_certificate(call, e);
        return;
    case CURLE_SSL_CONNECT_ERROR:
        no_tls(call, e);
        return;
    case CURLE_TOO_MANY_REDIRECTS:
        err_set(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s перенаправляет по кругу. Укажите конечный адрес.",
                "Server %s redirects again and again. Give the final address."),
            call->where);
        return;
    case CURLE_UNSUPPORTED_PROTOCOL: /* an answer without an HTTP head; our own address was checked
                                      */
    case CURLE_WEIRD_SERVER_REPLY:
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Сервер %s отвечает не по HTTP. Проверьте порт.",
                "Server %s does not answer in HTTP. Check the port."),
            call->where);
        return;
    default:
        err_set_passing(e, ERR_INTERNAL_ERROR,
            TR("Запрос к серверу %s не удался.", "The request to server %s failed."), call->where);
    }
}

void client_fault(struct http_call *call, CURLcode code, struct err *e)
{
    switch (call->stop) {
    case STOP_CANCELLED:
        err_set(e, ERR_INTERNAL_ERROR, "%s", TR("Запрос отменён.", "The request was cancelled."));
        e->cancelled = true;
        return;
    case STOP_FAULT:
        *e = call->fault;
        return;
    case STOP_TIMEOUT:
        timed_out(call, call->timeout_ms, e);
        break;
    case STOP_IDLE:
        timed_out(call, call->idle_ms, e);
        break;
    case STOP_NONE:
        said_by_curl(call, code, e);
        break;
    }
    /* curl's own sentence names addresses and numbers, never headers or the query. */
    if (code != CURLE_OK)
        err_cause(e, "%s", call->curl_text[0] ? call->curl_text : curl_easy_strerror(code));
}
