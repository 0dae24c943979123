/* A document of 1C → a bank transaction, for both families of names. */
#ifndef ONEC_DOCUMENT_H
#define ONEC_DOCUMENT_H

#include "ledger/transaction.h"
#include "onec/page.h"
#include "onec/refs.h"

enum ledger_type onec_document_type(enum onec_set set);
enum ledger_payment onec_document_payment(enum onec_set set);

/* Asks refs for what this document points at and does not say itself. */
void onec_document_want(const struct onec_record *r, enum onec_set set, struct onec_refs *refs);

enum onec_outcome {
    ONEC_ROW,     /* *ret is filled; its texts are borrowed from the record, refs and scratch */
    ONEC_SKIPPED, /* nothing to import: *ret_why says why */
    ONEC_REFUSED, /* cannot be imported: *ret_why says why */
};
enum onec_outcome onec_document_convert(const struct onec_record *r, enum onec_set set,
    const struct onec_refs *refs, struct arena *scratch, struct ledger_transaction *ret,
    struct err *ret_why);

/* "НДС20" → "20%", "НДС20_120" → "20/120", "БезНДС" → "Без НДС"; the rest as it is. */
struct str onec_vat_rate(struct arena *a, struct str rate);

/* False, with the reason: broken UTF-8, NUL, or a field that is too long. For records of any set.
 */
bool onec_record_sound(const struct onec_record *r, struct err *ret_why);

#endif
