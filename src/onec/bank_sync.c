/* sync_bank_transactions: bank and cash documents of a period. sync_full: the catalogues they point
 * at first, in the same task. */
#include "classify/decider.h"
#include "ledger/knowledge.h"
#include "ledger/link_pass.h"
#include "ledger/reconcile.h"
#include "obmen/decimal.h"
#include "onec/ours.h"
#include "onec/reconcile.h"
#include "onec/scan.h"

#include <time.h>

enum { DEFAULT_DAYS = 30, LISTED_MAX = 100 };

static const struct onec_import_kind *const documents_only[] = {&onec_documents};
/* Catalogues before documents: these look up nothing then. */
static const struct onec_import_kind *const everything[] = {
    &onec_organizations, &onec_items, &onec_contractors, &onec_documents};
enum { ORGANIZATIONS, CATEGORIES, CONTRACTORS, DOCUMENTS };

struct bank_sync {
    struct onec_sync sync;     /* first: shared steps take it */
    usec_t date_from, date_to; /* days, both included */
    struct onec_scan scan;
    struct onec_found found;
    bool compared;
    struct onec_ours ours;
    bool knows; /* what is ours, and what the ledger held, is put down */
    struct onec_reconcile reconcile;
    bool reconciling, reconciled;
    struct ledger_link_pass link; /* statements' rows that 1C has now */
    bool linking;
    struct onec_ask ask;
    enum { FAREWELL, LISTING, CLEARING } finishing;
    struct buf gone;    /* JSON array of rows that became inactive, the first ones … */
    int64_t gone_total; /* … of so many */
};

/* ---- the period ---- */

void onec_default_period(usec_t *ret_from, usec_t *ret_to)
{
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    *ret_to = time_days(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday) * USEC_PER_DAY;
    *ret_from = *ret_to - DEFAULT_DAYS * USEC_PER_DAY;
}

static bool take_date(const struct json *object, const char *name, usec_t *date)
{
    return time_parse_date(json_text(json_get(object, name)), date);
}

static int check_period(const struct json *params, struct err *ret_err)
{
    usec_t from, to;
    if (take_date(params, "date_from", &from) && take_date(params, "date_to", &to) && from > to)
        return err_set_field(ret_err, "date_from", "%s",
            TR("начало периода позже его конца (date_to)",
                "the period begins after its end (date_to)"));
    return 0;
}

/* The checkpoint knows better than "today": a task that began yesterday keeps its period. */
static int load_period(struct bank_sync *b, const struct json *params,
    const struct json *checkpoint, struct err *ret_err)
{
    if (check_period(params, ret_err) < 0)
        return -1;
    onec_default_period(&b->date_from, &b->date_to);
    bool has_from = take_date(params, "date_from", &b->date_from),
         has_to = take_date(params, "date_to", &b->date_to);
    if (has_to && !has_from)
        b->date_from = b->date_to - DEFAULT_DAYS * USEC_PER_DAY;
    if (has_from && !has_to && b->date_from > b->date_to)
        b->date_to = b->date_from;
    take_date(checkpoint, "date_from", &b->date_from);
    take_date(checkpoint, "date_to", &b->date_to);
    b->sync.from = b->date_from;
    b->sync.end = b->date_to + USEC_PER_DAY;
    return 0;
}

static void write_period(const struct bank_sync *b, struct json_writer *w)
{
    char text[TIME_TEXT];
    time_format_date(b->date_from, text);
    jw_kcstr(w, "date_from", text);
    time_format_date(b->date_to, text);
    jw_kcstr(w, "date_to", text);
}

/* ---- the task ---- */

static int load_kinds(struct obm_task *t, const struct json *checkpoint, struct err *ret_err,
    const struct onec_import_kind *const *kinds, int count)
{
    struct bank_sync *b = obm_state(t);
    onec_ask_init(&b->ask, t);
    onec_sync_init(&b->sync, t, kinds, count);
    if (load_period(b, obm_params(t), checkpoint, ret_err) < 0)
        return -1;
    json_bool(json_get(checkpoint, "reconciled"), &b->reconciled);
    json_bool(json_get(checkpoint, "compared"), &b->compared);
    json_bool(json_get(checkpoint, "knows"), &b->knows);
    onec_found_load(&b->found, json_get(checkpoint, "found"));
    ledger_link_counts_load(&b->link.counts, json_get(checkpoint, "statements"));
    return onec_sync_load(&b->sync, checkpoint, ret_err);
}

static int load_documents(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    return load_kinds(t, checkpoint, ret_err, documents_only, 1);
}

