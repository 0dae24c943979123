#include "classify/store.h"

#include <stdlib.h>

#include "ledger/choice.h"
#include "obmen/arena.h"

/* What stands there with a category that has gone out of use meanwhile may be changed otherwise. */
#define CHOSEN(id)                                                                                 \
    " EXISTS (SELECT FROM categories c WHERE c.id = " id "::bigint AND " LEDGER_CHOOSABLE ")"

#define RULE_JSON                                                                                  \
    "json_build_object('id', r.id, 'rule_type', r.rule_type, 'pattern', r.pattern,"                \
    " 'category_id', r.category_id, 'category_name', (SELECT c.name FROM categories c WHERE c.id " \
    "="                                                                                            \
    " r.category_id), 'priority', r.priority, 'confidence', round(r.confidence::numeric, 2),"      \
    " 'transaction_type', r.transaction_type, 'is_active', r.is_active)"
#define RULE_MATCHES                                                                               \
    " FROM categorization_rules r WHERE ($1::text IS NULL OR strpos(lower(r.pattern), lower($1)) " \
    "> 0)"                                                                                         \
    " AND ($2::text IS NULL OR r.rule_type = $2) AND ($3::bigint IS NULL OR r.category_id = $3)"   \
    " AND ($4::boolean IS NULL OR r.is_active = $4) AND ($7::bigint IS NULL OR r.id = $7)"

static const struct db_stmt list_rules = {"classify_rules_list",
    "SELECT json_build_object('rules', (SELECT coalesce(json_agg(j), '[]') FROM (SELECT " RULE_JSON
    " AS j" RULE_MATCHES
    " ORDER BY r.priority DESC, r.id LIMIT $5::integer OFFSET $6::integer) AS p),"
    " 'total', (SELECT count(*)" RULE_MATCHES "))"};
static const struct db_stmt get_rule = {"classify_rule_get",
    "SELECT " RULE_JSON " FROM categorization_rules r WHERE r.id = $1::bigint"};
static const struct db_stmt add_rule = {"classify_rule_add",
    "INSERT INTO categorization_rules AS r (rule_type, pattern, transaction_type, category_id, "
    "priority,"
    " confidence, is_active, changed_by) SELECT $1::text, $2::text, $3::text, $4::bigint,"
    " coalesce($5::integer, 100), coalesce($6::integer, 95) * 0.01, coalesce($7::boolean, true),"
    " $8::bigint WHERE" CHOSEN("$4") " RETURNING " RULE_JSON};
static const struct db_stmt change_rule = {"classify_rule_change",
    "UPDATE categorization_rules r SET rule_type = coalesce($2::text, r.rule_type), pattern ="
    " coalesce($3::text, r.pattern), transaction_type = CASE WHEN $4::boolean THEN $5::text ELSE"
    " r.transaction_type END, category_id = coalesce($6::bigint, r.category_id), priority ="
    " coalesce($7::integer, r.priority), confidence = coalesce($8::integer * 0.01, r.confidence),"
    " is_active = coalesce($9::boolean, r.is_active), changed_by = $10::bigint, updated_at = now()"
    " WHERE r.id = $1::bigint AND ($6::bigint IS NULL OR r.category_id = $6 OR" CHOSEN(
        "$6") ") RETURNING " RULE_JSON};
static const struct db_stmt delete_rule = {"classify_rule_delete",
    "DELETE FROM categorization_rules r WHERE r.id = $1::bigint RETURNING " RULE_JSON};

#define MAPPING_JSON                                                                               \
    "json_build_object('id', m.id, 'business_operation', m.business_operation, 'category_id',"     \
    " m.category_id, 'category_name', (SELECT c.name FROM categories c WHERE c.id = "              \
    "m.category_id),"                                                                              \
    " 'confidence', round(m.confidence::numeric, 2), 'is_active', m.is_active)"
#define MAPPING_MATCHES                                                                            \
    " FROM business_operation_mappings m WHERE ($1::text IS NULL OR"                               \
    " strpos(lower(m.business_operation), lower($1)) > 0)"

