#include "demo/filter.h"

#include <stdarg.h>
#include <stdio.h>
#include "obmen/time.h"
#include "obmen/utf8.h"

int demo_refuse(struct demo_fault *f, int status, int code, const char *format, ...)
{
    va_list args;
    f->status = status;
    f->code = code;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    f->text[utf8_head(str_from(f->text), sizeof f->text).n] =
        0; /* may have been cut inside a letter */
    return -1;
}

#define DEPTH_MAX 100
#define NODES_MAX 4000

struct parser {
    struct arena *arena;
    const struct demo_set *set;
    const char *p, *end;
    int depth, nodes;
    struct demo_fault *fault;
};

static struct demo_expr *fail(struct parser *ps)
{
    if (!ps->fault->status)
        demo_refuse(ps->fault, 400, 14, "Error parsing $filter query option");
    return NULL;
}

static struct demo_expr *node(struct parser *ps, enum demo_expr_kind kind, enum demo_type type)
{
    if (++ps->nodes > NODES_MAX)
        return fail(ps);
    struct demo_expr *e = arena_alloc(ps->arena, sizeof *e);
    e->kind = kind;
    e->type = type;
    return e;
}

static void skip_blanks(struct parser *ps)
{
    while (ps->p < ps->end && (*ps->p == ' ' || *ps->p == '\t'))
        ps->p++;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80);
}

static struct str peek_word(struct parser *ps)
{
    skip_blanks(ps);
    const char *q = ps->p;
    while (q < ps->end && is_word_byte(*q))
        q++;
    return (struct str){ps->p, (size_t)(q - ps->p)};
}

static bool take_word(struct parser *ps, const char *word)
{
    struct str w = peek_word(ps);
    if (!str_is(w, word))
        return false;
    ps->p += w.n;
    return true;
}

static bool take_char(struct parser *ps, char c)
{
    skip_blanks(ps);
    if (ps->p == ps->end || *ps->p != c)
        return false;
    ps->p++;
    return true;
}

/* '…' with doubled quotes; the opening quote is at p. */
static bool take_quoted(struct parser *ps, struct str *ret)
{
    if (ps->p == ps->end || *ps->p != '\'')
        return false;
    char *out = arena_bytes(ps->arena, (size_t)(ps->end - ps->p) + 1), *start = out;
    for (const char *q = ps->p + 1; q < ps->end; q++) {
        if (*q == '\'') {
            if (q + 1 == ps->end || q[1] != '\'') {
                ps->p = q + 1;
                *ret = (struct str){start, (size_t)(out - start)};
                return true;
            }
            q++;
        }
        *out++ = *q;
    }
    return false;
}

/* guid'…', datetime'…' */
static struct demo_expr *typed_literal(struct parser *ps, enum demo_type type)
{
    struct str text;
    struct demo_expr *e = node(ps, EXPR_LITERAL, type);
    if (!e || !take_quoted(ps, &text))
        return fail(ps);
    e->literal.type = type;
    if (type == TYPE_GUID)
        return uuid_parse(text, &e->literal.key) ? e : fail(ps);
    usec_t t;
    if (!time_parse_wall(text, &t))
        return fail(ps);
    e->literal.n = t / USEC_PER_SEC;
    if (str_is(text, "0001-01-01T00:00:00"))
        e->literal.n = DEMO_NO_DATE;
    return e;
}

static struct demo_expr *number(struct parser *ps)
{
    struct demo_expr *e = node(ps, EXPR_LITERAL, TYPE_NUMBER);
    if (!e)
        return NULL;
    bool negative = take_char(ps, '-');
    int64_t n = 0;
    int digits = 0, decimals = -1;
    for (; ps->p < ps->end; ps->p++) {
        if (*ps->p == '.' && decimals < 0 && digits > 0) {
            decimals = 0;
        } else if (*ps->p >= '0' && *ps->p <= '9' && digits < 14 && decimals < 4) {
            n = n * 10 + (*ps->p - '0');
            digits++;
            decimals += decimals >= 0;
        } else {
            break;
        }
    }
    if (ps->p < ps->end && (*ps->p == 'M' || *ps->p == 'm' || *ps->p == 'L' || *ps->p == 'l'))
        ps->p++;
    if (digits == 0 || decimals == 0 ||
        (ps->p < ps->end && (is_word_byte(*ps->p) || *ps->p == '.')))
        return fail(ps);
    for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
        n *= 10;
    e->literal = (struct demo_value){.type = TYPE_NUMBER, .n = negative ? -n : n};
    return e;
}

static struct demo_expr *operand(struct parser *ps);

/* cast(guid'…','Catalog_X'): the only way to say a value of a composite field */
static struct demo_expr *cast(struct parser *ps)
{
    struct demo_expr *e = operand(ps);
    struct str target;
    if (!e || e->kind != EXPR_LITERAL || e->type != TYPE_GUID || !take_char(ps, ','))
        return fail(ps);
    skip_blanks(ps);
    if (!take_quoted(ps, &target) || !take_char(ps, ')'))
        return fail(ps);
    e->type = e->literal.type = TYPE_COMPOSITE;
    e->literal.target = arena_cstr(ps->arena, target);
    return e;
}

