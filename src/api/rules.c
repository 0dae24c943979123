/* /categorization-rules: list, add, read, change, delete, try; and POST
 * /bank-transactions/reclassify-async */
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"
#include "classify/reclassify.h"
#include "classify/rules.h"
#include "classify/store.h"
#include "classify/try.h"
#include "ledger/inn.h"

enum { RULE_BODY = 64 * 1024, IDS_MAX = 10000 };

#define RULE_MEMBERS                                                                               \
    "\"rule_type\":{\"type\":\"string\",\"enum\":[\"COUNTERPARTY_INN\",\"COUNTERPARTY_NAME\","     \
    "\"BUSINESS_OPERATION\",\"KEYWORD\"]},"                                                        \
    "\"pattern\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000},"                        \
    "\"category_id\":{\"type\":\"integer\",\"minimum\":1},"                                        \
    "\"priority\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000},"                          \
    "\"confidence\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"                            \
    "\"transaction_type\":{\"enum\":[\"CREDIT\",\"DEBIT\",null]},"                                 \
    "\"is_active\":{\"type\":\"boolean\"}"
#define RULE_REQUIRED "\"required\":[\"rule_type\",\"pattern\",\"category_id\"],"

static const char add_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false," RULE_REQUIRED
    "\"properties\":{" RULE_MEMBERS "}}";
static const char change_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" RULE_MEMBERS "}}";
static const char try_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false," RULE_REQUIRED
    "\"properties\":{" RULE_MEMBERS ",\"id\":{\"type\":\"integer\",\"minimum\":1},"
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"
    "\"date_to\":{\"type\":\"string\",\"format\":\"date\"}}}";

static const char no_rule_ru[] = "Нет такого правила", no_rule_en[] = "There is no such rule";

/* ---- input ---- */

static void check_pattern(struct input *in, const struct rule_fields *f)
{
    enum rule_type type = RULE_KEYWORD;
    struct err err;
    rule_type_parse(f->rule_type, &type); /* the schema has seen to it */
    if (rule_check(type, f->pattern, &in->req->arena, &err) < 0)
        input_fault(in, "pattern", "%s", err.message);
    else if (type == RULE_COUNTERPARTY_INN && (f->pattern.n == 10 || f->pattern.n == 12) &&
             !inn_valid(f->pattern))
        input_fault(in, "pattern",
            TR("контрольные цифры этого ИНН не сходятся: похоже на опечатку",
                "the check digits of this INN are wrong: it looks like a typing error"));
}

static struct rule_fields read_rule(struct input *in, const struct json *body)
{
    struct rule_fields f = {.rule_type = json_text(json_get(body, "rule_type")),
        .pattern = str_trim(json_text(json_get(body, "pattern"))),
        .transaction_type = json_text(json_get(body, "transaction_type")),
        .has_transaction_type = json_get(body, "transaction_type") != NULL};
    int64_t priority = 0;
    if (!body)
        return f;
    json_i64(json_get(body, "category_id"), &f.category_id);
    f.has_priority = json_i64(json_get(body, "priority"), &priority);
    f.priority = (int)priority;
    f.has_active = json_bool(json_get(body, "is_active"), &f.active);
    f.confidence = input_confidence(in, body);
    if (f.pattern.p && f.rule_type.p)
        check_pattern(in, &f);
    return f;
}

/* ---- handlers ---- */

static void list(void *ctx, struct http_request *req)
{
    static const char *const types[] = {
        "COUNTERPARTY_INN", "COUNTERPARTY_NAME", "BUSINESS_OPERATION", "KEYWORD", NULL};
    static const char *const actives[] = {"true", "false", NULL};
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct rule_filter f = {.limit = 0};
    input_known(&in, "q", "rule_type", "category_id", "is_active", "id", "limit", "offset", NULL);
    input_paging(&in, &f.limit, &f.offset);
    f.q = input_text(&in, "q", 200);
    int type = input_choice(&in, "rule_type", types),
        active = input_choice(&in, "is_active", actives);
    f.rule_type = type < 0 ? STR_NULL : str_from(types[type]);
    f.has_active = active >= 0;
    f.active = active == 0;
    input_i64(&in, "category_id", 1, INT64_MAX, &f.category_id);
    input_i64(&in, "id", 1, INT64_MAX, &f.id);
    if (input_ok(&in))
        rules_list(api->db, &f, reply_json, req);
}

