/* Numbered schema changes, embedded in the program from src/pg/schema/NNNN-title.sql. */
#ifndef PG_MIGRATE_H
#define PG_MIGRATE_H

#include "obmen/err.h"

/* Blocking: for start-up and `obmen migrate` only, never on a running loop. Takes an advisory lock,
 * so that two machines may do it at once; each file runs in one transaction and is recorded with
 * its checksum; a file that was changed after it ran is refused with its name. Waits with backoff,
 * up to wait_ms, for a database that is not there yet. *ret_applied: how many ran now. */
int db_migrate(const char *conninfo, int wait_ms, int *ret_applied, struct err *ret_err);

#endif