static struct demo_expr *call(struct parser *ps, struct str name)
{
    static const struct {
        const char *name;
        enum demo_function call;
        enum demo_type argument, result;
        int count;
    } calls[] = {{"substringof", CALL_SUBSTRINGOF, TYPE_TEXT, TYPE_BOOL, 2},
        {"startswith", CALL_STARTSWITH, TYPE_TEXT, TYPE_BOOL, 2},
        {"endswith", CALL_ENDSWITH, TYPE_TEXT, TYPE_BOOL, 2},
        {"year", CALL_YEAR, TYPE_DATE, TYPE_NUMBER, 1},
        {"month", CALL_MONTH, TYPE_DATE, TYPE_NUMBER, 1},
        {"day", CALL_DAY, TYPE_DATE, TYPE_NUMBER, 1}};
    if (str_is(name, "cast"))
        return cast(ps);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (!str_is(name, calls[i].name))
            continue;
        struct demo_expr *e = node(ps, EXPR_CALL, calls[i].result);
        if (!e || !(e->a = operand(ps)) ||
            (calls[i].count == 2 && (!take_char(ps, ',') || !(e->b = operand(ps)))) ||
            !take_char(ps, ')') || e->a->type != calls[i].argument ||
            (e->b && e->b->type != calls[i].argument))
            return fail(ps);
        e->call = calls[i].call;
        return e;
    }
    demo_refuse(ps->fault, 400, 11, "Function \"%.*s\" not found", (int)(name.n < 60 ? name.n : 60),
        name.p);
    return NULL;
}

static struct demo_expr *operand(struct parser *ps)
{
    skip_blanks(ps);
    if (ps->p == ps->end)
        return fail(ps);
    char c = *ps->p;
    if (c == '\'') {
        struct demo_expr *e = node(ps, EXPR_LITERAL, TYPE_TEXT);
        if (!e || !take_quoted(ps, &e->literal.text))
            return fail(ps);
        e->literal.type = TYPE_TEXT;
        demo_value_normalize(&e->literal);
        return e;
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(ps);
    struct str w = peek_word(ps);
    if (w.n == 0)
        return fail(ps);
    ps->p += w.n;
    char next = ps->p < ps->end ? *ps->p : 0;
    if (next == '\'') {
        if (str_is(w, "guid"))
            return typed_literal(ps, TYPE_GUID);
        return str_is(w, "datetime") ? typed_literal(ps, TYPE_DATE) : fail(ps);
    }
    if (str_is(w, "true") || str_is(w, "false")) {
        struct demo_expr *e = node(ps, EXPR_LITERAL, TYPE_BOOL);
        if (e)
            e->literal = (struct demo_value){.type = TYPE_BOOL, .n = w.p[0] == 't'};
        return e;
    }
    if (next == '(') {
        ps->p++;
        if (++ps->depth > DEPTH_MAX)
            return fail(ps);
        struct demo_expr *e = call(ps, w);
        ps->depth--;
        return e;
    }
    const struct demo_field *f = demo_field_named(ps->set, w);
    if (!f || f->type == TYPE_ROWS) {
        demo_refuse(
            ps->fault, 400, 10, "Property \"%.*s\" not found", (int)(w.n < 120 ? w.n : 120), w.p);
        return NULL;
    }
    struct demo_expr *e =
        node(ps, EXPR_FIELD, (enum demo_type)(f->type == TYPE_INT64 ? TYPE_NUMBER : f->type));
    if (e)
        e->field = f;
    return e;
}

static bool comparable(enum demo_type a, enum demo_type b)
{
    /* a composite field may be compared with a plain guid: no error, and nothing is found */
    return a == b || (a == TYPE_COMPOSITE && b == TYPE_GUID) ||
           (a == TYPE_GUID && b == TYPE_COMPOSITE);
}

static struct demo_expr *any_of(struct parser *ps);

static struct demo_expr *primary(struct parser *ps)
{
    static const char *const names[] = {"eq", "ne", "gt", "ge", "lt", "le"};
    if (take_char(ps, '(')) {
        if (++ps->depth > DEPTH_MAX)
            return fail(ps);
        struct demo_expr *inner = any_of(ps);
        ps->depth--;
        return inner && take_char(ps, ')') ? inner : fail(ps);
    }
    struct demo_expr *left = operand(ps);
    if (!left)
        return NULL;
    for (int i = 0; i < 6; i++) {
        if (!take_word(ps, names[i]))
            continue;
        struct demo_expr *e = node(ps, EXPR_COMPARE, TYPE_BOOL);
        if (!e || !(e->b = operand(ps)) || !comparable(left->type, e->b->type))
            return fail(ps);
        e->a = left;
        e->compare = (enum demo_compare)i;
        return e;
    }
    return left->type == TYPE_BOOL ? left : fail(ps);
}

static struct demo_expr *negation(struct parser *ps)
{
    if (!take_word(ps, "not"))
        return primary(ps);
    struct demo_expr *e = node(ps, EXPR_NOT, TYPE_BOOL);
    if (!e || ++ps->depth > DEPTH_MAX || !(e->a = negation(ps)))
        return fail(ps);
    ps->depth--;
    return e;
}

static struct demo_expr *chain(struct parser *ps, const char *word, enum demo_expr_kind kind,
    struct demo_expr *(*part)(struct parser *))
{
    struct demo_expr *left = part(ps);
    while (left && take_word(ps, word)) {
        struct demo_expr *e = node(ps, kind, TYPE_BOOL);
        if (!e || !(e->b = part(ps)))
            return fail(ps);
        e->a = left;
        left = e;
    }
    return left;
}

static struct demo_expr *all_of(struct parser *ps)
{
    return chain(ps, "and", EXPR_AND, negation);
}

static struct demo_expr *any_of(struct parser *ps)
{
    return chain(ps, "or", EXPR_OR, all_of);
}

const struct demo_expr *demo_filter_parse(
    struct arena *a, const struct demo_set *set, struct str text, struct demo_fault *ret_fault)
{
    struct parser ps = {
        .arena = a, .set = set, .p = text.p, .end = text.p + text.n, .fault = ret_fault};
    ret_fault->status = 0;
    struct demo_expr *e = any_of(&ps);
    skip_blanks(&ps);
    return e && ps.p == ps.end ? e : fail(&ps);
}
