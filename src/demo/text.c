/* What documents say: their numbers, purposes, and the section of the bank's file they came from.
 */
#include "demo/document.h"

#include <string.h>
#include "obmen/time.h"

#include "demo/random.h"
#include "demo/words.h"

#define PICK(list, chance) (list)[demo_below((chance), sizeof(list) / sizeof *(list))]

static const char *const goods[] = {"молоко", "строительные материалы", "запасные части",
    "канцелярские товары", "мебель офисную", "оборудование", "кабельную продукцию", "упаковку",
    "продукты питания", "металлопрокат", "бытовую технику", "ткань", "крепёж", "электротовары",
    "вагоны-хопперы для перевозки зерна", "спецодежду", "инструмент", "химическую продукцию",
    "светильники", "пиломатериалы"};
static const char *const services[] = {"бухгалтерское сопровождение", "охрана объекта",
    "уборка помещений", "техническое обслуживание оборудования",
    "разработка программного обеспечения", "юридические услуги", "ремонт кровли",
    "консультационные услуги", "обучение сотрудников", "поверка приборов", "курьерские услуги",
    "дизайн упаковки"};

static char *put(char *out, const char *text)
{
    size_t n = strlen(text);
    memcpy(out, text, n);
    return out + n;
}

static char *put_str(char *out, struct str s)
{
    memcpy(out, s.p, s.n);
    return out + s.n;
}

static char *put_number(char *out, uint64_t v, int width)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    while (n < width)
        digits[n++] = '0';
    while (n > 0)
        *out++ = digits[--n];
    return out;
}

static char *put_date(char *out, int64_t day) /* 31.01.2026 */
{
    int y, m, d;
    time_civil(day, &y, &m, &d);
    out = put_number(out, (uint64_t)d, 2);
    *out++ = '.';
    out = put_number(out, (uint64_t)m, 2);
    *out++ = '.';
    return put_number(out, (uint64_t)y, 4);
}

static char *put_money(char *out, int64_t kopecks, char point)
{
    out = put_number(out, (uint64_t)kopecks / 100, 1);
    *out++ = point;
    return put_number(out, (uint64_t)kopecks % 100, 2);
}

static char *put_money_grouped(char *out, int64_t kopecks) /* 3 416.95 */
{
    char plain[24], *end = put_money(plain, kopecks, '.');
    int whole = (int)(end - plain) - 3;
    for (int i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            *out++ = ' ';
        *out++ = plain[i];
    }
    memcpy(out, end - 3, 3);
    return out + 3;
}

static char *put_no_vat(char *out, uint32_t chance)
{
    static const char *const forms[] = {"НДС не облагается", "НДС не облагается", "Без НДС",
        "Без налога (НДС)", "НДС- не облагается", "Не облагается НДС", "Без НДС."};
    return put(out, chance % 40 == 7 ? "НДС 20%: 0.00" : PICK(forms, chance));
}

static char *put_vat(char *out, const struct demo_doc *d, uint32_t chance)
{
    if (d->vat_rate == 0)
        return put_no_vat(out, chance);
    switch (chance % 7) {
    case 0:
        out = put_number(put(out, "В том числе НДС "), (uint64_t)d->vat_rate, 1);
        return put(put_money(put(out, "% - "), d->vat, '.'), " руб.");
    case 1:
        out = put_number(put(out, "в т.ч. НДС "), (uint64_t)d->vat_rate, 1);
        return put_money_grouped(put(out, "% - "), d->vat);
    case 2:
        out = put_number(put(out, "В т.ч. НДС ("), (uint64_t)d->vat_rate, 1);
        return put_money(put(out, "%) "), d->vat, '-');
    case 3:
        out = put_number(put(out, "НДС "), (uint64_t)d->vat_rate, 1);
        return put_money(put(out, "%: "), d->vat, '.');
    case 4:
        if (d->vat % 100 == 0)
            return put(put_number(put(out, "НДС-"), (uint64_t)d->vat / 100, 1), "=");
        return put_money(put(out, "НДС-"), d->vat, '-');
    case 5:
        out = put_number(put(out, "В том числе НДС "), (uint64_t)d->vat_rate, 1);
        return put(put_money(put(out, " % "), d->vat, ','), " руб.");
    default:
        out = put_number(put(out, "в том числе НДС("), (uint64_t)d->vat_rate, 1);
        return put_money(put(out, "%) "), d->vat, '.');
    }
}

static char *put_contract(char *out, const struct demo_doc *d, uint64_t chance)
{
    int y, m, day;
    time_civil(d->day, &y, &m, &day);
    out = put_number(out, 1 + chance % 400, 1);
    switch ((chance >> 16) % 4) {
    case 0:
        return put_number(put(out, "/"), (uint64_t)y - 1, 4);
    case 1:
        return put(out, "-П");
    case 2:
        return put_number(put(out, "-ДП/"), (uint64_t)(y - 1) % 100, 2);
    default:
        return out;
    }
}

