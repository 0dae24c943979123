#include "bankfile/row.h"

#include <sodium.h>

#include "bankfile/value.h"
#include "ledger/inn.h"
#include "obmen/decimal.h"

static struct str field(const struct bankfile_fields *f, int key)
{
    return str_trim(bankfile_field(f, (enum bankfile_key)key));
}

static struct str first_of(struct str a, struct str b)
{
    return a.n ? a : b;
}

/* Banks write 0 where there is nothing. */
static struct str not_zero(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '0')
            return s;
    return STR("");
}

/* ---- whose ---- */

/* base: KEY_PAYER or KEY_PAYEE */
static struct bankfile_side read_side(const struct bankfile_fields *f, int base)
{
    struct str inn, kpp, other_inn, other_kpp;
    struct str name = bankfile_name(field(f, base), &inn, &kpp);
    struct str combined = bankfile_name(field(f, base + 1), &other_inn, &other_kpp);
    return (struct bankfile_side){
        .name = first_of(name, combined),
        .inn = first_of(not_zero(field(f, base + 4)), first_of(inn, other_inn)),
        .kpp = first_of(not_zero(field(f, base + 5)), first_of(kpp, other_kpp)),
        .account = first_of(field(f, base + 2), field(f, base + 3)),
        .bank = field(f, base + 6),
        .bik = field(f, base + 8),
    };
}

void bankfile_inns(const struct bankfile_fields *f, struct str inns[2])
{
    inns[0] = read_side(f, KEY_PAYER).inn;
    inns[1] = read_side(f, KEY_PAYEE).inn;
}

static bool owned(const struct map *m, struct str account)
{
    return account.n > 0 && map_get(m, account.p, account.n) != NULL;
}

/* The account of a side by which it is ours; "" when it is not. */
static struct str ours(const struct bankfile_fields *f, int base, const struct map *m)
{
    struct str account = field(f, base + 2), settlement = field(f, base + 3);
    return owned(m, account) ? account : owned(m, settlement) ? settlement : STR("");
}

/* The only account of this file; "" when it has none or several. */
static struct str only_account(const struct bankfile_own *own)
{
    size_t i = 0;
    struct str key = STR("");
    if (own->here.count == 1)
        map_next(&own->here, &i, &key);
    return key;
}

struct direction {
    bool out, in; /* both: a transfer */
    bool internal;
    struct str payer, payee; /* our account of that side */
};

/* Rule 4 of the format: the dates tell, where no account does. */
static bool by_dates(const struct bankfile_fields *f, const struct bankfile_own *own,
    struct bankfile_warnings *w, struct direction *ret, struct err *ret_why)
{
    bool debited = field(f, KEY_DEBITED).n > 0 || field(f, KEY_AMOUNT_OUT).n > 0;
    bool credited = field(f, KEY_CREDITED).n > 0 || field(f, KEY_AMOUNT_IN).n > 0;
    if (debited == credited) {
        err_set(ret_why, ERR_VALIDATION_ERROR, "%s",
            debited ? TR("Непонятно, приход это или расход: ни один из счетов не наш, а даты "
                         "списания и поступления стоят обе. Назовите свой счёт",
                          "In or out? Neither account is ours, and both posting dates are given. "
                          "Name your account")
                    : TR("Непонятно, приход это или расход: ни один из счетов не наш, и нет ни "
                         "даты списания, ни даты поступления. Назовите свой счёт",
                          "In or out? Neither account is ours, and no posting date is given. Name "
                          "your account"));
        return false;
    }
    struct str only = only_account(own);
    ret->out = debited;
    ret->in = credited;
    ret->payer =
        first_of(only, first_of(field(f, KEY_PAYER_ACCOUNT), field(f, KEY_PAYER_SETTLEMENT)));
    ret->payee =
        first_of(only, first_of(field(f, KEY_PAYEE_ACCOUNT), field(f, KEY_PAYEE_SETTLEMENT)));
    if ((debited ? ret->payer : ret->payee).n == 0) {
        err_set(ret_why, ERR_VALIDATION_ERROR, "%s",
            TR("Не указан наш счёт", "Our account is not given"));
        return false;
    }
    bankfile_warn(w, BANKFILE_W_BY_DATES, f->line, debited ? ret->payer : ret->payee);
    return true;
}

