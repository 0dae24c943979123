/* 1C as a source: what app and api see of it. The task types `sync_bank_transactions`,
 * `sync_contractors`, `sync_organizations`, `sync_categories`, `sync_full`, and the connection
 * test. */
#ifndef ONEC_ONEC_H
#define ONEC_ONEC_H

#include <uv.h>
#include "base/config.h"
#include "obmen/http_client.h"
#include "obmen/time.h"

struct engine;
struct onec;

/* Copies what it needs of the settings (onec_…). loop and http are borrowed. Never NULL: without
 * OBMEN_1C_URL the tasks and the test say what to set. */
struct onec *onec_new(const struct config *settings, uv_loop_t *loop, struct http_client *http);
/* After the engine, before the HTTP client: lets the sessions of ended tasks be finished in 1C (3 s
 * at most), frees the service, then calls closed: from inside this call when nothing is under way.
 */
void onec_close(struct onec *service, void (*closed)(void *arg), void *arg);
bool onec_configured(const struct onec *service);

void onec_register(struct engine *engine, struct onec *service);

/* The period of a sync when none is asked for: the last 30 days up to today, by the server's own
 * calendar. */
void onec_default_period(usec_t *ret_from, usec_t *ret_to);

/* Asks the 1C base once, without retries. details: a JSON object
 * {"url","username","profile","entities":{set:bool}}, the URL without credentials; both texts are
 * borrowed until return. Called once, never from inside onec_test. */
typedef void (*onec_test_fn)(void *arg, bool success, const char *message, struct str details);
void onec_test(struct onec *service, onec_test_fn done, void *arg);

/* For /health/detailed: what the last call to 1C brought. */
struct onec_figures {
    uint64_t requests, retries, sessions;
    bool heard; /* anything was asked since start */
    bool well;  /* and the last answer was good */
    char last_error[320];
};
void onec_figures(const struct onec *service, struct onec_figures *ret);

#endif
