#include "classify/rows.h"

#include "ledger/filter.h"

#define MATCHES(search) LEDGER_MATCHES search " AND ($18::bigint[] IS NULL OR b.id = ANY ($18))"
#define PAGE(search)                                                                               \
    "SELECT b.id, b.transaction_date, b.decided_by IS NOT NULL, b.transaction_type,"               \
    " b.payment_source, b.payment_purpose, b.business_operation, b.counterparty_name,"             \
    " b.counterparty_inn, b.counterparty_account, b.counterparty_bik, b.account_number,"           \
    " b.our_bank_bik, b.our_inn, b.cash_flow_item, b.payer_status, b.kbk, b.payment_kind,"         \
    " b.category_id, b.suggested_category_id, b.category_rule_id, b.category_method,"              \
    " round(b.category_confidence::numeric * 100), b.amount, b.status, b.xmin::text::bigint"       \
    " FROM bank_transactions b WHERE" MATCHES(                                                     \
        search) " AND ($19::timestamp IS NULL OR (b.transaction_date, b.id) > ($19, $20::bigint))" \
                " ORDER BY b.transaction_date, b.id LIMIT $21::integer"
#define COUNT(search)                                                                              \
    "SELECT count(*), count(*) FILTER (WHERE b.decided_by IS NOT NULL)"                            \
    " FROM bank_transactions b WHERE" MATCHES(search)

/* Without and with words that are looked for. */
static const struct db_stmt pages[2] = {{"classify_rows_page", PAGE(LEDGER_NO_SEARCH)},
    {"classify_rows_found_page", PAGE(LEDGER_SEARCH)}};
static const struct db_stmt counts[2] = {{"classify_rows_count", COUNT(LEDGER_NO_SEARCH)},
    {"classify_rows_found_count", COUNT(LEDGER_SEARCH)}};

static void bind_filter(
    struct db_unit *u, const struct ledger_transaction_filter *f, const struct db_column *ids)
{
    ledger_bind_filter(u, f);
    if (ids)
        db_bind_column(u, ids);
    else
        db_bind_null(u);
}

int rows_page_add(struct db_unit *u, const struct ledger_transaction_filter *f,
    const struct db_column *ids, const struct rows_place *after, int limit)
{
    ledger_custom_plan(u);
    int at = db_add(u, &pages[f->q.n > 0]);
    bind_filter(u, f, ids);
    if (after->set)
        db_bind_time(u, after->at);
    else
        db_bind_null(u);
    db_bind_i64(u, after->id);
    db_bind_i32(u, limit);
    return at;
}

int rows_count_add(
    struct db_unit *u, const struct ledger_transaction_filter *f, const struct db_column *ids)
{
    ledger_custom_plan(u);
    int at = db_add(u, &counts[f->q.n > 0]);
    bind_filter(u, f, ids);
    return at;
}

void rows_read(const struct db_result *r, int row, struct rows_row *ret)
{
    *ret = (struct rows_row){.id = db_i64(r, row, 0),
        .at = db_time(r, row, 1),
        .locked = db_bool(r, row, 2),
        .category_id = db_i64(r, row, 18),
        .suggested_id = db_i64(r, row, 19),
        .rule_id = db_i64(r, row, 20),
        .method = db_text(r, row, 21),
        .confidence = (int)db_i64(r, row, 22),
        .amount = db_text(r, row, 23),
        .status = db_text(r, row, 24),
        .version = db_i64(r, row, 25)};
    ret->t = (struct ledger_transaction){
        .type = str_is(db_text(r, row, 3), "CREDIT") ? LEDGER_CREDIT : LEDGER_DEBIT,
        .payment = str_is(db_text(r, row, 4), "BANK") ? LEDGER_BANK : LEDGER_CASH,
        .payment_purpose = db_text(r, row, 5),
        .business_operation = db_text(r, row, 6),
        .counterparty_name = db_text(r, row, 7),
        .counterparty_inn = db_text(r, row, 8),
        .counterparty_account = db_text(r, row, 9),
        .counterparty_bik = db_text(r, row, 10),
        .account_number = db_text(r, row, 11),
        .our_bank_bik = db_text(r, row, 12),
        .facts = {.our_inn = db_text(r, row, 13),
            .cash_flow_item = db_text(r, row, 14),
            .payer_status = db_text(r, row, 15),
            .kbk = db_text(r, row, 16),
            .payment_kind = db_text(r, row, 17)}};
}

void rows_json(struct json_writer *w, const struct rows_row *row)
{
    char at[TIME_TEXT];
    jw_ki64(w, "id", row->id);
    time_format_wall(row->at, at);
    jw_kcstr(w, "transaction_date", at);
    jw_kstr(w, "amount", row->amount);
    jw_kcstr(w, "transaction_type", ledger_type_name(row->t.type));
    jw_kstr(w, "payment_purpose", row->t.payment_purpose);
}

bool rows_move(const struct rows_row *row, const struct ledger_decision *d)
{
    bool sure = d->confidence >= LEDGER_CERTAIN;
    return row->category_id != (sure ? d->category_id : 0) ||
           row->suggested_id != (sure ? 0 : d->category_id);
}

bool rows_differ(const struct rows_row *row, const struct ledger_decision *d)
{
    return rows_move(row, d) || row->confidence != (d->category_id ? d->confidence : 0) ||
           row->rule_id != d->rule_id ||
           !str_eq(row->method, str_from(ledger_method_name(d->method)));
}
