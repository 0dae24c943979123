#include "classify/facts.h"

#include "classify/text.h"

static bool digits(struct str s, size_t n)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == n;
}

/* Does the account begin with one of these? Separated by blanks. */
static bool begins(struct str account, const char *beginnings)
{
    struct str all = str_from(beginnings);
    while (all.n)
        if (str_starts(account, str_cut(&all, ' ')))
            return true;
    return false;
}

/* Does a word of the purpose begin with one of these? The stems are prepared once. */
enum { STEM_MAX = 16 };
struct stem {
    const char *text;
    char prepared[STEM_MAX]; /* empty: not yet */
};
static bool says(struct str purpose, struct stem *stems, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!stems[i].prepared[0]) {
            struct buf word = BUF_INIT;
            classify_prepare(&word, str_from(stems[i].text));
            memcpy(stems[i].prepared, word.p, word.n < STEM_MAX ? word.n : STEM_MAX - 1);
            buf_release(&word);
        }
        if (classify_has_word(purpose, str_from(stems[i].prepared)))
            return true;
    }
    return false;
}

static bool says_percent(struct str purpose)
{
    static struct stem percent = {.text = "процент"};
    return says(purpose, &percent, 1);
}

/* What a bank takes or passes on by way of its own accounts besides its fees: words decide. */
static bool says_more(struct str purpose)
{
    static struct stem more[] = {{.text = "эквайринг"}, {.text = "процент"}, {.text = "кредит"},
        {.text = "займ"}, {.text = "заем"}, {.text = "долг"}, {.text = "депозит"},
        {.text = "заработн"}, {.text = "зарплат"}};
    return says(purpose, more, sizeof more / sizeof *more);
}

/* An account inside a bank: its income, claims on clients, loans, settlements. Whoever's INN stands
 * beside it, such a payment is one between a bank and its client. */
#define BANK_ACCOUNTS "30 44 45 47 60 61 70"

static struct fact own_transfer(const struct ledger_transaction *t, struct fact_ours ours)
{
    struct str inn = t->counterparty_inn;
    if (begins(t->counterparty_account, BANK_ACCOUNTS))
        return (struct fact){0};
    if (ours.account && t->account_number.n)
        return (struct fact){
            "MOVE", 99, "Счета плательщика и получателя — оба свои.", "Both accounts are our own."};
    if (inn.n >= 10 && str_eq(inn, t->facts.our_inn))
        return (struct fact){"MOVE", 99, "ИНН плательщика и получателя — один и тот же.",
            "Payer and payee have the same INN."};
    if (inn.n >= 10 && ours.inn)
        return (struct fact){"MOVE", 95, "ИНН второй стороны — одной из своих организаций.",
            "The other side's INN is that of one of our organizations."};
    return (struct fact){0};
}

static struct fact tax_by_kbk(struct str kbk)
{
    static const struct {
        const char *kind; /* digits 4… of the КБК */
        struct fact fact;
    } kinds[] = {
        {"10102", {"EX_NDFL", 97, "Платёж в бюджет, КБК налоговой службы 101 02: НДФЛ.",
                      "Payment to the budget, КБК 101 02: personal income tax."}},
        {"102", {"EX_CONTRIB", 97, "Платёж в бюджет, КБК налоговой службы 102: страховые взносы.",
                    "Payment to the budget, КБК 102: insurance contributions."}},
        {"01061", {"EX_ENP", 97, "Платёж в бюджет, КБК единого налогового платежа.",
                      "Payment to the budget, КБК of the single tax payment."}},
        {"103010", {"EX_VAT", 97, "Платёж в бюджет, КБК налоговой службы 103 01: НДС.",
                       "Payment to the budget, КБК 103 01: VAT."}},
        {"", {"EX_TAX", 97, "Платёж в бюджет, КБК налоговой службы (182).",
                 "Payment to the budget, КБК of the tax service (182)."}},
    };
    struct str kind = {kbk.p + 3, kbk.n - 3};
    size_t i = 0;
    while (!str_starts(kind, str_from(kinds[i].kind)))
        i++;
    return kinds[i].fact;
}

