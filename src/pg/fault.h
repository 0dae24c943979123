/* What PostgreSQL says → struct err. */
#ifndef PG_FAULT_H
#define PG_FAULT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include "obmen/err.h"

/* stmt: the statement's name or NULL. */
void fault_result(struct err *e, const PGresult *r, const char *stmt);
/* No connection, or it is gone. cause: libpq's or the server's words. */
void fault_lost(struct err *e, const char *cause);
/* The statement prepared on this connection is no longer good; prepared again, it will be. */
bool fault_is_stale(const PGresult *r);
/* Is this SQLSTATE one that may pass by itself? */
bool fault_passes(const char *sqlstate);

#endif
