/*
 * PostgreSQL for everybody: units of work on a pool of non-blocking connections (src/pg).
 *
 * A unit is a list of prepared statements that travel in one pipeline and form ONE transaction: all
 * of them are committed, or none. There is no open transaction between two turns of the loop, so
 * nothing can be left "idle in transaction".
 *
 *     struct db_unit *u = db_unit_new(db, DB_TASK);
 *     db_add(u, &insert_row);          // statement 0
 *     db_bind_text(u, name);           // its $1
 *     db_bind_i64(u, 42);              // its $2
 *     db_submit(u, on_stored, task);   // the unit now belongs to the pool
 *
 * on_stored is called exactly once, never from inside db_submit.
 */
#ifndef OBMEN_DB_H
#define OBMEN_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "obmen/buf.h"
#include "obmen/err.h"
#include "obmen/str.h"
#include "obmen/time.h"
#include "obmen/uuid.h"

struct db; /* the pool */
struct db_unit;

/* Static lifetime. Prepared on a connection when first used there. Types of parameters are said in
 * the SQL ($1::uuid); parameters travel in binary form and must fit those types exactly. */
struct db_stmt {
    const char *name; /* unique in the program: also what the slow-query log says */
    const char *sql;
};

/* Tasks may use at most the kept connections; people's requests also the overflow. */
enum db_lane { DB_USER, DB_TASK };

struct db_unit *db_unit_new(struct db *db, enum db_lane lane);
/* Instead of db_submit. */
void db_unit_free(struct db_unit *u);

/* Adds a statement; the db_bind_… calls that follow are its $1, $2 … Returns its place among the
 * results. */
int db_add(struct db_unit *u, const struct db_stmt *stmt);
void db_bind_null(struct db_unit *u);
void db_bind_text(struct db_unit *u, struct str s);     /* text, json; NULL pointer → NULL */
void db_bind_filled(struct db_unit *u, struct str s);   /* the same, and empty → NULL */
void db_bind_cstr(struct db_unit *u, const char *s);    /* NULL → NULL */
void db_bind_jsonb(struct db_unit *u, struct str json); /* $n::jsonb; NULL pointer → NULL */
void db_bind_i64(struct db_unit *u, int64_t v);         /* bigint */
void db_bind_id(struct db_unit *u, int64_t id);         /* bigint; 0 → NULL */
void db_bind_i32(struct db_unit *u, int32_t v);         /* integer */
void db_bind_bool(struct db_unit *u, bool v);
void db_bind_double(struct db_unit *u, double v);            /* double precision */
void db_bind_uuid(struct db_unit *u, const struct uuid *id); /* NULL → NULL */
void db_bind_time(struct db_unit *u, usec_t t); /* timestamptz, and timestamp for wall clocks */
void db_bind_date(struct db_unit *u, usec_t midnight); /* date */
void db_bind_bytes(struct db_unit *u, struct str s);   /* bytea */

/* A column of values for unnest($n::text[]): filled row by row, bound once, then cleared by the
 * caller. */
enum db_elem {
    DB_TEXT,
    DB_INT8,
    DB_INT4,
    DB_BOOL,
    DB_UUID,
    DB_TIMESTAMP,
    DB_TIMESTAMPTZ,
    DB_DATE,
    DB_FLOAT8
};
struct db_column {
    enum db_elem elem;
    bool has_null;
    int32_t count;
    struct buf data; /* owned: the elements in PostgreSQL's binary form */
};
void db_column_init(struct db_column *c, enum db_elem elem);
void db_column_null(struct db_column *c);
void db_column_text(struct db_column *c, struct str s); /* NULL pointer → NULL */
void db_column_i64(struct db_column *c, int64_t v);     /* DB_INT8 */
void db_column_id(struct db_column *c, int64_t id);     /* DB_INT8; 0 → NULL */
void db_column_i32(struct db_column *c, int32_t v);     /* DB_INT4 */
void db_column_bool(struct db_column *c, bool v);
void db_column_uuid(struct db_column *c, const struct uuid *id); /* NULL → NULL */
void db_column_time(struct db_column *c, usec_t t);              /* TIMESTAMP, TIMESTAMPTZ, DATE */
void db_column_double(struct db_column *c, double v);
void db_column_clear(struct db_column *c); /* empty, memory kept */
void db_column_release(struct db_column *c);
void db_bind_column(struct db_unit *u, const struct db_column *c); /* copies */

/* ---- sending ---- */

struct db_result; /* rows of one statement, in text form */

/* err is NULL when the unit is committed; results then has one entry per statement. All of it is
 * borrowed until return. err->cancelled after db_cancel, and when the pool is closed: nobody should
 * try again. err->passing: connection lost, serialization failure, deadlock, no room: may be tried
 * again; a connection that was lost during COMMIT leaves the outcome unknown, so units must be safe
 * to repeat. */
typedef void (*db_done_fn)(void *arg, struct db_result *const *results, const struct err *err);
/* Were the data refused for good: what they hold, a constraint, a row twice in one statement, a
 * limit of the program? Others of the same unit may be fine. */
bool db_bad_data(const struct err *err);
/* Is a row with this key there already? Another transaction may have been faster. */
bool db_key_taken(const struct err *err);

/* Queues it. Its deadline (db_set_deadline) counts from now, waiting for a connection included;
 * OBMEN_DB_TIMEOUT_MS when none is set. While the database cannot be reached at all, units of
 * DB_USER fail after 3 s (passing); those of DB_TASK wait for it until their deadline. */
void db_submit(struct db_unit *u, db_done_fn done, void *arg);
/* Only inside a callback that brought an err: the unit is not freed but the caller's again, to
 * db_submit later or db_unit_free. */
void db_keep(struct db_unit *u);
void db_set_deadline(struct db_unit *u, int64_t deadline_ms);
/* Ends it early: taken from the queue, or cancelled in the server without blocking. The callback
 * still comes, once, (with success when the commit was faster), never from inside this call. u is
 * invalid after its callback. */
void db_cancel(struct db_unit *u);

/* ---- results ---- */

int db_rows(const struct db_result *r);
int64_t db_affected(const struct db_result *r); /* rows of INSERT, UPDATE, DELETE */
bool db_is_null(const struct db_result *r, int row, int col);
struct str db_text(const struct db_result *r, int row, int col); /* STR_NULL for NULL */
int64_t db_i64(const struct db_result *r, int row, int col);     /* 0 for NULL */
double db_double(const struct db_result *r, int row, int col);
bool db_bool(const struct db_result *r, int row, int col);
bool db_uuid(const struct db_result *r, int row, int col, struct uuid *ret_id);
/* timestamp, timestamptz (the session's zone is UTC) and date; 0 for NULL */
usec_t db_time(const struct db_result *r, int row, int col);

#endif
