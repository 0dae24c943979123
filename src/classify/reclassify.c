/*
 * reclassify_transactions: the rules, mappings and facts of today over rows that stand in the
 * ledger. What a person decided stays. A page is read, decided in steps, asked about where history
 * is needed, and written; the place behind it is its checkpoint.
 *
 *   LOADING ─► READING ─► DECIDING ─► ASKING (history, when wanted) ─► WRITING ─► READING …
 */
#include "classify/reclassify.h"

#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "classify/moves.h"
#include "obmen/task.h"

enum { PAGE = 500, SAMPLES = 50, COLUMNS = 7 };
#define CHANGED_MEANWHILE "OB003" /* raised by obm_as_read */

/* What was decided about a text is written only where that text still stands: a row that somebody
 * wrote meanwhile makes the page be read again. Not this task itself: a commit of which the answer
 * was lost is sent twice. */
static const struct db_stmt store = {"classify_store",
    "WITH changed AS (UPDATE bank_transactions b SET"
    " category_method = i.method, category_id = CASE WHEN i.confidence >= 90 THEN i.category END,"
    " suggested_category_id = CASE WHEN i.confidence < 90 THEN i.category END,"
    " category_confidence = i.confidence * 0.01, category_rule_id = i.rule, category_reason = "
    "i.reason,"
    " status = CASE WHEN i.category IS NULL THEN 'NEW' WHEN i.confidence >= 90 THEN 'CATEGORIZED'"
    "  ELSE 'NEEDS_REVIEW' END, changed_task_id = $1::uuid, updated_at = now()"
    " FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::integer[], $6::bigint[], $7::text[],"
    "   $8::bigint[]) AS i(id, method, category, confidence, rule, reason, version)"
    " WHERE b.id = i.id AND b.decided_by IS NULL"
    "  AND (b.xmin::text::bigint = i.version OR b.changed_task_id = $1::uuid) RETURNING 1)"
    " SELECT obm_tally(0, count(*), 0, 0), obm_as_read(count(*), cardinality($2::bigint[]))"
    " FROM changed"};

struct reclassify {
    enum { LOADING, COUNTING, READING, DECIDING, ASKING, WRITING } state;
    bool busy; /* a query or a commit is under way */
    bool dry;
    struct ledger_transaction_filter filter;
    struct db_column ids;
    bool by_ids;
    struct classifier *classifier;
    int first;
    struct rows_place place;
    int64_t locked;
    int64_t same; /* rows of which only the reason or the confidence is another */
    /* the page */
    struct arena texts;
    struct rows_row *rows;
    struct ledger_decision *decisions;
    int count, at;
    bool again; /* the second look, with history known */
    struct db_column columns[COLUMNS];
    struct moves moves;
    /* as they stood before the page that is being written */
    struct rows_place place_before;
    struct moves moves_before;
    int64_t same_before;
    struct buf samples; /* JSON: the first rows that would change */
    int sample_count;
    struct err err;
};

static void load_place(struct reclassify *s, const struct json *checkpoint)
{
    int64_t at;
    if (!json_i64(json_get(checkpoint, "at"), &at))
        return;
    s->place.set = true;
    s->place.at = at;
    json_i64(json_get(checkpoint, "id"), &s->place.id);
    json_i64(json_get(checkpoint, "same"), &s->same);
    moves_load(&s->moves, json_get(checkpoint, "moves"));
}

static int check(const struct json *params, struct err *ret_err)
{
    struct ledger_transaction_filter filter;
    return ledger_filter_params(params, &filter, ret_err);
}

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    static const enum db_elem elems[COLUMNS] = {
        DB_INT8, DB_TEXT, DB_INT8, DB_INT4, DB_INT8, DB_TEXT, DB_INT8};
    struct reclassify *s = obm_state(t);
    const struct json *p = obm_params(t), *ids = json_get(p, "ids");
    json_bool(json_get(p, "dry_run"), &s->dry);
    for (int i = 0; i < COLUMNS; i++)
        db_column_init(&s->columns[i], elems[i]);
    db_column_init(&s->ids, DB_INT8);
    for (const struct json *id = ids ? ids->child : NULL; id; id = id->next) {
        int64_t v = 0;
        json_i64(id, &v);
        db_column_i64(&s->ids, v);
    }
    s->by_ids = ids != NULL;
    s->classifier = classifier_new();
    s->rows = mem_alloc(PAGE * sizeof *s->rows);
    s->decisions = mem_alloc(PAGE * sizeof *s->decisions);
    load_place(s, checkpoint);
    if (ledger_filter_params(p, &s->filter, ret_err) < 0)
        return -1;
    if (ids) /* who names a row means it, also one that is gone at its source */
        s->filter.active = LEDGER_ALL;
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct reclassify *s = obm_state(t);
    if (!s->place.set)
        return;
    jw_ki64(w, "at", s->place.at);
    jw_ki64(w, "id", s->place.id);
    jw_ki64(w, "same", s->same);
    jw_key(w, "moves");
    moves_save(&s->moves, w);
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct reclassify *s = obm_state(t);
    jw_kbool(w, "dry_run", s->dry);
    jw_ki64(w, s->dry ? "would_change" : "changed", moves_rows(&s->moves));
    jw_ki64(w, "same_category", s->same);
    jw_ki64(w, "kept_by_people", s->locked);
    jw_key(w, "moves");
    moves_json(&s->moves, w);
    if (s->samples.n) {
        struct buf list = BUF_INIT;
        buf_printf(&list, "[%.*s]", (int)s->samples.n, s->samples.p);
        jw_kraw(w, "transactions", buf_str(&list));
        buf_release(&list);
    }
}

