/* What people decide: PATCH /bank-transactions/{id}, POST /bank-transactions/bulk */
#include "api/cached.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/transaction_filter.h"
#include "api/transactions.h"
#include "ledger/change.h"
#include "obmen/utf8.h"

#define MAX_IDS 10000
#define MAX_MATCHING 50000 /* in one transaction */
#define STATUS                                                                                     \
    "\"status\":{\"type\":\"string\",\"enum\":[\"NEW\",\"CATEGORIZED\",\"NEEDS_REVIEW\","          \
    "\"APPROVED\",\"IGNORED\"]}"

/* category_id and notes may be null, which the schema's subset can't say: looked at here. */
static const char patch_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"category_id\":{},\"notes\":{}," STATUS "}}";
static const char bulk_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"ids\":{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1}},"
    "\"count\":{\"type\":\"integer\",\"minimum\":1},"
    "\"category_id\":{}," STATUS "}}";

static void read_category(struct input *in, const struct json *body, struct ledger_change *c)
{
    const struct json *category = json_get(body, "category_id");
    c->has_category = category != NULL;
    if (category && !json_is(category, JSON_NULL) &&
        (!json_i64(category, &c->category_id) || c->category_id < 1))
        input_fault(in, "category_id", "%s",
            TR("номер категории или null", "the id of a category, or null"));
}

static void read_notes(struct input *in, const struct json *body, struct ledger_change *c)
{
    const struct json *notes = json_get(body, "notes");
    size_t letters = 0;
    c->has_notes = notes != NULL;
    if (!notes || json_is(notes, JSON_NULL))
        return;
    c->notes = json_text(notes);
    for (size_t at = 0; at < c->notes.n; letters++)
        at += utf8_letter((struct str){c->notes.p + at, c->notes.n - at});
    if (!json_is(notes, JSON_STRING) || letters > 2000)
        input_fault(in, "notes", "%s",
            TR("текст до 2000 знаков или null", "text of up to 2000 letters, or null"));
    else if (c->notes.n == 0)
        c->notes = STR_NULL;
    else if (memchr(c->notes.p, 0, c->notes.n))
        input_fault(in, "notes", "%s", TR("нулевой знак недопустим", "a NUL is not allowed"));
}

static struct ledger_change read_change(
    struct http_request *req, struct input *in, const struct json *body)
{
    const struct principal *who = &api_call(req)->who;
    struct ledger_change c = {.user_id = who->user_id, .username = str_from(who->username)};
    read_category(in, body, &c);
    read_notes(in, body, &c);
    c.status = json_text(json_get(body, "status"));
    if (c.has_category && !c.category_id &&
        (str_is(c.status, "APPROVED") || str_is(c.status, "CATEGORIZED")))
        input_fault(in, "status", TR("%.*s не бывает без категории", "%.*s needs a category"),
            STR_ARG(c.status));
    if (!c.has_category && !c.has_notes && !c.status.p)
        input_fault(in, "body", "%s",
            TR("нечего менять: укажите category_id, status или notes",
                "nothing to change: give category_id, status or notes"));
    return c;
}

/* If-Match: the version that GET gave as ETag; 0: whichever. */
static int64_t read_version(struct http_request *req, struct input *in)
{
    struct str tag = str_trim(http_header(req, "If-Match"));
    long long version = 0;
    if (tag.n == 0 || str_is(tag, "*"))
        return 0;
    if (tag.n > 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"' &&
        str_to_i64((struct str){tag.p + 1, tag.n - 2}, 1, INT64_MAX, &version))
        return version;
    input_fault(in, "If-Match", "%s",
        TR("ожидается ETag прежнего ответа", "expected is the ETag of an earlier answer"));
    return 0;
}

static void on_patched(void *arg, struct str json, int64_t version, const struct err *err)
{
    struct http_request *req = arg;
    if (!err)
        cache_delete_all(api_call(req)->api->cache, &cached_summaries);
    transaction_reply(req, json, version, err);
}

static void patch(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    int64_t id;

    input_no_query(&in);
    int64_t version = read_version(req, &in);
    const struct json *body = input_body(&in, patch_schema, false);
    if (!body) { /* it has been answered, or is now */
        input_ok(&in);
        return;
    }
    struct ledger_change change = read_change(req, &in, body);
    if (input_ok(&in) && transaction_path_id(req, &id))
        ledger_change_one(api->db, id, version, &change, on_patched, req);
}

static void on_changed(void *arg, int64_t updated, int64_t left, const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    cache_delete_all(api_call(req)->api->cache, &cached_summaries);
    struct buf body = BUF_INIT;
    buf_printf(&body, "{\"updated\":%lld", (long long)updated);
    if (left > 0)
        buf_printf(&body, ",\"without_category\":%lld", (long long)left);
    buf_addc(&body, '}');
    http_reply(req, 200, REPLY_JSON, body);
}

static void change_ids(
    struct http_request *req, const struct json *ids, const struct ledger_change *change)
{
    struct db_column column;
    db_column_init(&column, DB_INT8);
    for (const struct json *one = ids->child; one; one = one->next) {
        int64_t id = 0;
        json_i64(one, &id);
        db_column_i64(&column, id);
    }
    ledger_change_many(api_call(req)->api->db, &column, change, on_changed, req);
    db_column_release(&column);
}

/* By ids, or all that match the filter of the query: then `count` says how many the person was told
 * there are. */
static void bulk(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    struct ledger_transaction_filter f = {.limit = 0};
    int64_t count = 0;

    input_known(&in, TRANSACTION_FILTER, NULL);
    transaction_filter(&in, &f);
    const struct json *body = input_body(&in, bulk_schema, false), *ids = json_get(body, "ids");
    if (!body) {
        input_ok(&in);
        return;
    }
    struct ledger_change change = read_change(req, &in, body);
    bool by_filter = json_i64(json_get(body, "count"), &count);
    if (!ids == !by_filter)
        input_fault(&in, "ids", "%s",
            TR("укажите ids, или count и условия в адресе",
                "give either ids, or count and a filter in the address"));
    else if (ids && (ids->count == 0 || ids->count > MAX_IDS))
        input_fault(&in, "ids", TR("от 1 до %d номеров", "1 to %d ids"), MAX_IDS);
    else if (ids)
        input_no_query(&in);
    else if (count > MAX_MATCHING)
        input_fault(&in, "count",
            TR("за один раз можно изменить до %d операций: сузьте условия, например по периодам",
                "at most %d transactions at a time: narrow the filter, by periods for example"),
            MAX_MATCHING);
    if (!input_ok(&in))
        return;
    if (ids)
        change_ids(req, ids, &change);
    else
        ledger_change_matching(api->db, &f, count, &change, on_changed, req);
}

const struct http_route transaction_changes_routes[] = {
    {"PATCH", "/api/v1/bank-transactions/{id}", patch, API_MANAGER, 0},
    {"POST", "/api/v1/bank-transactions/bulk", bulk, API_MANAGER, 0},
    {0},
};
