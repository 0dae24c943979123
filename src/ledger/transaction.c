#include "ledger/transaction.h"

#include <stdlib.h>

#include "ledger/dry_run.h"
#include "ledger/plan.h"
#include "ledger/transaction_sql.h"
#include "obmen/decimal.h"

const char *ledger_type_name(enum ledger_type type)
{
    return type == LEDGER_CREDIT ? "CREDIT" : "DEBIT";
}

const char *ledger_payment_name(enum ledger_payment payment)
{
    return payment == LEDGER_BANK ? "BANK" : "CASH";
}

const char *ledger_method_name(enum ledger_method method)
{
    static const char *const names[] = {[LEDGER_BY_NOTHING] = "none",
        [LEDGER_BY_ITEM] = "item",
        [LEDGER_BY_OPERATION] = "operation",
        [LEDGER_BY_FACT] = "fact",
        [LEDGER_BY_RULE] = "rule",
        [LEDGER_BY_HISTORY] = "history"};
    return names[method];
}

/* The order of the columns is that of the parameters $4 … $39. */
enum column {
    C_EXTERNAL_ID,
    C_DATA_VERSION,
    C_DATE,
    C_AMOUNT,
    C_CURRENCY,
    C_TYPE,
    C_PAYMENT,
    C_NUMBER,
    C_DOCUMENT_DATE,
    C_PURPOSE,
    C_OPERATION,
    C_PARTY_ID,
    C_PARTY_NAME,
    C_PARTY_INN,
    C_PARTY_KPP,
    C_PARTY_ACCOUNT,
    C_PARTY_BANK,
    C_PARTY_BIK,
    C_ORG_ID,
    C_ORG_NAME,
    C_ACCOUNT,
    C_BANK,
    C_BIK,
    C_VAT,
    C_VAT_RATE,
    C_NOTES,
    C_OUR_INN,
    C_ITEM,
    C_STATUS,
    C_KBK,
    C_KIND,
    C_METHOD,
    C_CATEGORY,
    C_CONFIDENCE,
    C_RULE,
    C_REASON,
    COLUMNS
};

static const enum db_elem column_elem[COLUMNS] = {
    [C_DATE] = DB_TIMESTAMP,
    [C_DOCUMENT_DATE] = DB_DATE,
    [C_AMOUNT] = DB_INT8,
    [C_VAT] = DB_INT8,
    [C_PARTY_ID] = DB_INT8,
    [C_ORG_ID] = DB_INT8,
    [C_CATEGORY] = DB_INT8,
    [C_CONFIDENCE] = DB_INT4,
    [C_RULE] = DB_INT8, /* the rest: DB_TEXT, which is 0 */
};

/* Amounts travel as whole kopecks. notes are not in the SET list: they are a person's as soon as
 * the row exists. Status and category are the classification's until a person decides, and stay
 * when it was not asked. A source without versions is always written. */
#define DECIDED(column)                                                                            \
    column " = CASE WHEN b.decided_by IS NULL AND excluded.category_method IS NOT NULL"            \
           " THEN excluded." column " ELSE b." column " END,"
#define DECISIONS                                                                                  \
    DECIDED("status")                                                                              \
    DECIDED("category_method")                                                                     \
    DECIDED("category_id")                                                                         \
    DECIDED("suggested_category_id")                                                               \
    DECIDED("category_confidence")                                                                 \
    DECIDED("category_rule_id")                                                                    \
    DECIDED("category_reason")

#define INSERT                                                                                     \
    " INSERT INTO bank_transactions AS b (source, import_source, created_task_id, "                \
    "changed_task_id,"                                                                             \
    "  external_id, data_version, transaction_date, amount, currency, transaction_type,"           \
    "  payment_source, document_number, document_date, payment_purpose, business_operation,"       \
    "  counterparty_id, counterparty_name, counterparty_inn, counterparty_kpp,"                    \
    "  counterparty_account, counterparty_bank, counterparty_bik, organization_id,"                \
    "  organization_name, account_number, our_bank_name, our_bank_bik, vat_amount, vat_rate,"      \
    "  notes, our_inn, cash_flow_item, payer_status, kbk, payment_kind,"                           \
    "  category_method, category_id, suggested_category_id, category_confidence,"                  \
    "  category_rule_id, category_reason, status)"                                                 \
    " SELECT $1::text, $2::text, $3::uuid, $3::uuid,"                                              \
    "  i.key, i.version, i.at, i.amount * 0.01, i.currency, i.type, i.payment,"                    \
    "  i.number, i.document_date, i.purpose, i.operation, i.party_id, i.party_name,"               \
    "  i.party_inn, i.party_kpp, i.party_account, i.party_bank, i.party_bik,"                      \
    "  i.org_id, i.org_name, i.account, i.bank, i.bik, i.vat * 0.01, i.vat_rate, i.notes,"         \
    "  i.our_inn, i.item, i.payer_status, i.kbk, i.kind, i.method,"                                \
    "  CASE WHEN i.confidence >= 90 THEN i.category END,"                                          \
    "  CASE WHEN i.confidence < 90 THEN i.category END,"                                           \
    "  i.confidence * 0.01, i.rule, i.reason,"                                                     \
    "  CASE WHEN i.category IS NULL THEN 'NEW' WHEN i.confidence >= 90 THEN 'CATEGORIZED'"         \
    "   ELSE 'NEEDS_REVIEW' END"                                                                   \
    " FROM " LEDGER_INCOMING
