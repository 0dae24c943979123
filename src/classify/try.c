/*
 * Rows that fit the rule, or what it was before, are classified with the rules as they would be,
 * and compared with what they say now.
 *
 *   load (the rule as it was, its category, the classifier) ─► pages of rows, each ─┬─► the next
 *                                      ▲ history is wanted: asked, and the page again ┘
 */
#include "classify/try.h"

#include <stdlib.h>

#include "classify/classify.h"
#include "classify/rows.h"
#include "classify/text.h"
#include "ledger/choice.h"
#include "obmen/json.h"

enum { PAGE = 500 };

/* Columns in the order of read_old. */
static const struct db_stmt old_rule = {"classify_try_rule",
    "SELECT rule_type, pattern, transaction_type, priority, round(confidence * 100)::integer,"
    " is_active, category_id FROM categorization_rules WHERE id = $1::bigint"};

struct one_rule {
    struct rule rule;
    bool active; /* it decides something */
    struct rules alone;
};

struct counts {
    int64_t matched, changed, kept, scanned;
    int shown;
    size_t list; /* bytes */
};

struct attempt {
    struct db *db;
    ledger_json_fn done;
    void *arg;
    struct arena texts;
    int64_t id; /* of the rule that is changed, 0: a new one */
    struct rule_fields fields;
    struct ledger_transaction_filter filter; /* a period */
    struct classifier *classifier;           /* with all rules as they would be */
    struct one_rule old, new;
    int first, asked; /* numbers of results; asked -1: nothing was */
    bool begun;
    struct rows_place place;
    int64_t until; /* ms, monotonic */
    struct counts counts;
    bool complete;
    struct buf purpose, name, list;
};

static void finish(struct attempt *a, const struct err *err)
{
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    if (!err) {
        jw_object(&w);
        jw_ki64(&w, "matched", a->counts.matched);
        jw_ki64(&w, "changed", a->counts.changed);
        jw_ki64(&w, "kept_by_people", a->counts.kept);
        jw_ki64(&w, "scanned", a->counts.scanned);
        jw_kbool(&w, "complete", a->complete);
        buf_adds(&json, ",\"transactions\":[");
        buf_add_str(&json, buf_str(&a->list));
        buf_adds(&json, "]}");
    }
    a->done(a->arg, err ? STR_NULL : buf_str(&json), err);
    buf_release(&json);
    classifier_free(a->classifier);
    rules_release(&a->old.alone);
    rules_release(&a->new.alone);
    arena_release(&a->texts);
    buf_release(&a->purpose);
    buf_release(&a->name);
    buf_release(&a->list);
    free(a);
}

static void show(struct attempt *a, const struct rows_row *row, const struct ledger_decision *d)
{
    if (a->counts.shown == TRY_SHOWN)
        return;
    if (a->counts.shown++)
        buf_addc(&a->list, ',');
    struct json_writer w = json_writer(&a->list);
    jw_object(&w);
    rows_json(&w, row);
    jw_kstr(&w, "counterparty_name", row->t.counterparty_name);
    jw_kstr(&w, "counterparty_inn", row->t.counterparty_inn);
    jw_kstr(&w, "status", row->status);
    jw_kid(&w, "category_id", row->category_id);
    jw_kid(&w, "suggested_category_id", row->suggested_id);
    jw_kid(&w, "new_category_id", d->category_id);
    jw_key(&w, "new_confidence");
    jw_double(&w, d->confidence / 100.0, 2);
    jw_kcstr(&w, "new_status",
        !d->category_id                   ? "NEW"
        : d->confidence >= LEDGER_CERTAIN ? "CATEGORIZED"
                                          : "NEEDS_REVIEW");
    jw_object_end(&w);
}

static bool fits(struct one_rule *r, struct attempt *a, const struct ledger_transaction *t)
{
    struct rule_found f;
    if (!r->alone.count)
        return false;
    rules_find(&r->alone, t, buf_str(&a->purpose), buf_str(&a->name), &f);
    return f.rule != NULL;
}

static bool wants(const struct attempt *a, enum rule_type type)
{
    return a->new.rule.type == type || (a->old.alone.count && a->old.rule.type == type);
}

/* False: the decision hangs on history that is not known yet. */
static bool look(struct attempt *a, const struct rows_row *row)
{
    struct ledger_decision d;
    struct counts *n = &a->counts;
    buf_clear(&a->purpose);
    buf_clear(&a->name);
    if (wants(a, RULE_KEYWORD))
        classify_prepare_purpose(&a->purpose, row->t.payment_purpose);
    if (wants(a, RULE_COUNTERPARTY_NAME))
        classify_prepare(&a->name, row->t.counterparty_name);
    bool is = fits(&a->new, a, &row->t);
    bool was = fits(&a->old, a, &row->t) && a->old.active;
    n->scanned++;
    n->matched += is;
    n->kept += is && row->locked;
    if (row->locked || !(was || (is && a->new.active)))
        return true;
    if (!classify(a->classifier, &row->t, &d))
        return false;
    if (rows_move(row, &d)) {
        n->changed++;
        show(a, row, &d);
    }
    return true;
}

static void read_on(struct attempt *a);

/* Looks at a page; history that is wanted is asked for, all of the page's at once, and the page is
 * looked at anew. */
