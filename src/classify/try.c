#include "classify/try.h"

#include <stdlib.h>

#include "classify/classify.h"
#include "classify/text.h"
#include "obmen/json.h"

enum { PAGE = 500 };

struct attempt {
    struct db *db;
    ledger_json_fn done;
    void *arg;
    struct arena texts;
    struct rule rule;
    struct ledger_transaction_filter filter; /* a period */
    struct classifier *classifier;           /* with all rules, this one among them */
    struct rules alone;                      /* this one */
    int first;
    struct rows_place place;
    int64_t until; /* ms, monotonic */
    int64_t matched, changed, kept, scanned;
    int shown;
    bool complete;
    struct buf purpose, name, list;
};

static void finish(struct attempt *a, const struct err *err)
{
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    if (!err) {
        jw_object(&w);
        jw_ki64(&w, "matched", a->matched);
        jw_ki64(&w, "changed", a->changed);
        jw_ki64(&w, "kept_by_people", a->kept);
        jw_ki64(&w, "scanned", a->scanned);
        jw_kbool(&w, "complete", a->complete);
        buf_adds(&json, ",\"transactions\":[");
        buf_add_str(&json, buf_str(&a->list));
        buf_adds(&json, "]}");
    }
    a->done(a->arg, err ? STR_NULL : buf_str(&json), err);
    buf_release(&json);
    classifier_free(a->classifier);
    rules_release(&a->alone);
    arena_release(&a->texts);
    buf_release(&a->purpose);
    buf_release(&a->name);
    buf_release(&a->list);
    free(a);
}

static void show(struct attempt *a, const struct rows_row *row, const struct ledger_decision *d)
{
    if (a->shown == TRY_SHOWN)
        return;
    if (a->shown++)
        buf_addc(&a->list, ',');
    struct json_writer w = json_writer(&a->list);
    jw_object(&w);
    rows_json(&w, row);
    jw_kstr(&w, "counterparty_name", row->t.counterparty_name);
    jw_kstr(&w, "counterparty_inn", row->t.counterparty_inn);
    jw_kstr(&w, "status", row->status);
    jw_kid(&w, "category_id", row->category_id);
    jw_kid(&w, "suggested_category_id", row->suggested_id);
    jw_ki64(&w, "new_category_id", d->category_id);
    jw_key(&w, "new_confidence");
    jw_double(&w, d->confidence / 100.0, 2);
    jw_kcstr(&w, "new_status", d->confidence >= LEDGER_CERTAIN ? "CATEGORIZED" : "NEEDS_REVIEW");
    jw_object_end(&w);
}

static bool fits(struct attempt *a, const struct ledger_transaction *t)
{
    struct rule_found f;
    buf_clear(&a->purpose);
    buf_clear(&a->name);
    if (a->rule.type == RULE_KEYWORD)
        classify_prepare_purpose(&a->purpose, t->payment_purpose);
    if (a->rule.type == RULE_COUNTERPARTY_NAME)
        classify_prepare(&a->name, t->counterparty_name);
    rules_find(&a->alone, t, buf_str(&a->purpose), buf_str(&a->name), &f);
    return f.rule != NULL;
}

/* The rule decides only where nothing stronger does. */
static void look(struct attempt *a, const struct rows_row *row)
{
    struct ledger_decision d;
    a->scanned++;
    if (!fits(a, &row->t))
        return;
    a->matched++;
    if (row->locked) {
        a->kept++;
        return;
    }
    classify(a->classifier, &row->t, &d);
    if (d.method != LEDGER_BY_RULE || d.rule_id != a->rule.id)
        return;
    int64_t now = d.confidence >= LEDGER_CERTAIN ? row->category_id : row->suggested_id;
    if (now == d.category_id)
        return;
    a->changed++;
    show(a, row, &d);
}

static void read_on(struct attempt *a);

static void on_page(void *arg, struct db_result *const *results, const struct err *err)
{
    struct attempt *a = arg;
    struct rows_row row;
    if (err) {
        finish(a, err);
        return;
    }
    const struct db_result *page = results[a->first];
    int count = db_rows(page);
    for (int i = 0; i < count; i++) {
        rows_read(page, i, &row);
        look(a, &row);
        a->place = (struct rows_place){true, row.at, row.id};
    }
    a->complete = count < PAGE;
    if (a->complete || time_mono_ms() >= a->until)
        finish(a, NULL);
    else
        read_on(a);
}

static void read_on(struct attempt *a)
{
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    a->first = rows_page_add(u, &a->filter, NULL, &a->place, PAGE);
    db_submit(u, on_page, a);
}

static void load_more(struct attempt *a);

static void on_loaded(void *arg, struct db_result *const *results, const struct err *err)
{
    struct attempt *a = arg;
    struct err why;
    if (err) {
        finish(a, err);
        return;
    }
    classifier_load_take(a->classifier, results, a->first);
    if (classifier_loading(a->classifier)) {
        load_more(a);
        return;
    }
    if (classifier_add_rule(a->classifier, &a->rule, &why) < 0 ||
        rules_add(&a->alone, &a->rule, &why) < 0)
        finish(a, &why);
    else
        read_on(a);
}

static void load_more(struct attempt *a)
{
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    a->first = classifier_load_add(a->classifier, u);
    db_submit(u, on_loaded, a);
}

void classify_try(struct db *db, const struct rule *rule,
    const struct ledger_transaction_filter *filter, ledger_json_fn done, void *arg)
{
    struct attempt *a = mem_alloc(sizeof *a);
    *a = (struct attempt){.db = db, .done = done, .arg = arg, .rule = *rule, .filter = *filter};
    a->rule.pattern = arena_str(&a->texts, rule->pattern);
    a->classifier = classifier_new();
    classifier_without(a->classifier, rule->id);
    if (!a->rule.id)
        a->rule.id = INT64_MAX; /* of equal ones the newest comes last */
    a->until = time_mono_ms() + TRY_MS;
    load_more(a);
}