/* Those that wait to be filled in come first. */
static const struct db_stmt list_mappings = {"classify_mappings_list",
    "SELECT json_build_object('mappings', (SELECT coalesce(json_agg(j), '[]') FROM "
    "(SELECT " MAPPING_JSON " AS j" MAPPING_MATCHES
    " ORDER BY m.category_id IS NOT NULL, m.business_operation"
    " LIMIT $2::integer OFFSET $3::integer) AS p), 'total', (SELECT count(*)" MAPPING_MATCHES "))"};
static const struct db_stmt get_mapping = {"classify_mapping_get",
    "SELECT " MAPPING_JSON " FROM business_operation_mappings m WHERE m.id = $1::bigint"};
static const struct db_stmt add_mapping = {"classify_mapping_add",
    "INSERT INTO business_operation_mappings AS m (business_operation, category_id, confidence, "
    "is_active,"
    " changed_by) SELECT $1::text, $2::bigint, coalesce($3::integer, 95) * 0.01, "
    "coalesce($4::boolean,"
    " $2::bigint IS NOT NULL), $5::bigint WHERE $2 IS NULL OR" CHOSEN(
        "$2") " RETURNING " MAPPING_JSON};
static const struct db_stmt change_mapping = {"classify_mapping_change",
    "UPDATE business_operation_mappings m SET business_operation = coalesce($2::text,"
    " m.business_operation), category_id = CASE WHEN $3::boolean THEN $4::bigint ELSE "
    "m.category_id END,"
    " confidence = coalesce($5::integer * 0.01, m.confidence), is_active = coalesce($6::boolean,"
    " CASE WHEN $3::boolean THEN $4::bigint IS NOT NULL ELSE m.is_active END), changed_by = "
    "$7::bigint,"
    " updated_at = now() WHERE m.id = $1::bigint AND ($4::bigint IS NULL OR m.category_id = $4 "
    "OR" CHOSEN("$4") ") RETURNING " MAPPING_JSON};
static const struct db_stmt delete_mapping = {"classify_mapping_delete",
    "DELETE FROM business_operation_mappings m WHERE m.id = $1::bigint RETURNING " MAPPING_JSON};

/* ---- one call ---- */

struct call {
    ledger_json_fn done;
    void *arg;
    int choice; /* the number of its result, -1: no category was chosen */
};

static void explain(struct err *e)
{
    if (strcmp(e->sqlstate, "23505") == 0)
        err_set(e, ERR_CONFLICT, "%s",
            TR("Такая запись уже есть: измените её или выключите.",
                "There is such an entry already: change it, or switch it off."));
    else if (strcmp(e->sqlstate, "23503") == 0)
        err_set(e, ERR_VALIDATION_ERROR, "%s",
            TR("Такой категории нет (category_id).", "There is no such category (category_id)."));
    else if (strcmp(e->sqlstate, "23514") == 0)
        err_set(e, ERR_VALIDATION_ERROR, "%s",
            TR("Чтобы включить сопоставление, укажите категорию (category_id).",
                "A mapping needs a category (category_id) to be switched on."));
}

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct call *c = arg;
    struct err why = ERR_INIT;
    if (err) {
        why = *err;
        explain(&why);
    } else if (db_rows(results[0]) == 0 &&
               (c->choice < 0 || ledger_choice_check(results[c->choice], &why) == 0)) {
        err_set(&why, ERR_NOT_FOUND, "%s", TR("Такой записи нет", "There is no such record"));
    }
    c->done(c->arg, why.code ? STR_NULL : db_text(results[0], 0, 0), why.code ? &why : NULL);
    free(c);
}

static void submit(struct db_unit *u, ledger_json_fn done, void *arg)
{
    struct call *c = mem_alloc(sizeof *c);
    *c = (struct call){done, arg, -1};
    db_submit(u, on_done, c);
}

/* The statement has been told which category was chosen: writes only when it may be. */
static void submit_chosen(struct db_unit *u, int64_t category_id, ledger_json_fn done, void *arg)
{
    struct call *c = mem_alloc(sizeof *c);
    *c = (struct call){done, arg, category_id ? ledger_choice_add(u, category_id) : -1};
    db_submit(u, on_done, c);
}

