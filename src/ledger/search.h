/*
 * The search for words in bank transactions: who writes rows says which (search_backlog), and this
 * makes their words afterwards, in small pieces, when no import writes or after a minute.
 */
#ifndef LEDGER_SEARCH_H
#define LEDGER_SEARCH_H

#include <uv.h>
#include "obmen/db.h"

struct ledger_search;
/* Begins to look, every few seconds. */
struct ledger_search *ledger_search_open(uv_loop_t *loop, struct db *db);
void ledger_search_close(struct ledger_search *s, void (*closed)(void *arg), void *arg);

#endif
