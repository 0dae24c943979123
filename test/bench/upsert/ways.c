#include "ways.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>
#include "obmen/db.h"
#include "obmen/decimal.h"
#include "pg/pool.h"

static PGconn *pg; /* for COPY: blocking */
static uv_loop_t loop;
static struct db *db; /* for units: the pool of the program */

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void sql(const char *text)
{
    sql_number(text);
}

int64_t sql_number(const char *text)
{
    PGresult *r = PQexec(pg, text);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        die(text, PQerrorMessage(pg));
    int64_t v = PQntuples(r) > 0 ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
    PQclear(r);
    return v;
}

static bool answered;

static void run(struct db_unit *u, db_done_fn done)
{
    answered = false;
    db_submit(u, done, NULL);
    while (!answered)
        uv_run(&loop, UV_RUN_ONCE);
}

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err)
        die("unit", err->cause);
    answered = true;
}

/* ---- COPY ---- */

#define COLUMNS                                                                                    \
    "source, import_source, created_task_id, changed_task_id, external_id, data_version, "         \
    "transaction_date, amount, "                                                                   \
    "currency, transaction_type, payment_source, document_number, document_date, "                 \
    "payment_purpose, business_operation, "                                                        \
    "counterparty_id, counterparty_name, counterparty_inn, counterparty_kpp, "                     \
    "counterparty_account, counterparty_bank, "                                                    \
    "counterparty_bik, organization_id, organization_name, account_number, our_bank_name, "        \
    "our_bank_bik, vat_amount, vat_rate"
#define TASK "01890a5d-ac96-774b-bcce-b302099a8057"

static void add_text(struct buf *b, struct str s)
{
    buf_addc(b, '\t');
    if (!s.p)
        buf_adds(b, "\\N");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' || s.p[i] == '\t' || s.p[i] == '\n')
            buf_addc(b, '\\');
        buf_addc(b, s.p[i]);
    }
}

static void add_int(struct buf *b, int64_t v)
{
    buf_addc(b, '\t');
    buf_add_i64(b, v);
}

static void add_amount(struct buf *b, bool there, int64_t kopecks)
{
    char text[DECIMAL_TEXT];
    if (there)
        decimal_format(kopecks, text);
    add_text(b, there ? str_from(text) : STR_NULL);
}

static void add_line(struct buf *b, const struct ledger_transaction *t, int category)
{
    char at[TIME_TEXT], day[TIME_TEXT];
    time_format_wall(t->transaction_date, at);
    time_format_date(t->document_date, day);
    buf_adds(b, "1c\tODATA_1C\t" TASK "\t" TASK);
    add_text(b, t->external_id);
    add_text(b, t->data_version);
    add_text(b, str_from(at));
    add_amount(b, true, t->amount);
    add_text(b, t->currency);
    add_text(b, str_from(ledger_type_name(t->type)));
    add_text(b, str_from(ledger_payment_name(t->payment)));
    add_text(b, t->document_number);
    add_text(b, str_from(day));
    add_text(b, t->payment_purpose);
    add_text(b, t->business_operation);
    add_int(b, t->counterparty_id);
    add_text(b, t->counterparty_name);
    add_text(b, t->counterparty_inn);
    add_text(b, t->counterparty_kpp);
    add_text(b, t->counterparty_account);
    add_text(b, t->counterparty_bank);
    add_text(b, t->counterparty_bik);
    add_int(b, t->organization_id);
    add_text(b, t->organization_name);
    add_text(b, t->account_number);
    add_text(b, t->our_bank_name);
    add_text(b, t->our_bank_bik);
    add_amount(b, t->has_vat_amount, t->vat_amount);
    add_text(b, t->vat_rate);
    if (category > 0)
        add_int(b, category);
    else if (category == 0)
        add_text(b, STR_NULL);
    buf_addc(b, '\n');
}