/* One %x of a purpose. NULL: x means nothing. */
static char *put_slot(char *out, char slot, const struct demo_doc *d, uint64_t chance)
{
    int y, m, day;
    time_civil(d->day, &y, &m, &day);
    int month = (m + 10) % 12, year = m == 1 ? y - 1 : y; /* the month before */
    switch (slot) {
    case 'n':
        return put_number(out, 1 + chance % 4800, 1);
    case 'd':
        return put_date(out, d->day - 1 - (int64_t)(chance % 12));
    case 'c':
        return put_contract(out, d, d->chance[2] >> 8);
    case 'D':
        return put_date(out, d->day - 100 - (int64_t)((d->chance[2] >> 8) % 800));
    case 'g':
        return put(out, PICK(goods, chance));
    case 's':
        return put(out, PICK(services, chance));
    case 'm':
        return put(out, demo_months[month]);
    case 'y':
        return put_number(out, (uint64_t)year, 4);
    case 'q':
        return put_number(out, (uint64_t)(month / 3 + 1), 1);
    case 'k':
        return put_number(out, 10000000 + chance % 90000000, 1);
    case 'a':
        return put_money(out, 500 + (int64_t)(chance % 400000), '.');
    case 'v':
        return put_vat(out, d, (uint32_t)chance);
    case '0':
        return put_no_vat(out, (uint32_t)chance);
    default:
        return NULL;
    }
}

char *demo_doc_purpose(const struct demo_world *w, const struct demo_doc *d, char *out)
{
    unsigned forms = 1;
    while (forms < DEMO_PURPOSES && d->op->purposes[forms])
        forms++;
    uint64_t chance = demo_mix(d->chance[1] + 1);
    const char *p = d->op->purposes[demo_below(chance, forms)];
    for (const char *slot; (slot = strchr(p, '%')); p = slot) {
        memcpy(out, p, (size_t)(slot - p));
        out += slot - p;
        chance = demo_mix(chance);
        char *end = put_slot(out, slot[1], d, chance);
        if (end) {
            out = end;
            slot += 2;
        } else {
            *out++ = '%';
            slot++;
        }
    }
    out = put(out, p);
    if (d->set < DEMO_CASH_IN && d->chance[1] >> 59 == 7)
        out = put(out, "\r\nСверка по состоянию на дату платежа"); /* line breaks occur */
    if (d->damage == DAMAGE_BROKEN_UTF8)
        out = put(out, " \xD0 \xFF");
    else if (d->damage == DAMAGE_NUL)
        *out++ = 0;
    return out;
}

char *demo_doc_number(const struct demo_doc *d, char *out)
{
    static const char *const prefixes[DEMO_ORGS] = {"СВ", "СЛ", "ИП"};
    if (d->set < DEMO_CASH_IN)
        return put_number(put(put(out, prefixes[d->org]), "00-"), (uint64_t)d->number, 6);
    char *start = out;
    out = put(put_number(put(out, "К"), (uint64_t)d->org + 1, 1), "-");
    out = put_number(out, (uint64_t)d->number, 6);
    while (out - start < 12) /* eleven letters, the first takes two bytes */
        *out++ = ' ';
    return out;
}

struct side {
    struct str name;
    const char *inn, *kpp, *account;
    int bank;
};

static struct side our_side(const struct demo_world *w, int account)
{
    const struct demo_own_account *a = &w->parties.account[account];
    const struct demo_party *o = &w->parties.org[a->org];
    return (struct side){o->bank_name, o->inn, o->kpp, a->number, a->bank};
}

static struct side their_side(const struct demo_world *w, const struct demo_doc *d)
{
    if (d->other_account >= 0)
        return our_side(w, d->other_account);
    if (d->party < 0) { /* our own cash, paid in at the bank's desk */
        struct side s = our_side(w, d->account);
        s.account = "20202810500000000001";
        return s;
    }
    const struct demo_party *p = &w->parties.party[d->party];
    const char *account = d->op->at == AT_PARTY ? p->account : w->bank_account[p->bank][d->op->at];
    return (struct side){p->bank_name, p->inn, p->kpp, account, p->bank};
}

static char *put_line(char *out, const char *side, const char *key, struct str value)
{
    out = put(put(out, side), key);
    *out++ = '=';
    if (value.n)
        out = put_str(out, value);
    *out++ = '\r';
    *out++ = '\n';
    return out;
}

static char *put_side(char *out, const char *which, const struct side *s)
{
    const struct demo_bank *b = &demo_banks[s->bank];
    out = put_line(out, which, "", s->name);
    out = put_line(out, which, "ИНН", str_from(s->inn));
    out = put_line(out, which, "КПП", str_from(s->kpp));
    out = put_line(out, which, "Счет", str_from(s->account));
    out = put_line(out, which, "Банк1", str_from(b->name));
    return put_line(out, which, "БИК", str_from(b->bik));
}

char *demo_doc_statement(const struct demo_world *w, const struct demo_doc *d, char *out)
{
    if (d->typed)
        return out;
    struct side ours = our_side(w, d->account), theirs = their_side(w, d);
    bool in = d->set == DEMO_BANK_IN;
    out = put_side(out, "Плательщик", in ? &theirs : &ours);
    out = put_side(out, "Получатель", in ? &ours : &theirs);
    if (d->op->kbk) {
        out = put_line(out, "СтатусСоставителя", "", STR("01"));
        out = put_line(out, "ПоказательКБК", "", str_from(d->op->kbk));
    }
    return out;
}
