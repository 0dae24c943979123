/* What the tree asks of the stream beyond obmen/json.h. */
#ifndef BASE_JSON_STREAM_H
#define BASE_JSON_STREAM_H

#include "obmen/json.h"

#define JSON_DEPTH_MAX 64
/* A name, string or number longer than this ends the stream: it would have to be held whole. */
#define JSON_TOKEN_MAX (16u << 20)

/* Why it was refused: a sentence's end in the language of people; NULL while nothing was. */
const char *json_stream_reason(const struct json_stream *s);
/* Bytes read so far; inside an event: up to the end of what it tells. */
uint64_t json_stream_offset(const struct json_stream *s);
/* Lone surrogates met so far (read as U+FFFD), and how many bytes stand before the first. */
uint64_t json_stream_lone(const struct json_stream *s, uint64_t *ret_first);

#endif
