/* Checks a JSON value against a JSON Schema (the subset used by task types): type, properties,
 * required, additionalProperties:false, items, enum, minimum, maximum, minLength, maxLength
 * (letters, not bytes), formats "date" and "date-time", default. Anything else in a schema (title,
 * description) is for people. */
#ifndef TASK_SCHEMA_H
#define TASK_SCHEMA_H

#include "obmen/json.h"

struct field_errors; /* collects {"field","message"} */
struct field_error {
    struct str field; /* "params.date_from" */
    struct str message;
    struct field_error *next;
};
struct field_errors {
    struct arena *arena; /* borrowed */
    struct field_error *first, *last;
};
void field_errors_add(struct field_errors *fe, struct str field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* True when nothing was added. prefix: "" or "params". */
bool schema_check(const struct json *schema, const struct json *value, const char *prefix,
    struct field_errors *ret_errors);
/* A copy of value with defaults of missing members, in the arena. */
struct json *schema_defaults(struct arena *a, const struct json *schema, const struct json *value);

#endif
