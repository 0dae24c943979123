/*
 * Sessions of tasks that are over, being ended in 1C: one that stays takes a licence until 1C
 * itself drops it, 20 minutes later. Tried again with pauses while 1C does not answer; a task that
 * begins waits for one under way, not for one that rests.
 *
 *   CALLING ─passing fault─► RESTING ─its time has come─► CALLING
 *      └─ended, unknown there, too often, or the service closes─► gone
 */
#ifndef ONEC_FAREWELL_H
#define ONEC_FAREWELL_H

#include "obmen/buf.h"
#include "onec/answer.h"

struct onec;

/* The header of a request that ends the session of its cookie, and its time limit. */
#define ONEC_FAREWELL_HEADER "IBSession: finish"
#define ONEC_FAREWELL_MS 3000

/* The address of the cheap request that carries it, NUL-ended. */
void onec_farewell_url(const struct onec *service, struct buf *ret);
/* After the whole answer: there is nothing more to do for this session. */
bool onec_farewell_over(enum onec_verdict verdict, int status);
/* cookie: "Cookie: ibsession=…", copied. */
void onec_farewell_start(struct onec *service, const char *cookie);
/* The service closes: those that rest are given up, those under way are waited for. */
void onec_farewells_close(struct onec *service);

#endif
