/*
 * Rules, compiled: of all that fit a row, the first in order. The order is priority (high first),
 * kind (INN, operation, name, keyword), length of what was found, id; so it does not depend on how
 * they were loaded.
 */
#ifndef CLASSIFY_RULES_H
#define CLASSIFY_RULES_H

#include "classify/matcher.h"
#include "classify/pattern.h"
#include "ledger/transaction.h"
#include "obmen/map.h"

/* Most specific first. */
enum rule_type {
    RULE_COUNTERPARTY_INN,
    RULE_BUSINESS_OPERATION,
    RULE_COUNTERPARTY_NAME,
    RULE_KEYWORD,
    RULE_TYPES
};
const char *rule_type_name(enum rule_type type); /* "KEYWORD" */
bool rule_type_parse(struct str name, enum rule_type *ret);

enum rule_direction { RULE_BOTH, RULE_CREDIT, RULE_DEBIT };

struct rule {
    int64_t id, category_id;
    int priority, confidence; /* confidence: per cent */
    enum rule_type type;
    enum rule_direction direction;
    struct str pattern;
    struct rule *same; /* the next rule for the same INN or operation */
};

/* What a rule's pattern must be; -1: VALIDATION_ERROR, message for a person. */
int rule_check(enum rule_type type, struct str pattern, struct arena *a, struct err *ret_err);

struct rule_index { /* of one kind of text */
    struct matcher matcher;
    struct rule_way *ways; /* owned: alternatives */
    int count, capacity;
    int *first;     /* owned: phrase → first way that begins with it, -1 */
    uint32_t *seen; /* owned: phrase → the number of the row it was seen in */
    int phrases;    /* room of both */
};
struct rules {
    struct arena arena;
    struct rule_index purpose, name;
    struct map inns, operations; /* → struct rule */
    uint32_t row;                /* number of the row that is looked at */
    int *hits;                   /* owned: phrases of the row */
    int hit_count, hit_capacity;
    struct rule_index *looking;
    int64_t count;
};
#define RULES_INIT ((struct rules){0})

/* Texts are copied. -1: the pattern can't be used (it would not have been accepted); nothing is
 * added. */
int rules_add(struct rules *r, const struct rule *rule, struct err *ret_err);
void rules_release(struct rules *r);

struct rule_found {
    const struct rule *rule;  /* NULL: none fits */
    int length;               /* letters that were found */
    struct str words;         /* the alternative that was, as written */
    const struct rule *rival; /* of equal rank and another category: a person should look */
};
/* purpose and name: prepared (purpose without its VAT clause). */
void rules_find(struct rules *r, const struct ledger_transaction *t, struct str purpose,
    struct str name, struct rule_found *ret);

#endif
