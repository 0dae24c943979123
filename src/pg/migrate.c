#include "pg/migrate.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "obmen/arena.h"
#include "obmen/backoff.h"
#include "obmen/log.h"
#include "obmen/time.h"
#include "pg/fault.h"
#include "pg/schema.h"
#include "pg/target.h"

#define SAY_AGAIN_MS 5000
#define LOCK "1868721518" /* any number, the same in all versions of the program */

/* ---- reaching the database ---- */

static void pause_ms(int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void on_notice(void *arg, const PGresult *r)
{
    log_event(LOG_DEBUG, "database notice", PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
}

/* Blocks, up to wait_ms, while nobody answers or the server is starting. */
static PGconn *reach(const struct target *target, int wait_ms, struct err *ret_err)
{
    int64_t end = time_mono_ms() + wait_ms, said_at = 0;
    int refused = 0;
    for (unsigned attempt = 0;; attempt++) {
        PGconn *pg = target_connect_now(target);
        if (PQstatus(pg) == CONNECTION_OK) {
            PQsetNoticeReceiver(pg, on_notice, NULL);
            return pg;
        }
        fault_lost(ret_err, PQerrorMessage(pg));
        PQfinish(pg);
        /* The server is there and says no, not only because it has just come up: waiting will not
         * help. */
        if (target_ping(target) == PQPING_OK && ++refused == 3) {
            struct err refusal = ERR_INIT;
            err_set(&refusal, ERR_DATABASE_ERROR,
                TR("База данных отказала в подключении: %s. Проверьте имя, пароль и базу в "
                   "DATABASE_URL.",
                    "The database refused the connection: %s. Check name, password and database in "
                    "DATABASE_URL."),
                ret_err->cause);
            err_cause(&refusal, "%s", ret_err->cause);
            *ret_err = refusal;
            return NULL;
        }
        int64_t now = time_mono_ms();
        if (now >= end)
            return NULL;
        if (!said_at || now - said_at >= SAY_AGAIN_MS) {
            said_at = now;
            log_event(LOG_WARNING, "waiting for the database",
                TR("Жду базу данных", "Waiting for the database"), LS("cause", ret_err->cause));
        }
        int64_t wait = 100 + backoff_ms(attempt, 100, 2000, 0);
        pause_ms(wait < end - now ? wait : end - now);
    }
}

/* ---- SQL ---- */

/* 0, or -1 with ret_err. what: for the log. ret_result may be NULL. */
static int run(PGconn *pg, const char *what, const char *sql, int count, const char *const *values,
    PGresult **ret_result, struct err *ret_err)
{
    PGresult *r =
        count > 0 ? PQexecParams(pg, sql, count, NULL, values, NULL, NULL, 0) : PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (ret_result)
            *ret_result = r;
        else
            PQclear(r);
        return 0;
    }
    fault_result(ret_err, r, what);
    PQclear(r);
    return -1;
}

/* One machine at a time; the others wait until it has finished, however long that takes. */
static int lock(PGconn *pg, struct err *ret_err)
{
    if (run(pg, "lock_timeout", "SET lock_timeout = '5s'", 0, NULL, NULL, ret_err) != 0)
        return -1;
    while (run(pg, "lock", "SELECT pg_advisory_lock(" LOCK ")", 0, NULL, NULL, ret_err) != 0) {
        if (strcmp(ret_err->sqlstate, "55P03") != 0)
            return -1;
        log_event(LOG_INFO, "waiting for another migration",
            TR("Другой процесс обновляет базу, жду",
                "Another process is updating the database, waiting"));
    }
    return run(pg, "lock_timeout", "SET lock_timeout = 0", 0, NULL, NULL, ret_err);
}

static int apply(PGconn *pg, const struct schema_file *f, struct err *ret_err)
{
    char number[16];
    snprintf(number, sizeof number, "%d", f->number);
    const char *values[] = {number, f->name, f->checksum};
    int64_t started = time_mono_ms();
    if (run(pg, f->name, "BEGIN", 0, NULL, NULL, ret_err) == 0 &&
        run(pg, f->name, f->sql, 0, NULL, NULL, ret_err) == 0 &&
        run(pg, f->name,
            "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1::integer, $2, $3)",
            3, values, NULL, ret_err) == 0 &&
        run(pg, f->name, "COMMIT", 0, NULL, NULL, ret_err) == 0) {
        log_event(LOG_INFO, "schema migrated", NULL, LS("file", f->name),
            LI("ms", time_mono_ms() - started));
        return 0;
    }
    PQclear(PQexec(pg, "ROLLBACK"));
    char why[sizeof ret_err->cause];
    memcpy(why, ret_err->cause, sizeof why);
    return err_set(ret_err, ERR_DATABASE_ERROR,
        TR("База данных не обновлена, изменение отменено: %s",
            "The database was not updated, the change was rolled back: %s"),
        why);
}

/* What ran already must be what this program has. *ret_next: the first file to run. */
static int compare(PGconn *pg, const struct schema_file **ret_next, struct err *ret_err)
{
    PGresult *r;
    if (run(pg, "schema_migrations",
            "SELECT number, name, checksum FROM schema_migrations ORDER BY number", 0, NULL, &r,
            ret_err) != 0)
        return -1;
    const struct schema_file *f = schema_files;
    int bad = 0;
    for (int i = 0; i < PQntuples(r) && !bad; i++, f++) {
        const char *name = PQgetvalue(r, i, 1);
        if (f->number == 0)
            bad = err_set(ret_err, ERR_DATABASE_ERROR,
                TR("База данных новее этой программы (в ней есть %s). Обновите программу.",
                    "The database is newer than this program (it has %s). Update the program."),
                name);
        else if (strtol(PQgetvalue(r, i, 0), NULL, 10) != f->number ||
                 strcmp(PQgetvalue(r, i, 2), f->checksum) != 0)
            bad = err_set(ret_err, ERR_DATABASE_ERROR,
                TR("Файл схемы %s изменён после того, как был выполнен (в базе: %s). Верните его "
                   "прежний текст, а изменение "
                   "опишите в новом файле.",
                    "Schema file %s was changed after it ran (in the database: %s). Put its old "
                    "text back and describe the "
                    "change in a new file."),
                f->name, name);
    }
    PQclear(r);
    *ret_next = f;
    return bad;
}

static int migrate(PGconn *pg, int *ret_applied, struct err *ret_err)
{
    const struct schema_file *next;
    if (lock(pg, ret_err) != 0 ||
        run(pg, "schema_migrations",
            "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text "
            "NOT NULL, "
            "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
            0, NULL, NULL, ret_err) != 0 ||
        compare(pg, &next, ret_err) != 0)
        return -1;
    for (; next->number; next++) {
        if (apply(pg, next, ret_err) != 0)
            return -1;
        ++*ret_applied;
    }
    return 0;
}

int db_migrate(const char *conninfo, int wait_ms, int *ret_applied, struct err *ret_err)
{
    struct target *target;
    *ret_applied = 0;
    if (target_new(NULL, conninfo, 0, NULL, NULL, &target, ret_err) != 0)
        return -1;
    PGconn *pg = reach(target, wait_ms, ret_err);
    int result = pg ? migrate(pg, ret_applied, ret_err) : -1;
    PQfinish(pg); /* gives the lock back */
    target_free(target);
    return result;
}
