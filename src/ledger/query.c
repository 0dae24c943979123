/* Reading for the API. A call lives from its unit's submission to its callback. */
#include "ledger/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/query_sql.h"
#include "obmen/decimal.h"
#include "obmen/json.h"

#define BY_DATE "b.transaction_date"
#define BY_AMOUNT "b.amount"
#define BY_NAME "coalesce(b.counterparty_name, '')"

static const struct db_stmt lists[3][2] = {
    [LEDGER_BY_DATE] = {{"ledger_list_date_desc", LIST(BY_DATE, "<", "DESC")},
        {"ledger_list_date", LIST(BY_DATE, ">", "ASC")}},
    [LEDGER_BY_AMOUNT] = {{"ledger_list_amount_desc", LIST(BY_AMOUNT, "<", "DESC")},
        {"ledger_list_amount", LIST(BY_AMOUNT, ">", "ASC")}},
    [LEDGER_BY_NAME] = {{"ledger_list_name_desc", LIST(BY_NAME, "<", "DESC")},
        {"ledger_list_name", LIST(BY_NAME, ">", "ASC")}},
};

static const struct db_stmt totals = {"ledger_totals",
    "SELECT count(*), coalesce(sum(b.amount) FILTER (WHERE b.transaction_type = 'CREDIT'), "
    "0)::numeric(30,2),"
    " coalesce(sum(b.amount) FILTER (WHERE b.transaction_type = 'DEBIT'), 0)::numeric(30,2),"
    " coalesce(sum(CASE b.transaction_type WHEN 'CREDIT' THEN b.amount ELSE -b.amount END), "
    "0)::numeric(30,2)"
    " FROM bank_transactions b WHERE" MATCHES};

static const struct db_stmt get = {"ledger_get", ROW_COLUMNS " WHERE b.id = $1::bigint"};

#define CARDS(name, table, where)                                                                  \
    {                                                                                              \
        name, "SELECT c.id, c.external_id, c.name, c.full_name, c.inn, c.kpp, c.is_active, "       \
              "to_json(c.warnings)"                                                                \
              " FROM " table " c WHERE" where                                                      \
              " ORDER BY lower(c.name), c.id LIMIT $3::integer OFFSET $4::integer"                 \
    }
#define CARD_COUNT(name, table, where)                                                             \
    {                                                                                              \
        name, "SELECT count(*) FROM " table " c WHERE" where                                       \
    }
#define CARD_MATCHES                                                                               \
    " ($1::text IS NULL OR c.name ILIKE $1 OR c.full_name ILIKE $1 OR c.inn ILIKE $1) AND "        \
    "($2::text IS NULL OR c.inn = $2)"

static const struct db_stmt contractors = CARDS("ledger_contractors", "contractors", CARD_MATCHES);
static const struct db_stmt contractor_count =
    CARD_COUNT("ledger_contractor_count", "contractors", CARD_MATCHES);
static const struct db_stmt organizations =
    CARDS("ledger_organizations", "organizations", CARD_MATCHES);
static const struct db_stmt organization_count =
    CARD_COUNT("ledger_organization_count", "organizations", CARD_MATCHES);

/* ---- one call ---- */

struct query {
    ledger_json_fn done;
    void *arg;
    void (*write)(struct query *q, struct json_writer *w, struct db_result *const *results);
    int limit;
    char sort;        /* of the cursor */
    const char *noun; /* "contractors" */
    bool missing;     /* write found nothing */
    struct buf json;
};

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct query *q = arg;
    struct json_writer w = json_writer(&q->json);
    struct err missing;
    if (!err)
        q->write(q, &w, results);
    if (q->missing) {
        err_set(&missing, ERR_NOT_FOUND, "%s", TR("Такой записи нет", "There is no such record"));
        err = &missing;
    }
    q->done(q->arg, err ? STR_NULL : buf_str(&q->json), err);
    buf_release(&q->json);
    free(q);
}

static struct query *query_new(ledger_json_fn done, void *arg,
    void (*write)(struct query *, struct json_writer *, struct db_result *const *))
{
    struct query *q = mem_alloc(sizeof *q);
    q->done = done;
    q->arg = arg;
    q->write = write;
    return q;
}

/* ---- rows as JSON ---- */

