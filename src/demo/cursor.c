#include "demo/cursor.h"

#include <stdlib.h>
#include <string.h>

/* What a filter's outermost conditions say. */
struct plan {
    int64_t from, to;             /* seconds: from <= Date < to */
    bool posted, rest;            /* Posted eq true; something else */
    const struct demo_expr *keys; /* an "or" of Ref_Key eq …, or NULL */
};

static bool is_field(const struct demo_expr *e, enum demo_op op)
{
    return e->kind == EXPR_FIELD && e->field->op == op;
}

static bool names_keys(const struct demo_expr *e)
{
    if (e->kind == EXPR_OR)
        return names_keys(e->a) && names_keys(e->b);
    return e->kind == EXPR_COMPARE && e->compare == CMP_EQ && is_field(e->a, OP_REF) &&
           e->b->kind == EXPR_LITERAL;
}

static void plan_date(struct plan *p, const struct demo_expr *e)
{
    int64_t t = e->b->literal.n, from = INT64_MIN, to = INT64_MAX;
    int64_t next = t == DEMO_NO_DATE ? t : t + 1;
    switch (e->compare) {
    case CMP_GT:
        from = next;
        break;
    case CMP_GE:
        from = t;
        break;
    case CMP_LT:
        to = t;
        break;
    case CMP_LE:
        to = next;
        break;
    case CMP_EQ:
        from = t, to = next;
        break;
    default:
        p->rest = true;
    }
    p->from = from > p->from ? from : p->from;
    p->to = to < p->to ? to : p->to;
}

static void plan_filter(struct plan *p, const struct demo_expr *e)
{
    if (e->kind == EXPR_AND) {
        plan_filter(p, e->a);
        plan_filter(p, e->b);
    } else if (e->kind == EXPR_COMPARE && is_field(e->a, OP_DATE) && e->b->kind == EXPR_LITERAL) {
        plan_date(p, e);
    } else if (is_field(e, OP_POSTED) ||
               (e->kind == EXPR_COMPARE && e->compare == CMP_EQ && is_field(e->a, OP_POSTED) &&
                   e->b->kind == EXPR_LITERAL && e->b->literal.n == 1)) {
        p->posted = true;
    } else if (e->kind == EXPR_COMPARE && e->compare == CMP_EQ && is_field(e->a, OP_MARK) &&
               e->b->kind == EXPR_LITERAL && e->b->literal.n == 0) {
        p->rest = p->rest ||
                  !p->posted; /* what is posted is never marked; alone it has to be looked at */
    } else {
        p->rest = true;
        if (names_keys(e))
            p->keys = e;
    }
}

static struct plan plan_of(const struct demo_query *q)
{
    struct plan p = {.from = INT64_MIN, .to = INT64_MAX};
    if (!q->filter)
        return p;
    plan_filter(&p, q->filter);
    if (p.rest && p.posted && !p.keys) {
        /* "DeletionMark eq false and Posted eq true" in this order: now that Posted is known, look
         * again */
        struct plan again = {.from = INT64_MIN, .to = INT64_MAX, .posted = true};
        plan_filter(&again, q->filter);
        return again;
    }
    return p;
}

static const struct demo_changed_set *changed(const struct demo_cursor *c)
{
    return &c->w->changes.set[c->q->set->kind];
}

static uint64_t base_index(const struct demo_cursor *c, uint64_t local)
{
    return c->w->base[c->q->set->kind] + local;
}

static void set_range(struct demo_cursor *c, const struct plan *p)
{
    unsigned set = c->q->set->kind;
    c->test = p->rest ? TEST_FILTER : p->posted ? TEST_POSTED : TEST_NONE;
    c->low = p->from == INT64_MIN ? 0 : demo_local_at(c->w, set, p->from);
    c->high = p->to == INT64_MAX ? demo_set_total(c->w, set) : demo_local_at(c->w, set, p->to);
    c->extra_low = p->from == INT64_MIN ? 0 : demo_extras_before(changed(c), p->from, NULL);
    c->extra_high =
        p->to == INT64_MAX ? changed(c)->extra_count : demo_extras_before(changed(c), p->to, NULL);
    if (c->high < c->low)
        c->high = c->low;
    if (c->extra_high < c->extra_low)
        c->extra_high = c->extra_low;
    c->epoch = c->w->changes.epoch;
}

