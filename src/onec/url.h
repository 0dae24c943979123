/* Addresses of an OData service, encoded as 1C wants it: UTF-8 bytes beyond ASCII as %XX, a space
 * as %20 (never +), $ literal in option names. */
#ifndef ONEC_URL_H
#define ONEC_URL_H

#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/str.h"
#include "obmen/time.h"
#include "obmen/uuid.h"

/* A configured address, encoded where it was not, without blank, slash or query at its end; in the
 * arena. STR_NULL: no http(s) address. */
struct str onec_url_base(struct arena *a, struct str text);

void url_add(struct buf *b,
    struct str value); /* a value: everything but unreserved and ' ( ) , / * : encoded */
void url_add_cstr(struct buf *b, const char *value);

/* BASE/SET into an empty buffer */
void onec_url_set(struct buf *b, struct str base, const char *set);
/* guid'…' and datetime'…' */
void onec_url_guid(struct buf *b, const struct uuid *id);
void onec_url_datetime(struct buf *b, usec_t wall);
/* One more of the keys, n of them so far, that a $filter lets through. */
void onec_url_key(struct buf *b, int n, const struct uuid *id);
/* $filter=…: of documents those of [from, end), and whatever more says (not encoded; NULL:
 * nothing). False: nothing is filtered, nothing was written. */
bool onec_url_filter(struct buf *b, bool dated, usec_t from, usec_t end, const char *more);

#endif
