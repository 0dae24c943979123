#include "demo/query.h"

#include <string.h>
#include "obmen/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool demo_url_decode(struct arena *a, struct str s, struct str *ret)
{
    char *out = arena_bytes(a, s.n + 1), *p = out;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            *p++ = s.p[i];
            continue;
        }
        int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return false;
        *p++ = (char)(high << 4 | low);
        i += 2;
    }
    *ret = (struct str){out, (size_t)(p - out)};
    return utf8_valid(*ret);
}

/* The next name=value of the query string. 1 found, 0 none left, -1 undecodable. */
static int next_option(
    struct arena *a, struct str *raw, struct str *ret_name, struct str *ret_value)
{
    while (raw->n) {
        struct str pair = str_cut(raw, '&');
        if (pair.n == 0)
            continue;
        struct str name = str_cut(&pair, '=');
        return demo_url_decode(a, name, ret_name) && demo_url_decode(a, pair, ret_value) ? 1 : -1;
    }
    return 0;
}

static int bad_escape(struct demo_fault *f)
{
    return demo_refuse(f, 400, 2, "Bad request: the URL cannot be decoded");
}

static bool contains(struct str s, const char *part)
{
    return s.n && memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void set_level(struct demo_query *q, struct str format)
{
    q->level = contains(format, "odata=nometadata")     ? LEVEL_NONE
               : contains(format, "odata=fullmetadata") ? LEVEL_FULL
                                                        : LEVEL_MINIMAL;
}

int demo_query_format(struct arena *a, struct str raw, struct str accept, struct demo_query *q,
    struct demo_fault *ret_fault)
{
    struct str name, value;
    int r;
    q->json = contains(accept, "application/json");
    set_level(q, accept);
    while ((r = next_option(a, &raw, &name, &value)) > 0) {
        if (!str_is(name, "$format"))
            continue;
        q->json = str_is(value, "json") || str_starts(value, STR("application/json"));
        set_level(q, value);
        if (!q->json && !str_is(value, "atom") && !str_starts(value, STR("application/atom")))
            return demo_refuse(ret_fault, 415, 3, "Unknown representation format");
    }
    return r < 0 ? bad_escape(ret_fault) : 0;
}

static int whole_number(struct str value, const char *option, int64_t *ret, struct demo_fault *f)
{
    long long n;
    if (!str_to_i64(value, 0, 1000000000000, &n))
        return demo_refuse(f, 400, 14, "Error parsing %s query option", option);
    *ret = n;
    return 0;
}

static struct str trim_blanks(struct str s)
{
    while (s.n && s.p[0] == ' ')
        s.p++, s.n--;
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static int no_property(struct demo_fault *f, struct str name)
{
    return demo_refuse(f, 400, 10, "Property \"%.*s\" not found",
        (int)(name.n < 120 ? name.n : 120), name.n ? name.p : "");
}

static int parse_order(struct str value, struct demo_query *q, struct demo_fault *f)
{
    while (value.n) {
        struct str rest = trim_blanks(str_cut(&value, ','));
        struct str name = str_cut(&rest, ' '), way = trim_blanks(rest);
        if (name.n == 0 || memchr(name.p, '+', name.n) ||
            (way.n && !str_is(way, "asc") && !str_is(way, "desc")) || q->order_count == DEMO_ORDERS)
            return demo_refuse(f, 400, 14, "Error parsing $orderby query option");
        const struct demo_field *field = demo_field_named(q->set, name);
        if (!field || field->type == TYPE_ROWS)
            return no_property(f, name);
        q->order[q->order_count++] = (struct demo_order){field, str_is(way, "desc")};
    }
    return 0;
}

static const struct demo_field *row_field(enum demo_family family, struct str name)
{
    int n;
    const struct demo_field *fields = demo_row_fields(family, &n);
    for (int i = 0; i < n; i++)
        if (str_is(name, fields[i].name))
            return &fields[i];
    return NULL;
}

/* A reference by its name without _Key. */
static const struct demo_field *reference_named(
    struct arena *a, const struct demo_set *set, struct str name)
{
    const struct demo_field *f = demo_field_named(set, name);
    return f ? f : demo_field_named(set, arena_printf(a, "%.*s_Key", STR_ARG(name)));
}

static int select_one(struct arena *a, struct str item, enum demo_family family,
    struct demo_query *q, struct demo_fault *f)
{
    static const struct str mark = {"____Presentation", 16};
    struct demo_selected one = {0};
    struct str name = item;
    if (item.n > mark.n && memcmp(item.p + item.n - mark.n, mark.p, mark.n) == 0) {
        one.presentation = true;
        one.field = reference_named(a, q->set, (struct str){item.p, item.n - mark.n});
    } else if (memchr(item.p, '/', item.n)) {
        struct str column = name;
        name = str_cut(&column, '/');
        one.field = demo_field_named(q->set, name);
        one.column = row_field(family, column);
        if (!one.column || (one.field && one.field->op != OP_ROWS))
            one.field = NULL;
    } else {
        one.field = demo_field_named(q->set, item);
    }
    if (!one.field)
        return no_property(f, item);
    q->select[q->select_count++] = one;
    return 0;
}

static int parse_select(struct arena *a, struct str value, enum demo_family family,
    struct demo_query *q, struct demo_fault *f)
{
    size_t items = 1;
    for (size_t i = 0; i < value.n; i++)
        items += value.p[i] == ',';
    if (items > 400)
        return demo_refuse(f, 400, 14, "Error parsing $select query option");
    q->select = arena_alloc(a, (items + (size_t)q->set->field_count) * sizeof *q->select);
    bool all = false, plain = false;
    while (value.n) {
        struct str item = trim_blanks(str_cut(&value, ','));
        if (item.n == 0)
            return demo_refuse(f, 400, 14, "Error parsing $select query option");
        if (str_is(item, "*"))
            all = true;
        else if (str_is(item, "**"))
            plain = true;
        else if (select_one(a, item, family, q, f) < 0)
            return -1;
    }
    if (all) {
        q->select = NULL;
        q->select_count = 0;
    } else if (plain) {
        for (int i = 0; i < q->set->field_count; i++)
            if (q->set->fields[i].type != TYPE_ROWS)
                q->select[q->select_count++] = (struct demo_selected){.field = &q->set->fields[i]};
    }
    return 0;
}

static int unknown_option(struct demo_fault *f, struct str name)
{
    return demo_refuse(f, 400, 0, "Unknown query option \"%.*s\"", (int)(name.n < 80 ? name.n : 80),
        name.n ? name.p : "");
}

int demo_query_parse(struct arena *a, struct str raw, enum demo_family family, struct demo_query *q,
    struct demo_fault *ret_fault)
{
    struct str name, value;
    int r;
    q->top = -1;
    while ((r = next_option(a, &raw, &name, &value)) > 0) {
        if (str_is(name, "$format"))
            continue;
        if (!q->set)
            return unknown_option(ret_fault, name);
        int done = 0;
        if (str_is(name, "$filter"))
            done = (q->filter = demo_filter_parse(a, q->set, value, ret_fault)) ? 0 : -1;
        else if (str_is(name, "$orderby"))
            done = parse_order(value, q, ret_fault);
        else if (str_is(name, "$select"))
            done = parse_select(a, value, family, q, ret_fault);
        else if (str_is(name, "$top"))
            done = whole_number(value, "$top", &q->top, ret_fault);
        else if (str_is(name, "$skip"))
            done = whole_number(value, "$skip", &q->skip, ret_fault);
        else if (str_is(name, "$inlinecount") &&
                 (str_is(value, "allpages") || str_is(value, "none")))
            q->inline_count = value.p[0] == 'a';
        else if (str_is(name, "allowedOnly") && (str_is(value, "true") || str_is(value, "false")))
            q->allowed_only = value.p[0] == 't';
        else if (!str_is(
                     name, "$expand")) /* known, and without a matching $select it does nothing */
            return unknown_option(ret_fault, name);
        if (done < 0)
            return -1;
    }
    if (q->inline_count) { /* the manual: $top and $skip are ignored then */
        q->top = -1;
        q->skip = 0;
    }
    return r < 0 ? bad_escape(ret_fault) : 0;
}
