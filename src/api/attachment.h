/* Answers that are to be kept as a file. */
#ifndef API_ATTACHMENT_H
#define API_ATTACHMENT_H

#include "http/server.h"

/* Content-Disposition: attachment with the name in UTF-8 (RFC 6266), and in ASCII for the old. */
void attachment(struct http_request *req, struct str name);

/* The part of a file of `size` bytes that Range asks for: *ret_from up to before *ret_end.
 * RANGE_NONE: all of it (no Range, several ranges, or one that makes no sense). */
enum range { RANGE_NONE, RANGE_PART, RANGE_OUTSIDE };
enum range range_parse(struct str header, int64_t size, int64_t *ret_from, int64_t *ret_end);

/* Is tag (with its quotes) one of those that If-None-Match names? */
bool tag_listed(struct str header, struct str tag);

#endif
