/*
 * The HTTP side of the demo 1C: who may ask, which sessions are open, what goes wrong, and the
 * answers.
 */
#ifndef DEMO_SERVICE_H
#define DEMO_SERVICE_H

#include <uv.h>
#include "base/list.h"
#include "http/server.h"
#include "demo/cursor.h"
#include "demo/options.h"
#include "demo/trouble.h"

#define DEMO_BASE "/demo/odata/standard.odata"
#define DEMO_ADMIN "/demo/admin/"

struct demo_stats {
    uint64_t requests;      /* all */
    uint64_t data_requests; /* with the right password, to the OData interface */
    uint64_t unauthorized, refused, licence_refusals;
    uint64_t sessions_started, sessions_finished, sessions_expired, stale_cookies;
    uint64_t parallel, parallel_max, sessions_open_max;
    uint64_t documents; /* rows of document sets given out */
    uint64_t troubles[DEMO_TROUBLE_KINDS];
};

struct demo_session {
    struct list in_service;
    char id[40];
    uint64_t used_ms;
};

struct demo_service {
    uv_loop_t *loop;
    const struct demo_options *options;
    struct demo_troubles troubles;
    struct demo_world *world; /* owned */
    char authorization[800];  /* the right header */
    struct http_router *router;
    struct http_server *http;
    uv_timer_t timer;          /* the next delayed answer */
    struct list delayed, hung; /* struct demo_call */
    struct list sessions;
    uint64_t licences_taken;                 /* by requests without a session, now under way */
    uint64_t session_number, trouble_number; /* data requests since the troubles were set */
    struct demo_stats stats;
    struct demo_cursor cursor; /* of answers given at once */
};

/* One request with the right password; lives in the request's arena. */
struct demo_call {
    struct list in_service; /* delayed or hung */
    struct demo_service *s;
    struct http_request *req;
    uint64_t due_ms;
    struct demo_trouble trouble;
    struct demo_session *session; /* to be ended after the answer (IBSession: finish), or NULL */
    bool own_licence;             /* no session: takes a licence for itself */
    bool in_parallel;
    struct demo_query query;
};

struct demo_service *demo_service_open(
    uv_loop_t *loop, const struct demo_options *o, struct err *ret_err);
int demo_service_port(const struct demo_service *s);
/* Ends everything that is open; closed is called when no handle is left, and s is gone. */
void demo_service_close(struct demo_service *s, void (*closed)(void *arg), void *arg);

/* session.c: what IBSession and the cookie ask for. False: refused, and the call is answered. */
bool demo_session_enter(struct demo_call *call);
void demo_session_leave(struct demo_call *call);
void demo_sessions_expire(struct demo_service *s);
int demo_sessions_open(const struct demo_service *s);
void demo_sessions_end(struct demo_service *s);

/* answer.c: the resource that was asked for. */
void demo_answer(struct demo_call *call);
/* reply.c: every call ends in one of these. */
void demo_reply(struct demo_call *call, int status, const char *type, struct buf body);
void demo_reply_html(struct demo_call *call, int status, const char *title);
void demo_reply_fault(struct demo_call *call, const struct demo_fault *f);
void demo_reply_exception(struct demo_call *call, int status, const char *text);
void demo_call_done(struct demo_call *call); /* after an answer given without demo_reply */
/* admin.c */
void demo_admin(struct demo_service *s, struct http_request *req);
/* metadata.c: the list of sets, and $metadata. */
void demo_answer_service(struct demo_call *call);
void demo_answer_metadata(struct demo_call *call);
bool demo_is_published(const struct demo_service *s, const char *set);
struct str demo_base_url(struct demo_call *call);

#endif
