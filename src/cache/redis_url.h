/* redis://[name:password@]server[:port][/number] */
#ifndef CACHE_REDIS_URL_H
#define CACHE_REDIS_URL_H

#include "obmen/arena.h"
#include "obmen/err.h"

struct redis_url {
    const char *host; /* in the arena, as all below; an IPv6 address without its brackets */
    char port[6];
    struct str name, password; /* STR_NULL: none; decoded */
    int number;                /* of the database */
};

int redis_url_parse(struct arena *a, const char *url, struct redis_url *ret, struct err *ret_err);

#endif
