/* Catalogues: how many rows, which key a row has, and its values. */
#include "demo/set.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *code, *name, *full;
} currencies[] = {{"643", "руб.", "Российский рубль"}, {"840", "USD", "Доллар США"}};
static const struct {
    const char *name;
    int rate;
} vat_rates[] = {
    {"Без НДС", 0}, {"5%", 5}, {"7%", 7}, {"10%", 10}, {"18%", 18}, {"20%", 20}, {"22%", 22}};

static int persons(const struct demo_world *w)
{
    return w->parties.count - w->parties.role_start[ROLE_PERSON];
}

/* In Бухгалтерия people are a catalogue of their own. */
static int parties(const struct demo_world *w)
{
    return w->s.family == DEMO_BP ? w->parties.role_start[ROLE_PERSON] : w->parties.count;
}

uint64_t demo_catalog_count(const struct demo_world *w, const struct demo_set *set)
{
    switch (set->kind) {
    case DEMO_PARTY:
        return (uint64_t)parties(w) + DEMO_FOLDERS;
    case DEMO_ORG:
    case DEMO_DESK:
        return DEMO_ORGS;
    case DEMO_OWN_ACCOUNT:
        return DEMO_OWN_ACCOUNTS + (w->s.family == DEMO_BP ? (uint64_t)w->parties.count : 0);
    case DEMO_PARTY_ACCOUNT:
        return (uint64_t)w->parties.count;
    case DEMO_BANK:
        return (uint64_t)demo_bank_count;
    case DEMO_CURRENCY:
        return sizeof currencies / sizeof *currencies;
    case DEMO_ITEM:
        return (uint64_t)(demo_item_count - w->changes.items_gone);
    case DEMO_VAT:
        return sizeof vat_rates / sizeof *vat_rates;
    case DEMO_PERSON:
        return (uint64_t)persons(w);
    default:
        return 0;
    }
}

struct demo_id demo_catalog_id(const struct demo_world *w, const struct demo_set *set, uint64_t row)
{
    struct demo_id id = {.kind = set->kind, .rank = (uint32_t)row};
    if (set->kind == DEMO_PARTY && row >= DEMO_FOLDERS)
        id.rank = (uint32_t)row - DEMO_FOLDERS + DEMO_FIRST_PARTY;
    else if (set->kind == DEMO_OWN_ACCOUNT && row >= DEMO_OWN_ACCOUNTS)
        id =
            (struct demo_id){.kind = DEMO_PARTY_ACCOUNT, .rank = (uint32_t)row - DEMO_OWN_ACCOUNTS};
    else if (set->kind == DEMO_PERSON)
        id.rank += (uint32_t)w->parties.role_start[ROLE_PERSON];
    return id;
}

bool demo_catalog_row(
    const struct demo_world *w, const struct demo_set *set, struct demo_id id, uint64_t *ret_row)
{
    uint64_t row = id.rank;
    bool ours = id.kind == set->kind;
    if (set->kind == DEMO_PARTY && row >= DEMO_FIRST_PARTY)
        row = row - DEMO_FIRST_PARTY + DEMO_FOLDERS;
    if (set->kind == DEMO_OWN_ACCOUNT && id.kind == DEMO_PARTY_ACCOUNT && w->s.family == DEMO_BP) {
        row += DEMO_OWN_ACCOUNTS;
        ours = true;
    }
    if (set->kind == DEMO_PERSON && ours)
        row -= (uint64_t)w->parties.role_start[ROLE_PERSON];
    if (!ours || id.day != 0 || row >= demo_catalog_count(w, set))
        return false;
    *ret_row = row;
    return true;
}

/* The counterparty or organization a row is about; NULL for folders and rows about nobody. */
static const struct demo_party *subject(const struct demo_view *v)
{
    const struct demo_parties *p = &v->w->parties;
    switch (v->set->kind) {
    case DEMO_PARTY:
        return v->row >= DEMO_FOLDERS ? &p->party[v->row - DEMO_FOLDERS] : NULL;
    case DEMO_PERSON:
        return &p->party[p->role_start[ROLE_PERSON] + (int)v->row];
    case DEMO_ORG:
        return &p->org[v->row];
    default:
        return NULL;
    }
}

/* Of an account: the number in its own kind, and whether it is one of ours. */
static bool own_account(const struct demo_view *v, uint64_t *ret_number)
{
    bool own = v->set->kind == DEMO_OWN_ACCOUNT && v->row < DEMO_OWN_ACCOUNTS;
    *ret_number = !own && v->set->kind == DEMO_OWN_ACCOUNT ? v->row - DEMO_OWN_ACCOUNTS : v->row;
    return own;
}

