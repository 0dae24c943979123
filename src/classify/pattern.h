/*
 * What people write into a rule, taken apart. Of a KEYWORD rule:
 *
 *   аренд                      a word of the purpose begins so
 *   услуг связи                words that follow one another, each beginning so
 *   =рко                       a whole word (words of one or two letters always are)
 *   процент + депозит          both
 *   депозит + !процент         the first, and not the second
 *   заработн | зарплат         one of several
 *
 * Of a COUNTERPARTY_NAME rule: whole words that follow one another, "ООО" and the like left out;
 * a star behind a word makes it a beginning. "+", "!" and "|" as above.
 */
#ifndef CLASSIFY_PATTERN_H
#define CLASSIFY_PATTERN_H

#include "obmen/arena.h"
#include "obmen/err.h"

enum { PATTERN_MAX = 4000, PATTERN_ALTERNATIVES = 100, PATTERN_TERMS = 8, PATTERN_WORDS = 8 };
/* Behind a whole word, in a phrase. */
#define PATTERN_WHOLE '\x01'

struct pattern_term {
    struct str
        phrase; /* prepared words with a blank between them, PATTERN_WHOLE behind whole ones */
    bool not ;
};
struct pattern_alternative {
    struct pattern_term terms[PATTERN_TERMS]; /* the first is no `not` */
    int count;
    int length;      /* letters that must be found: longer ones win */
    struct str text; /* as it was written, trimmed */
};
struct pattern {
    struct pattern_alternative *alternatives; /* in the arena */
    int count;
};
enum pattern_kind { PATTERN_KEYWORD, PATTERN_NAME };

/* -1: VALIDATION_ERROR whose message says what is wrong with it. text must outlive the pattern. */
int pattern_parse(struct pattern *ret, struct arena *a, enum pattern_kind kind, struct str text,
    struct err *ret_err);
/* -1: VALIDATION_ERROR: one of its alternatives fits no text, since it forbids what it demands. */
int pattern_check(const struct pattern *p, struct err *ret_err);

#endif