static struct db_unit *unit(struct db *db, const struct db_stmt *stmt)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, stmt);
    return u;
}

static void bind_int(struct db_unit *u, bool has, int v)
{
    if (has)
        db_bind_i32(u, v);
    else
        db_bind_null(u);
}

static void bind_bool(struct db_unit *u, bool has, bool v)
{
    if (has)
        db_bind_bool(u, v);
    else
        db_bind_null(u);
}

static void by_id(
    struct db *db, const struct db_stmt *stmt, int64_t id, ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, stmt);
    db_bind_i64(u, id);
    submit(u, done, arg);
}

/* ---- rules ---- */

void rules_list(struct db *db, const struct rule_filter *f, ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &list_rules);
    db_bind_filled(u, f->q);
    db_bind_filled(u, f->rule_type);
    db_bind_id(u, f->category_id);
    bind_bool(u, f->has_active, f->active);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, f->offset);
    db_bind_id(u, f->id);
    submit(u, done, arg);
}

void rule_get(struct db *db, int64_t id, ledger_json_fn done, void *arg)
{
    by_id(db, &get_rule, id, done, arg);
}

void rule_delete(struct db *db, int64_t id, ledger_json_fn done, void *arg)
{
    by_id(db, &delete_rule, id, done, arg);
}

void rule_add(
    struct db *db, const struct rule_fields *f, int64_t user_id, ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &add_rule);
    db_bind_filled(u, f->rule_type);
    db_bind_filled(u, f->pattern);
    db_bind_filled(u, f->transaction_type);
    db_bind_id(u, f->category_id);
    bind_int(u, f->has_priority, f->priority);
    bind_int(u, f->confidence > 0, f->confidence);
    bind_bool(u, f->has_active, f->active);
    db_bind_i64(u, user_id);
    submit_chosen(u, f->category_id, done, arg);
}

void rule_change(struct db *db, int64_t id, const struct rule_fields *f, int64_t user_id,
    ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &change_rule);
    db_bind_i64(u, id);
    db_bind_filled(u, f->rule_type);
    db_bind_filled(u, f->pattern);
    db_bind_bool(u, f->has_transaction_type);
    db_bind_filled(u, f->transaction_type);
    db_bind_id(u, f->category_id);
    bind_int(u, f->has_priority, f->priority);
    bind_int(u, f->confidence > 0, f->confidence);
    bind_bool(u, f->has_active, f->active);
    db_bind_i64(u, user_id);
    submit_chosen(u, f->category_id, done, arg);
}

/* ---- mappings ---- */

void mappings_list(
    struct db *db, struct str q, int limit, int offset, ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &list_mappings);
    db_bind_filled(u, q);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    submit(u, done, arg);
}

void mapping_get(struct db *db, int64_t id, ledger_json_fn done, void *arg)
{
    by_id(db, &get_mapping, id, done, arg);
}

void mapping_delete(struct db *db, int64_t id, ledger_json_fn done, void *arg)
{
    by_id(db, &delete_mapping, id, done, arg);
}

void mapping_add(
    struct db *db, const struct mapping_fields *f, int64_t user_id, ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &add_mapping);
    db_bind_filled(u, f->business_operation);
    db_bind_id(u, f->category_id);
    bind_int(u, f->confidence > 0, f->confidence);
    bind_bool(u, f->has_active, f->active);
    db_bind_i64(u, user_id);
    submit_chosen(u, f->category_id, done, arg);
}

void mapping_change(struct db *db, int64_t id, const struct mapping_fields *f, int64_t user_id,
    ledger_json_fn done, void *arg)
{
    struct db_unit *u = unit(db, &change_mapping);
    db_bind_i64(u, id);
    db_bind_filled(u, f->business_operation);
    db_bind_bool(u, f->has_category);
    db_bind_id(u, f->category_id);
    bind_int(u, f->confidence > 0, f->confidence);
    bind_bool(u, f->has_active, f->active);
    db_bind_i64(u, user_id);
    submit_chosen(u, f->category_id, done, arg);
}
