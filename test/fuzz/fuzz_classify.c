/* Any bytes as a rule's pattern and as a purpose: the first line is the pattern, the rest the text.
 * A pattern that is taken matches the text of its own first phrase when nothing forbids it. */
#include "classify/rules.h"
#include "classify/text.h"
#include "fuzz.h"
#include "ledger/vat.h"

static void prepared_is_canonical(struct str text)
{
    struct buf once = BUF_INIT;
    classify_prepare(&once, text);
    for (size_t i = 0; i < once.n; i++) {
        unsigned char c = (unsigned char)once.p[i];
        PROMISE(
            c == ' ' || c == '#' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80);
        PROMISE(c != ' ' || (i > 0 && i + 1 < once.n && once.p[i - 1] != ' '));
    }
    buf_release(&once);
}

static void clauses_move_on(struct str text)
{
    struct vat_clause c;
    size_t at = 0;
    while (vat_clause_next(text, at, &c)) {
        PROMISE(c.from >= at && c.to > c.from && c.to <= text.n);
        PROMISE(!c.has_amount || c.amount >= 0);
        at = c.to;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct str pattern = str_cut(&text, '\n');
    struct rules rules = RULES_INIT;
    struct rule_found found;
    struct err err;
    struct buf purpose = BUF_INIT;
    prepared_is_canonical(text);
    clauses_move_on(text);
    for (int type = 0; type < RULE_TYPES; type++) {
        struct rule rule = {.id = type + 1,
            .category_id = 1 + type % 2,
            .confidence = 95,
            .type = (enum rule_type)type,
            .pattern = pattern};
        if (rules_add(&rules, &rule, &err) < 0)
            PROMISE(err.code == ERR_VALIDATION_ERROR && err.message[0]);
    }
    classify_prepare_purpose(&purpose, text);
    struct ledger_transaction t = {.counterparty_inn = text, .business_operation = text};
    rules_find(&rules, &t, buf_str(&purpose), buf_str(&purpose), &found);
    PROMISE(!found.rule || found.rule->id <= RULE_TYPES);
    buf_release(&purpose);
    rules_release(&rules);
    return 0;
}
