/* Answers: status line, headers, body; errors as application/problem+json. */
#include "http/internal.h"

#include <stdlib.h>
#include "obmen/json.h"
#include "obmen/log.h"
#include "obmen/time.h"

#define COPY_MAX                                                                                   \
    16384 /* bodies up to this are copied behind their head, larger ones are queued as they are */

const char *http_response_status_text(int status)
{
    switch (status) {
    case 100:
        return "Continue";
    case 101:
        return "Switching Protocols";
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 416:
        return "Range Not Satisfiable";
    case 417:
        return "Expectation Failed";
    case 422:
        return "Unprocessable Content";
    case 426:
        return "Upgrade Required";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Unknown";
    }
}

void http_add_header(struct http_request *req, const char *name, struct str value)
{
    struct exchange *x = exchange_of(req);
    struct buf *b = &x->extra;
    buf_adds(b, name);
    buf_add(b, ": ", 2);
    if (strict_value(value.p, value.n)) {
        buf_add_str(b, value);
    } else { /* a line end in a value would begin a header, or a body, of somebody else's making */
        for (size_t i = 0; i < value.n; i++)
            buf_addc(b, strict_value(value.p + i, 1) ? value.p[i] : ' ');
    }
    buf_add(b, "\r\n", 2);
}

bool exchange_has_header(const struct exchange *x, const char *name)
{
    struct str rest = buf_str(&x->extra);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        if (str_eq_nocase(str_cut(&line, ':'), str_from(name)))
            return true;
    }
    return false;
}

/* "Date: Fri, 14 Mar 2025 10:22:00 GMT\r\n", made once a second. */
static struct str date_line(struct http_server *s)
{
    static const char days[] = "ThuFriSatSunMonTueWed",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t now = time_now() / USEC_PER_SEC;
    if (now != s->date_second) {
        int64_t day = now / 86400, second = now % 86400;
        int y, m, d;
        time_civil(day, &y, &m, &d);
        s->date_second = now;
        int n =
            snprintf(s->date, sizeof s->date, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
                days + day % 7 * 3, d, months + (m - 1) * 3, y, (int)(second / 3600),
                (int)(second / 60 % 60), (int)(second % 60));
        s->date_n = (size_t)n;
    }
    return (struct str){s->date, s->date_n};
}

void http_response_head(struct exchange *x, int status, const char *content_type, int64_t length)
{
    struct http_conn *c = x->req.conn;
    struct http_server *s = c->server;
    struct buf *b = &s->scratch;
    x->status = status;
    if (s->closing || !exchange_can_drain(x))
        x->keep_alive = false;
    bool bodyless = status < 200 || status == 204 || status == 304;
    buf_clear(b);
    buf_add_str(b, STR("HTTP/1.1 "));
    buf_add_i64(b, status);
    buf_addc(b, ' ');
    buf_adds(b, http_response_status_text(status));
    buf_add(b, "\r\n", 2);
    if (s->o.server_name) {
        buf_add_str(b, STR("Server: "));
        buf_adds(b, s->o.server_name);
        buf_add(b, "\r\n", 2);
    }
    buf_add_str(b, date_line(s));
    if (content_type) {
        buf_add_str(b, STR("Content-Type: "));
        buf_adds(b, content_type);
        buf_add(b, "\r\n", 2);
    }
    if (length >= 0 && !bodyless) {
        buf_add_str(b, STR("Content-Length: "));
        buf_add_i64(b, length);
        buf_add(b, "\r\n", 2);
    } else if (x->stream.chunked) {
        buf_add_str(b, STR("Transfer-Encoding: chunked\r\n"));
    }
    buf_add_str(b, STR("X-Request-ID: "));
    buf_adds(b, x->req.id);
    buf_add(b, "\r\n", 2);
    if (status != 101) {
        if (!x->keep_alive)
            buf_add_str(b, STR("Connection: close\r\n"));
        else if (x->head.http10)
            buf_add_str(b, STR("Connection: keep-alive\r\n"));
    }
    buf_add_str(b, buf_str(&x->extra));
    buf_add(b, "\r\n", 2);
    http_out_add(&c->out, &s->pool, buf_str(b), OUT_CHUNK);
}

/* Head and what goes with it; true when a body is to follow. */
static bool begin(struct exchange *x, int status, const char *content_type, size_t length)
{
    if (http_conn_gone(x->req.conn)) {
        x->status = status;
        return false;
    }
    http_response_head(x, status, content_type, (int64_t)length);
    bool body = x->req.method != HTTP_M_HEAD && status >= 200 && status != 204 && status != 304;
    if (body)
        x->sent = length;
    return body;
}

void http_reply(struct http_request *req, int status, const char *content_type, struct buf body)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    if (!begin(x, status, content_type, body.n)) {
        buf_release(&body);
    } else if (body.n <= COPY_MAX) {
        http_out_add(&c->out, &c->server->pool, buf_str(&body), OUT_CHUNK);
        buf_release(&body);
    } else {
        http_out_add_shared(&c->out, &c->server->pool, buf_str(&body), free, body.p);
    }
    exchange_done(x);
}

void http_reply_shared(struct http_request *req, int status, const char *content_type,
    struct str body, void (*release)(void *arg), void *arg)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    if (begin(x, status, content_type, body.n))
        http_out_add_shared(&c->out, &c->server->pool, body, release, arg);
    else if (release)
        release(arg);
    exchange_done(x);
}

static void write_field(struct json_writer *w, const struct err *err)
{
    jw_key(w, "errors");
    jw_array(w);
    jw_object(w);
    jw_kcstr(w, "field", err->field);
    jw_kcstr(w, "message", err_field_message(err));
    jw_object_end(w);
    jw_array_end(w);
}

void http_reply_problem(struct http_request *req, const struct err *err, struct str errors)
{
    enum err_code code = err->code == ERR_NONE ? ERR_INTERNAL_ERROR : err->code;
    int status = err->http_status ? err->http_status : err_code_status(code);
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    jw_key(&w, "type");
    char type[64];
    snprintf(type, sizeof type, "/docs/errors#%s", err_code_name(code));
    jw_cstr(&w, type);
    jw_kcstr(&w, "title", err_code_title(code));
    jw_ki64(&w, "status", status);
    jw_kcstr(&w, "detail", err->message);
    jw_kcstr(&w, "code", err_code_name(code));
    jw_kcstr(&w, "request_id", req->id);
    if (errors.n > 0)
        jw_kraw(&w, "errors", errors);
    else if (err->field)
        write_field(&w, err);
    jw_object_end(&w);
    if (err->retry_after_ms > 0) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%d", (err->retry_after_ms + 999) / 1000);
        http_add_header(req, "Retry-After", str_from(seconds));
    }
    if (status == 401 && !exchange_has_header(exchange_of(req), "WWW-Authenticate"))
        http_add_header(req, "WWW-Authenticate", STR("Bearer"));
    /* Not being ready is a state, which the access line tells; a fault is an error. */
    if (status >= 500 && err->code != ERR_SERVICE_UNAVAILABLE && !req->conn->refused)
        log_event(LOG_ERROR, "request failed", err->message, LSTR("path", req->path),
            LI("status", status), LS("request_id", req->id), LERR(err));
    http_reply(req, status, "application/problem+json", body);
}

void http_reply_error(struct http_request *req, const struct err *err)
{
    http_reply_problem(req, err, STR_NULL);
}
