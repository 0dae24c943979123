/*
 * How fast bank transactions get into their table: COPY as the limit, arrays through unnest, COPY
 * through a temp table; new, all changed and unchanged; fillfactor; foreign keys; what a commit
 * costs. Writes Markdown tables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"
#include "pg/migrate.h"
#include "ways.h"

static int count = 20000, rounds = 3;
static struct ledger_transaction *first, *changed;

struct way {
    const char *name;
    way_fn store;
};
static const struct way copy = {"COPY into the table", way_copy},
                        copy_categories = {"COPY with categories", way_copy_categories},
                        unnest = {"unnest", way_unnest},
                        asked = {"asked first, then unnest", way_asked},
                        temp = {"temp table", way_temp};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What was measured in the rounds. The best counts: what else a machine does can only make it
 * worse. */
struct series {
    int n;
    double rate[16]; /* rows/s by the clock */
    double cost[16]; /* µs of the server's processor a row */
};

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return v[n / 2];
}

static double rate(const struct series *s)
{
    double best = 0;
    for (int i = 0; i < s->n; i++)
        best = s->rate[i] > best ? s->rate[i] : best;
    return best;
}

static double cost(const struct series *s)
{
    double best = s->cost[0];
    for (int i = 1; i < s->n; i++)
        best = s->cost[i] < best ? s->cost[i] : best;
    return best;
}

static void measure(
    struct series *s, const struct way *w, const struct ledger_transaction *rows, int batch)
{
    int64_t started = time_mono_ns(), server = server_ns();
    w->store(rows, count, batch);
    s->rate[s->n] = count / ((double)(time_mono_ns() - started) / 1e9);
    s->cost[s->n++] = (double)(server_ns() - server) / 1e3 / count;
}

static void empty(void)
{
    sql("TRUNCATE bank_transactions CASCADE");
}

static struct series copy_limit(const struct way *w, int batch)
{
    struct series s = {0};
    for (int i = 0; i < rounds; i++) {
        empty();
        measure(&s, w, first, batch);
    }
    return s;
}

static void expect_rows(const char *what, int64_t want, const char *query)
{
    int64_t got = sql_number(query);
    if (got != want) {
        fprintf(stderr, "%s: %lld rows, expected %lld\n", what, (long long)got, (long long)want);
        exit(1);
    }
}

static void cell(const struct series *s, const struct series *limit)
{
    printf(" %.0f | %.1f | %.2f · %.2f |", rate(s), cost(s), rate(s) / rate(limit),
        cost(limit) / cost(s));
}

/* New, unchanged, all changed: in this order on one table. */
static void line(const struct way *w, int batch, const struct series *limit)
{
    struct series made = {0}, same = {0}, new = {0};
    for (int i = 0; i < rounds; i++) {
        empty();
        measure(&made, w, first, batch);
        expect_rows(w->name, count, "SELECT count(*) FROM bank_transactions");
        sql("VACUUM ANALYZE bank_transactions");
        measure(&same, w, first, batch);
        measure(&new, w, changed, batch);
        expect_rows(w->name, count,
            "SELECT count(*) FROM bank_transactions WHERE payment_purpose LIKE '%версия 1'");
    }
    printf("| %s | %d |", w->name, batch);
    cell(&made, limit);
    cell(&new, limit);
    cell(&same, limit);
    printf("\n");
    fflush(stdout);
}

static void compare_ways(void)
{
    static const struct way *const ways[] = {&unnest, &asked, &temp};
    const int batches[] = {100, 500, 1000, count};
    struct series limit = copy_limit(&copy, count);
    printf("\n## Ways and batches\n\n%d rows, best of %d. COPY of all rows into the empty table at "
           "once: %.0f rows/s, %.1f µs of "
           "the server's processor a row. Columns: rows/s, µs of the server a row, of COPY (by the "
           "clock · by the processor).\n\n",
        count, rounds, rate(&limit), cost(&limit));
    printf("| way | rows a commit | new | µs | of COPY | all changed | µs | of COPY | unchanged | "
           "µs | of COPY |\n"
           "|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        struct series s = copy_limit(&copy, batches[b]);
        printf("| %s | %d |", copy.name, batches[b]);
        cell(&s, &limit);
        printf(" | | | | | |\n");
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
            line(ways[w], batches[b], &limit);
    }
}