#define TOLD                                                                                       \
    "told AS (INSERT INTO search_backlog (ids) SELECT array_agg(id) FROM stored"                   \
    " HAVING count(*) > 0)"

/* Rows of which none stood there when it was asked: two thirds of what it costs to look first, lock
 * and insert. When one has come meanwhile the unit fails, and goes once more with `upsert`. */
static const struct db_stmt insert = {"ledger_transaction_insert",
    "WITH stored AS (" INSERT " RETURNING b.id), " TOLD
    " SELECT obm_tally(count(*), 0, 0, 0) FROM stored"};

static const struct db_stmt upsert = {"ledger_transaction_upsert",
    "WITH stored AS (" INSERT " ON CONFLICT (source, external_id) DO UPDATE SET"
    "  data_version = excluded.data_version, transaction_date = excluded.transaction_date,"
    "  amount = excluded.amount, currency = excluded.currency, transaction_type = "
    "excluded.transaction_type,"
    "  payment_source = excluded.payment_source, document_number = excluded.document_number,"
    "  document_date = excluded.document_date, payment_purpose = excluded.payment_purpose,"
    "  business_operation = excluded.business_operation, counterparty_id = "
    "excluded.counterparty_id,"
    "  counterparty_name = excluded.counterparty_name, counterparty_inn = "
    "excluded.counterparty_inn,"
    "  counterparty_kpp = excluded.counterparty_kpp, counterparty_account = "
    "excluded.counterparty_account,"
    "  counterparty_bank = excluded.counterparty_bank, counterparty_bik = "
    "excluded.counterparty_bik,"
    "  organization_id = excluded.organization_id, organization_name = excluded.organization_name,"
    "  account_number = excluded.account_number, our_bank_name = excluded.our_bank_name,"
    "  our_bank_bik = excluded.our_bank_bik, vat_amount = excluded.vat_amount, vat_rate = "
    "excluded.vat_rate,"
    "  our_inn = excluded.our_inn, cash_flow_item = excluded.cash_flow_item, payer_status ="
    " excluded.payer_status, kbk = excluded.kbk, payment_kind = excluded.payment_kind," DECISIONS
    "  is_active = true, changed_task_id = excluded.changed_task_id, updated_at = now()"
    " WHERE excluded.data_version IS NULL OR b.data_version IS DISTINCT FROM excluded.data_version"
    " OR NOT b.is_active"
    " RETURNING b.id, (xmax = 0) AS created), " TOLD
    " SELECT obm_tally(count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created),"
    "  cardinality($4::text[]) - count(*), 0) FROM stored"};

static const struct db_stmt known = {"ledger_transaction_known",
    "SELECT i.position, there.same FROM"
    " unnest($2::text[], $3::text[]) WITH ORDINALITY AS i(key, version, position)"
    " CROSS JOIN LATERAL (SELECT (b.data_version = i.version) IS TRUE"
    "  AND b.is_active AS same FROM bank_transactions b"
    "  WHERE b.source = $1::text AND b.external_id = i.key LIMIT 1) AS there"};

/* The first look is into the key's index and ends most first imports; the other one goes through
 * the period. */
static const struct db_stmt holds = {"ledger_holds",
    "SELECT EXISTS (SELECT FROM bank_transactions WHERE source = $1::text) AND"
    " EXISTS (SELECT FROM bank_transactions WHERE source = $1::text"
    "  AND transaction_date >= $2::timestamp AND transaction_date < $3::timestamp)"};

