/* One row of a set: loading, finding by key, and the values of documents. */
#include "demo/set.h"

#include <string.h>

#include "demo/random.h"

#define DAY 86400

void demo_view_load(
    struct demo_view *v, const struct demo_world *w, const struct demo_set *set, uint64_t row)
{
    v->w = w;
    v->set = set;
    v->row = row;
    v->line = 0;
    v->used = 0;
    if (demo_set_is_documents(set))
        demo_doc_get(w, row, &v->doc);
    else
        v->doc.damage = DAMAGE_NONE;
}

bool demo_view_find(struct demo_view *v, const struct demo_world *w, const struct demo_set *set,
    const struct uuid *key)
{
    uint64_t row;
    struct demo_id id;
    if (demo_set_is_documents(set)) {
        if (!demo_doc_find(w, set->kind, key, &row))
            return false;
    } else if (!demo_key_open(&w->keys, key, &id) || !demo_catalog_row(w, set, id, &row)) {
        return false;
    }
    demo_view_load(v, w, set, row);
    return true;
}

struct uuid demo_ref(const struct demo_world *w, enum demo_kind kind, uint32_t number)
{
    return demo_key_make(&w->keys, (struct demo_id){kind, 0, number});
}

struct uuid demo_view_key(struct demo_view *v)
{
    if (demo_set_is_documents(v->set))
        return v->doc.key;
    return demo_key_make(&v->w->keys, demo_catalog_id(v->w, v->set, v->row));
}

static uint32_t version_of(const struct demo_view *v)
{
    if (v->set->kind == DEMO_ITEM)
        return 1 + (uint32_t)v->w->changes.items_changed;
    return demo_set_is_documents(v->set) ? v->doc.version : 1;
}

/* Eight bytes in base64: four of the version, high byte first, four of zero. */
static void put_version(struct demo_view *v, struct demo_value *ret)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint64_t bits = (uint64_t)version_of(v) << 32;
    char *p = v->scratch + v->used;
    for (int i = 0; i < 11; i++)
        p[i] = digits[(i < 10 ? bits >> (58 - 6 * i) : bits << 2) & 63];
    p[11] = '=';
    ret->text = (struct str){p, 12};
    v->used += 12;
}

int demo_view_lines(const struct demo_view *v)
{
    return v->doc.chance[0] >> 61 == 3 && v->doc.amount > 200 ? 2 : 1;
}

static int64_t line_part(const struct demo_view *v, int64_t whole)
{
    if (demo_view_lines(v) == 1)
        return whole;
    int64_t first = whole * 3 / 5;
    return v->line == 0 ? first : whole - first;
}

