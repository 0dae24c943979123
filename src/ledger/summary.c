#include "ledger/summary.h"

#include <stdio.h>

#include "ledger/call.h"
#include "ledger/filter.h"

/* IGNORED does not count, unless it is what was asked for. */
#define LEFT_OUT "b.status = 'IGNORED' AND $5 IS NULL"
/* Money that only went from one account of ours to another is neither receipt nor payment: known by
 * its category, and asked once for each that a group has. */
#define TRANSFER                                                                                   \
    "coalesce(p.category_id = ANY (ARRAY(SELECT id FROM categories WHERE kind = 'internal')), "    \
    "false)"
#define GROUPED(key)                                                                               \
    " FROM (SELECT o.key,"                                                                         \
    "  coalesce(sum(o.n) FILTER (WHERE NOT o.own), 0)::bigint AS n,"                               \
    "  coalesce(sum(o.amount) FILTER (WHERE NOT o.own AND o.type = 'CREDIT'), 0) AS credit,"       \
    "  coalesce(sum(o.amount) FILTER (WHERE NOT o.own AND o.type = 'DEBIT'), 0) AS debit,"         \
    "  coalesce(sum(o.n) FILTER (WHERE o.own), 0)::bigint AS own_n,"                               \
    "  coalesce(sum(o.amount) FILTER (WHERE o.own AND o.type = 'CREDIT'), 0) AS own_credit,"       \
    "  coalesce(sum(o.amount) FILTER (WHERE o.own AND o.type = 'DEBIT'), 0) AS own_debit"          \
    "  FROM (SELECT p.*, " TRANSFER " AS own FROM ("                                               \
    "   SELECT " key " AS key, b.category_id, b.transaction_type AS type,"                         \
    "     count(*) AS n, sum(b.amount) AS amount FROM bank_transactions b"                         \
    "    WHERE" LEDGER_MATCHES LEDGER_NO_SEARCH " AND NOT (" LEFT_OUT ") GROUP BY 1, 2, 3"         \
    "   ) AS p) AS o GROUP BY 1) AS g"
#define SHOWN                                                                                      \
    " g.credit::numeric(30,2), g.debit::numeric(30,2), (g.credit - g.debit)::numeric(30,2), g.n,"  \
    " g.own_credit::numeric(30,2), g.own_debit::numeric(30,2), g.own_n"
#define BY_TURNOVER                                                                                \
    " ORDER BY g.credit + g.debit DESC, g.own_credit + g.own_debit DESC, g.key NULLS LAST"

static const struct db_stmt summaries[] = {
    [LEDGER_BY_MONTH] = {"ledger_by_month",
        "SELECT to_char(g.key, 'YYYY-MM'), NULL," SHOWN GROUPED(
            "date_trunc('month', b.transaction_date)") " ORDER BY g.key"},
    [LEDGER_BY_CATEGORY] = {"ledger_by_category",
        "SELECT g.key, c.name," SHOWN GROUPED(
            "b.category_id") " LEFT JOIN categories c ON c.id = g.key" BY_TURNOVER},
    [LEDGER_BY_ORGANIZATION] = {"ledger_by_organization",
        "SELECT g.key, o.name," SHOWN GROUPED(
            "b.organization_id") " LEFT JOIN organizations o ON o.id = g.key" BY_TURNOVER},
};
static const struct db_stmt left_out = {"ledger_left_out",
    "SELECT count(*) FROM bank_transactions b WHERE" LEDGER_MATCHES LEDGER_NO_SEARCH
    " AND " LEFT_OUT};

/* "2025-03" → "март 2025" */
static void write_month(struct json_writer *w, struct str key)
{
    static const char *const russian[] = {"январь", "февраль", "март", "апрель", "май", "июнь",
        "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"};
    static const char *const english[] = {"January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December"};
    struct str rest = key, year = str_cut(&rest, '-');
    long long month = 1;
    char title[64];
    str_to_i64(rest, 1, 12, &month);
    snprintf(title, sizeof title, "%s %.*s", TR(russian, english)[month - 1], STR_ARG(year));
    jw_kcstr(w, "title", title);
}

static void write_groups(
    struct ledger_call *q, struct json_writer *w, struct db_result *const *results)
{
    const struct db_result *r = results[1];
    jw_object(w);
    jw_key(w, "groups");
    jw_array(w);
    for (int i = 0; i < db_rows(r); i++) {
        jw_object(w);
        jw_kstr(w, "key", db_text(r, i, 0));
        if (q->limit == LEDGER_BY_MONTH)
            write_month(w, db_text(r, i, 0));
        else if (db_is_null(r, i, 1))
            jw_kcstr(w, "title",
                q->limit == LEDGER_BY_CATEGORY ? TR("Без категории", "Without a category")
                                               : TR("Без организации", "Without an organization"));
        else
            jw_kstr(w, "title", db_text(r, i, 1));
        jw_kstr(w, "credit", db_text(r, i, 2));
        jw_kstr(w, "debit", db_text(r, i, 3));
        jw_kstr(w, "balance", db_text(r, i, 4));
        jw_ki64(w, "count", db_i64(r, i, 5));
        jw_key(w, "transfers");
        jw_object(w);
        jw_kstr(w, "credit", db_text(r, i, 6));
        jw_kstr(w, "debit", db_text(r, i, 7));
        jw_ki64(w, "count", db_i64(r, i, 8));
        jw_object_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "total", db_rows(r));
    jw_ki64(w, "left_out", db_i64(results[2], 0, 0));
    jw_object_end(w);
}

void ledger_summary(struct db *db, const struct ledger_transaction_filter *f,
    enum ledger_group group, ledger_json_fn done, void *arg)
{
    struct ledger_call *q = ledger_call_new(done, arg, write_groups);
    q->limit = (int)group;
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_custom_plan(u);
    db_add(u, &summaries[group]);
    ledger_bind_filter(u, f);
    db_add(u, &left_out);
    ledger_bind_filter(u, f);
    db_submit(u, ledger_call_done, q);
}
