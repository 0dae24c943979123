#include "ledger/balance.h"

struct balance_verdict balance_judge(struct balance_account *a, const struct balance_day *d)
{
    struct balance_verdict v = {0};
    int64_t turnover = d->credit - d->debit;
    bool first = false;
    if (d->has_opening) {
        if (a->has_balance) {
            v.difference = d->opening - a->balance; /* something before this day is missing */
            v.compared = true;
        }
        a->balance = d->opening;
        a->has_balance = true;
    } else if (!a->has_balance && d->has_closing && !d->has_turnover) {
        /* the first balance that is known: nothing to compare it with */
        a->balance = d->closing - turnover;
        a->has_balance = true;
        first = true;
    }
    v.has_balance = a->has_balance;
    v.opening = a->balance;
    v.closing = a->balance + turnover;
    if (a->has_balance && d->has_closing && v.difference == 0)
        v.difference = d->closing - v.closing;
    v.compared |= d->has_turnover || (a->has_balance && d->has_closing && !first);
    bool turnovers =
        !d->has_turnover || (d->statement_credit == d->credit && d->statement_debit == d->debit);
    if (!turnovers && v.difference == 0)
        v.difference = d->statement_credit - d->statement_debit - turnover;
    v.agrees = v.difference == 0 && turnovers;
    v.onec_difference = d->onec_known ? d->onec_credit - d->onec_debit - turnover : 0;
    v.onec_agrees = !d->onec_known || (d->onec_credit == d->credit && d->onec_debit == d->debit);
    if (a->has_balance)
        a->balance = d->has_closing ? d->closing : v.closing;
    return v;
}