static bool path_id(struct http_request *req, int64_t *ret)
{
    return input_path_id(req, 0, TR(no_rule_ru, no_rule_en), ret);
}

static void get(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    if (input_ok(&in) && path_id(req, &id))
        rule_get(api->db, id, reply_json, req);
}

static void add(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    struct rule_fields f = read_rule(&in, input_body(&in, add_schema, false));
    if (input_ok(&in))
        rule_add(api->db, &f, api_call(req)->who.user_id, reply_created, req);
}

/* A pattern is judged by the kind it has; one that stays is not in the body. */
static void check_change(struct input *in, const struct json *body, const struct rule_fields *f)
{
    if (body && body->count == 0)
        input_fault(in, "body", TR("нечего менять", "nothing to change"));
    if (body && !f->rule_type.p != !f->pattern.p)
        input_fault(in, f->pattern.p ? "rule_type" : "pattern",
            TR("rule_type и pattern меняются вместе", "rule_type and pattern change together"));
}

static void change(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    if (!path_id(req, &id))
        return;
    input_no_query(&in);
    const struct json *body = input_body(&in, change_schema, false);
    struct rule_fields f = read_rule(&in, body);
    check_change(&in, body, &f);
    if (input_ok(&in))
        rule_change(api->db, id, &f, api_call(req)->who.user_id, reply_json, req);
}

static void delete_one(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;
    input_no_query(&in);
    input_no_body(&in);
    if (input_ok(&in) && path_id(req, &id))
        rule_delete(api->db, id, reply_deleted, req);
}

/* ---- trying ---- */

static void read_period(
    struct input *in, const struct json *body, struct ledger_transaction_filter *f)
{
    f->has_date_from = time_parse_date(json_text(json_get(body, "date_from")), &f->date_from);
    f->has_date_to = time_parse_date(json_text(json_get(body, "date_to")), &f->date_to);
    if (f->has_date_from && f->has_date_to && f->date_from > f->date_to)
        input_fault(in, "date_from", TR("позже, чем date_to", "is after date_to"));
}

static void try_rule(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_transaction_filter filter = {.limit = 0};
    int64_t id = 0;
    input_no_query(&in);
    const struct json *body = input_body(&in, try_schema, false);
    struct rule_fields f = read_rule(&in, body);
    read_period(&in, body, &filter);
    if (!input_ok(&in))
        return;
    json_i64(json_get(body, "id"), &id);
    classify_try(api->db, id, &f, &filter, reply_json, req);
}

/* ---- again ---- */

static void reclassify(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    struct ledger_transaction_filter filter = {.limit = 0};
    input_no_query(&in);
    const struct json *body = input_body(&in, RECLASSIFY_SCHEMA, true);
    const struct json *ids = json_get(body, "ids");
    struct err why;
    if (body && ledger_filter_params(body, &filter, &why) < 0)
        input_fault(&in, why.field, "%s", err_field_message(&why));
    if (ids && (ids->count == 0 || ids->count > IDS_MAX))
        input_fault(&in, "ids", TR("от 1 до %d номеров", "from 1 to %d numbers"), IDS_MAX);
    if (!input_ok(&in))
        return;
    struct buf params = BUF_INIT;
    json_write(&params, body);
    struct task_new task = {.task_type = str_from(reclassify_transactions.name),
        .params = arena_str(&req->arena, buf_str(&params)),
        .priority = TASK_NORMAL,
        .max_retries = -1,
        .user_id = api_call(req)->who.user_id};
    buf_release(&params);
    tasks_start(req, &task);
}

const struct http_route rules_routes[] = {
    {"GET", "/api/v1/categorization-rules", list, API_USER, 0},
    {"POST", "/api/v1/categorization-rules", add, API_MANAGER, RULE_BODY},
    {"POST", "/api/v1/categorization-rules/try", try_rule, API_MANAGER, RULE_BODY},
    {"GET", "/api/v1/categorization-rules/{id}", get, API_USER, 0},
    {"PATCH", "/api/v1/categorization-rules/{id}", change, API_MANAGER, RULE_BODY},
    {"DELETE", "/api/v1/categorization-rules/{id}", delete_one, API_MANAGER, 0},
    {"POST", "/api/v1/bank-transactions/reclassify-async", reclassify, API_MANAGER, 0},
    {0},
};