/* Matching base documents before local, or extras before e, counted from the range's start. Not for
 * TEST_FILTER. */
static uint64_t base_before(const struct demo_cursor *c, uint64_t local)
{
    const struct demo_changed_set *s = changed(c);
    unsigned set = c->q->set->kind;
    if (c->test == TEST_NONE)
        return local - c->low -
               (demo_below_in(s->gone, s->gone_count, local) -
                   demo_below_in(s->gone, s->gone_count, c->low));
    return demo_posted_before(c->w, set, local) - demo_posted_before(c->w, set, c->low) -
           (demo_below_in(s->dropped, s->dropped_count, local) -
               demo_below_in(s->dropped, s->dropped_count, c->low));
}

static uint64_t extras_between(const struct demo_cursor *c, size_t from, size_t to)
{
    const struct demo_changed_set *s = changed(c);
    if (c->test == TEST_NONE || s->extra_count == 0)
        return to - from;
    return s->extra_live[to] - s->extra_live[from];
}

/* Extras of the range that come before base document local. */
static size_t extras_before_base(const struct demo_cursor *c, uint64_t local)
{
    const struct demo_changed_set *s = changed(c);
    if (local >= c->high || s->extra_count == 0)
        return c->extra_high;
    unsigned set = c->q->set->kind;
    struct uuid key = demo_key_of(c->w, set, local);
    size_t e = demo_extras_before(s, demo_second_of(c->w, set, local), &key);
    return e < c->extra_low ? c->extra_low : e > c->extra_high ? c->extra_high : e;
}

static bool passes(struct demo_cursor *c)
{
    return c->test == TEST_NONE ||
           (c->test == TEST_POSTED ? c->view.doc.posted
                                   : demo_filter_match(c->q->filter, &c->view));
}

static bool extra_is_before(const struct demo_extra *e, const struct demo_doc *d)
{
    return e->second < d->second || (e->second == d->second && memcmp(e->key.b, d->key.b, 16) < 0);
}

/* Loads the next row in the order of dates, whether it passes or not. False at the end. */
static bool step(struct demo_cursor *c)
{
    const struct demo_changed_set *s = changed(c);
    const struct demo_set *set = c->q->set;
    for (;;) {
        bool base = c->backward ? c->at > c->low : c->at < c->high;
        bool extra = c->backward ? c->extra > c->extra_low : c->extra < c->extra_high;
        if (!base && !extra)
            return false;
        const struct demo_extra *e =
            extra ? &s->extra[c->backward ? c->extra - 1 : c->extra] : NULL;
        if (base) {
            demo_view_load(&c->view, c->w, set, base_index(c, c->backward ? c->at - 1 : c->at));
            bool away = c->view.doc.away; /* what it says is no longer about this place */
            if (away || !extra || extra_is_before(e, &c->view.doc) == c->backward) {
                c->at += c->backward ? UINT64_MAX : 1;
                if (away)
                    continue;
                return true;
            }
        }
        demo_view_load(&c->view, c->w, set, e->index);
        c->extra += c->backward ? SIZE_MAX : 1;
        return true;
    }
}

/* Puts the walk where `skip` matching rows have gone by. */
static void seek(struct demo_cursor *c, uint64_t skip)
{
    c->at = c->backward ? c->high : c->low;
    c->extra = c->backward ? c->extra_high : c->extra_low;
    if (skip == 0)
        return;
    if (c->test != TEST_FILTER) {
        uint64_t total = base_before(c, c->high) + extras_between(c, c->extra_low, c->extra_high);
        if (skip >= total) {
            c->left = 0;
            return;
        }
        /* counted from the beginning, the rows before the place: walking back starts behind them */
        uint64_t before = c->backward ? total - skip : skip, low = c->low, high = c->high;
        while (low < high) { /* the last base document with at most `before` rows before it */
            uint64_t middle = low + (high - low + 1) / 2;
            if (base_before(c, middle) +
                    extras_between(c, c->extra_low, extras_before_base(c, middle)) <=
                before)
                low = middle;
            else
                high = middle - 1;
        }
        c->at = low;
        c->extra = extras_before_base(c, low);
        uint64_t done = base_before(c, low) + extras_between(c, c->extra_low, c->extra);
        if (done > before) { /* already the extras before the first document are too many */
            c->extra = c->extra_low;
            done = 0;
        }
        bool backward = c->backward;
        c->backward = false;
        while (done < before && step(c))
            done += passes(c);
        c->backward = backward;
        return;
    }
    while (skip > 0 && step(c))
        skip -= passes(c);
}