static struct fact budget(const struct ledger_transaction *t)
{
    /* on a plain payment a КБК proves nothing: some banks print one everywhere */
    bool to_budget = digits(t->facts.payer_status, t->facts.payer_status.n > 1 ? 2 : 1) &&
                     !str_is(t->facts.payer_status, "0") && digits(t->facts.kbk, 20);
    if (to_budget && str_starts(t->facts.kbk, STR("182")))
        return tax_by_kbk(t->facts.kbk);
    if (to_budget)
        return (struct fact){"EX_TAX", 70,
            "КБК другого ведомства: пошлина, штраф или покупка у государственного органа.",
            "КБК of another office: a fee, a fine, or a purchase from a state body."};
    if (begins(t->counterparty_account, "03 40101"))
        return (struct fact){"EX_TAX", 70,
            "Счёт казначейства: налог, пошлина или покупка у государственного органа.",
            "An account of the treasury: a tax, a fee, or a purchase from a state body."};
    return (struct fact){0};
}

static struct fact fee(const struct ledger_transaction *t, struct str purpose)
{
    bool own_bank = !t->our_bank_bik.n || !t->counterparty_bik.n ||
                    str_eq(t->our_bank_bik, t->counterparty_bik);
    bool income = begins(t->counterparty_account, "70601 47422 47423 60309 61304 61301");
    bool order =
        str_is(t->facts.payment_kind, "17") && begins(t->counterparty_account, "474 60 70");
    if (!own_bank || !(income || order) || says_more(purpose))
        return (struct fact){0};
    return (struct fact){"EX_BANK", 95, "Получатель — свой банк, на счёт его доходов.",
        "The payee is our own bank, on an account of its income."};
}

static struct fact loan_or_deposit(const struct ledger_transaction *t, struct str purpose)
{
    struct str account = t->counterparty_account;
    bool percent = says_percent(purpose);
    if (begins(account, "420 421 422") && !percent)
        return (struct fact){"MOVE", 90, "Вторая сторона — депозитный счёт.",
            "The other side is a deposit account."};
    if (!begins(account, "452 453 454 455"))
        return (struct fact){0};
    if (t->type == LEDGER_CREDIT)
        return percent ? (struct fact){0}
                       : (struct fact){"IN_LOAN", 92, "Деньги пришли со ссудного счёта банка.",
                             "The money came from a loan account of the bank."};
    if (percent)
        return (struct fact){"EX_INTEREST", 90, "Проценты на ссудный счёт банка.",
            "Interest to a loan account of the bank."};
    return (struct fact){"EX_LOAN", 92, "Деньги ушли на ссудный счёт банка.",
        "The money went to a loan account of the bank."};
}

struct fact classify_fact(
    const struct ledger_transaction *t, struct fact_ours ours, struct str purpose)
{
    struct fact f = own_transfer(t, ours);
    if (!f.category && t->type == LEDGER_DEBIT)
        f = budget(t);
    if (!f.category && t->type == LEDGER_DEBIT)
        f = fee(t, purpose);
    if (!f.category)
        f = loan_or_deposit(t, purpose);
    return f;
}

struct fact classify_last_resort(const struct ledger_transaction *t, bool buyer)
{
    if (t->type == LEDGER_DEBIT)
        return begins(t->counterparty_account, "40817")
                   ? (struct fact){"EX_ACCOUNTABLE", 85, "Счёт получателя — физического лица.",
                         "The payee's account is that of a person."}
                   : (struct fact){0};
    if (buyer)
        return (struct fact){"IN_SALES", 60,
            "Назначение ничего не говорит, но от этого ИНН уже приходила оплата покупателя.",
            "The purpose says nothing, but this INN has paid as a buyer before."};
    return (struct fact){"IN_OTHER", 60,
        "Поступление, о котором ничего не известно: решать человеку.",
        "A receipt nothing is known about: a person has to decide."};
}
