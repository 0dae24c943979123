/* Categories, rules and mappings as people read and change them. Answers are finished JSON; errors
 * are told apart: CONFLICT (it stands there already), VALIDATION_ERROR (there is no such category),
 * NOT_FOUND. */
#ifndef CLASSIFY_STORE_H
#define CLASSIFY_STORE_H

#include "ledger/query.h"

/* What a person sends; texts STR_NULL and `has_…` false: not said. */
struct rule_fields {
    struct str rule_type, pattern, transaction_type;
    bool has_transaction_type; /* said, perhaps as null: both directions */
    int64_t category_id;       /* 0: not said */
    bool has_priority, has_active, active;
    int priority;
    int confidence; /* per cent; 0: not said */
};
struct rule_filter {
    struct str q, rule_type;
    int64_t category_id, id; /* 0: any */
    bool has_active, active;
    int limit, offset;
};
void rules_list(struct db *db, const struct rule_filter *f, ledger_json_fn done, void *arg);
void rule_get(struct db *db, int64_t id, ledger_json_fn done, void *arg);
void rule_add(
    struct db *db, const struct rule_fields *f, int64_t user_id, ledger_json_fn done, void *arg);
void rule_change(struct db *db, int64_t id, const struct rule_fields *f, int64_t user_id,
    ledger_json_fn done, void *arg);
void rule_delete(struct db *db, int64_t id, ledger_json_fn done, void *arg);

struct mapping_fields {
    struct str business_operation;
    bool has_category, has_active, active;
    int64_t category_id; /* 0 with has_category: none any more */
    int confidence;      /* per cent; 0: not said */
};
void mappings_list(
    struct db *db, struct str q, int limit, int offset, ledger_json_fn done, void *arg);
void mapping_get(struct db *db, int64_t id, ledger_json_fn done, void *arg);
void mapping_add(
    struct db *db, const struct mapping_fields *f, int64_t user_id, ledger_json_fn done, void *arg);
void mapping_change(struct db *db, int64_t id, const struct mapping_fields *f, int64_t user_id,
    ledger_json_fn done, void *arg);
void mapping_delete(struct db *db, int64_t id, ledger_json_fn done, void *arg);

struct category_fields {
    struct str code, name, kind;
    int64_t parent_id; /* 0: a root */
    bool has_active, active;
};
/* The tree: {"categories":[{…,"children":[…]}],"total":N} */
void categories_tree(struct db *db, ledger_json_fn done, void *arg);
void category_add(struct db *db, const struct category_fields *f, ledger_json_fn done, void *arg);
/* Of one that comes from 1C only whether it is active: the rest is 1C's (CONFLICT). */
void category_change(
    struct db *db, int64_t id, const struct category_fields *f, ledger_json_fn done, void *arg);

/* This one, an item of 1C, is the same as that one: its rules, mappings and rows go over, and
 * documents with it get that one from now on. into 0: it stands for itself again; what went over
 * stays. {"moved":N,"more":bool}: at most MERGE_ROWS rows at a time; call again for more.
 * VALIDATION_ERROR: that one cannot take others; CONFLICT: this one is none of 1C's, or a folder.
 */
enum { MERGE_ROWS = 20000 };
void category_merge(
    struct db *db, int64_t id, int64_t into, int64_t user_id, ledger_json_fn done, void *arg);

#endif
