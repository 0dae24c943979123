/* Filters, orders, pages and counts against the plain way: look at every document, sort, cut. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/cursor.h"
#include "demo/random.h"
#include "obmen/buf.h"
#include "obmen/time.h"

#define FROM 20400
#define DAYS 60

static uint64_t dice = 1;
static uint32_t below(uint32_t n)
{
    return demo_below(dice = demo_mix(dice), n);
}

static struct demo_world *world_of(uint64_t docs, uint64_t seed)
{
    struct demo_settings s = {
        .docs = docs, .seed = seed, .from = FROM, .to = FROM + DAYS - 1, .unposted = 100};
    struct err err = ERR_INIT;
    struct demo_world *w = demo_world_new(&s, &err);
    assert_non_null(w);
    return w;
}

/* ---- conditions that write themselves down and know what they mean ---- */

enum leaf { LEAF_DATE, LEAF_POSTED, LEAF_MARK, LEAF_AMOUNT, LEAF_ORG, LEAF_KEY, LEAF_NUMBER };
struct condition {
    enum { C_LEAF, C_AND, C_OR, C_NOT } kind;
    enum leaf leaf;
    int compare;
    int64_t n;
    struct uuid key;
    char text[64];
    struct condition *a, *b;
};
static const char *const words[] = {"eq", "ne", "gt", "ge", "lt", "le"};

static bool holds(int how, int64_t a, int64_t b)
{
    return how == 0   ? a == b
           : how == 1 ? a != b
           : how == 2 ? a > b
           : how == 3 ? a >= b
           : how == 4 ? a < b
                      : a <= b;
}

static bool means(const struct condition *c, const struct demo_world *w, const struct demo_doc *d)
{
    struct uuid org;
    char number[64];
    size_t n;
    switch (c->kind) {
    case C_AND:
        return means(c->a, w, d) && means(c->b, w, d);
    case C_OR:
        return means(c->a, w, d) || means(c->b, w, d);
    case C_NOT:
        return !means(c->a, w, d);
    default:
        break;
    }
    switch (c->leaf) {
    case LEAF_DATE:
        return holds(c->compare, d->second, c->n);
    case LEAF_POSTED:
        return d->posted == (c->n != 0);
    case LEAF_MARK:
        return d->marked == (c->n != 0);
    case LEAF_AMOUNT:
        return holds(c->compare, d->amount, c->n);
    case LEAF_ORG:
        org = demo_ref(w, DEMO_ORG, (uint32_t)d->org);
        return uuid_eq(&org, &c->key);
    case LEAF_KEY:
        return uuid_eq(&d->key, &c->key);
    default:
        n = (size_t)(demo_doc_number(d, number) - number);
        while (n && number[n - 1] == ' ')
            n--;
        return n == strlen(c->text) && memcmp(number, c->text, n) == 0;
    }
}

static void put_guid(struct buf *b, const struct uuid *key)
{
    char text[37] = {0};
    demo_key_text(key, text);
    buf_printf(b, "guid'%s'", text);
}

static void write_down(const struct condition *c, struct buf *b)
{
    char date[TIME_TEXT];
    if (c->kind == C_NOT) {
        buf_adds(b, "not (");
        write_down(c->a, b);
        buf_adds(b, ")");
        return;
    }
    if (c->kind != C_LEAF) {
        buf_adds(b, "(");
        write_down(c->a, b);
        buf_adds(b, c->kind == C_AND ? ") and (" : ") or (");
        write_down(c->b, b);
        buf_adds(b, ")");
        return;
    }
    switch (c->leaf) {
    case LEAF_DATE:
        time_format_wall(c->n * USEC_PER_SEC, date);
        buf_printf(b, "Date %s datetime'%s'", words[c->compare], date);
        break;
    case LEAF_POSTED:
        buf_printf(b, "Posted eq %s", c->n ? "true" : "false");
        break;
    case LEAF_MARK:
        buf_printf(b, "DeletionMark  eq %s", c->n ? "true" : "false");
        break;
    case LEAF_AMOUNT:
        buf_printf(b, "СуммаДокумента %s %lld.%02d", words[c->compare], (long long)c->n / 100,
            (int)(c->n % 100));
        break;
    case LEAF_ORG:
        buf_adds(b, "Организация_Key eq ");
        put_guid(b, &c->key);
        break;
    case LEAF_KEY:
        buf_adds(b, "Ref_Key eq ");
        put_guid(b, &c->key);
        break;
    default:
        buf_printf(b, "Number eq '%s'", c->text);
    }
}

