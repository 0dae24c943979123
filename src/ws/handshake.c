/* RFC 6455 §4.2: what a request must have to become a WebSocket, and the answer's
 * Sec-WebSocket-Accept. */
#include <openssl/sha.h>
#include <sodium.h>
#include "ws/handshake.h"
#include "ws/session.h"

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* Is word among the comma-separated ones of all headers of this name? */
static bool header_has(const struct http_request *req, const char *name, struct str word)
{
    for (int i = 0; i < req->header_count; i++) {
        if (!str_eq_nocase(req->headers[i].name, str_from(name)))
            continue;
        for (struct str rest = req->headers[i].value; rest.n;)
            if (str_eq_nocase(str_trim(str_cut(&rest, ',')), word))
                return true;
    }
    return false;
}

static bool key_is_right(struct str key)
{
    unsigned char nonce[16];
    size_t n = 0;
    const char *end = NULL;
    return key.n == 24 &&
           sodium_base642bin(nonce, sizeof nonce, key.p, key.n, NULL, &n, &end,
               sodium_base64_VARIANT_ORIGINAL) == 0 &&
           n == sizeof nonce && end == key.p + key.n;
}

static bool refuse(struct http_request *req, int status, const char *message)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_VALIDATION_ERROR, "%s", message);
    e.http_status = status;
    if (status == 426) {
        http_add_header(req, "Upgrade", STR("websocket"));
        http_add_header(req, "Sec-WebSocket-Version", STR("13"));
    }
    http_reply_error(req, &e);
    return false;
}

bool ws_check(struct http_request *req)
{
    if (!header_has(req, "Upgrade", STR("websocket")))
        return refuse(req, 426,
            TR("Здесь отвечает WebSocket: откройте его через ws:// или wss://.",
                "A WebSocket answers here: open it with ws:// or wss://."));
    if (!str_is(http_header(req, "Sec-WebSocket-Version"), "13"))
        return refuse(req, 426,
            TR("Нужна версия 13 протокола WebSocket.", "WebSocket version 13 is needed."));
    if (req->method != HTTP_M_GET || !header_has(req, "Connection", STR("Upgrade")))
        return refuse(req, 400,
            TR("Рукопожатие WebSocket: нужны метод GET и Connection: Upgrade.",
                "WebSocket handshake: the method GET and Connection: Upgrade are needed."));
    if (!key_is_right(http_header(req, "Sec-WebSocket-Key")))
        return refuse(req, 400,
            TR("Рукопожатие WebSocket: Sec-WebSocket-Key должен быть 16 байт в base64.",
                "WebSocket handshake: Sec-WebSocket-Key must be 16 bytes in base64."));
    return true;
}

void ws_accept_key(struct str key, char out[WS_ACCEPT_KEY])
{
    unsigned char digest[SHA_DIGEST_LENGTH];
    char text[24 + sizeof guid];
    memcpy(text, key.p, 24);
    memcpy(text + 24, guid, sizeof guid);
    SHA1((const unsigned char *)text, 24 + sizeof guid - 1, digest);
    sodium_bin2base64(out, WS_ACCEPT_KEY, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
}
