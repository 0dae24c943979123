/*
 * One 1C session for a whole task: each request without one opens a session of its own and takes a licence.
 *
 *   NONE ─"IBSession: start"─► with a cookie: OPEN ─"IBSession: finish"─► NONE
 *    ▲                        without, or 406: WITHOUT (the publication does not know sessions)
 *    └──── OPEN, and the cookie turns out to be stale: once, until an answer is good again
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
/* The whole answer came. True: the session, not the request, was the fault: ask the same again, at once. */
bool onec_session_retry(struct onec_session *s, const struct onec_answer *a);
/* A base without free licences may have one for a session later. */
void onec_session_renew(struct onec_session *s);

#endif
