/* The classifier's insides: shared by load.c (what is read) and classify.c (what is decided). */
#ifndef CLASSIFY_INSIDE_H
#define CLASSIFY_INSIDE_H

#include "classify/classify.h"
#include "classify/history.h"

struct classify_category {
    int64_t id;
    struct str code, name;
};
struct classify_mapping {
    int64_t id, category_id; /* category_id 0: a stub, or inactive */
    int confidence;
};

struct classifier {
    struct arena arena; /* what was loaded */
    struct rules rules;
    struct history history;
    struct map by_id, codes, items;    /* → classify_category; items: key of 1C's item */
    struct map mappings;               /* operation → classify_mapping */
    struct map own_accounts, own_inns; /* → anything */
    bool catalogues_loaded, rules_loaded;
    int64_t last_rule, without;
    bool of_try;  /* writes nothing down */
    bool of_task; /* decides by what was put down for … */
    struct uuid task_id;
    struct db_column new_operations;  /* to be written down */
    struct buf purpose, name, reason; /* of the row that is looked at */
};

#endif
