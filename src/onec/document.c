#include "onec/document.h"

#include "ledger/vat.h"
#include "obmen/decimal.h"
#include "obmen/utf8.h"
#include "onec/statement.h"

enum ledger_type onec_document_type(enum onec_set set)
{
    return set == ONEC_BANK_IN || set == ONEC_CASH_IN ? LEDGER_CREDIT : LEDGER_DEBIT;
}

enum ledger_payment onec_document_payment(enum onec_set set)
{
    return set == ONEC_BANK_IN || set == ONEC_BANK_OUT ? LEDGER_BANK : LEDGER_CASH;
}

/* ---- references ---- */

static bool first_guid(
    const struct onec_record *r, const enum onec_field *fields, struct uuid *ret_id)
{
    for (; *fields; fields++)
        if (onec_record_guid(r, *fields, ret_id))
            return true;
    return false;
}

static struct str first_text(const struct onec_record *r, const enum onec_field *fields)
{
    struct str text = STR_NULL;
    for (; *fields && !text.n; fields++)
        text = onec_record_text(r, *fields);
    return text;
}

static const enum onec_field own_account_fields[] = {
    ONEC_F_BANK_ACCOUNT_KEY, ONEC_F_ORGANIZATION_ACCOUNT_KEY, 0};
static const enum onec_field their_account_fields[] = {
    ONEC_F_CONTRACTOR_BANK_ACCOUNT_KEY, ONEC_F_CONTRACTOR_ACCOUNT_KEY, 0};
static const enum onec_field currency_fields[] = {
    ONEC_F_CURRENCY_KEY, ONEC_F_DOCUMENT_CURRENCY_KEY, 0};

/* Who is on the other side: УТ has a plain reference, Бухгалтерия a composite one that may also
 * name one of our own organizations, or something that has no card for us. */
static bool other_side(
    const struct onec_record *r, enum onec_ref_kind *ret_kind, struct uuid *ret_id)
{
    *ret_kind = ONEC_REF_CONTRACTOR;
    if (onec_record_guid(r, ONEC_F_CONTRACTOR_KEY, ret_id))
        return true;
    struct str type = onec_record_text(r, ONEC_F_CONTRACTOR_TYPE);
    if (!onec_record_guid(r, ONEC_F_CONTRACTOR, ret_id))
        return false;
    if (str_is(type, "StandardODATA.Catalog_Организации"))
        *ret_kind = ONEC_REF_ORGANIZATION;
    return *ret_kind == ONEC_REF_ORGANIZATION || str_is(type, "StandardODATA.Catalog_Контрагенты");
}

static void read_statement(const struct onec_record *r, enum onec_set set,
    struct onec_statement *ret, struct onec_party *ret_theirs, struct onec_party *ret_ours)
{
    onec_statement_parse(ret, onec_record_text(r, ONEC_F_STATEMENT));
    bool incoming = onec_document_type(set) == LEDGER_CREDIT;
    *ret_theirs = incoming ? ret->payer : ret->payee;
    *ret_ours = incoming ? ret->payee : ret->payer;
}

void onec_document_want(const struct onec_record *r, enum onec_set set, struct onec_refs *refs)
{
    struct onec_statement statement;
    struct onec_party theirs, ours;
    enum onec_ref_kind kind;
    struct uuid id;
    if (other_side(r, &kind, &id))
        onec_refs_want(refs, kind, &id);
    if (onec_record_guid(r, ONEC_F_ORGANIZATION_KEY, &id))
        onec_refs_want(refs, ONEC_REF_ORGANIZATION, &id);
    if (first_guid(r, currency_fields, &id))
        onec_refs_want(refs, ONEC_REF_CURRENCY, &id);
    if (r->rows.has_rate && !r->rows.rates_differ && !uuid_is_zero(&r->rows.rate_key))
        onec_refs_want(refs, ONEC_REF_VAT_RATE, &r->rows.rate_key);
    if (onec_document_payment(set) == LEDGER_CASH)
        return;
    read_statement(r, set, &statement, &theirs, &ours);
    if (first_guid(r, own_account_fields, &id))
        onec_refs_want(refs, ONEC_REF_OWN_ACCOUNT, &id);
    if (!theirs.account.n && first_guid(r, their_account_fields, &id))
        onec_refs_want(refs, ONEC_REF_THEIR_ACCOUNT, &id);
}

