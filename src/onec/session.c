#include "onec/session.h"

#include <stdio.h>

const char *onec_session_header(struct onec_session *s)
{
    s->starting = s->state == ONEC_SESSION_NONE;
    switch (s->state) {
    case ONEC_SESSION_NONE:
        return "IBSession: start";
    case ONEC_SESSION_OPEN:
        return s->cookie;
    case ONEC_SESSION_WITHOUT:
        break;
    }
    return NULL;
}

static bool is_session(struct str cookie)
{
    struct str rest = cookie, name = str_cut(&rest, '=');
    return str_eq_nocase(name, STR("ibsession")) && rest.n > 0;
}

void onec_session_head(struct onec_session *s, const struct http_answer *head)
{
    if (!s->starting)
        return;
    /* a session may be open even when the request itself failed: then it must be finished, too */
    if (is_session(head->set_cookie) && head->set_cookie.n < sizeof s->cookie - 16) {
        snprintf(s->cookie, sizeof s->cookie, "Cookie: %.*s", STR_ARG(head->set_cookie));
        s->state = ONEC_SESSION_OPEN;
    } else if (head->status < 300) {
        s->state = ONEC_SESSION_WITHOUT;
    }
}

enum onec_session_verdict onec_session_judge(struct onec_session *s, const struct onec_answer *a)
{
    if (a->status >= 200 && a->status < 300) {
        s->restarted = false;
        return ONEC_SESSION_FINE;
    }
    if (s->starting && a->status == 406) {
        s->state = ONEC_SESSION_WITHOUT;
        return ONEC_SESSION_AGAIN;
    }
    bool of_session = a->status == 400 || a->status == 404 || a->status == 500;
    /* what the application itself answers came through a living session */
    if (s->state != ONEC_SESSION_OPEN || s->starting || s->restarted || !of_session ||
        onec_answer_complaint(a)->odata)
        return ONEC_SESSION_FINE;
    s->restarted = true;
    s->state = ONEC_SESSION_NONE;
    return ONEC_SESSION_REPLACE;
}

void onec_session_renew(struct onec_session *s)
{
    if (s->state == ONEC_SESSION_WITHOUT)
        s->state = ONEC_SESSION_NONE;
}
