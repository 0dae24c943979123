/* What a classifier reads before its first row, and what it writes down on the way. */
#include "classify/inside.h"
#include "obmen/log.h"

enum { RULES_PAGE = 500 };

static const struct db_stmt categories = {"classify_categories",
    "SELECT id, code, name, CASE WHEN source = '1c' THEN external_id END, 1 FROM categories"
    " WHERE is_active AND same_as IS NULL"
    /* first, so that only the key of the item keeps the item's name */
    " UNION ALL SELECT t.id, t.code, c.name, c.external_id, 0 FROM categories c"
    "  JOIN categories t ON t.id = c.same_as WHERE c.source = '1c' AND c.is_active AND t.is_active"
    " ORDER BY 5"};
static const struct db_stmt mappings = {"classify_mappings",
    "SELECT m.id, m.business_operation, CASE WHEN m.is_active THEN coalesce(c.same_as, c.id) END,"
    " round(m.confidence * 100)::integer"
    " FROM business_operation_mappings m LEFT JOIN categories c ON c.id = m.category_id AND "
    "c.is_active"};
static const struct db_stmt accounts = {"classify_accounts", "SELECT account FROM own_accounts"};
static const struct db_stmt inns = {
    "classify_inns", "SELECT DISTINCT inn FROM organizations WHERE length(inn) >= 10"};
static const struct db_stmt task_accounts = {"classify_task_accounts",
    "SELECT unnest(own_accounts) FROM task_knowledge WHERE task_id = $1::uuid"};
static const struct db_stmt task_inns = {
    "classify_task_inns", "SELECT unnest(own_inns) FROM task_knowledge WHERE task_id = $1::uuid"};
static const struct db_stmt task_evidence = {"classify_task_evidence",
    "SELECT counterparty_inn, transaction_type, confirmed, category_id, payments FROM task_evidence"
    " WHERE task_id = $1::uuid ORDER BY category_id LIMIT $2::integer"};
static const struct db_stmt rules_page = {"classify_rules",
    "SELECT r.id, r.rule_type, r.pattern, coalesce(c.same_as, c.id), r.priority,"
    " round(r.confidence * 100)::integer, r.transaction_type"
    " FROM categorization_rules r JOIN categories c ON c.id = r.category_id AND c.is_active"
    " WHERE r.is_active AND r.id > $1::bigint ORDER BY r.id LIMIT $2::integer"};

bool classifier_loading(const struct classifier *c)
{
    return !c->rules_loaded;
}

int classifier_load_add(struct classifier *c, struct db_unit *u)
{
    int first = db_add(u, &rules_page);
    db_bind_i64(u, c->last_rule);
    db_bind_i32(u, RULES_PAGE);
    if (c->catalogues_loaded)
        return first;
    db_add(u, &categories);
    db_add(u, &mappings);
    const struct db_stmt *const known[] = {&task_accounts, &task_inns, &task_evidence};
    for (int i = 0; c->of_task && i < 3; i++) {
        db_add(u, known[i]);
        db_bind_uuid(u, &c->task_id);
    }
    if (c->of_task)
        db_bind_i32(u, HISTORY_FEW + 1);
    if (!c->of_task) {
        db_add(u, &accounts);
        db_add(u, &inns);
    }
    return first;
}

static void take_categories(struct classifier *c, const struct db_result *r)
{
    for (int i = 0; i < db_rows(r); i++) {
        struct classify_category *category = arena_alloc(&c->arena, sizeof *category);
        struct str key = db_text(r, i, 3);
        category->id = db_i64(r, i, 0);
        category->code = arena_str(&c->arena, db_text(r, i, 1));
        category->name = arena_str(&c->arena, db_text(r, i, 2));
        map_put(&c->by_id, &category->id, sizeof category->id, category);
        map_put(&c->codes, category->code.p, category->code.n, category);
        if (key.n)
            map_put(&c->items, key.p, key.n, category);
    }
}

static void take_mappings(struct classifier *c, const struct db_result *r)
{
    for (int i = 0; i < db_rows(r); i++) {
        struct classify_mapping *m = arena_alloc(&c->arena, sizeof *m);
        struct str operation = db_text(r, i, 1);
        m->id = db_i64(r, i, 0);
        m->category_id = db_i64(r, i, 2);
        m->confidence = (int)db_i64(r, i, 3);
        map_put(&c->mappings, operation.p, operation.n, m);
    }
}

static void take_numbers(struct map *m, const struct db_result *r, void *any)
{
    for (int i = 0; i < db_rows(r); i++) {
        struct str number = db_text(r, i, 0);
        map_put(m, number.p, number.n, any);
    }
}

static void take_rules(struct classifier *c, const struct db_result *r)
{
    struct err err;
    for (int i = 0; i < db_rows(r); i++) {
        struct str way = db_text(r, i, 6);
        struct rule rule = {.id = db_i64(r, i, 0),
            .pattern = db_text(r, i, 2),
            .category_id = db_i64(r, i, 3),
            .priority = (int)db_i64(r, i, 4),
            .confidence = (int)db_i64(r, i, 5),
            .direction = !way.n                  ? RULE_BOTH
                         : str_is(way, "CREDIT") ? RULE_CREDIT
                                                 : RULE_DEBIT};
        c->last_rule = rule.id;
        if (rule.id == c->without || !rule_type_parse(db_text(r, i, 1), &rule.type))
            continue;
        if (rules_add(&c->rules, &rule, &err) < 0)
            log_event(LOG_WARNING, "rule left out", err.message, LI("rule_id", rule.id));
    }
    c->rules_loaded = db_rows(r) < RULES_PAGE;
}

void classifier_load_take(struct classifier *c, struct db_result *const *results, int first)
{
    if (!c->catalogues_loaded) {
        take_categories(c, results[first + 1]);
        take_mappings(c, results[first + 2]);
        take_numbers(&c->own_accounts, results[first + 3], c);
        take_numbers(&c->own_inns, results[first + 4], c);
        if (c->of_task)
            history_of_task(&c->history, &c->task_id, results[first + 5]);
        c->catalogues_loaded = true;
    }
    take_rules(c, results[first]);
}

void classifier_of_task(struct classifier *c, const struct uuid *task_id)
{
    c->of_task = true;
    c->task_id = *task_id;
}

void classifier_own_account(struct classifier *c, struct str account)
{
    map_put(&c->own_accounts, account.p, account.n, c);
}

void classifier_of_try(struct classifier *c, int64_t rule_id)
{
    c->of_try = true;
    c->without = rule_id;
}

int classifier_add_rule(struct classifier *c, const struct rule *rule, struct err *ret_err)
{
    return rules_add(&c->rules, rule, ret_err);
}

/* ---- on the way ---- */

static const struct db_stmt write_operations = {"classify_new_operations",
    "INSERT INTO business_operation_mappings (business_operation)"
    " SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING"};

bool classifier_asks(const struct classifier *c)
{
    return history_wanted(&c->history) || c->new_operations.count;
}

int classifier_ask_add(struct classifier *c, struct db_unit *u)
{
    int first = -1;
    if (history_wanted(&c->history))
        first = history_ask_add(&c->history, u);
    if (c->new_operations.count) {
        db_add(u, &write_operations);
        db_bind_column(u, &c->new_operations);
        db_column_clear(&c->new_operations);
    }
    return first;
}

void classifier_ask_take(struct classifier *c, struct db_result *const *results, int first)
{
    if (first >= 0)
        history_ask_take(&c->history, results, first);
}