static int load_everything(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    return load_kinds(t, checkpoint, ret_err, everything, ONEC_PARTS);
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct bank_sync *b = obm_state(t);
    write_period(b, w);
    jw_kbool(w, "reconciled", b->reconciled);
    jw_kbool(w, "compared", b->compared);
    jw_kbool(w, "knows", b->knows);
    jw_key(w, "statements");
    ledger_link_counts_write(&b->link.counts, w);
    onec_found_save(&b->found, w);
    onec_sync_save(&b->sync, w);
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct bank_sync *b = obm_state(t);
    if (!b->sync.task)
        return;
    write_period(b, w);
    onec_found_report(&b->found, &b->sync, w);
    onec_sync_report(&b->sync, w);
    jw_kbool(w, "reconciled", b->reconciled && !onec_sync_unsure(&b->sync));
    jw_ki64(w, "refused", obm_stats(t).failed);
    jw_key(w, "statements");
    ledger_link_counts_write(&b->link.counts, w);
    if (b->gone.n) {
        jw_kraw(w, "deactivated", buf_str(&b->gone));
        jw_ki64(w, "deactivated_total", b->gone_total);
    }
}

static void cleanup(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    if (!b->sync.task)
        return;
    onec_scan_release(&b->scan);
    onec_ours_release(&b->ours);
    onec_reconcile_release(&b->reconcile);
    onec_ask_release(&b->ask);
    ledger_link_pass_release(&b->link);
    onec_sync_release(&b->sync);
    buf_release(&b->gone);
}

static enum obm_step connect_to_1c(struct obm_task *t)
{
    return onec_sync_connect(obm_state(t));
}

static enum obm_step count(struct obm_task *t)
{
    return onec_sync_count(obm_state(t));
}

static bool whole_period_asked(struct bank_sync *b)
{
    if (str_is(json_text(json_get(obm_params(b->sync.task), "mode")), "full"))
        b->found.how = ONEC_WHOLE_ASKED;
    else if ((b->sync.end - b->sync.from) / USEC_PER_DAY > ONEC_PLAN_DAYS_MAX)
        b->found.how = ONEC_WHOLE_LONG;
    else
        return false;
    return true;
}

/* Documents of days that are the same have been looked at, too: they count as unchanged. */
static void take_over_plan(struct bank_sync *b)
{
    struct obm_task *t = b->sync.task;
    int64_t total = b->scan.to_read + b->scan.found.same_documents;
    int documents = b->sync.part_count - 1;
    b->found = b->scan.found;
    b->sync.scan_pages += b->scan.page_count;
    onec_scan_release(&b->scan);
    onec_place_begin(&b->sync.parts[documents].place, &b->sync.plan);
    for (int i = 0; i < documents; i++)
        total += onec_sync_counted(&b->sync, i);
    obm_total(t, total);
    obm_count(t, (struct obm_stats){
                     .fetched = b->found.same_documents, .unchanged = b->found.same_documents});
    b->compared = true;
    obm_commit(t, NULL, NULL, NULL);
}

static enum obm_step compare(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    if (b->compared || whole_period_asked(b))
        return OBM_NEXT;
    if (!b->scan.sync)
        onec_scan_init(&b->scan, &b->sync);
    enum obm_step step = onec_scan_step(&b->scan);
    if (step == OBM_NEXT)
        take_over_plan(b);
    return step;
}

static enum obm_step import_organizations(struct obm_task *t)
{
    return onec_sync_import(obm_state(t), ORGANIZATIONS);
}

static enum obm_step import_categories(struct obm_task *t)
{
    return onec_sync_import(obm_state(t), CATEGORIES);
}

static enum obm_step import_contractors(struct obm_task *t)
{
    return onec_sync_import(obm_state(t), CONTRACTORS);
}

/* Only who decides about categories needs it, and only when there is something to read. */
static bool must_know(const struct bank_sync *b)
{
    const struct onec_place *place = &b->sync.parts[b->sync.part_count - 1].place;
    return !b->knows && decider_wanted(b->sync.task) && place->set < b->sync.plan.sets;
}

/* The documents are the last part of both. */
static enum obm_step import(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    if (b->ours.sync || must_know(b)) {
        if (!b->ours.sync)
            onec_ours_init(&b->ours, &b->sync);
        enum obm_step step = onec_ours_step(&b->ours, &b->knows);
        if (step != OBM_NEXT)
            return step;
        onec_ours_release(&b->ours);
    }
    return onec_sync_import(&b->sync, b->sync.part_count - 1);
}

static enum obm_step reconcile(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    if (!b->reconciling) {
        b->reconciling = true;
        onec_sync_set_up(&b->sync, b->sync.part_count - 1);
        onec_reconcile_init(&b->reconcile, &b->sync);
    }
    enum obm_step step = onec_reconcile_step(&b->reconcile);
    if (step == OBM_NEXT && !b->reconciled) {
        b->reconciled = true;
        onec_sync_doubt(&b->sync, b->reconcile.unsure);
    }
    return step;
}

/* ---- finish ---- */

