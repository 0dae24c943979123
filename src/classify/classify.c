#include "classify/classify.h"

#include <stdlib.h>

#include "classify/facts.h"
#include "classify/inside.h"
#include "classify/text.h"
#include "obmen/utf8.h"

enum { SHOWN = 120 }; /* bytes of a pattern in a reason */

struct classifier *classifier_new(void)
{
    struct classifier *c = mem_alloc(sizeof *c);
    db_column_init(&c->new_operations, DB_TEXT);
    return c;
}

void classifier_free(struct classifier *c)
{
    if (!c)
        return;
    struct map *const maps[] = {
        &c->by_id, &c->codes, &c->items, &c->mappings, &c->own_accounts, &c->own_inns};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_release(maps[i]);
    rules_release(&c->rules);
    history_release(&c->history);
    db_column_release(&c->new_operations);
    buf_release(&c->purpose);
    buf_release(&c->name);
    buf_release(&c->reason);
    arena_release(&c->arena);
    free(c);
}

int64_t classifier_rule_count(const struct classifier *c)
{
    return c->rules.count;
}

/* ---- the best of what is offered ---- */

static bool certain(const struct ledger_decision *d)
{
    return d->confidence >= LEDGER_CERTAIN;
}

/* Does this decide, or suggest better than what was offered before? */
static bool better(
    struct ledger_decision *d, enum ledger_method method, int64_t category, int confidence)
{
    if (!category || confidence <= d->confidence)
        return false;
    *d = (struct ledger_decision){
        .method = method, .category_id = category, .confidence = confidence};
    return true;
}

