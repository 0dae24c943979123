/*
 * What must not be read in a log, wherever it comes from: a library's words, another server's
 * answer, a path. Secrets (Bearer …, password=…, token=…, name:password@ in addresses) become ***;
 * of e-mail addresses, telephone numbers, INNs and account numbers the end stays, so that a person
 * who knows them can tell them apart.
 */
#ifndef BASE_LOG_MASK_H
#define BASE_LOG_MASK_H

#include "obmen/buf.h"
#include "obmen/str.h"

/* False: nothing to hide, *ret is untouched. Else *ret, an empty buffer of the caller's, has the
 * text to show. */
bool log_mask(struct str text, struct buf *ret);

#endif