enum shape { AS_TEXT, AS_INT, AS_NUMBER, AS_BOOL, AS_WALL, AS_DATE, AS_MOMENT };
static const struct {
    const char *name;
    enum shape shape;
} members[] = {
    {"id", AS_INT},
    {"source", AS_TEXT},
    {"external_id", AS_TEXT},
    {"transaction_date", AS_WALL},
    {"amount", AS_TEXT},
    {"currency", AS_TEXT},
    {"transaction_type", AS_TEXT},
    {"payment_source", AS_TEXT},
    {"document_number", AS_TEXT},
    {"document_date", AS_DATE},
    {"payment_purpose", AS_TEXT},
    {"business_operation", AS_TEXT},
    {"counterparty_id", AS_INT},
    {"counterparty_name", AS_TEXT},
    {"counterparty_inn", AS_TEXT},
    {"counterparty_kpp", AS_TEXT},
    {"counterparty_account", AS_TEXT},
    {"counterparty_bank", AS_TEXT},
    {"counterparty_bik", AS_TEXT},
    {"organization_id", AS_INT},
    {"organization_name", AS_TEXT},
    {"account_number", AS_TEXT},
    {"our_bank_name", AS_TEXT},
    {"our_bank_bik", AS_TEXT},
    {"vat_amount", AS_TEXT},
    {"vat_rate", AS_TEXT},
    {"status", AS_TEXT},
    {"category_id", AS_INT},
    {"category_name", AS_TEXT},
    {"category_confidence", AS_NUMBER},
    {"suggested_category_id", AS_INT},
    {"category_reason", AS_TEXT},
    {"category_method", AS_TEXT},
    {"category_rule_id", AS_INT},
    {"notes", AS_TEXT},
    {"import_source", AS_TEXT},
    {"is_active", AS_BOOL},
    {"created_task_id", AS_TEXT},
    {"changed_task_id", AS_TEXT},
    {"created_at", AS_MOMENT},
    {"updated_at", AS_MOMENT},
};

static void write_time(struct json_writer *w, void (*format)(usec_t, char[TIME_TEXT]), usec_t t)
{
    char text[TIME_TEXT];
    format(t, text);
    jw_cstr(w, text);
}

static void write_row(struct json_writer *w, const struct db_result *r, int row)
{
    jw_object(w);
    for (int i = 0; i < (int)(sizeof members / sizeof *members); i++) {
        jw_key(w, members[i].name);
        if (db_is_null(r, row, i)) {
            jw_null(w);
            continue;
        }
        switch (members[i].shape) {
        case AS_TEXT:
            jw_str(w, db_text(r, row, i));
            break;
        case AS_INT:
        case AS_NUMBER:
            jw_raw(w, db_text(r, row, i));
            break;
        case AS_BOOL:
            jw_bool(w, db_bool(r, row, i));
            break;
        case AS_WALL:
            write_time(w, time_format_wall, db_time(r, row, i));
            break;
        case AS_DATE:
            write_time(w, time_format_date, db_time(r, row, i));
            break;
        case AS_MOMENT:
            write_time(w, time_format_utc, db_time(r, row, i));
            break;
        }
    }
    jw_object_end(w);
}

/* ---- transactions ---- */

/* A cursor is the order's letter and the id of the last row: "d4711". Capital: ascending. */
static char sort_letter(enum ledger_sort sort, bool ascending)
{
    char letter = sort == LEDGER_BY_AMOUNT ? 'a' : sort == LEDGER_BY_NAME ? 'n' : 'd';
    return ascending ? (char)(letter - 'a' + 'A') : letter;
}

static bool cursor_id(struct str cursor, char letter, int64_t *ret_id)
{
    long long id;
    if (cursor.n < 2 || cursor.p[0] != letter ||
        !str_to_i64((struct str){cursor.p + 1, cursor.n - 1}, 1, INT64_MAX, &id))
        return false;
    *ret_id = id;
    return true;
}

bool ledger_sort_parse(struct str text, enum ledger_sort *ret_sort, bool *ret_ascending)
{
    bool ascending = !str_starts(text, STR("-"));
    if (!ascending)
        text = (struct str){text.p + 1, text.n - 1};
    if (str_is(text, "transaction_date"))
        *ret_sort = LEDGER_BY_DATE;
    else if (str_is(text, "amount"))
        *ret_sort = LEDGER_BY_AMOUNT;
    else if (str_is(text, "counterparty_name"))
        *ret_sort = LEDGER_BY_NAME;
    else
        return false;
    *ret_ascending = ascending;
    return true;
}

bool ledger_cursor_valid(struct str cursor, enum ledger_sort sort, bool ascending)
{
    int64_t id;
    return cursor_id(cursor, sort_letter(sort, ascending), &id);
}

static void write_list(struct query *q, struct json_writer *w, struct db_result *const *results)
{
    const struct db_result *rows = results[0], *sums = results[1];
    int count = db_rows(rows);
    char cursor[32];
    jw_object(w);
    jw_key(w, "transactions");
    jw_array(w);
    for (int i = 0; i < count; i++)
        write_row(w, rows, i);
    jw_array_end(w);
    jw_ki64(w, "total", db_i64(sums, 0, 0));
    jw_key(w, "totals");
    jw_object(w);
    jw_kstr(w, "credit", db_text(sums, 0, 1));
    jw_kstr(w, "debit", db_text(sums, 0, 2));
    jw_kstr(w, "balance", db_text(sums, 0, 3));
    jw_object_end(w);
    if (count > 0 && count == q->limit) {
        snprintf(cursor, sizeof cursor, "%c%lld", q->sort, (long long)db_i64(rows, count - 1, 0));
        jw_kcstr(w, "next_cursor", cursor);
    } else {
        jw_knull(w, "next_cursor");
    }
    jw_object_end(w);
}

