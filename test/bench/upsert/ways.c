#include "ways.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>
#include "obmen/db.h"
#include "pg/pool.h"

static PGconn *pg;    /* for COPY: blocking */
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

/* ---- COPY ---- */

#define NAME(kind, name) ", " #name
#define COLUMN_NAMES "source, import_source, created_task_id, changed_task_id" ROW_COLUMNS(NAME)
#define TASK "01890a5d-ac96-774b-bcce-b302099a8057"

static void copy_text(struct buf *b, const char *s)
{
    if (!s) {
        buf_adds(b, "\t\\N");
        return;
    }
    buf_addc(b, '\t');
    for (; *s; s++) {
        if (*s == '\\' || *s == '\t' || *s == '\n')
            buf_addc(b, '\\');
        buf_addc(b, *s);
    }
}

static void copy_int(struct buf *b, int64_t v)
{
    if (v == 0) {
        buf_adds(b, "\t\\N");
        return;
    }
    buf_addc(b, '\t');
    buf_add_i64(b, v);
}

static void copy_time(struct buf *b, usec_t t, void (*format)(usec_t, char[TIME_TEXT]))
{
    char text[TIME_TEXT];
    format(t, text);
    buf_addc(b, '\t');
    buf_adds(b, text);
}

#define COPY_T(v) copy_text(b, v)
#define COPY_N(v) copy_text(b, *(v) ? (v) : NULL)
#define COPY_I(v) copy_int(b, v)
#define COPY_S(v) copy_time(b, v, time_format_wall)
#define COPY_D(v) copy_time(b, v, time_format_date)
#define COPY_F(v) buf_printf(b, "\t%g", v)
#define COPY_COLUMN(kind, name) COPY_##kind(r->name);

static void copy_rows(const char *command, const struct row *rows, int count)
{
    struct buf made = BUF_INIT, *b = &made;
    PGresult *res = PQexec(pg, command);
    if (PQresultStatus(res) != PGRES_COPY_IN)
        die(command, PQerrorMessage(pg));
    PQclear(res);
    for (int i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        buf_adds(b, "1c\tODATA_1C\t" TASK "\t" TASK);
        ROW_COLUMNS(COPY_COLUMN)
        buf_addc(b, '\n');
        if (b->n > 60000 || i == count - 1) {
            if (PQputCopyData(pg, b->p, (int)b->n) != 1)
                die(command, PQerrorMessage(pg));
            buf_clear(b);
        }
    }
    PQputCopyEnd(pg, NULL);
    while ((res = PQgetResult(pg))) {
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            die(command, PQerrorMessage(pg));
        PQclear(res);
    }
    buf_release(b);
}

void way_copy(const struct row *rows, int count, int batch)
{
    for (int i = 0; i < count; i += batch)
        copy_rows("COPY bank_transactions (" COLUMN_NAMES ") FROM STDIN", rows + i, count - i < batch ? count - i : batch);
}

/* ---- what happens to a row that is there already ---- */

#define SET(kind, name) SET_##name
#define FROM_SOURCE(name) #name " = excluded." #name ", "
#define UNLESS_DECIDED(name) #name " = CASE WHEN b.decided_by IS NULL THEN excluded." #name " ELSE b." #name " END, "
#define SET_external_id ""
#define SET_data_version FROM_SOURCE(data_version)
#define SET_transaction_date FROM_SOURCE(transaction_date)
#define SET_amount FROM_SOURCE(amount)
#define SET_currency FROM_SOURCE(currency)
#define SET_transaction_type FROM_SOURCE(transaction_type)
#define SET_payment_source FROM_SOURCE(payment_source)
#define SET_document_number FROM_SOURCE(document_number)
#define SET_document_date FROM_SOURCE(document_date)
#define SET_payment_purpose FROM_SOURCE(payment_purpose)
#define SET_business_operation FROM_SOURCE(business_operation)
#define SET_counterparty_id FROM_SOURCE(counterparty_id)
#define SET_counterparty_name FROM_SOURCE(counterparty_name)
#define SET_counterparty_inn FROM_SOURCE(counterparty_inn)
#define SET_counterparty_kpp FROM_SOURCE(counterparty_kpp)
#define SET_counterparty_account FROM_SOURCE(counterparty_account)
#define SET_counterparty_bank FROM_SOURCE(counterparty_bank)
#define SET_counterparty_bik FROM_SOURCE(counterparty_bik)
#define SET_organization_id FROM_SOURCE(organization_id)
#define SET_organization_name FROM_SOURCE(organization_name)
#define SET_account_number FROM_SOURCE(account_number)
#define SET_our_bank_name FROM_SOURCE(our_bank_name)
#define SET_our_bank_bik FROM_SOURCE(our_bank_bik)
#define SET_vat_amount FROM_SOURCE(vat_amount)
#define SET_vat_rate FROM_SOURCE(vat_rate)
#define SET_status UNLESS_DECIDED(status)
#define SET_category_id UNLESS_DECIDED(category_id)
#define SET_category_confidence UNLESS_DECIDED(category_confidence)
#define SET_category_reason UNLESS_DECIDED(category_reason)
#define ON_CONFLICT                                                                                \
    " ON CONFLICT (source, external_id) DO UPDATE SET " ROW_COLUMNS(SET)                           \
    "changed_task_id = excluded.changed_task_id, updated_at = now(), is_active = true "            \
    "WHERE b.data_version IS DISTINCT FROM excluded.data_version OR NOT b.is_active"