static void cleanup(struct obm_task *t)
{
    struct reclassify *s = obm_state(t);
    if (!s->classifier)
        return;
    classifier_free(s->classifier);
    for (int i = 0; i < COLUMNS; i++)
        db_column_release(&s->columns[i]);
    db_column_release(&s->ids);
    arena_release(&s->texts);
    free(s->rows);
    free(s->decisions);
    moves_release(&s->moves);
    moves_release(&s->moves_before);
    buf_release(&s->samples);
}

/* ---- callbacks ---- */

static bool came(struct reclassify *s, const struct err *err)
{
    s->busy = false;
    if (err)
        s->err = *err;
    return !err;
}

static void on_loaded(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct reclassify *s = arg;
    if (!came(s, err))
        return;
    classifier_load_take(s->classifier, results, s->first);
    if (!classifier_loading(s->classifier))
        s->state = COUNTING;
}

static void on_counted(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct reclassify *s = arg;
    if (!came(s, err))
        return;
    int64_t total = db_i64(results[s->first], 0, 0);
    s->locked = db_i64(results[s->first], 0, 1);
    obm_total(t, total);
    s->state = READING;
}

static void keep(struct arena *a, struct str *s)
{
    if (s->p)
        *s = arena_str(a, *s);
}

static void keep_row(struct arena *a, struct rows_row *r)
{
    struct ledger_transaction *t = &r->t;
    struct str *const texts[] = {&t->payment_purpose, &t->business_operation, &t->counterparty_name,
        &t->counterparty_inn, &t->counterparty_account, &t->counterparty_bik, &t->account_number,
        &t->our_bank_bik, &t->facts.our_inn, &t->facts.cash_flow_item, &t->facts.payer_status,
        &t->facts.kbk, &t->facts.payment_kind, &r->method, &r->amount};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        keep(a, texts[i]);
}

static void on_page(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct reclassify *s = arg;
    if (!came(s, err))
        return;
    arena_reset(&s->texts);
    s->count = db_rows(results[s->first]);
    for (int i = 0; i < s->count; i++) {
        rows_read(results[s->first], i, &s->rows[i]);
        keep_row(&s->texts, &s->rows[i]);
    }
    s->at = 0;
    s->again = false;
    s->state = DECIDING;
}

static void on_answered(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct reclassify *s = arg;
    if (!came(s, err))
        return;
    classifier_ask_take(s->classifier, results, s->first);
    s->at = 0;
    s->again = true;
    s->state = DECIDING;
}

static void keep_before(struct reclassify *s)
{
    s->place_before = s->place;
    s->same_before = s->same;
    moves_copy(&s->moves_before, &s->moves);
}

static void take_back(struct reclassify *s)
{
    s->place = s->place_before;
    s->same = s->same_before;
    moves_copy(&s->moves, &s->moves_before);
}

static void on_written(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct reclassify *s = arg;
    s->busy = false;
    if (err && strcmp(err->sqlstate, CHANGED_MEANWHILE) == 0)
        take_back(s);
    else if (err)
        s->err = *err;
    s->state = READING;
}

/* ---- steps ---- */

static void query(struct obm_task *t, struct db_unit *u, obm_db_fn done)
{
    struct reclassify *s = obm_state(t);
    s->busy = true;
    obm_query(t, u, done, s);
}

static void decide_some(struct obm_task *t)
{
    struct reclassify *s = obm_state(t);
    for (int n = 0; n < OBM_STEP_RECORDS && s->at < s->count; n++, s->at++) {
        struct ledger_decision *d = &s->decisions[s->at];
        if (s->rows[s->at].locked || (s->again && !d->open))
            continue;
        d->open = false;
        bool closed = classify(s->classifier, &s->rows[s->at].t, d);
        d->open = !closed;
        keep(&s->texts, &d->reason);
    }
    if (s->at < s->count)
        return;
    s->state = !s->again && classifier_asks(s->classifier) ? ASKING : WRITING;
}

