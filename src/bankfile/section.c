/* Account sections: balances and turnovers. */
#include <stdio.h>
#include <stdlib.h>

#include "bankfile/import.h"
#include "bankfile/value.h"
#include "obmen/decimal.h"
#include "obmen/utf8.h"

static bool amount(
    const struct bankfile_fields *f, enum bankfile_key key, bool *ret_has, int64_t *ret, bool *bad)
{
    enum bankfile_amount r = bankfile_amount(bankfile_field(f, key), true, ret);
    *ret_has = r == AMOUNT_OK;
    *bad |= r != AMOUNT_OK && r != AMOUNT_ABSENT;
    return *ret_has;
}

bool bank_section(const struct bankfile_fields *f, const struct bank_file *file,
    struct bankfile_warnings *w, struct ledger_balance *ret)
{
    bool has_opening, bad = false;
    *ret = (struct ledger_balance){
        .account = str_trim(bankfile_field(f, KEY_ACCOUNT)), .line = f->line};
    amount(f, KEY_OPENING, &has_opening, &ret->opening, &bad);
    amount(f, KEY_RECEIVED, &ret->has_received, &ret->received, &bad);
    amount(f, KEY_PAID, &ret->has_paid, &ret->paid, &bad);
    amount(f, KEY_CLOSING, &ret->has_closing, &ret->closing, &bad);
    bool from = bankfile_date(bankfile_field(f, KEY_PERIOD_FROM), &ret->from);
    bool to = bankfile_date(bankfile_field(f, KEY_PERIOD_TO), &ret->to);
    if (!from && file->from) { /* a section that says no day of its own has the header's */
        ret->from = file->from;
        from = true;
    }
    if (!to)
        ret->to = file->to && file->to >= ret->from ? file->to : ret->from;
    bad |= ret->account.n == 0 || ret->account.n > BANKFILE_ACCOUNT_MAX;
    if (bad || !has_opening || !from || ret->to < ret->from) {
        bankfile_warn(w, BANKFILE_W_SECTION, f->line, ret->account);
        return false;
    }
    if (ret->has_received && ret->has_paid && ret->has_closing &&
        ret->opening + ret->received - ret->paid != ret->closing)
        bankfile_warn(w, BANKFILE_W_BALANCE, f->line, ret->account);
    return true;
}

/* ---- of a file, for its report ---- */

static struct bank_account *account_of(struct bank_file *f, struct str number)
{
    for (int i = 0; i < f->account_sums; i++)
        if (str_is(number, f->account[i].number))
            return &f->account[i];
    if (f->account_sums == BANK_ACCOUNTS_TOLD || number.n >= sizeof f->account->number)
        return NULL;
    f->account = mem_realloc(f->account, ((size_t)f->account_sums + 1) * sizeof *f->account);
    struct bank_account *a = &f->account[f->account_sums++];
    *a = (struct bank_account){.has_closing = true, .has_received = true, .has_paid = true};
    snprintf(a->number, sizeof a->number, "%.*s", STR_ARG(number));
    return a;
}

void bank_account_section(struct bank_file *f, const struct ledger_balance *b)
{
    struct bank_account *a = account_of(f, b->account);
    if (!a)
        return;
    if (a->sections == 0 || b->from < a->from) {
        a->from = b->from;
        a->opening = b->opening;
    }
    if (a->sections++ == 0 || b->to >= a->to) {
        a->to = b->to;
        a->closing = b->closing;
        a->has_closing = b->has_closing;
    }
    a->received = decimal_add(a->received, b->received);
    a->paid = decimal_add(a->paid, b->paid);
    a->has_received &= b->has_received;
    a->has_paid &= b->has_paid;
}

void bank_account_row(struct bank_file *f, const struct bankfile_row *r)
{
    if (!f->bank[0] && r->us.bank.n)
        snprintf(
            f->bank, sizeof f->bank, "%.*s", STR_ARG(utf8_head(r->us.bank, sizeof f->bank - 1)));
    struct bank_account *a = account_of(f, r->account);
    if (!a)
        return;
    int64_t *sum = r->out ? &a->documents_paid : &a->documents_received;
    a->documents++;
    *sum = decimal_add(*sum, r->amount);
}