static struct condition *leaf_of(struct arena *a, const struct demo_world *w, enum leaf leaf)
{
    struct condition *c = arena_alloc(a, sizeof *c);
    struct demo_doc d;
    demo_doc_get(w, below((uint32_t)demo_total(w)), &d);
    c->leaf = leaf;
    c->compare = (int)below(6);
    c->n = below(2);
    if (leaf == LEAF_DATE)
        c->n = below(3) ? d.second : (int64_t)(FROM - 5 + below(DAYS + 10)) * 86400;
    else if (leaf == LEAF_AMOUNT)
        c->n = d.amount;
    else if (leaf == LEAF_ORG)
        c->key = demo_ref(w, DEMO_ORG, below(DEMO_ORGS));
    else if (leaf == LEAF_KEY)
        c->key = d.key;
    else if (leaf == LEAF_NUMBER) {
        size_t n = (size_t)(demo_doc_number(&d, c->text) - c->text);
        while (n && c->text[n - 1] == ' ')
            n--;
        c->text[n] = 0;
    }
    return c;
}

static struct condition *both(struct arena *a, int kind, struct condition *x, struct condition *y)
{
    struct condition *c = arena_alloc(a, sizeof *c);
    c->kind = kind;
    c->a = x;
    c->b = y;
    return c;
}

static struct condition *random_condition(struct arena *a, const struct demo_world *w, int depth)
{
    if (depth == 0 || below(3) == 0)
        return leaf_of(a, w, (enum leaf)below(7));
    int kind = below(4) == 0 ? C_NOT : below(2) ? C_AND : C_OR;
    return both(a, kind, random_condition(a, w, depth - 1),
        kind == C_NOT ? NULL : random_condition(a, w, depth - 1));
}

/* The usual one: a window of dates, posted. */
static struct condition *usual_condition(struct arena *a, const struct demo_world *w)
{
    struct condition *from = leaf_of(a, w, LEAF_DATE), *to = leaf_of(a, w, LEAF_DATE),
                     *posted = leaf_of(a, w, LEAF_POSTED), *mark = leaf_of(a, w, LEAF_MARK);
    from->compare = 2 + (int)below(2);
    to->compare = 4 + (int)below(2);
    posted->n = 1;
    mark->n = 0;
    struct condition *c = both(a, C_AND, from, to);
    if (below(4))
        c = below(2) ? both(a, C_AND, c, posted) : both(a, C_AND, posted, c);
    if (below(3) == 0)
        c = below(2) ? both(a, C_AND, c, mark) : both(a, C_AND, mark, c);
    return c;
}

static struct condition *some_keys(struct arena *a, const struct demo_world *w)
{
    struct condition *c = leaf_of(a, w, LEAF_KEY);
    for (uint32_t n = below(8); n > 0; n--)
        c = both(a, C_OR, c, leaf_of(a, w, LEAF_KEY));
    return below(2) ? c : both(a, C_AND, c, leaf_of(a, w, LEAF_POSTED));
}

/* ---- the plain way ---- */

static const struct demo_query *sorting;
static int64_t part(const struct demo_doc *d, const struct demo_field *f)
{
    return f->op == OP_DATE ? d->second : d->amount;
}

static int plain_order(const void *x, const void *y)
{
    const struct demo_doc *a = x, *b = y;
    for (int i = 0; i < sorting->order_count; i++) {
        const struct demo_field *f = sorting->order[i].field;
        int c = f->op == OP_REF ? memcmp(a->key.b, b->key.b, 16)
                                : (part(a, f) > part(b, f)) - (part(a, f) < part(b, f));
        if (c)
            return sorting->order[i].descending ? -c : c;
    }
    return 0;
}