#define TALLY(upsert, total)                                                                       \
    "WITH done AS (" upsert " RETURNING (xmax = 0) AS new) SELECT obm_tally(count(*) FILTER (WHERE new), "  \
    "count(*) FILTER (WHERE NOT new), " total " - count(*), 0) FROM done"

/* ---- COPY into a temp table ---- */

void way_temp(const struct row *rows, int count, int batch)
{
    sql("CREATE TEMP TABLE IF NOT EXISTS arrived (LIKE bank_transactions) ON COMMIT DELETE ROWS");
    sql("ALTER TABLE arrived ALTER id DROP NOT NULL, ALTER is_active DROP NOT NULL, ALTER created_at DROP NOT NULL, "
        "ALTER updated_at DROP NOT NULL");
    for (int i = 0; i < count; i += batch) {
        sql("BEGIN");
        copy_rows("COPY arrived (" COLUMN_NAMES ") FROM STDIN", rows + i, count - i < batch ? count - i : batch);
        sql(TALLY("INSERT INTO bank_transactions AS b (" COLUMN_NAMES ") SELECT " COLUMN_NAMES " FROM arrived" ON_CONFLICT,
            "(SELECT count(*) FROM arrived)"));
        sql("COMMIT");
    }
}

/* ---- arrays ---- */

#define ELEM_T DB_TEXT
#define ELEM_N DB_TEXT
#define ELEM_I DB_INT8
#define ELEM_S DB_TIMESTAMP
#define ELEM_D DB_DATE
#define ELEM_F DB_FLOAT8
#define ELEM(kind, name) ELEM_##kind,
static const enum db_elem elems[] = {ROW_COLUMNS(ELEM)};
enum { COLUMNS = sizeof elems / sizeof *elems };
static struct db_column columns[COLUMNS];

#define ADD_T(v) db_column_text(c, str_from(v))
#define ADD_N(v) db_column_text(c, *(v) ? str_from(v) : STR_NULL)
#define ADD_I(v) ((v) ? db_column_i64(c, v) : db_column_null(c))
#define ADD_S(v) db_column_time(c, v)
#define ADD_D(v) db_column_time(c, v)
#define ADD_F(v) db_column_double(c, v)
#define ADD_COLUMN(kind, name) ADD_##kind(r->name); c++;

static void add_row(const struct row *r)
{
    struct db_column *c = columns;
    ROW_COLUMNS(ADD_COLUMN)
}

#define AS_T(name) "u." #name
#define AS_N(name) "u." #name "::numeric"
#define AS_I(name) "u." #name
#define AS_S(name) "u." #name
#define AS_D(name) "u." #name
#define AS_F(name) "u." #name
#define SELECTED(kind, name) ", " AS_##kind(name)
#define UNNEST                                                                                     \
    "unnest($2::text[], $3::text[], $4::timestamp[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], "     \
    "$10::date[], $11::text[], $12::text[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::text[], "     \
    "$18::text[], $19::text[], $20::bigint[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], "     \
    "$26::text[], $27::text[], $28::bigint[], $29::float8[], $30::text[]) AS u(external_id, data_version, "           \
    "transaction_date, amount, currency, transaction_type, payment_source, document_number, document_date, "          \
    "payment_purpose, business_operation, counterparty_id, counterparty_name, counterparty_inn, counterparty_kpp, "   \
    "counterparty_account, counterparty_bank, counterparty_bik, organization_id, organization_name, account_number, " \
    "our_bank_name, our_bank_bik, vat_amount, vat_rate, status, category_id, category_confidence, category_reason)"

