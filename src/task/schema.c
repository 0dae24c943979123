#include "task/schema.h"
#include <stdarg.h>
#include <stdlib.h>
#include "obmen/time.h"

void field_errors_add(struct field_errors *fe, struct str field, const char *fmt, ...)
{
    struct field_error *f = arena_alloc(fe->arena, sizeof *f);
    f->field = arena_str(fe->arena, field);
    va_list args;
    va_start(args, fmt);
    f->message = arena_vprintf(fe->arena, fmt, args);
    va_end(args);
    if (fe->last)
        fe->last->next = f;
    else
        fe->first = f;
    fe->last = f;
}

/* "params" + "date_from" → "params.date_from" */
static struct str join(struct arena *a, struct str path, struct str key)
{
    if (path.n == 0)
        return key;
    return arena_printf(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key));
}

static bool number_of(const struct json *j, double *ret)
{
    char text[64];
    if (!json_is(j, JSON_NUMBER) || j->text.n >= sizeof text)
        return false;
    memcpy(text, j->text.p, j->text.n);
    text[j->text.n] = 0;
    *ret = strtod(text, NULL);
    return true;
}

static bool is_of_type(const struct json *v, struct str type)
{
    int64_t whole;
    if (str_is(type, "integer"))
        return json_i64(v, &whole);
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    return str_is(type, names[v->type]);
}

static const char *type_for_people(struct str type)
{
    const struct {
        const char *type, *text;
    } names[] = {
        {"null", TR("null", "null")},
        {"boolean", TR("true или false", "true or false")},
        {"number", TR("число", "a number")},
        {"integer", TR("целое число", "a whole number")},
        {"string", TR("строка", "a string")},
        {"array", TR("список", "a list")},
        {"object", TR("объект", "an object")},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_is(type, names[i].type))
            return names[i].text;
    return "?";
}

static bool check_type(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    const struct json *type = json_get(schema, "type");
    if (type == NULL)
        return true;
    const struct json *first = json_is(type, JSON_ARRAY) ? type->child : type;
    for (const struct json *t = first; t; t = json_is(type, JSON_ARRAY) ? t->next : NULL)
        if (is_of_type(v, json_text(t)))
            return true;
    field_errors_add(
        fe, path, TR("Здесь нужно: %s", "Must be %s"), type_for_people(json_text(first)));
    return false;
}

static bool same(const struct json *a, const struct json *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == JSON_BOOL)
        return a->boolean == b->boolean;
    return str_eq(a->text, b->text);
}

static void check_enum(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    const struct json *allowed = json_get(schema, "enum");
    if (!json_is(allowed, JSON_ARRAY))
        return;
    struct buf list = BUF_INIT;
    for (const struct json *a = allowed->child; a; a = a->next) {
        if (same(a, v)) {
            buf_release(&list);
            return;
        }
        if (list.n > 0)
            buf_adds(&list, ", ");
        json_write(&list, a);
    }
    field_errors_add(fe, path, TR("Можно только: %.*s", "Allowed: %.*s"), STR_ARG(buf_str(&list)));
    buf_release(&list);
}

static void check_number(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    double value, bound;
    if (!number_of(v, &value))
        return;
    const struct json *limit = json_get(schema, "minimum");
    if (number_of(limit, &bound) && value < bound)
        field_errors_add(
            fe, path, TR("Не меньше %.*s", "Not less than %.*s"), STR_ARG(limit->text));
    limit = json_get(schema, "maximum");
    if (number_of(limit, &bound) && value > bound)
        field_errors_add(
            fe, path, TR("Не больше %.*s", "Not more than %.*s"), STR_ARG(limit->text));
}