static bool find_direction(const struct bankfile_fields *f, const struct bankfile_own *own,
    struct bankfile_warnings *w, struct direction *ret, struct err *ret_why)
{
    *ret = (struct direction){
        .payer = ours(f, KEY_PAYER, &own->here), .payee = ours(f, KEY_PAYEE, &own->here)};
    struct str payer_earlier = ours(f, KEY_PAYER, &own->earlier);
    struct str payee_earlier = ours(f, KEY_PAYEE, &own->earlier);
    if (ret->payer.n == 0 && ret->payee.n == 0) {
        ret->payer = payer_earlier;
        ret->payee = payee_earlier;
    }
    if (ret->payer.n == 0 && ret->payee.n == 0)
        return by_dates(f, own, w, ret, ret_why);
    ret->out = ret->payer.n > 0;
    ret->in = ret->payee.n > 0;
    /* The account that this file does not speak for has a statement of its own with the other half.
     */
    ret->internal = (ret->out || payer_earlier.n > 0) && (ret->in || payee_earlier.n > 0);
    /* From an account to itself, a correction: one date says which half this is. */
    bool debited = field(f, KEY_DEBITED).n > 0, credited = field(f, KEY_CREDITED).n > 0;
    if (ret->out && ret->in && str_eq(ret->payer, ret->payee) && debited != credited) {
        ret->out = debited;
        ret->in = credited;
    }
    return true;
}

/* ---- when and how much ---- */

static bool find_amount(
    const struct bankfile_fields *f, const struct direction *d, int64_t *ret, struct err *ret_why)
{
    struct str text =
        first_of(field(f, KEY_AMOUNT), first_of(field(f, d->out ? KEY_AMOUNT_OUT : KEY_AMOUNT_IN),
                                           field(f, d->out ? KEY_AMOUNT_IN : KEY_AMOUNT_OUT)));
    const char *why = NULL;
    switch (bankfile_amount(text, false, ret)) {
    case AMOUNT_OK:
        return true;
    case AMOUNT_ABSENT:
        why = TR("Нет суммы", "There is no amount");
        break;
    case AMOUNT_BAD:
        why = TR("Сумма не число", "The amount is no number");
        break;
    case AMOUNT_DECIMALS:
        why =
            TR("В сумме больше двух знаков после запятой", "The amount has more than two decimals");
        break;
    case AMOUNT_LARGE:
        why = TR("Сумма больше 15 знаков", "The amount has more than 15 digits");
        break;
    }
    struct str head = {text.p, text.n < 40 ? text.n : 40};
    err_set(ret_why, ERR_VALIDATION_ERROR, "%s%s%.*s", why, head.n ? ": " : "", STR_ARG(head));
    return false;
}

/* Posting day by direction, else the bank's receipt, else the document's own date. */
static bool find_dates(const struct bankfile_fields *f, struct bankfile_warnings *w,
    struct bankfile_row *r, struct err *ret_why)
{
    const int order[] = {
        r->out ? KEY_DEBITED : KEY_CREDITED, KEY_POSTED, KEY_RECEIPT_DATE, KEY_DATE};
    bool bad = false;
    struct str sample = STR("");
    r->has_date = bankfile_date(field(f, KEY_DATE), &r->date);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct str text = field(f, order[i]);
        if (text.n == 0)
            continue;
        if (bankfile_date(text, &r->posted)) {
            if (bad)
                bankfile_warn(w, BANKFILE_W_DATE_REPLACED, f->line, sample);
            if (order[i] == KEY_DATE && !bad)
                bankfile_warn(w, BANKFILE_W_NOT_POSTED, f->line, r->number);
            return true;
        }
        bad = true;
        sample = text;
    }
    err_set(ret_why, ERR_VALIDATION_ERROR, "%s%s%.*s",
        bad ? TR("Неверная дата", "The date is wrong") : TR("Нет даты", "There is no date"),
        bad ? ": " : "", (int)(sample.n < 40 ? sample.n : 40), sample.n ? sample.p : "");
    return false;
}

static struct str find_purpose(const struct bankfile_fields *f, struct arena *a)
{
    struct str whole = field(f, KEY_PURPOSE);
    if (whole.n)
        return whole;
    struct buf b = BUF_INIT;
    for (int key = KEY_PURPOSE1; key <= KEY_PURPOSE6; key++) {
        struct str piece = field(f, key);
        if (piece.n && b.n)
            buf_addc(&b, ' ');
        buf_add_str(&b, piece);
    }
    struct str joined = b.n ? arena_str(a, buf_str(&b)) : STR("");
    buf_release(&b);
    return joined;
}

