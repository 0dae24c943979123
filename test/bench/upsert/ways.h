/* The ways to store rows that are compared. */
#ifndef BENCH_UPSERT_WAYS_H
#define BENCH_UPSERT_WAYS_H

#include "rows.h"

void ways_open(const char *conninfo);
void ways_close(void);
void sql(const char *text); /* blocking; ends the program on an error */
int64_t sql_number(const char *text);
/* Processor time of the server's processes for us so far, ns: says more than the clock on a busy
 * machine. */
int64_t server_ns(void);
void hurry_statistics(void); /* what both connections did is seen in pg_stat_… */

/* Each stores all rows in commits of `batch` and ends the program on an error. */
typedef void (*way_fn)(const struct ledger_transaction *rows, int count, int batch);
/* COPY into the table itself; new rows only. Plain, and with a category for four rows of five. */
void way_copy(const struct ledger_transaction *rows, int count, int batch);
void way_copy_categories(const struct ledger_transaction *rows, int count, int batch);
/* The program's own: arrays through unnest, ON CONFLICT DO UPDATE. */
void way_unnest(const struct ledger_transaction *rows, int count, int batch);
/* The program's own: asks first which are unchanged, stores the others. */
void way_asked(const struct ledger_transaction *rows, int count, int batch);
/* COPY into a temp table, then INSERT … SELECT … ON CONFLICT DO UPDATE. */
void way_temp(const struct ledger_transaction *rows, int count, int batch);

#endif