static void check_string(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    if (!json_is(v, JSON_STRING))
        return;
    int64_t letters = 0, bound;
    for (size_t i = 0; i < v->text.n; i++)
        letters += ((unsigned char)v->text.p[i] & 0xC0) != 0x80;
    if (json_i64(json_get(schema, "minLength"), &bound) && letters < bound)
        field_errors_add(fe, path,
            TR("Слишком коротко: знаков не меньше %lld", "Too short: at least %lld letters"),
            (long long)bound);
    if (json_i64(json_get(schema, "maxLength"), &bound) && letters > bound)
        field_errors_add(fe, path,
            TR("Слишком длинно: знаков не больше %lld", "Too long: at most %lld letters"),
            (long long)bound);
    struct str format = json_text(json_get(schema, "format"));
    usec_t t;
    if (str_is(format, "date") && !time_parse_date(v->text, &t))
        field_errors_add(
            fe, path, TR("Нет такой даты; нужно ГГГГ-ММ-ДД", "No such date; YYYY-MM-DD is needed"));
    if (str_is(format, "date-time") && !time_parse_utc(v->text, &t))
        field_errors_add(fe, path,
            TR("Нет такого времени; нужно ГГГГ-ММ-ДДTЧЧ:ММ:ССZ",
                "No such time; YYYY-MM-DDTHH:MM:SSZ is needed"));
}

static const struct json *member(const struct json *object, struct str key)
{
    for (const struct json *m = object ? object->child : NULL; m; m = m->next)
        if (str_eq(m->key, key))
            return m;
    return NULL;
}

static void check(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe);

static void check_object(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    if (!json_is(v, JSON_OBJECT))
        return;
    const struct json *properties = json_get(schema, "properties");
    const struct json *more = json_get(schema, "additionalProperties");
    bool closed = json_is(more, JSON_BOOL) && !more->boolean;
    for (const struct json *m = v->child; m; m = m->next) {
        const struct json *s = member(properties, m->key);
        struct str at = join(fe->arena, path, m->key);
        if (s)
            check(s, m, at, fe);
        else if (closed)
            field_errors_add(fe, at, TR("Такого поля нет", "There is no such member"));
    }
    const struct json *required = json_get(schema, "required");
    for (const struct json *r = required ? required->child : NULL; r; r = r->next)
        if (!member(v, r->text))
            field_errors_add(
                fe, join(fe->arena, path, r->text), TR("Обязательное поле", "Required"));
}

static void check(
    const struct json *schema, const struct json *v, struct str path, struct field_errors *fe)
{
    if (!check_type(schema, v, path, fe))
        return;
    check_enum(schema, v, path, fe);
    check_number(schema, v, path, fe);
    check_string(schema, v, path, fe);
    check_object(schema, v, path, fe);
    const struct json *items = json_get(schema, "items");
    if (items && json_is(v, JSON_ARRAY)) {
        int i = 0;
        for (const struct json *item = v->child; item; item = item->next)
            check(items, item, arena_printf(fe->arena, "%.*s[%d]", STR_ARG(path), i++), fe);
    }
}

bool schema_check(const struct json *schema, const struct json *value, const char *prefix,
    struct field_errors *ret_errors)
{
    const struct field_error *before = ret_errors->last;
    check(schema, value, str_from(prefix), ret_errors);
    return ret_errors->last == before;
}

static struct json *copy(
    struct arena *a, const struct json *schema, const struct json *v, struct str key)
{
    struct json *c = arena_alloc(a, sizeof *c);
    *c = *v;
    c->key = key;
    c->next = NULL;
    c->child = NULL;
    struct json **end = &c->child;
    const struct json *properties = json_get(schema, "properties");
    for (const struct json *m = v->child; m; m = m->next) {
        *end = copy(a,
            json_is(v, JSON_OBJECT) ? member(properties, m->key) : json_get(schema, "items"), m,
            m->key);
        end = &(*end)->next;
    }
    if (!json_is(v, JSON_OBJECT))
        return c;
    for (const struct json *p = properties ? properties->child : NULL; p; p = p->next) {
        const struct json *preset = json_get(p, "default");
        if (preset == NULL || member(v, p->key))
            continue;
        *end = copy(a, NULL, preset, p->key);
        end = &(*end)->next;
        c->count++;
    }
    return c;
}

struct json *schema_defaults(struct arena *a, const struct json *schema, const struct json *value)
{
    return copy(a, schema, value, value->key);
}