static const struct db_stmt upsert = {"bench_upsert",
    TALLY("INSERT INTO bank_transactions AS b (" COLUMN_NAMES ") SELECT '1c', 'ODATA_1C', $1::uuid, $1::uuid" ROW_COLUMNS(SELECTED)
          " FROM " UNNEST ON_CONFLICT, "cardinality($2::text[])")};

static const struct db_stmt find_unchanged = {"bench_find_unchanged",
    "SELECT u.at FROM unnest($1::text[], $2::text[], $3::integer[]) AS u(external_id, data_version, at) "
    "JOIN bank_transactions b ON b.source = '1c' AND b.external_id = u.external_id "
    "WHERE b.data_version = u.data_version AND b.is_active"};

static bool answered;
static bool *unchanged; /* of the batch */

static void on_stored(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err)
        die("upsert", err->cause);
    answered = true;
}

static void on_unchanged(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err)
        die("find_unchanged", err->cause);
    for (int i = 0; i < db_rows(results[0]); i++)
        unchanged[db_i64(results[0], i, 0)] = true;
    answered = true;
}

static void run(struct db_unit *u, db_done_fn done)
{
    answered = false;
    db_submit(u, done, NULL);
    while (!answered)
        uv_run(&loop, UV_RUN_ONCE);
}

static void store_columns(void)
{
    struct uuid task;
    struct db_unit *u = db_unit_new(db, DB_TASK);
    uuid_parse(STR(TASK), &task);
    db_add(u, &upsert);
    db_bind_uuid(u, &task);
    for (int i = 0; i < COLUMNS; i++) {
        db_bind_column(u, &columns[i]);
        db_column_clear(&columns[i]);
    }
    run(u, on_stored);
}

void way_unnest(const struct row *rows, int count, int batch)
{
    for (int i = 0; i < count; i++) {
        add_row(&rows[i]);
        if ((i + 1) % batch == 0 || i == count - 1)
            store_columns();
    }
}

static struct db_column at;

static void ask_unchanged(const struct row *rows, int count)
{
    struct db_column *asked[] = {&columns[0], &columns[1], &at};
    for (int i = 0; i < count; i++) {
        unchanged[i] = false;
        db_column_text(asked[0], (struct str){rows[i].external_id, sizeof rows[i].external_id - 1});
        db_column_text(asked[1], (struct str){rows[i].data_version, sizeof rows[i].data_version - 1});
        db_column_i32(asked[2], i);
    }
    struct db_unit *u = db_unit_new(db, DB_TASK);
    db_add(u, &find_unchanged);
    for (int i = 0; i < 3; i++) {
        db_bind_column(u, asked[i]);
        db_column_clear(asked[i]);
    }
    run(u, on_unchanged);
}

void way_unnest_checked(const struct row *rows, int count, int batch)
{
    unchanged = calloc((size_t)batch, sizeof *unchanged);
    for (; count > 0; rows += batch, count -= batch) {
        int n = count < batch ? count : batch, left = 0;
        ask_unchanged(rows, n);
        for (int i = 0; i < n; i++) {
            if (unchanged[i])
                continue;
            add_row(&rows[i]);
            left++;
        }
        if (left > 0)
            store_columns();
    }
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
    run(u, on_stored);
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
    db = db_open(&loop, &(struct db_options){.conninfo = conninfo, .keep = 1, .timeout_ms = 600000, .max_waiting = 10}, &err);
    if (!db)
        die("db_open", err.message);
    for (int i = 0; i < COLUMNS; i++)
        db_column_init(&columns[i], elems[i]);
    db_column_init(&at, DB_INT4);
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
    for (int i = 0; i < COLUMNS; i++)
        db_column_release(&columns[i]);
    db_column_release(&at);
    PQfinish(pg);
}