static bool look_at(struct attempt *a, const struct db_result *page)
{
    struct rows_row row;
    struct rows_place place = a->place;
    struct counts before = a->counts;
    bool known = true;
    before.list = a->list.n;
    for (int i = 0; i < db_rows(page); i++) {
        rows_read(page, i, &row);
        known = look(a, &row) && known;
        a->place = (struct rows_place){true, row.at, row.id};
    }
    if (!known) {
        a->place = place;
        a->counts = before;
        a->list.n = before.list;
    }
    return known;
}

static void on_page(void *arg, struct db_result *const *results, const struct err *err)
{
    struct attempt *a = arg;
    if (err) {
        finish(a, err);
        return;
    }
    if (a->asked >= 0)
        classifier_ask_take(a->classifier, results, a->asked);
    bool known = look_at(a, results[a->first]);
    a->complete = known && db_rows(results[a->first]) < PAGE;
    if (a->complete || time_mono_ms() >= a->until)
        finish(a, NULL);
    else
        read_on(a);
}

static void read_on(struct attempt *a)
{
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    a->asked = classifier_asks(a->classifier) ? classifier_ask_add(a->classifier, u) : -1;
    a->first = rows_page_add(u, &a->filter, NULL, &a->place, PAGE);
    db_submit(u, on_page, a);
}

/* ---- the rules ---- */

static enum rule_direction direction_of(struct str type)
{
    return !type.n ? RULE_BOTH : str_is(type, "CREDIT") ? RULE_CREDIT : RULE_DEBIT;
}

static void read_old(struct attempt *a, const struct db_result *r)
{
    struct rule *rule = &a->old.rule;
    rule_type_parse(db_text(r, 0, 0), &rule->type);
    *rule = (struct rule){.id = a->id,
        .type = rule->type,
        .pattern = arena_str(&a->texts, db_text(r, 0, 1)),
        .direction = direction_of(db_text(r, 0, 2)),
        .priority = (int)db_i64(r, 0, 3),
        .confidence = (int)db_i64(r, 0, 4),
        .category_id = db_i64(r, 0, 6)};
    a->old.active = db_bool(r, 0, 5);
}

/* As adding it, or changing the old one, would have it. */
static void make_new(struct attempt *a)
{
    const struct rule_fields *f = &a->fields;
    struct rule *rule = &a->new.rule;
    *rule = a->id ? a->old.rule : (struct rule){.priority = 100, .confidence = 95};
    a->new.active = f->has_active ? f->active : !a->id || a->old.active;
    rule->id = a->id ? a->id : INT64_MAX; /* of equal ones the newest comes last */
    rule->pattern = f->pattern;
    rule_type_parse(f->rule_type, &rule->type);
    rule->category_id = f->category_id;
    if (f->has_priority)
        rule->priority = f->priority;
    if (f->confidence)
        rule->confidence = f->confidence;
    if (f->has_transaction_type)
        rule->direction = direction_of(f->transaction_type);
}

static int take_rules(struct attempt *a, struct db_result *const *results, struct err *ret_err)
{
    const struct db_result *old = results[0];
    if (a->id && db_rows(old) == 0)
        return err_set(
            ret_err, ERR_NOT_FOUND, "%s", TR("Нет такого правила", "There is no such rule"));
    if (a->id)
        read_old(a, old);
    make_new(a);
    bool stays = a->id && a->old.rule.category_id == a->new.rule.category_id;
    if (!stays && ledger_choice_check(results[1], ret_err) < 0)
        return -1;
    if (a->id && a->old.active && rules_add(&a->old.alone, &a->old.rule, ret_err) < 0)
        return -1;
    return rules_add(&a->new.alone, &a->new.rule, ret_err);
}

static void load_more(struct attempt *a);

static void on_loaded(void *arg, struct db_result *const *results, const struct err *err)
{
    struct attempt *a = arg;
    struct err why;
    if (!err && !a->begun && take_rules(a, results, &why) < 0)
        err = &why;
    if (err) {
        finish(a, err);
        return;
    }
    a->begun = true;
    classifier_load_take(a->classifier, results, a->first);
    if (classifier_loading(a->classifier))
        load_more(a);
    else if (a->new.active && classifier_add_rule(a->classifier, &a->new.rule, &why) < 0)
        finish(a, &why);
    else
        read_on(a);
}

static void load_more(struct attempt *a)
{
    struct db_unit *u = db_unit_new(a->db, DB_USER);
    if (!a->begun) {
        db_add(u, &old_rule);
        db_bind_i64(u, a->id);
        ledger_choice_add(u, a->fields.category_id);
    }
    a->first = classifier_load_add(a->classifier, u);
    db_submit(u, on_loaded, a);
}

void classify_try(struct db *db, int64_t id, const struct rule_fields *f,
    const struct ledger_transaction_filter *filter, ledger_json_fn done, void *arg)
{
    struct attempt *a = mem_alloc(sizeof *a);
    *a = (struct attempt){
        .db = db, .done = done, .arg = arg, .id = id, .fields = *f, .filter = *filter};
    struct str *const texts[] = {
        &a->fields.rule_type, &a->fields.pattern, &a->fields.transaction_type};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_str(&a->texts, *texts[i]);
    a->classifier = classifier_new();
    classifier_of_try(a->classifier, id);
    a->until = time_mono_ms() + TRY_MS;
    load_more(a);
}