/* ---- soundness ---- */

static enum onec_outcome refuse(struct err *why, const char *ru, const char *en)
{
    err_set(why, ERR_VALIDATION_ERROR, "%s", TR(ru, en));
    return ONEC_REFUSED;
}

static bool sound(struct str text, enum onec_field field, struct err *why)
{
    if (text.n && memchr(text.p, 0, text.n))
        err_set(why, ERR_VALIDATION_ERROR,
            TR("В поле «%s» есть нулевой символ.", "Field \"%s\" holds a NUL character."),
            onec_field_name(field));
    else if (!utf8_valid(text))
        err_set(why, ERR_VALIDATION_ERROR,
            TR("Поле «%s» — не текст в UTF-8.", "Field \"%s\" is no UTF-8 text."),
            onec_field_name(field));
    else
        return true;
    return false;
}

bool onec_record_sound(const struct onec_record *r, struct err *why)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const struct onec_value *v = &r->values[i];
        if (v->kind == ONEC_LONG) {
            err_set(why, ERR_VALIDATION_ERROR,
                TR("Поле «%s» длиннее %d байт.", "Field \"%s\" is longer than %d bytes."),
                onec_field_name(v->field), ONEC_TEXT_MAX);
            return false;
        }
        if (v->kind == ONEC_STRING && !sound((struct str){v->p, v->n}, v->field, why))
            return false;
    }
    return sound(r->rows.rate, ONEC_F_VAT_RATE, why);
}

/* ---- values ---- */

static size_t digits(struct str s, size_t from)
{
    size_t n = 0;
    while (from + n < s.n && s.p[from + n] >= '0' && s.p[from + n] <= '9')
        n++;
    return n;
}

struct str onec_vat_rate(struct arena *a, struct str rate)
{
    struct str vat = STR("НДС");
    if (str_is(rate, "БезНДС"))
        return STR("Без НДС");
    if (!str_starts(rate, vat))
        return rate;
    size_t first = digits(rate, vat.n), at = vat.n + first;
    if (first && at == rate.n)
        return arena_printf(a, "%.*s%%", (int)first, rate.p + vat.n);
    size_t second = at < rate.n && rate.p[at] == '_' ? digits(rate, at + 1) : 0;
    if (first && second && at + 1 + second == rate.n)
        return arena_printf(
            a, "%.*s/%.*s", (int)first, rate.p + vat.n, (int)second, rate.p + at + 1);
    return rate;
}

static void set_vat(const struct onec_record *r, const struct onec_refs *refs,
    struct arena *scratch, struct ledger_transaction *ret)
{
    const struct onec_rows *rows = &r->rows;
    int64_t vat = rows->vat;
    bool has_vat = rows->has_vat && !rows->bad_vat;
    if (rows->has_rate && !rows->rates_differ) {
        const struct onec_ref *ref = uuid_is_zero(&rows->rate_key)
                                         ? NULL
                                         : onec_refs_get(refs, ONEC_REF_VAT_RATE, &rows->rate_key);
        ret->vat_rate = ref ? ref->name : onec_vat_rate(scratch, rows->rate);
    }
    if (!rows->has_vat && !rows->has_rate) { /* documents without rows carry it themselves */
        struct str text = onec_record_text(r, ONEC_F_VAT_AMOUNT);
        has_vat = text.n && decimal_parse(text, &vat);
        ret->vat_rate = onec_vat_rate(scratch, onec_record_text(r, ONEC_F_VAT_RATE));
    }
    /* rows always have a sum: zero without a rate says nothing */
    ret->has_vat_amount = has_vat && (vat != 0 || ret->vat_rate.n);
    ret->vat_amount = vat;
}

