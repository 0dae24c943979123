/*
 * What came in, checked: faults are collected, and answered together by input_ok (422; 400 and 415
 * at once for a body that is no JSON).
 *
 *     struct input in = input_begin(req);
 *     input_known(&in, "limit", "offset", NULL);
 *     input_paging(&in, &limit, &offset);
 *     if (!input_ok(&in))
 *         return;
 */
#ifndef API_INPUT_H
#define API_INPUT_H

#include "http/server.h"
#include "obmen/json.h"
#include "obmen/time.h"
#include "obmen/uuid.h"
#include "task/schema.h"

struct input {
    struct http_request *req;
    struct field_errors faults;
    bool answered;
};

struct input input_begin(struct http_request *req);
/* False: the request has been answered. */
bool input_ok(struct input *in);
void input_fault(struct input *in, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- query parameters; ended by NULL. Those not named, and those given twice, are faults. ---- */
void input_known(struct input *in, ...) __attribute__((sentinel));
/* No parameters at all. */
void input_no_query(struct input *in);
/* limit 1…500 (default 20), offset 0…2^31-1. */
void input_paging(struct input *in, int *ret_limit, int *ret_offset);
/* STR_NULL when absent or empty. */
struct str input_text(struct input *in, const char *name, size_t max);
/* These say whether a right value was given; an empty one counts as absent. */
bool input_i64(struct input *in, const char *name, int64_t min, int64_t max, int64_t *ret);
bool input_date(struct input *in, const char *name, usec_t *ret_midnight);
/* A moment, or a day: its begin, or for `end` the begin of the next one. */
bool input_moment(struct input *in, const char *name, bool end, usec_t *ret);
bool input_amount(struct input *in, const char *name, int64_t *ret_kopecks);
/* Hours as hundredths: "24", "0.5"; 0…100000 h. */
bool input_hours(struct input *in, const char *name, int64_t *ret_hundredths);
/* The index of the value in names (NULL-ended), -1 when absent. */
int input_choice(struct input *in, const char *name, const char *const *names);
void input_uuid(struct input *in, const char *name, struct uuid *ret); /* untouched when absent */

/* ---- the body ---- */
/* An object that fits the schema (task/schema.h), defaults filled in. NULL: not (input_ok will say
 * so). empty_ok: no body at all counts as {}. */
const struct json *input_body(struct input *in, const char *schema, bool empty_ok);
/* The body's `confidence` in per cent; 0: not said, or a fault. */
int input_confidence(struct input *in, const struct json *body);
/* For calls that take none: nothing, or {}. */
void input_no_body(struct input *in);
/* "application/json; charset=utf-8" is "application/json". */
bool input_content_type(const struct http_request *req, const char *type);

/* ---- the path ---- */
/* False: answered 404. message: what does not exist. */
bool input_path_uuid(struct http_request *req, int index, const char *message, struct uuid *ret);
bool input_path_id(struct http_request *req, int index, const char *message, int64_t *ret);

#endif