static void copy_rows(
    const char *command, const struct ledger_transaction *rows, int count, bool categories)
{
    struct buf b = BUF_INIT;
    PGresult *res = PQexec(pg, command);
    if (PQresultStatus(res) != PGRES_COPY_IN)
        die(command, PQerrorMessage(pg));
    PQclear(res);
    for (int i = 0; i < count; i++) {
        add_line(&b, &rows[i], !categories ? -1 : i % 5 ? 1 + i % 10 : 0);
        if (b.n < 60000 && i < count - 1)
            continue;
        if (PQputCopyData(pg, b.p, (int)b.n) != 1)
            die(command, PQerrorMessage(pg));
        buf_clear(&b);
    }
    PQputCopyEnd(pg, NULL);
    while ((res = PQgetResult(pg))) {
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            die(command, PQerrorMessage(pg));
        PQclear(res);
    }
    buf_release(&b);
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

void way_copy(const struct ledger_transaction *rows, int count, int batch)
{
    for (int i = 0; i < count; i += batch)
        copy_rows("COPY bank_transactions (" COLUMNS ") FROM STDIN", rows + i,
            at_most(batch, count - i), false);
}

void way_copy_categories(const struct ledger_transaction *rows, int count, int batch)
{
    for (int i = 0; i < count; i += batch)
        copy_rows("COPY bank_transactions (" COLUMNS ", category_id) FROM STDIN", rows + i,
            at_most(batch, count - i), true);
}

/* ---- COPY into a temp table ---- */

#define FROM_SOURCE(name) #name " = excluded." #name ", "
#define SET                                                                                        \
    FROM_SOURCE(data_version)                                                                      \
    FROM_SOURCE(transaction_date)                                                                  \
    FROM_SOURCE(amount)                                                                            \
    FROM_SOURCE(currency)                                                                          \
    FROM_SOURCE(transaction_type) FROM_SOURCE(payment_source) FROM_SOURCE(document_number)         \
        FROM_SOURCE(document_date) FROM_SOURCE(payment_purpose) FROM_SOURCE(business_operation)    \
            FROM_SOURCE(counterparty_id) FROM_SOURCE(counterparty_name)                            \
                FROM_SOURCE(counterparty_inn) FROM_SOURCE(counterparty_kpp)                        \
                    FROM_SOURCE(counterparty_account) FROM_SOURCE(counterparty_bank)               \
                        FROM_SOURCE(counterparty_bik) FROM_SOURCE(organization_id)                 \
                            FROM_SOURCE(organization_name) FROM_SOURCE(account_number)             \
                                FROM_SOURCE(our_bank_name) FROM_SOURCE(our_bank_bik)               \
                                    FROM_SOURCE(vat_amount) FROM_SOURCE(vat_rate) FROM_SOURCE(     \
                                        changed_task_id) "is_active = true, updated_at = now()"

void way_temp(const struct ledger_transaction *rows, int count, int batch)
{
    sql("CREATE TEMP TABLE IF NOT EXISTS arrived (LIKE bank_transactions) ON COMMIT DELETE ROWS");
    sql("ALTER TABLE arrived ALTER id DROP NOT NULL, ALTER status DROP NOT NULL, ALTER is_active "
        "DROP NOT NULL, "
        "ALTER created_at DROP NOT NULL, ALTER updated_at DROP NOT NULL");
    for (int i = 0; i < count; i += batch) {
        sql("BEGIN");
        copy_rows(
            "COPY arrived (" COLUMNS ") FROM STDIN", rows + i, at_most(batch, count - i), false);
        sql("WITH done AS (INSERT INTO bank_transactions AS b (" COLUMNS ") SELECT " COLUMNS
            " FROM arrived "
            "ON CONFLICT (source, external_id) DO UPDATE SET " SET
            " WHERE b.data_version IS DISTINCT FROM excluded.data_version OR NOT b.is_active "
            "RETURNING (xmax = 0) AS new) "
            "SELECT obm_tally(count(*) FILTER (WHERE new), count(*) FILTER (WHERE NOT new), "
            "(SELECT count(*) FROM arrived) - count(*), 0) FROM done");
        sql("COMMIT");
    }
}

/* ---- the program's own ---- */

static struct ledger_batch *batch_rows;
static struct db_column keys, versions;
static bool *there, *unchanged; /* of the batch */

static void store(void)
{
    struct uuid task;
    struct db_unit *u = db_unit_new(db, DB_TASK);
    uuid_parse(STR(TASK), &task);
    ledger_batch_write(batch_rows, u, &task);
    ledger_batch_clear(batch_rows);
    run(u, on_done);
}

void way_unnest(const struct ledger_transaction *rows, int count, int batch)
{
    for (int i = 0; i < count; i++) {
        ledger_batch_add(batch_rows, &rows[i]);
        if (ledger_batch_count(batch_rows) == batch || i == count - 1)
            store();
    }
}

static void on_known(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err)
        die("unit", err->cause);
    for (int i = 0; i < db_rows(results[1]); i++) {
        there[db_i64(results[1], i, 0) - 1] = true;
        unchanged[db_i64(results[1], i, 0) - 1] = db_bool(results[1], i, 1);
    }
    answered = true;
}

