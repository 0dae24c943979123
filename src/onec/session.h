/*
 * One 1C session for a whole task: each request without one opens a session of its own and takes a
 * licence.
 *
 *   NONE ─"IBSession: start"─► with a cookie: OPEN ─"IBSession: finish"─► NONE
 *    ▲                        without, or 406: WITHOUT (the publication does not know sessions)
 *    └──── OPEN, and the cookie may be stale: once, until an answer is good again
 *
 * What looks like a stale cookie may be something else, with the session alive and holding its
 * licence: it is finished before another one is started.
 */
#ifndef ONEC_SESSION_H
#define ONEC_SESSION_H

#include "onec/answer.h"

enum onec_session_state { ONEC_SESSION_NONE, ONEC_SESSION_OPEN, ONEC_SESSION_WITHOUT };

struct onec_session {
    enum onec_session_state state;
    bool starting, restarted; /* this request asks for a session; the cookie was dropped already */
    char cookie[512];         /* "Cookie: ibsession=…" */
};

/* The header of the next request, or NULL when none is needed. */
const char *onec_session_header(struct onec_session *s);
/* A head came. */
void onec_session_head(struct onec_session *s, const struct http_answer *head);
enum onec_session_verdict {
    ONEC_SESSION_FINE,
    ONEC_SESSION_AGAIN, /* the session, not the request, was the fault: ask the same again, at once
                         */
    ONEC_SESSION_REPLACE, /* the same, after the old session was finished: its cookie stands in
                             s->cookie still */
};
/* The whole answer came. */
enum onec_session_verdict onec_session_judge(struct onec_session *s, const struct onec_answer *a);
/* A base without free licences may have one for a session later. */
void onec_session_renew(struct onec_session *s);

#endif