/* So far; the server's own count is told with a delay unless asked to hurry. */
static int64_t hot_updates(void)
{
    hurry_statistics();
    return sql_number(
        "SELECT n_tup_hot_upd FROM pg_stat_all_tables WHERE relid = 'bank_transactions'::regclass");
}

static double megabytes(void)
{
    return (double)sql_number("SELECT pg_total_relation_size('bank_transactions')") / 1e6;
}

static void compare_fillfactors(void)
{
    static const int factors[] = {100, 90, 80, 70, 60, 50}, batches[] = {100, 1000};
    printf("\n## fillfactor: all rows changed, and changed again\n\nunnest; µs of the server's "
           "processor a row (rows/s by the clock)\n\n"
           "| fillfactor | rows a commit | COPY at once | new | all changed | again | HOT | MB "
           "when new | MB after both |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        char text[80];
        snprintf(
            text, sizeof text, "ALTER TABLE bank_transactions SET (fillfactor = %d)", factors[f]);
        sql(text);
        struct series limit = copy_limit(&copy, count);
        for (int b = 0; b < 2; b++) {
            struct series made = {0}, once = {0}, twice = {0};
            double size_new = 0, size_after = 0, hot = 0;
            for (int i = 0; i < rounds; i++) {
                empty();
                measure(&made, &unnest, first, batches[b]);
                size_new = megabytes();
                int64_t hot_before = hot_updates();
                measure(&once, &unnest, changed, batches[b]);
                hot = 100.0 * (double)(hot_updates() - hot_before) / count;
                measure(&twice, &unnest, first, batches[b]);
                size_after = megabytes();
            }
            printf("| %d | %d | %.1f (%.0f) | %.1f (%.0f) | %.1f (%.0f) | %.1f (%.0f) | %.0f %% | "
                   "%.1f | %.1f |\n",
                factors[f], batches[b], cost(&limit), rate(&limit), cost(&made), rate(&made),
                cost(&once), rate(&once), cost(&twice), rate(&twice), hot, size_new, size_after);
            fflush(stdout);
        }
    }
}