static void ask(const struct ledger_transaction *rows, int count)
{
    struct db_unit *u = db_unit_new(db, DB_TASK);
    db_column_clear(&keys);
    db_column_clear(&versions);
    for (int i = 0; i < count; i++) {
        there[i] = unchanged[i] = false;
        db_column_text(&keys, rows[i].external_id);
        db_column_text(&versions, rows[i].data_version);
    }
    ledger_known_add(u, "1c", &keys, &versions);
    run(u, on_known);
}

void way_asked(const struct ledger_transaction *rows, int count, int batch)
{
    there = calloc((size_t)batch, sizeof *there);
    unchanged = calloc((size_t)batch, sizeof *unchanged);
    for (; count > 0; rows += batch, count -= batch) {
        int n = at_most(batch, count);
        ask(rows, n);
        for (int i = 0; i < n; i++) {
            struct ledger_transaction row = rows[i];
            row.novel = !there[i];
            if (!unchanged[i])
                ledger_batch_add(batch_rows, &row);
        }
        if (ledger_batch_count(batch_rows) > 0)
            store();
    }
    free(there);
    free(unchanged);
}

/* ---- open, close ---- */

static int64_t pids[2];

static int64_t on_cpu_ns(int64_t pid)
{
    char path[64];
    long long ns = 0;
    snprintf(path, sizeof path, "/proc/%lld/schedstat", (long long)pid);
    FILE *f = fopen(path, "r");
    if (!f || fscanf(f, "%lld", &ns) != 1)
        die(path, "cannot be read");
    fclose(f);
    return ns;
}

int64_t server_ns(void)
{
    return on_cpu_ns(pids[0]) + on_cpu_ns(pids[1]);
}

static const struct db_stmt flush_statistics = {"bench_flush", "SELECT pg_stat_force_next_flush()"};

void hurry_statistics(void)
{
    struct db_unit *u = db_unit_new(db, DB_TASK);
    db_add(u, &flush_statistics);
    run(u, on_done);
    sql("SELECT pg_stat_force_next_flush()");
}

static const struct db_stmt my_pid = {"bench_my_pid", "SELECT pg_backend_pid()::bigint"};

static void on_pid(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err)
        die("connect", err->cause);
    pids[1] = db_i64(results[0], 0, 0);
    answered = true;
}

void ways_open(const char *conninfo)
{
    struct err err;
    pg = PQconnectdb(conninfo);
    if (PQstatus(pg) != CONNECTION_OK)
        die("connect", PQerrorMessage(pg));
    sql("SET client_min_messages = warning");
    uv_loop_init(&loop);
    db = db_open(&loop,
        &(struct db_options){
            .conninfo = conninfo, .keep = 1, .timeout_ms = 600000, .max_waiting = 10},
        &err);
    if (!db)
        die("db_open", err.message);
    db_column_init(&keys, DB_TEXT);
    db_column_init(&versions, DB_TEXT);
    batch_rows = ledger_batch_new("1c", "ODATA_1C", 1000);
    pids[0] = PQbackendPID(pg);
    struct db_unit *u = db_unit_new(db, DB_TASK);
    db_add(u, &my_pid);
    run(u, on_pid);
}

void ways_close(void)
{
    db_close(db, 1000, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    db_column_release(&keys);
    db_column_release(&versions);
    ledger_batch_free(batch_rows);
    PQfinish(pg);
}
