#include "classify/rows.h"

#define FILTER                                                                                     \
    " b.is_active AND ($1::timestamp IS NULL OR b.transaction_date >= $1) AND"                     \
    " ($2::timestamp IS NULL OR b.transaction_date < $2) AND ($3::text IS NULL OR"                 \
    " b.transaction_type = $3) AND ($4::text IS NULL OR b.payment_source = $4) AND ($5::text IS"   \
    " NULL OR b.status = $5) AND ($6::text IS NULL OR b.counterparty_inn = $6) AND ($7::text IS"   \
    " NULL OR b.account_number = $7) AND ($8::bigint IS NULL OR b.organization_id = $8) AND"       \
    " ($9::bigint IS NULL OR b.category_id = $9) AND ($10::bigint[] IS NULL OR b.id = ANY ($10))"

static const struct db_stmt page = {"classify_rows_page",
    "SELECT b.id, b.transaction_date, b.decided_by IS NOT NULL, b.transaction_type, "
    "b.payment_source,"
    " b.payment_purpose, b.business_operation, b.counterparty_name, b.counterparty_inn,"
    " b.counterparty_account, b.counterparty_bik, b.account_number, b.our_bank_bik, b.our_inn,"
    " b.cash_flow_item, b.payer_status, b.kbk, b.payment_kind, b.category_id, "
    "b.suggested_category_id,"
    " b.category_rule_id, b.category_method, round(b.category_confidence::numeric * 100),"
    " b.amount, b.status"
    " FROM bank_transactions b WHERE" FILTER
    " AND ($11::timestamp IS NULL OR (b.transaction_date, b.id) > ($11, $12::bigint))"
    " ORDER BY b.transaction_date, b.id LIMIT $13::integer"};
static const struct db_stmt count = {"classify_rows_count",
    "SELECT count(*), count(*) FILTER (WHERE b.decided_by IS NOT NULL) FROM "
    "bank_transactions b WHERE" FILTER};

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

static void bind_filter(struct db_unit *u, const struct rows_filter *f)
{
    if (f->has_from)
        db_bind_time(u, f->from);
    else
        db_bind_null(u);
    if (f->has_to)
        db_bind_time(u, f->to + USEC_PER_DAY);
    else
        db_bind_null(u);
    bind_text(u, f->transaction_type);
    bind_text(u, f->payment_source);
    bind_text(u, f->status);
    bind_text(u, f->counterparty_inn);
    bind_text(u, f->account_number);
    bind_id(u, f->organization_id);
    bind_id(u, f->category_id);
    if (f->ids)
        db_bind_column(u, f->ids);
    else
        db_bind_null(u);
}

void rows_page_add(
    struct db_unit *u, const struct rows_filter *f, const struct rows_place *after, int limit)
{
    db_add(u, &page);
    bind_filter(u, f);
    if (after->set)
        db_bind_time(u, after->at);
    else
        db_bind_null(u);
    db_bind_i64(u, after->id);
    db_bind_i32(u, limit);
}

void rows_count_add(struct db_unit *u, const struct rows_filter *f)
{
    db_add(u, &count);
    bind_filter(u, f);
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
        .status = db_text(r, row, 24)};
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

bool rows_differ(const struct rows_row *row, const struct ledger_decision *d)
{
    bool sure = d->confidence >= LEDGER_CERTAIN;
    return row->category_id != (sure ? d->category_id : 0) ||
           row->suggested_id != (sure ? 0 : d->category_id) ||
           row->confidence != (d->category_id ? d->confidence : 0) || row->rule_id != d->rule_id ||
           !str_eq(row->method, str_from(ledger_method_name(d->method)));
}