static uint32_t rate_number(int rate)
{
    static const int rates[] = {0, 5, 7, 10, 18, 20, 22};
    for (uint32_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (rates[i] == rate)
            return i;
    return 0;
}

static const char *rate_name(int rate)
{
    static const char *const names[] = {
        "БезНДС", "НДС5", "НДС7", "НДС10", "НДС18", "НДС20", "НДС22"};
    return names[rate_number(rate)];
}

static void put_text(struct demo_view *v, struct demo_value *ret, char *end)
{
    ret->text = (struct str){v->scratch + v->used, (size_t)(end - (v->scratch + v->used))};
    v->used += ret->text.n;
}

static struct uuid key_or_none(const struct demo_world *w, enum demo_kind kind, int number)
{
    return number < 0 ? (struct uuid){{0}} : demo_ref(w, kind, (uint32_t)number);
}

/* In Бухгалтерия people are not counterparties but a catalogue of their own. */
static bool party_is_person(const struct demo_view *v)
{
    return v->w->s.family == DEMO_BP && v->w->parties.party[v->doc.party].role == ROLE_PERSON;
}

static struct uuid party_key(const struct demo_view *v)
{
    uint32_t party = (uint32_t)v->doc.party;
    if (v->doc.lost_party)
        return demo_ref(v->w, DEMO_LOST, party);
    return party_is_person(v) ? demo_ref(v->w, DEMO_PERSON, party)
                              : demo_ref(v->w, DEMO_PARTY, party + DEMO_FIRST_PARTY);
}

/* A person filled the item in on some documents only. */
static int item_of(const struct demo_doc *d, bool in_line)
{
    return d->chance[0] >> 56 < (in_line ? 128 : 48) ? d->op->item : -1;
}

static bool has_contract(const struct demo_doc *d)
{
    return d->party >= 0 && (d->chance[2] >> 20) % 3 != 0;
}

static void damage_amount(const struct demo_view *v, struct demo_value *ret)
{
    switch (v->doc.damage) {
    case DAMAGE_ZERO_AMOUNT:
        ret->n = 0;
        break;
    case DAMAGE_BAD_AMOUNT:
        ret->raw = "\"12,5x\"";
        break;
    case DAMAGE_NULL_AMOUNT:
        ret->raw = "null";
        break;
    case DAMAGE_AMOUNT_TEXT:
        ret->raw = "\"1234.50\"";
        break;
    case DAMAGE_LONG_FRACTION:
        ret->raw = "1234.567";
        break;
    default:
        break;
    }
}

static void put_comment(struct demo_view *v, struct demo_value *ret)
{
    char *out = v->scratch + v->used;
    if (v->doc.written) {
        static const char text[] = "Изменён, раз: ";
        memcpy(out, text, sizeof text - 1);
        out += sizeof text - 1;
        char digits[12];
        int n = 0;
        for (uint32_t k = v->doc.written; k; k /= 10)
            digits[n++] = (char)('0' + k % 10);
        while (n)
            *out++ = digits[--n];
    }
    put_text(v, ret, out);
}

static void put_in_number(struct demo_view *v, struct demo_value *ret)
{
    char *out = v->scratch + v->used;
    for (uint32_t n = 1 + (uint32_t)(v->doc.chance[1] >> 30) % 9000, div = 1000; div; div /= 10)
        if (n >= div || div == 1)
            *out++ = (char)('0' + n / div % 10);
    put_text(v, ret, out);
}

void demo_document_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    const struct demo_doc *d = &v->doc;
    const struct demo_world *w = v->w;
    char *out = v->scratch + v->used;
    switch ((enum demo_op)f->op) {
    case OP_NUMBER:
        put_text(v, ret, demo_doc_number(d, out));
        break;
    case OP_DATE:
        ret->n = d->second;
        ret->absent = d->damage == DAMAGE_NO_DATE;
        ret->raw = d->damage == DAMAGE_EMPTY_DATE ? "\"0001-01-01T00:00:00\"" : NULL;
        break;
    case OP_POSTED:
        ret->n = d->posted;
        break;
    case OP_AMOUNT:
        ret->n = d->amount;
        damage_amount(v, ret);
        break;
    case OP_PURPOSE:
        put_text(v, ret, demo_doc_purpose(w, d, out));
        break;
    case OP_OPERATION:
        ret->text = str_from(w->s.family == DEMO_UT ? d->op->ut : d->op->bp);
        break;
    case OP_DOC_ORG:
        ret->key = demo_ref(w, DEMO_ORG, (uint32_t)d->org);
        break;
    case OP_ACCOUNT:
        ret->key = demo_ref(w, DEMO_OWN_ACCOUNT, (uint32_t)d->account);
        break;
    case OP_OTHER_ACCOUNT:
        ret->key = key_or_none(w, DEMO_OWN_ACCOUNT, d->other_account);
        break;
    case OP_PARTY_ACCOUNT:
        ret->key = key_or_none(w, DEMO_PARTY_ACCOUNT, d->lost_party ? -1 : d->party);
        break;
    case OP_DOC_CURRENCY:
        ret->key = demo_ref(w, DEMO_CURRENCY, d->foreign);
        break;
    case OP_STATEMENT:
        put_text(v, ret, demo_doc_statement(w, d, out));
        break;
    case OP_IN_NUMBER:
        put_in_number(v, ret);
        break;
    case OP_IN_DATE:
        ret->n = d->typed ? DEMO_NO_DATE : (d->day - (int64_t)(d->chance[1] >> 40) % 3) * DAY;
        break;
    case OP_BANK_DATE:
        ret->n = d->posted ? d->second / DAY * DAY : DEMO_NO_DATE;
        break;
    case OP_CONTRACT:
        ret->target = has_contract(d) ? "Catalog_ДоговорыКонтрагентов" : NULL;
        /* fall through */
    case OP_CONTRACT_KEY:
        ret->key = key_or_none(w, DEMO_CONTRACT, has_contract(d) ? d->party : -1);
        break;
    case OP_CONTRACT_TYPE:
        ret->text = has_contract(d) ? STR("StandardODATA.Catalog_ДоговорыКонтрагентов")
                                    : STR("StandardODATA.Undefined");
        break;
    case OP_COMMENT:
        put_comment(v, ret);
        break;
    case OP_PARTY:
        if (d->party >= 0)
            ret->target = party_is_person(v) ? "Catalog_ФизическиеЛица" : "Catalog_Контрагенты";
        /* fall through */
    case OP_PARTY_KEY:
        ret->key = d->party < 0 ? (struct uuid){{0}} : party_key(v);
        break;
    case OP_PARTY_TYPE:
        ret->text = d->party < 0         ? STR("StandardODATA.Undefined")
                    : party_is_person(v) ? STR("StandardODATA.Catalog_ФизическиеЛица")
                                         : STR("StandardODATA.Catalog_Контрагенты");
        break;
    case OP_PARTNER:
        ret->key = key_or_none(w, DEMO_PARTNER, d->party);
        break;
    case OP_DOC_ITEM:
        ret->key = key_or_none(w, DEMO_ITEM, item_of(d, false));
        break;
    case OP_USER:
        ret->key = demo_ref(w, DEMO_USER, (uint32_t)d->chance[1] & 3);
        break;
    case OP_DESK:
        ret->key = demo_ref(w, DEMO_DESK, (uint32_t)d->org);
        break;
    case OP_PERSON_NAME:
        ret->text = d->party >= 0 ? w->parties.party[d->party].full : w->parties.org[d->org].full;
        break;
    case OP_LINE:
        ret->n = v->line + 1;
        break;
    case OP_LINE_AMOUNT:
        ret->n = line_part(v, d->amount);
        break;
    case OP_LINE_VAT:
        ret->n = line_part(v, d->vat);
        break;
    case OP_LINE_RATE:
        ret->key = demo_ref(w, DEMO_VAT, rate_number(d->vat_rate));
        break;
    case OP_LINE_RATE_NAME:
        ret->text = str_from(rate_name(d->vat_rate));
        break;
    case OP_LINE_ITEM:
        ret->key = key_or_none(w, DEMO_ITEM, item_of(d, true));
        break;
    default:
        break;
    }
}