static void set_order(struct demo_query *q, int which)
{
    static const struct {
        const char *name[3];
        bool down[3];
    } orders[] = {{{"Date", "Ref_Key"}, {0}}, {{"Date", "Ref_Key"}, {true, true}},
        {{"Date", "Ref_Key"}, {true, false}}, {{"Date", "Ref_Key"}, {false, true}},
        {{"Ref_Key"}, {0}}, {{"СуммаДокумента", "Ref_Key"}, {true, false}},
        {{"СуммаДокумента", "Date", "Ref_Key"}, {0}}};
    for (int i = 0; i < 3 && orders[which].name[i]; i++)
        q->order[q->order_count++] = (struct demo_order){
            demo_field_named(q->set, str_from(orders[which].name[i])), orders[which].down[i]};
}
#define ORDERS 7

static void compare_once(const struct demo_world *w, struct demo_cursor *cursor)
{
    struct arena a = ARENA_INIT;
    int sets;
    struct demo_query q = {.set = demo_sets(w->s.family, &sets) + below(4), .top = -1};
    struct condition *c = below(8) == 0   ? NULL
                          : below(2)      ? usual_condition(&a, w)
                          : below(4) == 0 ? some_keys(&a, w)
                                          : random_condition(&a, w, 3);
    struct demo_fault fault = {0};
    struct buf text = BUF_INIT;
    if (c) {
        write_down(c, &text);
        q.filter = demo_filter_parse(&a, q.set, buf_str(&text), &fault);
        if (!q.filter)
            fail_msg("%.*s: %s", (int)text.n, text.p, fault.text);
    }
    set_order(&q, below(2) ? (int)below(2) : (int)below(ORDERS));

    struct demo_doc *all = calloc(demo_total(w) + 1, sizeof *all);
    size_t n = 0;
    for (uint64_t i = 0; i < demo_total(w); i++) {
        demo_doc_get(w, i, &all[n]);
        n += all[n].set == q.set->kind && !all[n].deleted && (!c || means(c, w, &all[n]));
    }
    sorting = &q;
    qsort(all, n, sizeof *all, plain_order);
    if (demo_cursor_count(&a, w, &q) != n)
        fail_msg("%.*s: count %d, not %d", (int)text.n, text.p ? text.p : "",
            (int)demo_cursor_count(&a, w, &q), (int)n);

    q.skip = below(3) ? below((uint32_t)n + 5) : 0;
    q.top = below(3) ? (int64_t)below((uint32_t)n + 5) : -1;
    demo_cursor_open(cursor, &a, w, &q, true);
    size_t at = (size_t)q.skip < n ? (size_t)q.skip : n;
    size_t end = q.top < 0 || at + (size_t)q.top > n ? n : at + (size_t)q.top;
    for (; demo_cursor_next(cursor); at++) {
        if (at >= end || cursor->view.row != all[at].index)
            fail_msg("%.*s: row %d of %d is %d, not %d (skip %d, orders %d)", (int)text.n,
                text.p ? text.p : "", (int)at, (int)end, (int)cursor->view.row,
                at < end ? (int)all[at].index : -1, (int)q.skip, q.order_count);
    }
    assert_int_equal(at, end);
    free(all);
    buf_release(&text);
    arena_release(&a);
}

static void change_something(struct demo_world *w)
{
    for (uint32_t n = below(40); n > 0; n--) {
        uint64_t index = below((uint32_t)demo_total(w));
        switch (below(6)) {
        case 0:
            demo_change_mark(w, index, DEMO_DELETE, 0);
            break;
        case 1:
            demo_change_mark(w, index, DEMO_UNPOST, 0);
            break;
        case 2:
        case 3:
            demo_change_mark(w, index, DEMO_MOVE, (int)below(9) - 4);
            break;
        case 4:
            demo_change_mark(w, index, below(2) ? DEMO_CHANGE : DEMO_RESTORE, 0);
            break;
        default:
            demo_change_add(
                w, below(4), FROM + (int64_t)below(DAYS), below(2) ? 43200 : below(86400));
            break;
        }
    }
    demo_changes_apply(w);
}

static void any_question_gets_the_plain_answer(void **state)
{
    struct demo_cursor *cursor = calloc(1, sizeof *cursor);
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct demo_world *w = world_of(seed == 1 ? 3 : 150 * seed, seed);
        for (int i = 0; i < 100; i++) {
            compare_once(w, cursor);
            if (i >= 20 && i % 4 == 0)
                change_something(w);
        }
        demo_changes_clear(w);
        compare_once(w, cursor);
        demo_world_free(w);
    }
    free(cursor);
}