/* The world changed between two pieces of a long answer: find the place again. */
static void find_place(struct demo_cursor *c)
{
    int64_t second = c->view.doc.second;
    struct uuid key = c->view.doc.key;
    struct plan p = plan_of(c->q);
    uint64_t at = c->at;
    set_range(c, &p);
    if (!c->begun) {
        seek(c, (uint64_t)c->q->skip);
        return;
    }
    c->at = at;
    c->extra = demo_extras_before(changed(c), second, &key);
    const struct demo_changed_set *s = changed(c);
    if (!c->backward && c->extra < s->extra_count && uuid_eq(&s->extra[c->extra].key, &key))
        c->extra++;
    c->extra = c->extra < c->extra_low    ? c->extra_low
               : c->extra > c->extra_high ? c->extra_high
                                          : c->extra;
}

static bool walk(struct demo_cursor *c)
{
    if (c->epoch != c->w->changes.epoch)
        find_place(c);
    while (step(c))
        if (passes(c))
            return c->begun = true;
    return false;
}

static bool is_there(const struct demo_cursor *c, uint64_t row)
{
    return !demo_set_is_documents(c->q->set) ||
           row < demo_total(c->w); /* added ones may be gone meanwhile */
}

bool demo_cursor_next(struct demo_cursor *c)
{
    if (c->left == 0)
        return false;
    c->left--;
    if (c->held) {
        c->held = false;
        if (is_there(c, c->hold_row)) {
            demo_view_load(&c->view, c->w, c->q->set, c->hold_row);
            return true;
        }
    }
    if (!c->rows)
        return walk(c);
    while (c->next < c->row_count && !is_there(c, c->rows[c->next]))
        c->next++;
    if (c->next == c->row_count)
        return false;
    demo_view_load(&c->view, c->w, c->q->set, c->rows[c->next++]);
    return true;
}

struct rows {
    struct arena *a;
    uint64_t *row;
    size_t count, room;
};

static void add_row(struct rows *r, uint64_t row)
{
    if (r->count == r->room) {
        size_t room = r->room ? r->room * 2 : 256;
        uint64_t *more = (uint64_t *)(void *)arena_alloc(r->a, room * sizeof *more);
        if (r->count)
            memcpy(more, r->row, r->count * sizeof *more);
        r->row = more;
        r->room = room;
    }
    r->row[r->count++] = row;
}

static void add_keys(struct demo_cursor *c, struct rows *r, const struct demo_expr *e)
{
    if (e->kind == EXPR_OR) {
        add_keys(c, r, e->a);
        add_keys(c, r, e->b);
    } else if (demo_view_find(&c->view, c->w, c->q->set, &e->b->literal.key) &&
               demo_filter_match(c->q->filter, &c->view)) {
        for (size_t i = 0; i < r->count; i++)
            if (r->row[i] == c->view.row)
                return;
        add_row(r, c->view.row);
    }
}

/* Every matching row, in no order yet. */
static struct rows collect(struct demo_cursor *c, struct arena *a, const struct plan *p)
{
    struct rows r = {.a = a};
    if (p->keys) {
        add_keys(c, &r, p->keys);
    } else if (demo_set_is_documents(c->q->set)) {
        set_range(c, p);
        seek(c, 0);
        while (walk(c))
            add_row(&r, c->view.row);
    } else {
        uint64_t n = demo_catalog_count(c->w, c->q->set);
        for (uint64_t row = 0; row < n; row++) {
            demo_view_load(&c->view, c->w, c->q->set, row);
            if (!c->q->filter || demo_filter_match(c->q->filter, &c->view))
                add_row(&r, row);
        }
    }
    return r;
}

struct sort_item {
    uint64_t row;
    struct demo_value value[]; /* of each $orderby field */
};

