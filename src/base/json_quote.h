#ifndef BASE_JSON_QUOTE_H
#define BASE_JSON_QUOTE_H

#include "obmen/buf.h"

/* json_quote without the quotes around. */
void json_quote_inner(struct buf *b, struct str s);

#endif
