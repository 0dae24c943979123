/*
 * $filter: a condition on the rows of one set.
 *
 *   or := and ("or" and)*        and := not ("and" not)*        not := "not" not | primary
 *   primary := "(" or ")" | operand [("eq"|"ne"|"gt"|"ge"|"lt"|"le") operand]
 *   operand := field | literal | function "(" operands ")" | cast(guid'…','Set')
 */
#ifndef DEMO_FILTER_H
#define DEMO_FILTER_H

#include "obmen/arena.h"
#include "demo/fault.h"
#include "demo/set.h"

enum demo_expr_kind {
    EXPR_OR,
    EXPR_AND,
    EXPR_NOT,
    EXPR_COMPARE,
    EXPR_FIELD,
    EXPR_LITERAL,
    EXPR_CALL
};
enum demo_compare { CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE };
enum demo_function {
    CALL_SUBSTRINGOF,
    CALL_STARTSWITH,
    CALL_ENDSWITH,
    CALL_YEAR,
    CALL_MONTH,
    CALL_DAY
};

struct demo_expr {
    enum demo_expr_kind kind;
    enum demo_type type; /* of what it evaluates to; TYPE_BOOL for conditions */
    enum demo_compare compare;
    enum demo_function call;
    const struct demo_field *field;
    struct demo_value literal; /* numbers: ten-thousandths */
    const struct demo_expr *a, *b;
};

/* NULL when it cannot be parsed (code 14), names something unknown (10) or calls an unknown
 * function (11). */
const struct demo_expr *demo_filter_parse(
    struct arena *a, const struct demo_set *set, struct str text, struct demo_fault *ret_fault);
bool demo_filter_match(const struct demo_expr *e, struct demo_view *v);
/* What a comparison or an order makes of a value: numbers in ten-thousandths, text without blanks
 * at its end. <0, 0, >0 for two values of one type. */
void demo_value_normalize(struct demo_value *v);
int demo_value_compare(const struct demo_value *a, const struct demo_value *b);

#endif