static int by_order(const void *a, const void *b, void *arg)
{
    const struct sort_item *x = *(struct sort_item *const *)a, *y = *(struct sort_item *const *)b;
    const struct demo_query *q = ((const struct demo_cursor *)arg)->q;
    for (int i = 0; i < q->order_count; i++) {
        int c = demo_value_compare(&x->value[i], &y->value[i]);
        if (c)
            return q->order[i].descending ? -c : c;
    }
    return x->row < y->row ? -1 : x->row > y->row;
}

static void sort_rows(struct demo_cursor *c, struct arena *a, struct rows *r)
{
    size_t size = sizeof(struct sort_item) + (size_t)c->q->order_count * sizeof(struct demo_value);
    struct sort_item **items = arena_alloc(a, (r->count + 1) * sizeof *items);
    for (size_t i = 0; i < r->count; i++) {
        items[i] = arena_alloc(a, size);
        items[i]->row = r->row[i];
        demo_view_load(&c->view, c->w, c->q->set, r->row[i]);
        for (int k = 0; k < c->q->order_count; k++) {
            struct demo_value *v = &items[i]->value[k];
            demo_view_value(&c->view, c->q->order[k].field, v);
            demo_value_normalize(v);
            if (v->type == TYPE_TEXT)
                v->text = arena_str(a, v->text);
        }
    }
    qsort_r(items, r->count, sizeof *items, by_order, c);
    for (size_t i = 0; i < r->count; i++)
        r->row[i] = items[i]->row;
}

/* Whether the order is that of the documents' numbers, or its reverse. */
static bool in_order_of_dates(const struct demo_query *q)
{
    if (!demo_set_is_documents(q->set) || q->order_count > 2)
        return false;
    if (q->order_count > 0 && q->order[0].field->op != OP_DATE)
        return false;
    return q->order_count < 2 ||
           (q->order[1].field->op == OP_REF && q->order[1].descending == q->order[0].descending);
}

/* Real servers give rows of equal rank in any order: a page that starts among them repeats one row
 * of the page before and leaves one out. */
static void hold_back(struct demo_cursor *c)
{
    seek(c, (uint64_t)c->q->skip - 1);
    if (c->left == 0 || !walk(c))
        return;
    uint64_t row = c->view.row;
    int64_t second = c->view.doc.second;
    uint64_t at = c->at;
    size_t extra = c->extra;
    if (walk(c) && (c->q->order_count == 0 || c->view.doc.second == second)) {
        c->held = true;
        c->hold_row = row;
    } else {
        c->at = at;
        c->extra = extra;
    }
}

void demo_cursor_open(struct demo_cursor *c, struct arena *a, const struct demo_world *w,
    const struct demo_query *q, bool stable)
{
    memset(c, 0, offsetof(struct demo_cursor, view));
    memset(&c->test, 0, sizeof *c - offsetof(struct demo_cursor, test));
    c->w = w;
    c->q = q;
    c->left = q->top < 0 ? UINT64_MAX : (uint64_t)q->top;
    struct plan p = plan_of(q);
    if (in_order_of_dates(q) && !p.keys) {
        c->backward = q->order_count && q->order[0].descending;
        set_range(c, &p);
        if (!stable && q->order_count < 2 && q->skip > 0)
            hold_back(c);
        else
            seek(c, (uint64_t)q->skip);
        return;
    }
    struct rows r = collect(c, a, &p);
    if (q->order_count)
        sort_rows(c, a, &r);
    c->rows = r.row ? r.row : (uint64_t *)(void *)arena_alloc(a, sizeof(uint64_t));
    c->row_count = r.count;
    c->next = (uint64_t)q->skip < r.count ? (size_t)q->skip : r.count;
}

uint64_t demo_cursor_count(struct arena *a, const struct demo_world *w, const struct demo_query *q)
{
    struct demo_cursor *c = arena_alloc(a, sizeof *c);
    c->w = w;
    c->q = q;
    struct plan p = plan_of(q);
    if (demo_set_is_documents(q->set) && !p.keys) {
        set_range(c, &p);
        if (c->test != TEST_FILTER)
            return base_before(c, c->high) + extras_between(c, c->extra_low, c->extra_high);
        uint64_t n = 0;
        seek(c, 0);
        while (walk(c))
            n++;
        return n;
    }
    if (!demo_set_is_documents(q->set) && !q->filter)
        return demo_catalog_count(w, q->set);
    return collect(c, a, &p).count;
}