/* ---- identity ---- */

static void hash_text(crypto_generichash_state *h, struct str s)
{
    crypto_generichash_update(h, (const unsigned char *)(s.n ? s.p : ""), s.n);
    crypto_generichash_update(h, (const unsigned char *)"\x1f", 1);
}

/* The format has no key: what the bank can't change without it being another payment. */
static struct uuid identity_of(const struct bankfile_fields *f, const struct bankfile_row *r)
{
    crypto_generichash_state h;
    struct uuid id;
    char posted[TIME_TEXT], amount[DECIMAL_TEXT];
    time_format_date(r->posted, posted);
    decimal_format(r->amount, amount);
    crypto_generichash_init(&h, NULL, 0, sizeof id.b);
    hash_text(&h, r->account);
    hash_text(&h, str_from(posted));
    hash_text(&h, r->out ? STR("D") : STR("C"));
    hash_text(&h, str_from(amount));
    hash_text(&h, r->number);
    hash_text(&h, field(f, KEY_PAYER_ACCOUNT));
    hash_text(&h, field(f, KEY_PAYER_SETTLEMENT));
    hash_text(&h, field(f, KEY_PAYEE_ACCOUNT));
    hash_text(&h, field(f, KEY_PAYEE_SETTLEMENT));
    hash_text(&h, r->us.inn);
    hash_text(&h, r->them.inn);
    hash_text(&h, r->purpose);
    crypto_generichash_final(&h, id.b, sizeof id.b);
    return id;
}

/* ---- all of it ---- */

static bool make_row(const struct bankfile_fields *f, const struct direction *d, bool out,
    const struct bankfile_row *common, struct bankfile_warnings *w, struct bankfile_row *r,
    struct err *ret_why)
{
    *r = *common;
    r->out = out;
    r->internal = d->internal;
    r->account = out ? d->payer : d->payee;
    r->us = read_side(f, out ? KEY_PAYER : KEY_PAYEE);
    r->them = read_side(f, out ? KEY_PAYEE : KEY_PAYER);
    /* …Счет may be the correspondent account of a bank between; …РасчСчет is the party's own. */
    r->them.account = first_of(
        field(f, (out ? KEY_PAYEE : KEY_PAYER) + 3), field(f, (out ? KEY_PAYEE : KEY_PAYER) + 2));
    r->currency = bankfile_currency(r->account);
    if (!find_dates(f, w, r, ret_why))
        return false;
    r->identity = identity_of(f, r);
    return true;
}

enum bankfile_verdict bankfile_rows(const struct bankfile_fields *f, const struct bankfile_own *own,
    struct arena *a, struct bankfile_warnings *w, struct bankfile_row rows[2], int *ret_count,
    struct err *ret_why)
{
    struct direction d;
    struct bankfile_row common = {.number = field(f, KEY_NUMBER),
        .kind = field(f, KEY_PAYMENT_KIND),
        .tax_status = field(f, KEY_TAX_STATUS),
        .kbk = not_zero(field(f, KEY_KBK)),
        .purpose = find_purpose(f, a)};
    *ret_count = 0;
    if (f->overflow) {
        err_set(ret_why, ERR_VALIDATION_ERROR, "%s",
            TR("Документ слишком длинный", "The document is too long"));
        return BANKFILE_REFUSED;
    }
    if (!find_direction(f, own, w, &d, ret_why) || !find_amount(f, &d, &common.amount, ret_why))
        return BANKFILE_REFUSED;
    if (common.amount == 0) {
        err_set(ret_why, ERR_VALIDATION_ERROR, "%s", TR("Сумма равна нулю", "The amount is zero"));
        return BANKFILE_SKIPPED;
    }
    for (int in = 0; in <= 1; in++) {
        if (in ? !d.in : !d.out)
            continue;
        if (!make_row(f, &d, !in, &common, w, &rows[*ret_count], ret_why))
            return BANKFILE_REFUSED;
        ++*ret_count;
    }
    /* five digits: a foreigner; another country has numbers of its own */
    bool russian = rows[0].them.inn.n != 5 && strcmp(rows[0].currency, "KZT") != 0;
    if (rows[0].them.inn.n && russian && !inn_valid(rows[0].them.inn))
        bankfile_warn(w, BANKFILE_W_INN, f->line, rows[0].them.inn);
    return BANKFILE_ROWS;
}