struct ledger_batch {
    const char *source, *import_source;
    struct ledger_transaction *rows; /* owned; their texts live in the arena */
    int count, capacity;
    bool dry;
    struct arena texts;
    struct db_column columns[COLUMNS];
};

struct ledger_batch *ledger_batch_new(const char *source, const char *import_source, int capacity)
{
    struct ledger_batch *b = mem_alloc(sizeof *b);
    b->source = source;
    b->import_source = import_source;
    b->capacity = capacity > 0 ? capacity : 16;
    b->rows = mem_alloc((size_t)b->capacity * sizeof *b->rows);
    for (int c = 0; c < COLUMNS; c++)
        db_column_init(&b->columns[c], column_elem[c]);
    return b;
}

void ledger_batch_dry(struct ledger_batch *b, bool dry)
{
    b->dry = dry;
}

void ledger_batch_free(struct ledger_batch *b)
{
    if (!b)
        return;
    for (int c = 0; c < COLUMNS; c++)
        db_column_release(&b->columns[c]);
    arena_release(&b->texts);
    free(b->rows);
    free(b);
}

void ledger_batch_clear(struct ledger_batch *b)
{
    b->count = 0;
    arena_reset(&b->texts);
}

int ledger_batch_count(const struct ledger_batch *b)
{
    return b->count;
}

const struct ledger_transaction *ledger_batch_row(const struct ledger_batch *b, int row)
{
    return &b->rows[row];
}

static void keep(struct ledger_batch *b, struct str *s)
{
    if (s->p)
        *s = arena_str(&b->texts, *s);
}

void ledger_batch_add(struct ledger_batch *b, const struct ledger_transaction *t)
{
    if (b->count == b->capacity) {
        b->capacity *= 2;
        b->rows = mem_realloc(b->rows, (size_t)b->capacity * sizeof *b->rows);
    }
    struct ledger_transaction *row = &b->rows[b->count++];
    *row = *t;
    struct str *const texts[] = {&row->external_id, &row->data_version, &row->currency,
        &row->document_number, &row->vat_rate, &row->payment_purpose, &row->business_operation,
        &row->counterparty_name, &row->counterparty_inn, &row->counterparty_kpp,
        &row->counterparty_account, &row->counterparty_bank, &row->counterparty_bik,
        &row->organization_name, &row->account_number, &row->our_bank_name, &row->our_bank_bik,
        &row->notes, &row->facts.our_inn, &row->facts.cash_flow_item, &row->facts.payer_status,
        &row->facts.kbk, &row->facts.payment_kind, &row->decision.reason};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        keep(b, texts[i]);
}

void ledger_batch_decide(struct ledger_batch *b, int row, const struct ledger_decision *decision)
{
    b->rows[row].decision = *decision;
    keep(b, &b->rows[row].decision.reason);
}

static void add_decision(struct db_column *c, const struct ledger_decision *d)
{
    db_column_text(&c[C_METHOD], str_from(ledger_method_name(d->method)));
    db_column_id(&c[C_CATEGORY], d->category_id);
    if (d->category_id)
        db_column_i32(&c[C_CONFIDENCE], d->confidence);
    else
        db_column_null(&c[C_CONFIDENCE]);
    db_column_id(&c[C_RULE], d->rule_id);
    db_column_text(&c[C_REASON], d->reason);
}