/* LIKE pattern of a part; what LIKE would read as signs of its own is escaped. */
static void bind_part(struct db_unit *u, struct str part)
{
    if (!part.n) {
        db_bind_null(u);
        return;
    }
    struct buf pattern = BUF_INIT;
    buf_addc(&pattern, '%');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '%' || part.p[i] == '_' || part.p[i] == '\\')
            buf_addc(&pattern, '\\');
        buf_addc(&pattern, part.p[i]);
    }
    buf_addc(&pattern, '%');
    db_bind_text(u, buf_str(&pattern));
    buf_release(&pattern);
}

static void bind_text(struct db_unit *u, struct str s)
{
    db_bind_text(u, s.n ? s : STR_NULL);
}

static void bind_id(struct db_unit *u, int64_t id)
{
    if (id)
        db_bind_i64(u, id);
    else
        db_bind_null(u);
}

static void bind_time(struct db_unit *u, bool has, usec_t t)
{
    if (has)
        db_bind_time(u, t);
    else
        db_bind_null(u);
}

static void bind_kopecks(struct db_unit *u, bool has, int64_t kopecks)
{
    if (has)
        db_bind_i64(u, kopecks);
    else
        db_bind_null(u);
}

static void bind_filter(struct db_unit *u, const struct ledger_transaction_filter *f)
{
    bind_time(u, f->has_date_from, f->date_from);
    bind_time(u, f->has_date_to, f->date_to + USEC_PER_DAY);
    bind_text(u, f->transaction_type);
    bind_text(u, f->payment_source);
    bind_text(u, f->status);
    bind_id(u, f->category_id);
    bind_id(u, f->organization_id);
    bind_text(u, f->counterparty_inn);
    bind_text(u, f->account_number);
    if (f->active == LEDGER_ALL)
        db_bind_null(u);
    else
        db_bind_bool(u, f->active == LEDGER_ACTIVE);
    bind_part(u, f->q);
    bind_text(u, f->q);
    bind_kopecks(u, f->has_amount_min, f->amount_min);
    bind_kopecks(u, f->has_amount_max, f->amount_max);
}

void ledger_list_transactions(
    struct db *db, const struct ledger_transaction_filter *f, ledger_json_fn done, void *arg)
{
    int64_t after = 0;
    struct query *q = query_new(done, arg, write_list);
    q->limit = f->limit;
    q->sort = sort_letter(f->sort, f->ascending);
    cursor_id(f->cursor, q->sort, &after);
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &lists[f->sort][f->ascending]);
    bind_filter(u, f);
    bind_id(u, after);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, after ? 0 : f->offset);
    db_add(u, &totals);
    bind_filter(u, f);
    db_submit(u, on_done, q);
}

static void write_one(struct query *q, struct json_writer *w, struct db_result *const *results)
{
    q->missing = db_rows(results[0]) == 0;
    if (!q->missing)
        write_row(w, results[0], 0);
}

void ledger_get_transaction(struct db *db, int64_t id, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &get);
    db_bind_i64(u, id);
    db_submit(u, on_done, query_new(done, arg, write_one));
}

/* ---- cards ---- */

static void write_cards(struct query *q, struct json_writer *w, struct db_result *const *results)
{
    static const char *const texts[] = {"external_id", "name", "full_name", "inn", "kpp"};
    const struct db_result *rows = results[0];
    jw_object(w);
    jw_key(w, q->noun);
    jw_array(w);
    for (int i = 0; i < db_rows(rows); i++) {
        jw_object(w);
        jw_ki64(w, "id", db_i64(rows, i, 0));
        for (int c = 0; c < 5; c++)
            jw_kstr(w, texts[c], db_text(rows, i, c + 1));
        jw_kbool(w, "is_active", db_bool(rows, i, 6));
        jw_kraw(w, "warnings", db_text(rows, i, 7));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "total", db_i64(results[1], 0, 0));
    jw_object_end(w);
}

static void list_cards(struct db *db, const char *noun, const struct db_stmt *list,
    const struct db_stmt *count, struct str part, struct str inn, int limit, int offset,
    ledger_json_fn done, void *arg)
{
    struct query *q = query_new(done, arg, write_cards);
    q->noun = noun;
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, list);
    bind_part(u, part);
    bind_text(u, inn);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, count);
    bind_part(u, part);
    bind_text(u, inn);
    db_submit(u, on_done, q);
}

void ledger_list_contractors(struct db *db, struct str q, struct str inn, int limit, int offset,
    ledger_json_fn done, void *arg)
{
    list_cards(
        db, "contractors", &contractors, &contractor_count, q, inn, limit, offset, done, arg);
}

void ledger_list_organizations(
    struct db *db, struct str q, int limit, int offset, ledger_json_fn done, void *arg)
{
    list_cards(db, "organizations", &organizations, &organization_count, q, STR_NULL, limit, offset,
        done, arg);
}