static void put_format(struct demo_view *v, struct demo_value *ret, const char *format,
    const char *text, unsigned long n)
{
    char *out = v->scratch + v->used;
    int len = snprintf(out, DEMO_TEXT_ROOM, format, text, n);
    ret->text = (struct str){out, (size_t)len};
    v->used += (size_t)len;
}

/* A text of fixed length: blanks up to it. */
static void put_padded(struct demo_view *v, struct demo_value *ret, const char *text, int length)
{
    put_format(v, ret, length == 12 ? "%-12s%.0lu" : "%-9s%.0lu", text, 0);
}

static void account_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    const struct demo_world *w = v->w;
    uint64_t n;
    bool own = own_account(v, &n);
    const struct demo_own_account *a = own ? &w->parties.account[n] : NULL;
    const struct demo_party *p = own ? NULL : &w->parties.party[n];
    bool person = !own && w->s.family == DEMO_BP && p->role == ROLE_PERSON;
    switch ((enum demo_op)f->op) {
    case OP_CODE:
        put_format(v, ret, "%s-%06lu", "00", (unsigned long)v->row + 1);
        break;
    case OP_NAME: {
        const struct demo_bank *b = &demo_banks[own ? a->bank : p->bank];
        char *out = v->scratch + v->used;
        int len = snprintf(out, DEMO_TEXT_ROOM, "%s, %s", own ? a->number : p->account, b->name);
        ret->text = (struct str){out, (size_t)len};
        v->used += (size_t)len;
        break;
    }
    case OP_BANK_ACCOUNT:
        ret->text = str_from(own ? a->number : p->account);
        break;
    case OP_BANK:
        ret->key = demo_ref(w, DEMO_BANK, (uint32_t)(own ? a->bank : p->bank));
        break;
    case OP_CURRENCY:
        ret->key = demo_ref(w, DEMO_CURRENCY, own && a->currency[0] == '8');
        break;
    case OP_OWNER:
        ret->target = own      ? "Catalog_Организации"
                      : person ? "Catalog_ФизическиеЛица"
                               : "Catalog_Контрагенты";
        /* fall through */
    case OP_OWNER_KEY:
        ret->key = own      ? demo_ref(w, DEMO_ORG, (uint32_t)a->org)
                   : person ? demo_ref(w, DEMO_PERSON, (uint32_t)n)
                            : demo_ref(w, DEMO_PARTY, (uint32_t)n + DEMO_FIRST_PARTY);
        break;
    case OP_OWNER_TYPE:
        ret->text = own      ? STR("StandardODATA.Catalog_Организации")
                    : person ? STR("StandardODATA.Catalog_ФизическиеЛица")
                             : STR("StandardODATA.Catalog_Контрагенты");
        break;
    default:
        break;
    }
}

static void subject_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    const struct demo_party *p = subject(v);
    bool person = p->form == FORM_TRADER || p->form == FORM_PERSON;
    switch ((enum demo_op)f->op) {
    case OP_CODE:
        put_format(v, ret, "%s-%06lu", "00", (unsigned long)v->row + 1);
        break;
    case OP_MARK:
        ret->n = p->marked;
        break;
    case OP_NAME:
        ret->text = p->name;
        break;
    case OP_FULL_NAME:
        ret->text = p->full;
        break;
    case OP_INN:
        put_padded(v, ret, p->inn, 12);
        break;
    case OP_KPP:
        put_padded(v, ret, p->kpp, 9);
        break;
    case OP_OGRN:
        ret->text = str_from(p->ogrn);
        break;
    case OP_PERSON_KIND:
        ret->text = person ? STR("ФизическоеЛицо") : STR("ЮридическоеЛицо");
        break;
    case OP_PERSON_KIND_UT:
        ret->text = p->form == FORM_TRADER ? STR("ИндивидуальныйПредприниматель")
                    : p->form == FORM_PERSON  ? STR("ФизЛицо")
                    : p->form == FORM_FOREIGN ? STR("ЮрЛицоНеРезидент")
                                              : STR("ЮрЛицо");
        break;
    case OP_HEAD:
        ret->key = demo_view_key(v);
        break;
    case OP_INN_RIGHT:
        ret->n = !p->mistyped;
        break;
    case OP_PARENT:
        ret->key = demo_ref(v->w, DEMO_PARTY, demo_party_folder(p->role));
        break;
    case OP_MAIN_ACCOUNT:
        ret->key = demo_ref(v->w, DEMO_PARTY_ACCOUNT, (uint32_t)(p - v->w->parties.party));
        break;
    case OP_PARTNER:
        ret->key = demo_ref(v->w, DEMO_PARTNER, (uint32_t)(p - v->w->parties.party));
        break;
    case OP_PREFIX:
        ret->text = str_from((const char *const[]){"СВ", "СЛ", "ИП"}[v->row % DEMO_ORGS]);
        break;
    default:
        break;
    }
}

