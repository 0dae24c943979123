/* Inside of struct onec: shared by the files of this folder. */
#ifndef ONEC_SERVICE_H
#define ONEC_SERVICE_H

#include <uv.h>
#include "base/list.h"
#include "onec/names.h"
#include "onec/onec.h"

struct onec {
    struct arena memory;             /* owns the texts */
    struct str base;                 /* encoded, without credentials; STR_NULL: not configured */
    const char *username, *password; /* NULL: none */
    bool any_family;
    enum onec_family family; /* unless any_family */
    int page, timeout_ms;
    uv_loop_t *loop;
    struct http_client *http; /* borrowed */
    struct onec_figures figures;
    struct list farewells;
    int background;           /* calls that belong to no task: sessions being finished, tests */
    struct obm_task *waiting; /* for the background to be over; woken then */
    void (*closed)(void *arg);
    void *closed_arg;
};

/* Who is logged in, for the options of a call. */
struct http_call_options onec_call_options(
    const struct onec *service, const char *url, const char *const *headers);
void onec_heard(struct onec *service, const struct err *err); /* NULL: well */
void onec_background_begin(struct onec *service);
void onec_background_end(struct onec *service);
/* Something that onec_close waits for is over. */
void onec_closed_part(struct onec *service);

#endif