static void sample(struct reclassify *s, const struct rows_row *row,
    const struct ledger_decision *d, struct side to)
{
    if (s->sample_count == SAMPLES)
        return;
    if (s->sample_count++)
        buf_addc(&s->samples, ',');
    struct json_writer w = json_writer(&s->samples);
    jw_object(&w);
    rows_json(&w, row);
    sides_json(&w, side_of(row->category_id, row->suggested_id), to);
    jw_key(&w, "confidence");
    jw_double(&w, d->confidence / 100.0, 2);
    jw_kstr(&w, "reason", d->reason);
    jw_object_end(&w);
}

static void add_change(
    struct reclassify *s, const struct rows_row *row, const struct ledger_decision *d)
{
    struct db_column *c = s->columns;
    db_column_i64(&c[0], row->id);
    db_column_text(&c[1], str_from(ledger_method_name(d->method)));
    if (d->category_id) {
        db_column_i64(&c[2], d->category_id);
        db_column_i32(&c[3], d->confidence);
    } else {
        db_column_null(&c[2]);
        db_column_null(&c[3]);
    }
    db_column_id(&c[4], d->rule_id);
    db_column_text(&c[5], d->reason);
    db_column_i64(&c[6], row->version);
}

static void write_page(struct obm_task *t)
{
    struct reclassify *s = obm_state(t);
    struct db_unit *u = NULL;
    int changed = 0;
    keep_before(s);
    for (int i = 0; i < COLUMNS; i++)
        db_column_clear(&s->columns[i]);
    for (int i = 0; i < s->count; i++) {
        const struct rows_row *row = &s->rows[i];
        const struct ledger_decision *d = &s->decisions[i];
        if (row->locked || !rows_differ(row, d))
            continue;
        bool sure = d->confidence >= LEDGER_CERTAIN;
        struct side to = side_of(sure ? d->category_id : 0, sure ? 0 : d->category_id);
        bool moves = rows_move(row, d);
        if (moves)
            moves_add(&s->moves, row, to);
        else
            s->same++;
        changed++;
        if (s->dry && moves)
            sample(s, row, d, to);
        if (!s->dry)
            add_change(s, row, d);
    }
    s->place = (struct rows_place){true, s->rows[s->count - 1].at, s->rows[s->count - 1].id};
    /* What a real run changes is counted by what it writes. */
    obm_count(t,
        (struct obm_stats){
            .fetched = s->count, .updated = s->dry ? changed : 0, .unchanged = s->count - changed});
    if (changed && !s->dry) {
        u = obm_unit(t);
        db_add(u, &store);
        db_bind_uuid(u, obm_id(t));
        for (int i = 0; i < COLUMNS; i++)
            db_bind_column(u, &s->columns[i]);
    }
    s->busy = true;
    obm_commit(t, u, on_written, s);
}

static enum obm_step step(struct obm_task *t)
{
    struct reclassify *s = obm_state(t);
    struct db_unit *u;
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->busy)
        return OBM_WAIT;
    switch (s->state) {
    case LOADING:
        u = obm_unit(t);
        s->first = classifier_load_add(s->classifier, u);
        query(t, u, on_loaded);
        return OBM_WAIT;
    case COUNTING:
        u = obm_unit(t);
        s->first = rows_count_add(u, &s->filter, s->by_ids ? &s->ids : NULL);
        query(t, u, on_counted);
        return OBM_WAIT;
    case READING:
        u = obm_unit(t);
        s->first = rows_page_add(u, &s->filter, s->by_ids ? &s->ids : NULL, &s->place, PAGE);
        query(t, u, on_page);
        return OBM_WAIT;
    case DECIDING:
        if (s->count == 0) {
            obm_total(t, obm_stats(t).fetched);
            return OBM_DONE;
        }
        decide_some(t);
        return OBM_MORE;
    case ASKING:
        u = obm_unit(t);
        s->first = classifier_ask_add(s->classifier, u);
        query(t, u, on_answered);
        return OBM_WAIT;
    case WRITING:
        write_page(t);
        return OBM_WAIT;
    }
    return OBM_WAIT;
}

static const struct obm_phase phases[] = {{"reclassify", step}, {0}};

const struct obm_task_type reclassify_transactions = {.name = "reclassify_transactions",
    .title_ru = "Переклассификация операций",
    .title_en = "Classify transactions again",
    .params_schema = RECLASSIFY_SCHEMA,
    .check = check,
    .phases = phases,
    .state_size = sizeof(struct reclassify),
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup};