/* The table as the schema makes it, and with one thing more or less. */
static void compare_parts(void)
{
    static const struct {
        const char *name, *change;
    } parts[] = {
        {"four indexes, CHECKs, no foreign keys", "SELECT 1"},
        {"+ foreign keys on both categories",
            "ALTER TABLE bank_transactions ADD FOREIGN KEY (category_id) REFERENCES categories, "
            "ADD FOREIGN KEY (suggested_category_id) REFERENCES categories"},
        {"without CHECKs", "ALTER TABLE bank_transactions DROP CONSTRAINT "
                           "bank_transactions_transaction_type_check, "
                           "DROP CONSTRAINT bank_transactions_payment_source_check, DROP "
                           "CONSTRAINT bank_transactions_status_check, "
                           "DROP CONSTRAINT bank_transactions_import_source_check"},
        {"without index on (transaction_date, id)", "DROP INDEX bank_transactions_date"},
        {"without index on counterparty_inn", "DROP INDEX bank_transactions_inn"},
        {"without both indexes", "DROP INDEX bank_transactions_date, bank_transactions_inn"},
        {"source and external_id in the database's collation",
            "ALTER TABLE bank_transactions ALTER source TYPE text COLLATE \"default\", ALTER "
            "external_id TYPE text COLLATE \"default\""},
        {"source and external_id COLLATE \"C\"",
            "ALTER TABLE bank_transactions ALTER source TYPE text COLLATE \"C\", ALTER external_id "
            "TYPE text COLLATE \"C\""},
        {"key (external_id, source), COLLATE \"C\"",
            "ALTER TABLE bank_transactions ALTER source TYPE text COLLATE \"C\", ALTER external_id "
            "TYPE text COLLATE \"C\", "
            "DROP CONSTRAINT bank_transactions_source_external_id_key, ADD UNIQUE (external_id, "
            "source)"},
    };
    printf("\n## What the table's parts cost\n\nfillfactor 50; unnest, 1,000 a commit; µs of the "
           "server's processor a row (rows/s by the clock)\n\n"
           "| table | COPY at once | COPY, 4 of 5 rows with a category | new | all changed "
           "|\n|---|---|---|---|---|\n");
    sql("CREATE TABLE kept (LIKE bank_transactions INCLUDING ALL)");
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        sql("DROP TABLE bank_transactions CASCADE");
        sql("CREATE TABLE bank_transactions (LIKE kept INCLUDING ALL)");
        sql("ALTER TABLE bank_transactions SET (fillfactor = 50)");
        sql("ALTER INDEX bank_transactions_transaction_date_id_idx RENAME TO "
            "bank_transactions_date");
        sql("ALTER INDEX bank_transactions_counterparty_inn_idx RENAME TO bank_transactions_inn");
        sql(parts[p].change);
        struct series limit = copy_limit(&copy, count), with = copy_limit(&copy_categories, count),
                      made = {0}, new = {0};
        for (int i = 0; i < rounds; i++) {
            empty();
            measure(&made, &unnest, first, 1000);
            measure(&new, &unnest, changed, 1000);
        }
        printf("| %s | %.1f (%.0f) | %.1f (%.0f) | %.1f (%.0f) | %.1f (%.0f) |\n", parts[p].name,
            cost(&limit), rate(&limit), cost(&with), rate(&with), cost(&made), rate(&made),
            cost(&new), rate(&new));
        fflush(stdout);
    }
}

static void commits(void)
{
    static const struct {
        const char *name, *setting;
    } cases[] = {
        {"synchronous_commit = on, fsync = on", "SET synchronous_commit = on"},
        {"synchronous_commit = off", "SET synchronous_commit = off"},
    };
    printf("\n## One small commit (one row into a table without indexes)\n\n| | µs, median of 500 "
           "|\n|---|---|\n");
    sql("CREATE TABLE small (n integer)");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double v[500];
        sql(cases[c].setting);
        for (int i = 0; i < 500; i++) {
            int64_t started = time_mono_ns();
            sql("INSERT INTO small VALUES (1)");
            v[i] = (double)(time_mono_ns() - started) / 1e3;
        }
        printf("| %s | %.0f |\n", cases[c].name, median(v, 500));
    }
    sql("SET synchronous_commit = on");
}

static bool wanted(const char *only, const char *part)
{
    return !only || strcmp(only, part) == 0;
}

int main(int argc, char **argv)
{
    const char *url = getenv("DATABASE_URL"), *only = argc > 3 ? argv[3] : NULL;
    struct err err;
    int applied;
    if (argc > 1)
        count = atoi(argv[1]);
    if (argc > 2)
        rounds = atoi(argv[2]);
    if (!url || count < 1000 || rounds < 1 || rounds > 15) {
        fprintf(stderr,
            "usage: DATABASE_URL=… %s [rows, at least 1000] [rounds, 1…15] "
            "[ways|fillfactor|parts|commits]\n",
            argv[0]);
        return 2;
    }
    if (db_migrate(url, 10000, &applied, &err) != 0) {
        fprintf(stderr, "%s %s\n", err.message, err.cause);
        return 1;
    }
    first = rows_new(count, 0);
    changed = rows_new(count, 1);
    ways_open(url);
    sql("INSERT INTO categories (code, name, kind) SELECT 'bench' || n, 'Категория ' || n, "
        "'expense' FROM generate_series(1, 10) n");
    if (wanted(only, "ways"))
        compare_ways();
    if (wanted(only, "commits"))
        commits();
    if (wanted(only, "fillfactor"))
        compare_fillfactors();
    if (wanted(only, "parts"))
        compare_parts();
    ways_close();
    free(first);
    free(changed);
    return 0;
}
