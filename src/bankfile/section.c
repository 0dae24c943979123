/* Account sections: balances and turnovers. */
#include "bankfile/import.h"
#include "bankfile/value.h"

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
    if (bad || !ret->account.n || !has_opening || !from || ret->to < ret->from) {
        bankfile_warn(w, BANKFILE_W_SECTION, f->line, ret->account);
        return false;
    }
    if (ret->has_received && ret->has_paid && ret->has_closing &&
        ret->opening + ret->received - ret->paid != ret->closing)
        bankfile_warn(w, BANKFILE_W_BALANCE, f->line, ret->account);
    return true;
}