static void on_listed(void *arg, struct db_result *const *results)
{
    struct bank_sync *b = arg;
    const struct db_result *rows = results[0];
    char date[TIME_TEXT];
    struct json_writer w = json_writer(&b->gone);
    buf_clear(&b->gone);
    jw_array(&w);
    b->gone_total = db_rows(rows) ? db_i64(rows, 0, 6) : 0;
    for (int i = 0; i < db_rows(rows); i++) {
        jw_object(&w);
        jw_ki64(&w, "id", db_i64(rows, i, 0));
        jw_kstr(&w, "external_id", db_text(rows, i, 1));
        time_format_wall(db_time(rows, i, 2), date);
        jw_kcstr(&w, "transaction_date", date);
        jw_kstr(&w, "document_number", db_text(rows, i, 3));
        jw_kstr(&w, "amount", db_text(rows, i, 4));
        jw_kstr(&w, "transaction_type", db_text(rows, i, 5));
        jw_object_end(&w);
    }
    jw_array_end(&w);
}

static enum obm_step list_gone(struct bank_sync *b)
{
    struct err err;
    struct obm_task *t = b->sync.task;
    if (b->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(t);
        ledger_deactivated_add(u, obm_id(t), LISTED_MAX);
        onec_ask_start(&b->ask, u, on_listed, b);
    }
    switch (onec_ask_poll(&b->ask, &err)) {
    case ONEC_BROKEN:
        return obm_fail(t, &err);
    case ONEC_WAITING:
        return onec_sync_wait(&b->sync, onec_ask_due(&b->ask));
    case ONEC_READY:
        break;
    }
    b->finishing = CLEARING;
    return OBM_MORE;
}

static enum obm_step finish(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    enum obm_step step;
    switch (b->finishing) {
    case FAREWELL:
        step = onec_sync_farewell(&b->sync);
        if (step != OBM_NEXT)
            return step;
        b->finishing = LISTING;
        return OBM_MORE;
    case LISTING:
        step = onec_sync_summary(&b->sync);
        if (step == OBM_NEXT)
            step = onec_sync_gone(&b->sync);
        return step == OBM_NEXT ? list_gone(b) : step;
    case CLEARING:
        break;
    }
    struct db_unit *u = obm_unit(t);
    ledger_candidates_clear_add(u, obm_id(t));
    ledger_catalogue_clear_add(u, obm_id(t));
    ledger_knowledge_forget_add(u, obm_id(t));
    if (!b->sync.dry)
        ledger_accounts_learn_add(u);
    obm_total(t, obm_stats(t).fetched);
    onec_sync_tell_left_out(&b->sync);
    obm_commit(t, u, NULL, NULL);
    return OBM_DONE;
}

static enum obm_step link_statements(struct obm_task *t)
{
    struct bank_sync *b = obm_state(t);
    if (b->sync.dry)
        return OBM_NEXT;
    if (!b->linking) {
        b->linking = true;
        ledger_link_pass_begin(&b->link, t, b->date_from, b->date_to);
    }
    return ledger_link_pass_step(&b->link);
}

static const struct obm_phase phases[] = {{"connect", connect_to_1c}, {"count", count},
    {"compare", compare}, {"import", import}, {"reconcile", reconcile}, {"link", link_statements},
    {"finish", finish}, {0}};

static const struct obm_phase full_phases[] = {{"connect", connect_to_1c}, {"count", count},
    {"compare", compare}, {"organizations", import_organizations},
    {"categories", import_categories}, {"contractors", import_contractors},
    {"transactions", import}, {"reconcile", reconcile}, {"link", link_statements},
    {"finish", finish}, {0}};

#define PERIOD_SCHEMA                                                                              \
    "{\"type\":\"object\",\"properties\":{"                                                        \
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"                                     \
    "\"date_to\":{\"type\":\"string\",\"format\":\"date\"},"                                       \
    "\"auto_classify\":{\"type\":\"boolean\",\"default\":true},"                                   \
    "\"mode\":{\"type\":\"string\",\"enum\":[\"incremental\",\"full\"],"                           \
    "\"default\":\"incremental\"},"                                                                \
    "\"dry_run\":{\"type\":\"boolean\",\"default\":false}},"                                       \
    "\"additionalProperties\":false}"

struct obm_task_type onec_bank_sync = {
    .name = "sync_bank_transactions",
    .title_ru = "Банковские операции из 1С",
    .title_en = "Bank transactions from 1C",
    .params_schema = PERIOD_SCHEMA,
    .check = check_period,
    .phases = phases,
    .state_size = sizeof(struct bank_sync),
    .exclusive = "1c",
    .load = load_documents,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};

struct obm_task_type onec_full_sync = {
    .name = "sync_full",
    .title_ru = "Полная синхронизация с 1С",
    .title_en = "Full synchronization with 1C",
    .params_schema = PERIOD_SCHEMA,
    .check = check_period,
    .phases = full_phases,
    .state_size = sizeof(struct bank_sync),
    .timeout_s = 4 * 3600,
    .exclusive = "1c",
    .load = load_everything,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};
