/* Options of obmen demo-1c. Those about behaviour can be changed while it runs (POST
 * /demo/admin/faults). */
#ifndef DEMO_OPTIONS_H
#define DEMO_OPTIONS_H

#include "demo/world.h"

/* What the service does wrong, or differently. 0: not at all, unless said otherwise. */
struct demo_troubles {
    int64_t latency_ms;
    int64_t fail_every, cut_every, html_every, hang_every, repeat_every; /* the N-th data request */
    int64_t bad_record_every;
    int64_t licences;    /* sessions at once; -1: no limit */
    int64_t session_ttl; /* seconds */
    int64_t count_lies;  /* added to every $count */
    int64_t max_query;   /* bytes of the query string, then 404 as IIS answers; 0: no limit */
    int64_t no_sessions, no_bom, ignore_skip, stable_order, nothing_published;
};

#define DEMO_NAMES 16
struct demo_options {
    struct demo_settings world;
    struct demo_troubles troubles;
    int port;
    const char *host, *user, *password;
    const char *hidden[DEMO_NAMES], *forbidden[DEMO_NAMES]; /* sets; ended by NULL */
};

/* -1: go on; else the exit status (help printed, or one line on standard error). */
int demo_options_read(struct demo_options *o, int argc, char **argv);
/* By the option's name without "--". False: no such option of behaviour, or the value is out of its
 * range. */
bool demo_trouble_set(struct demo_troubles *t, struct str name, int64_t value);

#endif