static void pages_give_each_document_once(void **state)
{
    struct demo_cursor *cursor = calloc(1, sizeof *cursor);
    struct demo_world *w = world_of(4000, 77);
    int sets;
    struct demo_query q = {.set = demo_sets(w->s.family, &sets)};
    set_order(&q, 0);
    for (int round = 0; round < 2; round++, change_something(w)) {
        for (int64_t page = 1; page < 3000; page = page * 3 + 4) {
            struct arena a = ARENA_INIT;
            uint64_t total = demo_cursor_count(&a, w, &q), n = 0;
            unsigned char *seen = calloc(demo_total(w), 1);
            for (q.top = page, q.skip = 0;; q.skip += page) {
                uint64_t before = n;
                demo_cursor_open(cursor, &a, w, &q, false);
                while (demo_cursor_next(cursor)) {
                    assert_int_equal(seen[cursor->view.row]++, 0);
                    n++;
                }
                if (n - before < (uint64_t)page)
                    break;
            }
            assert_int_equal(n, total);
            q.top = -1;
            q.skip = 0;
            free(seen);
            arena_release(&a);
        }
    }
    demo_world_free(w);
    free(cursor);
}

static void pages_without_a_total_order_overlap(void **state)
{
    struct demo_cursor *cursor = calloc(1, sizeof *cursor);
    struct demo_world *w = world_of(4000, 77);
    struct arena a = ARENA_INIT;
    int sets, twice = 0, missed = 0;
    struct demo_query q = {.set = demo_sets(w->s.family, &sets), .top = 50};
    q.order[q.order_count++] = (struct demo_order){demo_field_named(q.set, STR("Date")), false};
    unsigned char *seen = calloc(demo_total(w), 1);
    int64_t last = 0;
    for (q.skip = 0; q.skip < (int64_t)demo_set_total(w, 0); q.skip += 50) {
        demo_cursor_open(cursor, &a, w, &q, false);
        while (demo_cursor_next(cursor)) {
            seen[cursor->view.row]++;
            assert_true(cursor->view.doc.second >= last); /* the order that was asked for is kept */
            last = cursor->view.doc.second;
        }
    }
    for (uint64_t i = 0; i < demo_set_total(w, 0); i++) {
        twice += seen[i] == 2;
        missed += seen[i] == 0;
    }
    assert_true(twice > 3 && twice == missed);
    free(seen);
    free(cursor);
    arena_release(&a);
    demo_world_free(w);
}

static void long_answers_survive_changes(void **state)
{
    struct demo_cursor *cursor = calloc(1, sizeof *cursor);
    struct demo_world *w = world_of(3000, 5);
    struct arena a = ARENA_INIT;
    int sets;
    for (int down = 0; down < 2; down++) {
        struct demo_query q = {.set = demo_sets(w->s.family, &sets), .top = -1};
        set_order(&q, down);
        demo_cursor_open(cursor, &a, w, &q, true);
        struct demo_doc last = {0};
        for (int n = 0; demo_cursor_next(cursor); n++) {
            struct demo_doc *d = &cursor->view.doc;
            int c = n == 0                     ? 0
                    : d->second != last.second ? (d->second > last.second ? 1 : -1)
                                               : memcmp(d->key.b, last.key.b, 16);
            assert_true(n == 0 || (down ? c < 0 : c > 0));
            last = *d;
            if (n % 100 == 50)
                change_something(w);
        }
    }
    arena_release(&a);
    demo_world_free(w);
    free(cursor);
}

static void refused(const char *filter, int code)
{
    struct arena a = ARENA_INIT;
    int sets;
    struct demo_fault f = {0};
    const struct demo_expr *e =
        demo_filter_parse(&a, demo_sets(DEMO_BP, &sets), str_from(filter), &f);
    if (e || f.code != code)
        fail_msg("%s: %s, code %d", filter, e ? "accepted" : "refused", f.code);
    arena_release(&a);
}

