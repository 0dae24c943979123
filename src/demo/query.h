/* The question mark's part of a URL: options of the protocol, checked against the set they are
 * about. */
#ifndef DEMO_QUERY_H
#define DEMO_QUERY_H

#include "demo/filter.h"

struct demo_order {
    const struct demo_field *field;
    bool descending;
};
#define DEMO_ORDERS 6

struct demo_selected {
    const struct demo_field *field;
    const struct demo_field *column; /* of the table part; NULL: all of it */
    bool presentation;               /* X____Presentation: the text form */
};

enum demo_level { LEVEL_NONE, LEVEL_MINIMAL, LEVEL_FULL };

struct demo_query {
    const struct demo_set *set;     /* NULL: not about a set */
    const struct demo_expr *filter; /* NULL: everything */
    struct demo_order order[DEMO_ORDERS];
    int order_count;
    int64_t top; /* -1: not limited */
    int64_t skip;
    struct demo_selected *select; /* NULL: every field */
    int select_count;
    bool inline_count, allowed_only;
    bool json;
    enum demo_level level;
};

/* Percent-decodes once; '+' stays a plus. False: a bad escape, NUL or broken UTF-8. */
bool demo_url_decode(struct arena *a, struct str s, struct str *ret);
/* The form of the answer, needed before anything can be refused: $format wins over Accept. */
int demo_query_format(struct arena *a, struct str raw, struct str accept, struct demo_query *q,
    struct demo_fault *ret_fault);
/* The rest. q->set is given. 0 or -1. */
int demo_query_parse(struct arena *a, struct str raw, enum demo_family family, struct demo_query *q,
    struct demo_fault *ret_fault);

#endif