static struct str or_else(struct str first, struct str second)
{
    return first.n ? first : second;
}

static void set_sides(const struct onec_record *r, enum onec_set set, const struct onec_refs *refs,
    struct ledger_transaction *ret)
{
    static const enum onec_field persons[] = {ONEC_F_RECEIVED_FROM, ONEC_F_PAID_TO, 0};
    struct onec_statement statement;
    struct onec_party theirs, ours;
    enum onec_ref_kind kind;
    struct uuid id;
    const struct onec_ref *card = NULL, *account = NULL, *own = NULL, *organization = NULL;
    read_statement(r, set, &statement, &theirs, &ours);
    ret->payment_purpose = or_else(ret->payment_purpose, statement.purpose);
    ret->facts.payer_status = statement.payer_status;
    ret->facts.kbk = statement.kbk;
    ret->facts.payment_kind = statement.payment_kind;

    if (other_side(r, &kind, &id))
        card = onec_refs_get(refs, kind, &id);
    if (card && kind == ONEC_REF_CONTRACTOR)
        ret->counterparty_id = card->row_id;
    if (onec_record_guid(r, ONEC_F_ORGANIZATION_KEY, &id))
        organization = onec_refs_get(refs, ONEC_REF_ORGANIZATION, &id);
    if (organization) {
        ret->organization_id = organization->row_id;
        ret->organization_name = organization->name;
    }
    ret->facts.our_inn = or_else(ours.inn, organization ? organization->inn : STR_NULL);
    ret->counterparty_name =
        or_else(theirs.name, or_else(card ? card->name : STR_NULL, first_text(r, persons)));
    ret->counterparty_inn = or_else(theirs.inn, card ? card->inn : STR_NULL);
    /* a КПП of the card belongs to the card's ИНН */
    if (theirs.kpp.n || !card || (theirs.inn.n && !str_eq(theirs.inn, card->inn)))
        ret->counterparty_kpp = theirs.kpp;
    else
        ret->counterparty_kpp = card->kpp;
    if (onec_document_payment(set) == LEDGER_CASH)
        return;

    if (!theirs.account.n && first_guid(r, their_account_fields, &id))
        account = onec_refs_get(refs, ONEC_REF_THEIR_ACCOUNT, &id);
    const struct onec_ref *bank =
        account ? onec_refs_get(refs, ONEC_REF_BANK, &account->bank) : NULL;
    ret->counterparty_account = or_else(theirs.account, account ? account->code : STR_NULL);
    ret->counterparty_bank = or_else(theirs.bank, bank ? bank->name : STR_NULL);
    ret->counterparty_bik = or_else(theirs.bik, bank ? bank->code : STR_NULL);

    if (first_guid(r, own_account_fields, &id))
        own = onec_refs_get(refs, ONEC_REF_OWN_ACCOUNT, &id);
    bank = own ? onec_refs_get(refs, ONEC_REF_BANK, &own->bank) : NULL;
    ret->account_number = or_else(own ? own->code : STR_NULL, ours.account);
    ret->our_bank_name = or_else(bank ? bank->name : STR_NULL, ours.bank);
    ret->our_bank_bik = or_else(bank ? bank->code : STR_NULL, ours.bik);
}

/* Money is what the record is about: a currency that cannot be told is no currency to guess. */
static bool set_currency(
    const struct onec_record *r, const struct onec_refs *refs, struct ledger_transaction *ret)
{
    struct uuid id;
    ret->currency = STR("RUB"); /* documents without one are in the currency of the books */
    if (!first_guid(r, currency_fields, &id))
        return true;
    const struct onec_ref *currency = onec_refs_get(refs, ONEC_REF_CURRENCY, &id);
    if (!currency || !currency->code.n)
        return false;
    ret->currency = currency->code;
    return true;
}

