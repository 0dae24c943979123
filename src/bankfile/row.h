/* A document of a statement file → rows of the ledger: whose money, which way, which day, and the
 * identity by which the same row is known when it comes again. No I/O. */
#ifndef BANKFILE_ROW_H
#define BANKFILE_ROW_H

#include "bankfile/parser.h"
#include "obmen/arena.h"
#include "obmen/map.h"
#include "obmen/time.h"
#include "obmen/uuid.h"

/* Whose accounts are ours. Values: not NULL; keys: account numbers. */
struct bankfile_own {
    struct map here;    /* named by this file: its header and account sections, or by the person */
    struct map earlier; /* known from other statements and from 1C */
};

struct bankfile_side {
    struct str name, inn, kpp, account, bank, bik; /* "" when absent */
};

struct bankfile_row {
    bool out;           /* money left the account */
    bool internal;      /* between own accounts */
    struct str account; /* ours */
    usec_t posted;      /* midnight */
    bool has_date;
    usec_t date;    /* of the document */
    int64_t amount; /* kopecks, > 0 */
    const char *currency;
    struct str number, purpose, kind; /* kind: ВидОплаты */
    struct str tax_status, kbk;
    struct bankfile_side us, them;
    struct uuid identity;
};

enum bankfile_verdict { BANKFILE_ROWS, BANKFILE_SKIPPED, BANKFILE_REFUSED };

/* Fills rows[0 … *ret_count): one, or two for a transfer between accounts that are both ours here.
 * SKIPPED, REFUSED: why says the reason. Texts are borrowed from f and a. Adds to w what was
 * tolerated. */
enum bankfile_verdict bankfile_rows(const struct bankfile_fields *f, const struct bankfile_own *own,
    struct arena *a, struct bankfile_warnings *w, struct bankfile_row rows[2], int *ret_count,
    struct err *ret_why);

/* The INNs of payer and payee as rows will have them, "" when absent; borrowed from f. */
void bankfile_inns(const struct bankfile_fields *f, struct str inns[2]);

#endif
