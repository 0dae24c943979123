#include "demo/filter.h"

#include <string.h>
#include "obmen/time.h"

void demo_value_normalize(struct demo_value *v)
{
    if (v->type == TYPE_TEXT) {
        while (v->text.n && v->text.p[v->text.n - 1] == ' ')
            v->text.n--;
    } else if (v->type == TYPE_NUMBER) {
        v->n *= 100;
    } else if (v->type == TYPE_INT64) {
        v->n *= 10000;
        v->type = TYPE_NUMBER;
    }
}

int demo_value_compare(const struct demo_value *a, const struct demo_value *b)
{
    if (a->null || b->null)
        return (int)b->null - (int)a->null; /* null comes first */
    switch (a->type) {
    case TYPE_TEXT: {
        size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;
        int c = n ? memcmp(a->text.p, b->text.p, n) : 0;
        return c ? c : (a->text.n > b->text.n) - (a->text.n < b->text.n);
    }
    case TYPE_GUID:
    case TYPE_COMPOSITE:
        return memcmp(a->key.b, b->key.b, sizeof a->key.b);
    default:
        return (a->n > b->n) - (a->n < b->n);
    }
}

static bool holds(enum demo_compare how, int c)
{
    switch (how) {
    case CMP_EQ:
        return c == 0;
    case CMP_NE:
        return c != 0;
    case CMP_GT:
        return c > 0;
    case CMP_GE:
        return c >= 0;
    case CMP_LT:
        return c < 0;
    default:
        return c <= 0;
    }
}

static bool same_composite(const struct demo_value *a, const struct demo_value *b)
{
    return a->type == TYPE_COMPOSITE && b->type == TYPE_COMPOSITE && a->target && b->target &&
           strcmp(a->target, b->target) == 0 && uuid_eq(&a->key, &b->key);
}

static void evaluate(const struct demo_expr *e, struct demo_view *v, struct demo_value *ret);

static bool compare(const struct demo_expr *e, struct demo_view *v)
{
    struct demo_value a, b;
    evaluate(e->a, v, &a);
    evaluate(e->b, v, &b);
    if (a.type == TYPE_COMPOSITE || b.type == TYPE_COMPOSITE)
        return (e->compare == CMP_EQ && same_composite(&a, &b)) ||
               (e->compare == CMP_NE && !same_composite(&a, &b));
    if (a.null || b.null)
        return e->compare == CMP_NE;
    return holds(e->compare, demo_value_compare(&a, &b));
}

static void call_text(const struct demo_expr *e, struct demo_view *v, struct demo_value *ret)
{
    struct demo_value a, b;
    evaluate(e->a, v, &a);
    evaluate(e->b, v, &b);
    struct str whole = e->call == CALL_SUBSTRINGOF ? b.text : a.text,
               part = e->call == CALL_SUBSTRINGOF ? a.text : b.text;
    if (a.null || b.null || part.n > whole.n)
        return;
    if (part.n == 0)
        ret->n = 1;
    else if (e->call == CALL_SUBSTRINGOF)
        ret->n = memmem(whole.p, whole.n, part.p, part.n) != NULL;
    else
        ret->n = memcmp(e->call == CALL_STARTSWITH ? whole.p : whole.p + whole.n - part.n, part.p,
                     part.n) == 0;
}

static void call_date(const struct demo_expr *e, struct demo_view *v, struct demo_value *ret)
{
    struct demo_value a;
    evaluate(e->a, v, &a);
    int part[3] = {1, 1, 1}; /* year, month, day of the empty date */
    if (a.n != DEMO_NO_DATE)
        time_civil((a.n >= 0 ? a.n : a.n - 86399) / 86400, &part[0], &part[1], &part[2]);
    ret->n = (int64_t)part[e->call - CALL_YEAR] * 10000;
}

static void evaluate(const struct demo_expr *e, struct demo_view *v, struct demo_value *ret)
{
    if (e->kind == EXPR_LITERAL) {
        *ret = e->literal;
    } else if (e->kind == EXPR_FIELD) {
        demo_view_value(v, e->field, ret);
        demo_value_normalize(ret);
    } else {
        *ret = (struct demo_value){.type = e->type};
        if (e->kind == EXPR_CALL && e->type == TYPE_NUMBER)
            call_date(e, v, ret);
        else if (e->kind == EXPR_CALL)
            call_text(e, v, ret);
        else
            ret->n = demo_filter_match(e, v);
    }
}

bool demo_filter_match(const struct demo_expr *e, struct demo_view *v)
{
    size_t used = v->used; /* texts made for the comparison are not needed after it */
    bool yes;
    struct demo_value one;
    switch (e->kind) {
    case EXPR_OR:
        return demo_filter_match(e->a, v) || demo_filter_match(e->b, v);
    case EXPR_AND:
        return demo_filter_match(e->a, v) && demo_filter_match(e->b, v);
    case EXPR_NOT:
        return !demo_filter_match(e->a, v);
    case EXPR_COMPARE:
        yes = compare(e, v);
        break;
    default:
        evaluate(e, v, &one);
        yes = !one.null && one.n != 0;
    }
    v->used = used;
    return yes;
}
