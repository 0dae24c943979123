#include "ledger/filter.h"

/* LIKE pattern of a part; what LIKE would read as signs of its own is escaped. */
void ledger_bind_part(struct db_unit *u, struct str part)
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

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

void ledger_bind_filter(struct db_unit *u, const struct ledger_transaction_filter *f)
{
    bind_time(u, f->has_date_from, f->date_from);
    bind_time(u, f->has_date_to, f->date_to + USEC_PER_DAY);
    db_bind_filled(u, f->transaction_type);
    db_bind_filled(u, f->payment_source);
    db_bind_filled(u, f->status);
    db_bind_id(u, f->category_id);
    db_bind_id(u, f->organization_id);
    db_bind_filled(u, f->counterparty_inn);
    db_bind_filled(u, f->account_number);
    if (f->active == LEDGER_ALL)
        db_bind_null(u);
    else
        db_bind_bool(u, f->active == LEDGER_ACTIVE);
    db_bind_filled(u, f->q);
    ledger_bind_part(u, has_digit(f->q) ? f->q : STR_NULL);
    bind_kopecks(u, f->has_amount_min, f->amount_min);
    bind_kopecks(u, f->has_amount_max, f->amount_max);
    db_bind_filled(u, f->import_source);
    if (uuid_is_zero(&f->changed_task_id))
        db_bind_null(u);
    else
        db_bind_uuid(u, &f->changed_task_id);
    db_bind_id(u, f->suggested_category_id);
}

static const struct db_stmt custom = {
    "ledger_custom_plan", "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"};

void ledger_custom_plan(struct db_unit *u)
{
    db_add(u, &custom);
}