static void set_dates(const struct onec_record *r, struct ledger_transaction *ret)
{
    ret->has_document_date = true;
    if (!onec_record_date(r, ONEC_F_INCOMING_DATE, &ret->document_date))
        ret->document_date = ret->transaction_date;
    ret->document_date -= ((ret->document_date % USEC_PER_DAY) + USEC_PER_DAY) % USEC_PER_DAY;
}

static struct str key_text(const struct uuid *id, struct arena *scratch)
{
    char text[UUID_TEXT];
    uuid_format(id, text);
    return arena_str(scratch, str_from(text));
}

/* The document's own item, or the one that all its rows name. */
static struct str cash_flow_item(const struct onec_record *r, struct arena *scratch)
{
    struct uuid id;
    if (onec_record_guid(r, ONEC_F_CASH_FLOW_ITEM_KEY, &id))
        return key_text(&id, scratch);
    if (r->rows.items_differ || uuid_is_zero(&r->rows.item_key))
        return STR_NULL;
    return key_text(&r->rows.item_key, scratch);
}

enum onec_outcome onec_document_convert(const struct onec_record *r, enum onec_set set,
    const struct onec_refs *refs, struct arena *scratch, struct ledger_transaction *ret,
    struct err *why)
{
    static const enum onec_field bank_purpose[] = {
        ONEC_F_PURPOSE, ONEC_F_GROUND, ONEC_F_PAYMENT_GROUND, 0};
    static const enum onec_field cash_purpose[] = {
        ONEC_F_GROUND, ONEC_F_PAYMENT_GROUND, ONEC_F_PURPOSE, 0};
    static const enum onec_field operation[] = {
        ONEC_F_BUSINESS_OPERATION, ONEC_F_OPERATION_KIND, 0};
    *ret = (struct ledger_transaction){
        .type = onec_document_type(set), .payment = onec_document_payment(set)};
    if (!onec_record_sound(r, why))
        return ONEC_REFUSED;
    if (!r->has_key)
        return refuse(why, "Нет ключа (Ref_Key).", "There is no key (Ref_Key).");
    if (!onec_record_date(r, ONEC_F_DATE, &ret->transaction_date))
        return refuse(why, "Нет даты документа (Date).", "There is no document date (Date).");
    struct str amount = onec_record_text(r, ONEC_F_AMOUNT);
    if (!amount.n)
        return refuse(why, "Нет суммы (СуммаДокумента).", "There is no amount (СуммаДокумента).");
    if (!decimal_parse(amount, &ret->amount)) {
        char text[256];
        onec_clean(text, sizeof text, amount);
        err_set(why, ERR_VALIDATION_ERROR,
            TR("Сумма «%s» — не число с копейками.", "Amount \"%s\" is no number of kopecks."),
            text);
        return ONEC_REFUSED;
    }
    if (ret->amount < 0)
        return refuse(why, "Сумма меньше нуля.", "The amount is below zero.");
    if (ret->amount == 0) {
        err_set(why, ERR_VALIDATION_ERROR, "%s", TR("Сумма равна нулю.", "The amount is zero."));
        return ONEC_SKIPPED;
    }
    if (!set_currency(r, refs, ret))
        return refuse(why, "Валюта документа не найдена в 1С.",
            "The document's currency was not found in 1C.");

    ret->external_id = key_text(&r->id, scratch);
    ret->data_version = onec_record_text(r, ONEC_F_DATA_VERSION);
    ret->document_number = onec_record_text(r, ONEC_F_NUMBER);
    ret->payment_purpose = first_text(r, ret->payment == LEDGER_BANK ? bank_purpose : cash_purpose);
    ret->business_operation = first_text(r, operation);
    ret->notes = onec_record_text(r, ONEC_F_COMMENT);
    set_dates(r, ret);
    set_vat(r, refs, scratch, ret);
    set_sides(r, set, refs, ret);
    ret->facts.cash_flow_item = cash_flow_item(r, scratch);
    ledger_vat_from_purpose(ret, scratch);
    return ONEC_ROW;
}
