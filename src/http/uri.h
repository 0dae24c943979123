/* Request targets: percent-decoding and the checks of SPEC §8. No I/O. */
#ifndef HTTP_URI_H
#define HTTP_URI_H

#include "obmen/arena.h"
#include "obmen/err.h"
#include "obmen/str.h"

struct uri {
    struct str path;      /* decoded, in the arena; starts with '/' */
    struct str query;     /* raw, borrowed from the target */
    struct str authority; /* of an absolute target ("http://host/…"), else STR_NULL; borrowed */
};

/* Origin form ("/path?query") and absolute form. Refuses: broken escapes, NUL and control
 * characters, bytes that are no UTF-8 (overlong forms too), encoded slashes and backslashes, "."
 * and ".." segments, in the path; broken escapes, NUL and broken UTF-8 in the query. err:
 * VALIDATION_ERROR with http_status 400. */
int uri_parse(struct arena *a, struct str target, struct uri *ret, struct err *ret_err);

/* %XX decoded, '+' a blank when plus; false when an escape is broken. out has room for s.n bytes.
 */
bool uri_decode(struct str s, bool plus, char *out, size_t *ret_n);

/* A right value of Host: name, IPv4 or [IPv6], and a port or none. */
bool uri_host_valid(struct str host);

#endif
