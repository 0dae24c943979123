/*
 * JSON three ways: a tree for small documents (requests, checkpoints), a stream of events for large
 * ones (pages of 1C; yajl underneath, docs/decisions/0004), and a writer.
 */
#ifndef OBMEN_JSON_H
#define OBMEN_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/err.h"
#include "obmen/str.h"

/* ---- tree ---- */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    bool boolean;
    struct str text;    /* string value (UTF-8, checked) or the number as written */
    struct str key;     /* its name when it is a member of an object */
    size_t count;       /* members or items */
    struct json *child; /* first member or item */
    struct json *next;  /* next sibling */
};

#define JSON_TREE_VALUES 50000  /* larger documents are for the stream */
#define JSON_TREE_MEMBERS 10000 /* of one object */

/* Parses one whole document, depth up to 64, into the arena. A leading BOM is skipped. Refuses
 * trailing text, broken UTF-8, NUL and lone surrogates in strings, doubled member names and more
 * values than the limits above. NULL and VALIDATION_ERROR (http_status 400), whose message names
 * line, byte and reason, when it is no JSON. */
struct json *json_parse(struct arena *a, struct str text, struct err *ret_err);
/* NULL when j is NULL, no object, or has no such member. */
const struct json *json_get(const struct json *j, const char *key);
const struct json *json_at(const struct json *j, size_t index);
/* Whole numbers only ("1", not "1.0", not "\"1\""). False: not one, *ret_value untouched. */
bool json_i64(const struct json *j, int64_t *ret_value);
bool json_bool(const struct json *j, bool *ret_value);
/* STR_NULL when j is NULL or no string. */
struct str json_text(const struct json *j);
bool json_is(const struct json *j, enum json_type type); /* false for NULL */
/* Writes the tree out again, compact. */
void json_write(struct buf *b, const struct json *j);

/* ---- stream ---- */

/* Each returns 0 to go on, -1 to stop (json_stream_feed then returns -1 without a JSON error);
 * NULL: not told. Text is borrowed until return; strings are decoded but their UTF-8 is NOT
 * checked; a lone surrogate in \u… is U+FFFD. */
struct json_events {
    int (*null)(void *arg);
    int (*boolean)(void *arg, bool v);
    int (*number)(void *arg, struct str literal);
    int (*string)(void *arg, struct str text);
    int (*object_open)(void *arg);
    int (*object_key)(void *arg, struct str key);
    int (*object_close)(void *arg);
    int (*array_open)(void *arg);
    int (*array_close)(void *arg);
};

struct json_stream;
struct json_stream *json_stream_new(const struct json_events *events, void *arg);
/* Any cut of the document into pieces gives the same events. A leading BOM is skipped. Depth up to
 * 64, one value up to 16 MiB. Errors as json_parse, with the byte's number in the whole stream. */
int json_stream_feed(struct json_stream *s, struct str piece, struct err *ret_err);
/* The document must be complete now. */
int json_stream_end(struct json_stream *s, struct err *ret_err);
void json_stream_free(struct json_stream *s); /* accepts NULL */

/* ---- writer: commas are placed by itself ---- */

struct json_writer {
    struct buf *out; /* borrowed */
    uint64_t comma;  /* a bit for each open level: something stands there already */
    unsigned depth;  /* up to 63 */
    bool after_key;
};

static inline struct json_writer json_writer(struct buf *out)
{
    return (struct json_writer){.out = out};
}
void jw_object(struct json_writer *w);
void jw_object_end(struct json_writer *w);
void jw_array(struct json_writer *w);
void jw_array_end(struct json_writer *w);
void jw_key(struct json_writer *w, const char *key);
void jw_str(
    struct json_writer *w, struct str s); /* NULL pointer in s → null; broken UTF-8 → U+FFFD */
void jw_cstr(struct json_writer *w, const char *s); /* NULL → null */
void jw_i64(struct json_writer *w, int64_t v);
void jw_double(struct json_writer *w, double v, int decimals);
void jw_bool(struct json_writer *w, bool v);
void jw_null(struct json_writer *w);
/* Text that is JSON already; empty → null. */
void jw_raw(struct json_writer *w, struct str json);
/* key and value in one call */
void jw_kstr(struct json_writer *w, const char *key, struct str s);
void jw_kcstr(struct json_writer *w, const char *key, const char *s);
void jw_ki64(struct json_writer *w, const char *key, int64_t v);
void jw_kbool(struct json_writer *w, const char *key, bool v);
void jw_kraw(struct json_writer *w, const char *key, struct str json);
void jw_knull(struct json_writer *w, const char *key);
void jw_kid(struct json_writer *w, const char *key, int64_t id); /* 0 → null */

/* "…" with escapes, as JSON wants it. */
void json_quote(struct buf *b, struct str s);

#endif
