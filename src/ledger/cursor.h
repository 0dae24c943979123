/* Where a page of a list ended: the last row's place in the order by its values, and not only which
 * row it was. So a row that changes or goes between two pages moves no other out of sight. */
#ifndef LEDGER_CURSOR_H
#define LEDGER_CURSOR_H

#include "ledger/query.h"

/* As much of a name as rows are ordered by, so that a cursor has room for it; id orders the rest.
 */
#define LEDGER_NAME_KEY 80 /* letters */
#define LEDGER_NAME_KEY_SQL "left(coalesce(b.counterparty_name, ''), 80)"

#define LEDGER_CURSOR_TEXT 500 /* room for the text, NUL included */

struct ledger_cursor {
    int64_t id;
    usec_t date;     /* LEDGER_BY_DATE */
    int64_t amount;  /* LEDGER_BY_AMOUNT: kopecks */
    struct str name; /* LEDGER_BY_NAME: the key, or a name it is cut from */
};

void ledger_cursor_write(const struct ledger_cursor *c, enum ledger_sort sort, bool ascending,
    char out[LEDGER_CURSOR_TEXT]);
/* False: no text that ledger_cursor_write gives for this order. name is in `room`. */
bool ledger_cursor_read(struct str text, enum ledger_sort sort, bool ascending,
    struct ledger_cursor *ret, char room[LEDGER_CURSOR_TEXT]);
/* $18 the value, $19 the id; NULL both without a cursor. */
void ledger_cursor_bind(struct db_unit *u, const struct ledger_cursor *c, enum ledger_sort sort);

#endif
