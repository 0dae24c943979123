#include "onec/statement.h"

/* A party's fields as they stand in the text; put together when all lines have been read. */
struct side {
    struct str combined, name, inn, kpp, account, settlement_account, bank, bik;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(struct str *s)
{
    while (s->n && blank(s->p[0])) {
        s->p++;
        s->n--;
    }
    while (s->n && blank(s->p[s->n - 1]))
        s->n--;
}

/* The key behind Плательщик or Получатель → where its value goes. */
static struct str *side_field(struct side *side, struct str key)
{
    static const struct {
        struct str key;
        size_t offset;
    } fields[] = {
        {STR(""), offsetof(struct side, combined)},
        {STR("1"), offsetof(struct side, name)},
        {STR("ИНН"), offsetof(struct side, inn)},
        {STR("КПП"), offsetof(struct side, kpp)},
        {STR("Счет"), offsetof(struct side, account)},
        {STR("РасчСчет"), offsetof(struct side, settlement_account)},
        {STR("Банк1"), offsetof(struct side, bank)},
        {STR("БИК"), offsetof(struct side, bik)},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_eq(key, fields[i].key))
            return (struct str *)((char *)side + fields[i].offset);
    return NULL;
}

static size_t digits_at(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n;
}

static void skip(struct str *s, size_t n)
{
    s->p += n;
    s->n -= n;
}

/* `ИНН 3811185573/381101001 ООО "…"`, `7777777777, ООО "…"` → the name alone; numbers that stand in
 * front fill what is empty. */
static struct str cut_numbers(struct str text, struct side *side)
{
    struct str rest = text;
    if (str_starts(rest, STR("ИНН"))) {
        skip(&rest, sizeof "ИНН" - 1);
        trim(&rest);
    }
    size_t n = digits_at(rest);
    if (n != 10 && n != 12)
        return text;
    struct str inn = {rest.p, n}, kpp = STR_NULL;
    skip(&rest, n);
    if (rest.n && rest.p[0] == '/') {
        skip(&rest, 1);
        size_t end = 0;
        while (end < rest.n && !blank(rest.p[end]) && rest.p[end] != ',')
            end++;
        kpp = (struct str){rest.p, end};
        skip(&rest, end);
    }
    if (rest.n && !blank(rest.p[0]) && rest.p[0] != ',')
        return text; /* digits that are part of the name */
    while (rest.n && (blank(rest.p[0]) || rest.p[0] == ','))
        skip(&rest, 1);
    if (!rest.n)
        return text;
    if (!side->inn.n)
        side->inn = inn;
    if (!side->kpp.n)
        side->kpp = kpp;
    return rest;
}

static struct str said(struct str s)
{
    return s.n == 0 || str_is(s, "0") ? STR_NULL : s;
}

static struct onec_party party(struct side *side)
{
    struct str name = side->name.n ? side->name : side->combined;
    name = cut_numbers(name, side);
    return (struct onec_party){
        .name = said(name),
        .inn = said(side->inn),
        .kpp = said(side->kpp),
        .account = side->account.n ? side->account : said(side->settlement_account),
        .bank = said(side->bank),
        .bik = said(side->bik),
    };
}

void onec_statement_parse(struct onec_statement *ret, struct str text)
{
    struct side payer = {0}, payee = {0};
    *ret = (struct onec_statement){0};
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        const char *equals = line.n ? memchr(line.p, '=', line.n) : NULL;
        if (!equals)
            continue;
        struct str key = {line.p, (size_t)(equals - line.p)};
        struct str value = {equals + 1, line.n - key.n - 1};
        trim(&key);
        trim(&value);
        struct str *field = NULL;
        if (str_starts(key, STR("Плательщик"))) {
            skip(&key, sizeof "Плательщик" - 1);
            field = side_field(&payer, key);
        } else if (str_starts(key, STR("Получатель"))) {
            skip(&key, sizeof "Получатель" - 1);
            field = side_field(&payee, key);
        } else if (str_is(key, "НазначениеПлатежа")) {
            field = &ret->purpose;
        } else if (str_is(key, "СтатусСоставителя")) {
            field = &ret->payer_status;
        } else if (str_is(key, "ПоказательКБК")) {
            field = &ret->kbk;
        } else if (str_is(key, "ВидОплаты")) {
            field = &ret->payment_kind;
        }
        if (field && value.n) /* a key may repeat: the last value that says something wins */
            *field = value;
    }
    ret->payer = party(&payer);
    ret->payee = party(&payee);
}
