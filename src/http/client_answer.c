/* Heads of answers, one line after the other as curl gives them; and where a call may go. */
#include <string.h>
#include <strings.h>
#include <time.h>
#include "http/client_internal.h"

#define RETRY_AFTER_MAX_S (24 * 3600)

static char *url_part(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(u, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) ? NULL
                                                                                         : text;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part)
{
    char *x = url_part(a, part), *y = url_part(b, part);
    bool same = x && y && strcasecmp(x, y) == 0;
    curl_free(x);
    curl_free(y);
    return same;
}

static const char *host_and_port(struct http_call *call, CURLU *u)
{
    char *host = url_part(u, CURLUPART_HOST), *port = url_part(u, CURLUPART_PORT);
    struct str s = arena_printf(&call->memory, "%s:%s", host ? host : "?", port ? port : "?");
    curl_free(host);
    curl_free(port);
    return s.p;
}

int client_set_url(struct http_call *call, const char *url, struct err *ret_err)
{
    call->where = "?";
    call->at = curl_url();
    CURLUcode bad = url ? curl_url_set(call->at, CURLUPART_URL, url, CURLU_DISALLOW_USER)
                        : CURLUE_MALFORMED_INPUT;
    char *scheme = bad ? NULL : url_part(call->at, CURLUPART_SCHEME);
    bool http = scheme && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    if (bad == CURLUE_USER_NOT_ALLOWED)
        return err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("В адресе не должно быть имени и пароля: укажите их отдельно.",
                "The address must not contain a name and password: give them separately."));
    if (!http) {
        err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("Неверный адрес: нужен вид http://сервер/путь или https://сервер/путь.",
                "Bad address: http://server/path or https://server/path is needed."));
        if (bad && bad != CURLUE_UNSUPPORTED_SCHEME)
            err_cause(ret_err, "%s", curl_url_strerror(bad));
        return -1;
    }
    call->where = host_and_port(call, call->at);
    return 0;
}

/* curl would follow anywhere: we let it only where the credentials may go. */
static bool may_follow(struct http_call *call)
{
    CURLU *to = curl_url_dup(call->at);
    const char *location = arena_cstr(&call->memory, call->location);
    if (curl_url_set(to, CURLUPART_URL, location, CURLU_URLENCODE)) {
        err_set(&call->fault, ERR_INTERNAL_ERROR,
            TR("Сервер %s перенаправляет на неверный адрес.",
                "Server %s redirects to a bad address."),
            call->where);
    } else if (same_part(to, call->at, CURLUPART_SCHEME) &&
               same_part(to, call->at, CURLUPART_HOST) && same_part(to, call->at, CURLUPART_PORT)) {
        curl_url_cleanup(call->at);
        call->at = to;
        return true;
    } else {
        char *scheme = url_part(to, CURLUPART_SCHEME);
        err_set(&call->fault, ERR_INTERNAL_ERROR,
            TR("Сервер %s перенаправляет на %s://%s. Если это верно, укажите этот адрес в "
               "настройках.",
                "Server %s redirects to %s://%s. If that is right, put that address into the "
                "settings."),
            call->where, scheme ? scheme : "?", host_and_port(call, to));
        curl_free(scheme);
    }
    call->stop = STOP_FAULT;
    curl_url_cleanup(to);
    return false;
}

static int retry_after_ms(struct http_call *call, struct str value)
{
    long long s;
    if (!str_to_i64(value, 0, 1LL << 40, &s)) {
        time_t at = curl_getdate(arena_cstr(&call->memory, value), NULL);
        if (at == (time_t)-1)
            return 0;
        s = (long long)at - (long long)time(NULL);
    }
    if (s < 0)
        s = 0;
    return (int)(s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : s) * 1000;
}

static void head_begins(struct http_call *call, struct str line)
{
    call->answer = (struct http_answer){.content_type = STR(""), .set_cookie = STR_NULL};
    call->location = STR_NULL;
    call->in_head = true;
    str_cut(&line, ' ');
    long long status;
    if (str_to_i64(str_cut(&line, ' '), 100, 999, &status))
        call->answer.status = (int)status;
}

static void head_field(struct http_call *call, struct str line)
{
    struct str name = str_cut(&line, ':'), value = str_trim(line);
    struct http_answer *a = &call->answer;
    if (str_eq_nocase(name, STR("content-type")))
        a->content_type = arena_str(&call->memory, value);
    else if (str_eq_nocase(name, STR("retry-after")))
        a->retry_after_ms = retry_after_ms(call, value);
    else if (str_eq_nocase(name, STR("set-cookie")) && !a->set_cookie.p)
        a->set_cookie = arena_str(&call->memory, str_trim(str_cut(&value, ';')));
    else if (str_eq_nocase(name, STR("location")) && !call->location.p)
        call->location = arena_str(&call->memory, value);
}

static bool head_ends(struct http_call *call)
{
    call->in_head = false;
    int status = call->answer.status;
    if (status < 200)
        return true;
    if (status >= 300 && status < 400 && call->location.n)
        return may_follow(call);
    call->head_told = true;
    if (!call->events.on_head || call->events.on_head(call->arg, &call->answer))
        return call->state != CALL_STOPPED;
    call->stop = STOP_CANCELLED;
    return false;
}

size_t client_on_header(char *line, size_t size, size_t count, void *arg)
{
    struct http_call *call = arg;
    size_t n = size * count;
    if (call->state == CALL_STOPPED)
        return 0;
    call->heard = (int64_t)uv_now(call->client->loop);
    struct str s = str_trim((struct str){line, n});
    if (call->head_told)
        return n; /* a trailer after a chunked body */
    if (!call->in_head)
        head_begins(call, s);
    else if (s.n)
        head_field(call, s);
    else if (!head_ends(call))
        return 0;
    return n;
}