static void add_columns(struct db_column *c, const struct ledger_transaction *t)
{
    db_column_text(&c[C_EXTERNAL_ID], t->external_id);
    db_column_text(&c[C_DATA_VERSION], t->data_version);
    db_column_time(&c[C_DATE], t->transaction_date);
    db_column_i64(&c[C_AMOUNT], t->amount);
    db_column_text(&c[C_CURRENCY], t->currency);
    db_column_text(&c[C_TYPE], str_from(ledger_type_name(t->type)));
    db_column_text(&c[C_PAYMENT], str_from(ledger_payment_name(t->payment)));
    db_column_text(&c[C_NUMBER], t->document_number);
    if (t->has_document_date)
        db_column_time(&c[C_DOCUMENT_DATE], t->document_date);
    else
        db_column_null(&c[C_DOCUMENT_DATE]);
    db_column_text(&c[C_PURPOSE], t->payment_purpose);
    db_column_text(&c[C_OPERATION], t->business_operation);
    db_column_id(&c[C_PARTY_ID], t->counterparty_id);
    db_column_text(&c[C_PARTY_NAME], t->counterparty_name);
    db_column_text(&c[C_PARTY_INN], t->counterparty_inn);
    db_column_text(&c[C_PARTY_KPP], t->counterparty_kpp);
    db_column_text(&c[C_PARTY_ACCOUNT], t->counterparty_account);
    db_column_text(&c[C_PARTY_BANK], t->counterparty_bank);
    db_column_text(&c[C_PARTY_BIK], t->counterparty_bik);
    db_column_id(&c[C_ORG_ID], t->organization_id);
    db_column_text(&c[C_ORG_NAME], t->organization_name);
    db_column_text(&c[C_ACCOUNT], t->account_number);
    db_column_text(&c[C_BANK], t->our_bank_name);
    db_column_text(&c[C_BIK], t->our_bank_bik);
    if (t->has_vat_amount)
        db_column_i64(&c[C_VAT], t->vat_amount);
    else
        db_column_null(&c[C_VAT]);
    db_column_text(&c[C_VAT_RATE], t->vat_rate);
    db_column_text(&c[C_NOTES], t->notes);
    db_column_text(&c[C_OUR_INN], t->facts.our_inn);
    db_column_text(&c[C_ITEM], t->facts.cash_flow_item);
    db_column_text(&c[C_STATUS], t->facts.payer_status);
    db_column_text(&c[C_KBK], t->facts.kbk);
    db_column_text(&c[C_KIND], t->facts.payment_kind);
    add_decision(c, &t->decision);
}

static bool novel(const struct ledger_batch *b, int from, int count)
{
    for (int i = from; i < from + count; i++)
        if (!b->rows[i].novel)
            return false;
    return true;
}

bool ledger_batch_doubt(struct ledger_batch *b)
{
    bool any = false;
    for (int i = 0; i < b->count; i++) {
        any = any || b->rows[i].novel;
        b->rows[i].novel = false;
    }
    return any;
}

void ledger_batch_write_rows(
    struct ledger_batch *b, int from, int count, struct db_unit *u, const struct uuid *task_id)
{
    for (int c = 0; c < COLUMNS; c++)
        db_column_clear(&b->columns[c]);
    for (int i = from; i < from + count; i++)
        add_columns(b->columns, &b->rows[i]);
    if (b->dry)
        ledger_plan_by_index(u);
    db_add(u, b->dry ? &ledger_dry_transactions : novel(b, from, count) ? &insert : &upsert);
    db_bind_cstr(u, b->source);
    db_bind_cstr(u, b->import_source);
    db_bind_uuid(u, task_id);
    for (int c = 0; c < COLUMNS; c++)
        db_bind_column(u, &b->columns[c]);
}

void ledger_batch_write(struct ledger_batch *b, struct db_unit *u, const struct uuid *task_id)
{
    ledger_batch_write_rows(b, 0, b->count, u, task_id);
}

void ledger_transaction_json(struct json_writer *w, const struct ledger_transaction *t)
{
    char text[TIME_TEXT], amount[DECIMAL_TEXT];
    jw_object(w);
    jw_kstr(w, "external_id", t->external_id);
    jw_kstr(w, "data_version", t->data_version);
    time_format_wall(t->transaction_date, text);
    jw_kcstr(w, "transaction_date", text);
    decimal_format(t->amount, amount);
    jw_kcstr(w, "amount", amount);
    jw_kstr(w, "currency", t->currency);
    jw_kcstr(w, "transaction_type", ledger_type_name(t->type));
    jw_kcstr(w, "payment_source", ledger_payment_name(t->payment));
    jw_kstr(w, "document_number", t->document_number);
    jw_kstr(w, "payment_purpose", t->payment_purpose);
    jw_kstr(w, "business_operation", t->business_operation);
    jw_kstr(w, "counterparty_name", t->counterparty_name);
    jw_kstr(w, "counterparty_inn", t->counterparty_inn);
    jw_kstr(w, "counterparty_account", t->counterparty_account);
    jw_kstr(w, "organization_name", t->organization_name);
    jw_kstr(w, "account_number", t->account_number);
    jw_object_end(w);
}

void ledger_known_add(struct db_unit *u, const char *source, const struct db_column *external_ids,
    const struct db_column *data_versions)
{
    ledger_plan_by_index(u);
    db_add(u, &known);
    db_bind_cstr(u, source);
    db_bind_column(u, external_ids);
    db_bind_column(u, data_versions);
}

void ledger_holds_add(struct db_unit *u, const char *source, usec_t from, usec_t to)
{
    ledger_plan_by_index(u);
    db_add(u, &holds);
    db_bind_cstr(u, source);
    db_bind_time(u, from);
    db_bind_time(u, to);
}