static void wrong_filters_are_refused(void **state)
{
    refused("", 14);
    refused("Date+ge+datetime'2025-01-01T00:00:00'", 14);
    refused("Posted eq", 14);
    refused("Posted eq true and", 14);
    refused("(Posted eq true", 14);
    refused("Posted eq true)", 14);
    refused("Date ge '2025-01-01'", 14);
    refused("Date ge datetime'2025-02-30T00:00:00'", 14);
    refused("Ref_Key eq guid'123'", 14);
    refused("Number eq 'open", 14);
    refused("СуммаДокумента gt 1.2.3", 14);
    refused("Number", 14);
    refused("Нет eq 1", 10);
    refused("Контрагент_Key eq guid'00000000-0000-0000-0000-000000000000'",
        10); /* of the other family */
    refused("contains(Number,'1')", 11);
    refused("РасшифровкаПлатежа eq 1", 10);
    char deep[5000];
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = 0;
    refused(deep, 14);
}

static uint64_t count_where(
    const struct demo_world *w, const struct demo_set *set, const char *filter)
{
    struct arena a = ARENA_INIT;
    struct demo_fault f = {0};
    struct demo_query q = {
        .set = set, .top = -1, .filter = demo_filter_parse(&a, set, str_from(filter), &f)};
    if (!q.filter)
        fail_msg("%s: %s", filter, f.text);
    uint64_t n = demo_cursor_count(&a, w, &q);
    arena_release(&a);
    return n;
}

static void composite_fields_match_only_with_cast(void **state)
{
    struct demo_settings s = {
        .docs = 600, .seed = 4, .from = FROM, .to = FROM + 30, .family = DEMO_BP};
    struct err err = ERR_INIT;
    struct demo_world *w = demo_world_new(&s, &err);
    const struct demo_set *set =
        demo_set_named(DEMO_BP, STR("Document_ПоступлениеНаРасчетныйСчет"));
    struct demo_view *v = calloc(1, sizeof *v);
    demo_view_load(v, w, set, 3);
    struct demo_value party;
    demo_view_value(v, demo_field_named(set, STR("Контрагент")), &party);
    assert_non_null(party.target);
    char key[37] = {0}, filter[300];
    demo_key_text(&party.key, key);
    snprintf(filter, sizeof filter, "Контрагент eq guid'%s'", key);
    assert_int_equal(count_where(w, set, filter), 0);
    snprintf(filter, sizeof filter, "Контрагент eq cast(guid'%s','%s')", key, party.target);
    assert_true(count_where(w, set, filter) > 0);
    snprintf(filter, sizeof filter, "Контрагент eq cast(guid'%s','Catalog_Валюты')", key);
    assert_int_equal(count_where(w, set, filter), 0);
    free(v);
    demo_world_free(w);
}

static void catalogues_are_found_by_their_fields(void **state)
{
    struct demo_world *w = world_of(2000, 4);
    const struct demo_set *set = demo_set_named(DEMO_UT, STR("Catalog_Контрагенты"));
    uint64_t all = demo_catalog_count(w, set);
    assert_int_equal(count_where(w, set, "IsFolder eq true"), DEMO_FOLDERS);
    assert_int_equal(count_where(w, set, "IsFolder eq false"), all - DEMO_FOLDERS);
    assert_int_equal(count_where(w, set, "not IsFolder"), all - DEMO_FOLDERS);
    /* padded to twelve; compared without the blanks; folders have none */
    assert_int_equal(
        count_where(w, set, "ИНН eq '7707083893' and substringof('СБЕР',Description)"), 1);
    assert_int_equal(count_where(w, set, "startswith(Code,'00-0000')"), 99);
    struct demo_view *v = calloc(1, sizeof *v), *again = calloc(1, sizeof *again);
    int sets;
    const struct demo_set *list = demo_sets(DEMO_UT, &sets);
    for (int i = DEMO_DOC_SETS; i < sets; i++)
        for (uint64_t row = 0; row < demo_catalog_count(w, &list[i]); row++) {
            demo_view_load(v, w, &list[i], row);
            struct uuid key = demo_view_key(v);
            assert_true(demo_view_find(again, w, &list[i], &key));
            assert_int_equal(again->row, row);
        }
    free(v);
    free(again);
    demo_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_question_gets_the_plain_answer),
        cmocka_unit_test(pages_give_each_document_once),
        cmocka_unit_test(pages_without_a_total_order_overlap),
        cmocka_unit_test(long_answers_survive_changes),
        cmocka_unit_test(wrong_filters_are_refused),
        cmocka_unit_test(composite_fields_match_only_with_cast),
        cmocka_unit_test(catalogues_are_found_by_their_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