/* What every row has; the rest is the documents' or the catalogues'. */
void demo_view_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    *ret = (struct demo_value){.type = f->type, .text = STR("")};
    switch ((enum demo_op)f->op) {
    case OP_REF:
        ret->key = demo_view_key(v);
        ret->absent = v->doc.damage == DAMAGE_NO_KEY;
        ret->raw =
            v->doc.damage == DAMAGE_EMPTY_KEY ? "\"00000000-0000-0000-0000-000000000000\"" : NULL;
        break;
    case OP_VERSION:
        put_version(v, ret);
        break;
    case OP_NO_DATE:
        ret->n = DEMO_NO_DATE;
        break;
    case OP_ONE:
        ret->n = f->type == TYPE_NUMBER ? 100 : 1;
        break;
    case OP_TRUE:
        ret->n = 1;
        break;
    case OP_FALSE:
    case OP_EMPTY:
    case OP_NO_KEY:
    case OP_NO_ROWS:
    case OP_ZERO:
    case OP_ROWS:
        break;
    case OP_MARK:
        if (demo_set_is_documents(v->set)) {
            ret->n = v->doc.marked;
            break;
        } /* fall through */
    default:
        if (demo_set_is_documents(v->set))
            demo_document_value(v, f, ret);
        else
            demo_catalog_value(v, f, ret);
    }
}