/* A group of the counterparties: what only elements have is null. */
static void folder_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    switch ((enum demo_op)f->op) {
    case OP_CODE:
        put_format(v, ret, "%s-%06lu", "00", (unsigned long)v->row + 1);
        break;
    case OP_NAME:
        ret->text = str_from(demo_folders[v->row]);
        break;
    case OP_FOLDER:
        ret->n = 1;
        break;
    case OP_MARK:
    case OP_PARENT:
    case OP_PREDEFINED:
    case OP_PREDEFINED_NAME:
        break;
    default:
        ret->null = true;
    }
}

/* Changed items are called otherwise, and every other time those of an inner folder stand in the
 * outer one. */
static void item_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    const struct demo_item *i = &demo_items[v->row];
    unsigned long changed = (unsigned long)v->w->changes.items_changed;
    int parent = i->parent;
    if (parent >= 0 && demo_items[parent].parent >= 0 && changed % 2)
        parent = demo_items[parent].parent;
    switch ((enum demo_op)f->op) {
    case OP_CODE:
        put_format(v, ret, "%s-%06lu", "УТ", (unsigned long)v->row + 1);
        break;
    case OP_NAME:
        if (changed)
            put_format(v, ret, "%s (%lu)", i->name, changed);
        else
            ret->text = str_from(i->name);
        break;
    case OP_MARK:
        ret->n = i->marked;
        break;
    case OP_FOLDER:
        ret->n = i->folder;
        break;
    case OP_PARENT:
        ret->key = parent < 0 ? (struct uuid){{0}} : demo_ref(v->w, DEMO_ITEM, (uint32_t)parent);
        break;
    case OP_PREDEFINED:
        ret->n = i->predefined[0] != 0;
        break;
    case OP_PREDEFINED_NAME:
        ret->text = str_from(i->predefined);
        break;
    default:
        break;
    }
}

/* Banks, currencies, VAT rates, cash desks. */
static void small_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    enum demo_kind k = v->set->kind;
    switch ((enum demo_op)f->op) {
    case OP_CODE:
        if (k == DEMO_BANK)
            ret->text = str_from(demo_banks[v->row].bik);
        else if (k == DEMO_CURRENCY)
            ret->text = str_from(currencies[v->row].code);
        else
            put_format(v, ret, "%s-%06lu", "00", (unsigned long)v->row + 1);
        break;
    case OP_NAME:
        if (k == DEMO_DESK)
            put_format(v, ret, "%s %lu", "Касса", (unsigned long)v->row + 1);
        else
            ret->text = str_from(k == DEMO_BANK       ? demo_banks[v->row].name
                                 : k == DEMO_CURRENCY ? currencies[v->row].name
                                                      : vat_rates[v->row].name);
        break;
    case OP_FULL_NAME:
        ret->text = str_from(currencies[v->row].full);
        break;
    case OP_CORR:
        ret->text = str_from(demo_banks[v->row].corr);
        break;
    case OP_CITY:
        ret->text = str_from(demo_banks[v->row].city);
        break;
    case OP_RATE:
        ret->n = vat_rates[v->row].rate * 100;
        break;
    case OP_OWNER_KEY:
        ret->key = demo_ref(v->w, DEMO_ORG, (uint32_t)v->row);
        break;
    default:
        break;
    }
}

void demo_catalog_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret)
{
    switch (v->set->kind) {
    case DEMO_PARTY:
        if (v->row < DEMO_FOLDERS) {
            folder_value(v, f, ret);
            return;
        } /* fall through */
    case DEMO_PERSON:
    case DEMO_ORG:
        subject_value(v, f, ret);
        return;
    case DEMO_OWN_ACCOUNT:
    case DEMO_PARTY_ACCOUNT:
        account_value(v, f, ret);
        return;
    case DEMO_ITEM:
        item_value(v, f, ret);
        return;
    default:
        small_value(v, f, ret);
    }
}
