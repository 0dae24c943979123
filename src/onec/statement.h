/* ДанныеВыписки: the bank's own section text inside a 1C document, lines Ключ=Значение with the
 * keys of the exchange format. The best source for a counterparty as the bank wrote it. */
#ifndef ONEC_STATEMENT_H
#define ONEC_STATEMENT_H

#include "obmen/str.h"

struct onec_party {
    struct str name, inn, kpp, account, bank, bik; /* STR_NULL: not said; "0" means so, too */
};
struct onec_statement {
    struct onec_party payer, payee;
    struct str purpose;
    struct str payer_status, kbk; /* СтатусСоставителя, ПоказательКБК: of payments to the budget */
    struct str payment_kind; /* ВидОплаты */
};

/* All texts are borrowed from `text`. Never fails: what is no line of the kind is left out. */
void onec_statement_parse(struct onec_statement *ret, struct str text);

#endif