static void say(struct classifier *c, struct ledger_decision *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void say(struct classifier *c, struct ledger_decision *d, const char *fmt, ...)
{
    va_list args;
    buf_clear(&c->reason);
    va_start(args, fmt);
    buf_vprintf(&c->reason, fmt, args);
    va_end(args);
    d->reason = buf_str(&c->reason);
}

/* ---- 1C's own item, and the operation ---- */

static void by_item(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    struct str key = t->facts.cash_flow_item;
    const struct classify_category *item = key.n ? map_get(&c->items, key.p, key.n) : NULL;
    if (item && better(d, LEDGER_BY_ITEM, item->id, 100))
        say(c, d,
            TR("Статья движения денежных средств документа в 1С: «%.*s».",
                "Cash-flow item of the document in 1C: \"%.*s\"."),
            STR_ARG(item->name));
}

/* One that nobody has heard of gets a stub, so that a person sees what to fill in. */
static void learn_operation(struct classifier *c, struct str operation)
{
    static struct classify_mapping stub;
    map_put(&c->mappings, operation.p, operation.n, &stub);
    if (!c->of_try)
        db_column_text(&c->new_operations, operation);
}

static void by_operation(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    struct str operation = t->business_operation;
    if (!operation.n)
        return;
    const struct classify_mapping *m = map_get(&c->mappings, operation.p, operation.n);
    if (!m) {
        learn_operation(c, operation);
    } else if (better(d, LEDGER_BY_OPERATION, m->category_id, m->confidence)) {
        d->rule_id = m->id;
        say(c, d,
            TR("Хозяйственная операция 1С «%.*s» (сопоставление %lld).",
                "Business operation of 1C \"%.*s\" (mapping %lld)."),
            STR_ARG(operation), (long long)m->id);
    }
}

/* ---- facts ---- */

static bool has(const struct map *m, struct str number)
{
    return number.n && map_get(m, number.p, number.n);
}

static void by_fact(struct classifier *c, struct fact f, struct ledger_decision *d)
{
    const struct classify_category *category =
        f.category ? map_get(&c->codes, f.category, strlen(f.category)) : NULL;
    if (category && better(d, LEDGER_BY_FACT, category->id, f.confidence))
        say(c, d, "%s", TR(f.ru, f.en));
}

static void by_facts(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    struct fact_ours ours = {.account = has(&c->own_accounts, t->counterparty_account),
        .inn = has(&c->own_inns, t->counterparty_inn)};
    by_fact(c, classify_fact(t, ours, buf_str(&c->purpose)), d);
}

/* ---- rules ---- */

/* One term of a pattern as a person would say it: beginnings of words with dots behind them. */
static void add_term(struct buf *b, struct str term, bool stems)
{
    bool first = true;
    while (term.n) {
        struct str token = str_cut(&term, ' ');
        bool whole = !stems, star = token.n && token.p[token.n - 1] == '*';
        if (token.n && token.p[0] == '=') {
            whole = true;
            token = (struct str){token.p + 1, token.n - 1};
        }
        if (star) {
            whole = false;
            token.n--;
        }
        if (!token.n)
            continue;
        if (!first)
            buf_addc(b, ' ');
        first = false;
        buf_add_str(b, utf8_head(token, SHOWN));
        if (!whole && token.n > 4) /* of one or two letters a word is always whole */
            buf_adds(b, "…");
    }
}

/* What was found, without the grammar of patterns: what must not be there was not. */
static void add_words(struct buf *b, struct str words, bool stems)
{
    size_t start = b->n;
    do {
        struct str term = str_trim(str_cut(&words, '+'));
        if (!term.n || term.p[0] == '!')
            continue;
        if (b->n > start)
            buf_adds(b, TR(" и ", " and "));
        if (b->n - start > SHOWN) {
            buf_adds(b, "…");
            return;
        }
        buf_adds(b, TR("«", "\""));
        add_term(b, term, stems);
        buf_adds(b, TR("»", "\""));
    } while (words.p);
}

static void say_rule(struct classifier *c, struct ledger_decision *d, const struct rule_found *f)
{
    long long id = f->rule->id;
    enum rule_type type = f->rule->type;
    buf_clear(&c->reason);
    if (type == RULE_COUNTERPARTY_INN)
        buf_printf(&c->reason,
            TR("Правило %lld: ИНН второй стороны «%.*s»",
                "Rule %lld: INN of the other side \"%.*s\""),
            id, STR_ARG(utf8_head(f->words, SHOWN)));
    else if (type == RULE_BUSINESS_OPERATION)
        buf_printf(&c->reason,
            TR("Правило %lld: операция 1С «%.*s»", "Rule %lld: operation of 1C \"%.*s\""), id,
            STR_ARG(utf8_head(f->words, SHOWN)));
    else if (type == RULE_COUNTERPARTY_NAME)
        buf_printf(&c->reason,
            TR("Правило %lld: в имени второй стороны есть ",
                "Rule %lld: the name of the other side has "),
            id);
    else
        buf_printf(
            &c->reason, TR("Правило %lld: в назначении есть ", "Rule %lld: the purpose has "), id);
    if (type == RULE_COUNTERPARTY_NAME || type == RULE_KEYWORD)
        add_words(&c->reason, f->words, type == RULE_KEYWORD);
    buf_addc(&c->reason, '.');
    d->reason = buf_str(&c->reason);
}

static void by_rules(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    struct rule_found f;
    rules_find(&c->rules, t, buf_str(&c->purpose), buf_str(&c->name), &f);
    if (!f.rule)
        return;
    int confidence = f.rule->confidence;
    if (f.rival && confidence >= LEDGER_CERTAIN)
        confidence = LEDGER_CERTAIN - 1;
    if (!better(d, LEDGER_BY_RULE, f.rule->category_id, confidence))
        return;
    d->rule_id = f.rule->id;
    if (f.rival)
        say(c, d,
            TR("Правила %lld и %lld равны по силе и называют разные категории: решать человеку.",
                "Rules %lld and %lld are equally strong and name different categories: a person "
                "has to decide."),
            (long long)f.rule->id, (long long)f.rival->id);
    else
        say_rule(c, d, &f);
}

/* ---- history ---- */

/* False: it is not known yet. */
static bool by_history(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    const struct history_side *side;
    int64_t category;
    if (!t->counterparty_inn.n)
        return true;
    const struct history_entry *e = history_get(&c->history, t->counterparty_inn, t->type);
    if (!e)
        return false;
    int confidence = history_says(e, &category, &side);
    if (!map_get(&c->by_id, &category, sizeof category) ||
        !better(d, LEDGER_BY_HISTORY, category, confidence))
        return true;
    if (side == &e->confirmed)
        say(c, d,
            TR("История: %d из %d подтверждённых платежей с этим ИНН — той же категории.",
                "History: %d of %d confirmed payments of this INN are of the same category."),
            side->alike, side->all);
    else
        say(c, d,
            TR("История: %d из %d прежних платежей с этим ИНН — той же категории, но их никто не "
               "подтверждал.",
                "History: %d of %d earlier payments of this INN are of the same category, but "
                "nobody confirmed them."),
            side->alike, side->all);
    return true;
}

/* ---- the last resort ---- */

/* History is known by then. */
static bool is_buyer(struct classifier *c, const struct ledger_transaction *t)
{
    const struct classify_category *sales = map_get(&c->codes, "IN_SALES", 8);
    const struct history_entry *e = sales && t->counterparty_inn.n
                                        ? history_get(&c->history, t->counterparty_inn, t->type)
                                        : NULL;
    return e && (e->confirmed.category_id == sales->id || e->automatic.category_id == sales->id);
}

static void by_what_is_left(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *d)
{
    if (!d->category_id)
        by_fact(c, classify_last_resort(t, t->type == LEDGER_CREDIT && is_buyer(c, t)), d);
}

/* ---- all of it ---- */

bool classify(struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *ret)
{
    *ret = (struct ledger_decision){.method = LEDGER_BY_NOTHING};
    by_item(c, t, ret);
    if (!certain(ret))
        by_operation(c, t, ret);
    if (certain(ret))
        return true;
    buf_clear(&c->purpose);
    classify_prepare_purpose(&c->purpose, t->payment_purpose);
    by_facts(c, t, ret);
    if (certain(ret))
        return true;
    buf_clear(&c->name);
    classify_prepare(&c->name, t->counterparty_name);
    by_rules(c, t, ret);
    if (certain(ret))
        return true;
    if (!by_history(c, t, ret))
        return false;
    by_what_is_left(c, t, ret);
    return true;
}
