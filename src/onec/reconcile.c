#include "onec/reconcile.h"

#include <stdio.h>

#include "ledger/reconcile.h"
#include "onec/url.h"

void onec_reconcile_init(struct onec_reconcile *r, struct onec_sync *sync)
{
    *r = (struct onec_reconcile){.sync = sync};
    onec_page_init(&r->page, ONEC_CANDIDATES);
    onec_ask_init(&r->ask, sync->task);
    r->rows = ledger_batch_new("1c", "ODATA_1C", ONEC_CANDIDATES);
    ledger_batch_dry(r->rows, sync->dry);
    db_column_init(&r->gone, DB_INT8);
    db_column_init(&r->unfit, DB_INT8);
}

void onec_reconcile_release(struct onec_reconcile *r)
{
    if (!r->sync)
        return;
    onec_page_release(&r->page);
    onec_ask_release(&r->ask);
    ledger_batch_free(r->rows);
    db_column_release(&r->gone);
    db_column_release(&r->unfit);
    arena_release(&r->arena);
}

static enum onec_set set_of(const struct onec_reconcile *r)
{
    return onec_sync_kind(r->sync)->reader.sets[r->set];
}

/* ---- LISTING ---- */

static void on_listed(void *arg, struct db_result *const *results)
{
    struct onec_reconcile *r = arg;
    const struct db_result *rows = results[0];
    r->count = 0;
    for (int i = 0; i < db_rows(rows) && r->count < ONEC_CANDIDATES; i++) {
        struct onec_candidate *c = &r->candidates[r->count];
        *c = (struct onec_candidate){.id = db_i64(rows, i, 0)};
        r->after_id = c->id;
        struct str version = db_text(rows, i, 2);
        snprintf(c->version, sizeof c->version, "%.*s", STR_ARG(version));
        r->count += uuid_parse(db_text(rows, i, 1), &c->key);
    }
    r->listed = db_rows(rows) > 0;
}

static enum onec_progress list(struct onec_reconcile *r, struct err *ret_err)
{
    struct obm_task *t = r->sync->task;
    if (r->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(t);
        ledger_candidates_add(u, obm_id(t), "1c", onec_document_type(set_of(r)),
            onec_document_payment(set_of(r)), r->after_id, ONEC_CANDIDATES);
        onec_ask_start(&r->ask, u, on_listed, r);
    }
    enum onec_progress came = onec_ask_poll(&r->ask, ret_err);
    if (came != ONEC_READY)
        return came;
    if (r->count) {
        r->state = ONEC_ASKING;
    } else if (!r->listed) {
        r->after_id = 0;
        if (++r->set == onec_sync_kind(r->sync)->reader.set_count)
            r->state = ONEC_OVER;
    }
    return ONEC_READY;
}

/* ---- ASKING ---- */

static void ask_1c(struct onec_reconcile *r)
{
    const char *set = onec_set_name(r->sync->family, set_of(r));
    struct buf *url = onec_link_url(&r->sync->link);
    onec_url_set(url, r->sync->service->base, set);
    buf_adds(url, "?$filter=");
    for (int i = 0; i < r->count; i++)
        onec_url_key(url, i, &r->candidates[i].key);
    buf_adds(url, "&$format=application/json;odata=nometadata");
    onec_link_get(&r->sync->link, set, ONEC_BODY_LIST, &r->page);
}

/* Told by key what became of each; only what changed needs more. */
static void judge(struct onec_reconcile *r)
{
    bool blind = r->sync->import.place.keyless[r->set] > 0;
    for (int i = 0; i < r->page.count; i++) {
        struct onec_record *rec = &r->page.records[i];
        rec->has_key = onec_record_guid(rec, ONEC_F_REF_KEY, &rec->id);
        blind = blind || !rec->has_key;
        for (int k = 0; rec->has_key && k < r->count; k++) {
            struct onec_candidate *c = &r->candidates[k];
            if (!uuid_eq(&c->key, &rec->id))
                continue;
            c->record = rec;
            bool alive = onec_record_true(rec, ONEC_F_POSTED) &&
                         !onec_record_true(rec, ONEC_F_DELETION_MARK);
            struct str version = onec_record_text(rec, ONEC_F_DATA_VERSION);
            c->state = !alive                                     ? ONEC_GONE
                       : version.n && str_is(version, c->version) ? ONEC_KEPT
                                                                  : ONEC_CHANGED;
        }
    }
    for (int i = 0; blind && i < r->count; i++)
        if (!r->candidates[i].record) {
            r->candidates[i].state = ONEC_UNSURE;
            r->unsure[r->set]++;
        }
    onec_refs_begin(&r->sync->refs);
    for (int i = 0; i < r->count; i++)
        if (r->candidates[i].state == ONEC_CHANGED)
            onec_document_want(r->candidates[i].record, set_of(r), &r->sync->refs);
}

static enum onec_progress ask(struct onec_reconcile *r, struct err *ret_err)
{
    if (onec_link_idle(&r->sync->link))
        ask_1c(r);
    enum onec_progress came = onec_link_poll(&r->sync->link, ret_err);
    if (came == ONEC_READY) {
        judge(r);
        r->state = ONEC_REFERRING;
    }
    return came;
}

/* ---- REFERRING ---- */

static void convert_one(struct onec_reconcile *r, struct onec_candidate *c)
{
    struct ledger_transaction row;
    struct err why;
    switch (onec_document_convert(c->record, set_of(r), &r->sync->refs, &r->arena, &row, &why)) {
    case ONEC_ROW:
        r->row_id[ledger_batch_count(r->rows)] = c->id;
        ledger_batch_add(r->rows, &row);
        break;
    case ONEC_SKIPPED: /* it is there, but there is no money in it any more */
        c->state = ONEC_GONE;
        break;
    case ONEC_REFUSED:
        c->state = ONEC_UNFIT;
        c->reason = arena_cstr(&r->arena, str_from(why.message));
        break;
    }
}

static void convert(struct onec_reconcile *r)
{
    ledger_batch_clear(r->rows);
    db_column_clear(&r->gone);
    r->verdicts = r->singly = r->refused = false;
    r->row = 0;
    for (int i = 0; i < r->count; i++) {
        struct onec_candidate *c = &r->candidates[i];
        if (c->state == ONEC_CHANGED)
            convert_one(r, c);
        if (c->state == ONEC_GONE)
            db_column_i64(&r->gone, c->id);
        r->verdicts = r->verdicts || c->state == ONEC_GONE || c->state == ONEC_UNFIT;
    }
    r->state = ONEC_WRITING;
}

/* ---- WRITING: verdicts first, then rows together; rows that were refused together go one by one
 * ---- */

static void refuse(struct onec_reconcile *r, int64_t id, const char *key, const char *stage,
    enum err_code code, const char *message, const struct buf *record)
{
    struct obm_task *t = r->sync->task;
    obm_refuse(
        t, r->sync->import.place.done, key, stage, err_code_name(code), message, buf_str(record));
    obm_count(t, (struct obm_stats){.fetched = 1, .failed = 1});
    db_column_i64(&r->unfit, id);
}

static void refuse_unfit(struct onec_reconcile *r)
{
    char key[UUID_TEXT];
    for (int i = 0; i < r->count; i++) {
        const struct onec_candidate *c = &r->candidates[i];
        if (c->state != ONEC_UNFIT)
            continue;
        struct buf text = BUF_INIT;
        struct json_writer w = json_writer(&text);
        onec_record_json(&w, c->record);
        uuid_format(&c->key, key);
        refuse(r, c->id, key, "reconcile", ERR_VALIDATION_ERROR, c->reason, &text);
        buf_release(&text);
    }
}

static void refuse_row(struct onec_reconcile *r)
{
    const struct ledger_transaction *row = ledger_batch_row(r->rows, r->row);
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    char key[UUID_TEXT];
    snprintf(key, sizeof key, "%.*s", STR_ARG(row->external_id));
    ledger_transaction_json(&w, row);
    refuse(r, r->row_id[r->row], key, "store", r->err.code, r->err.message, &text);
    buf_release(&text);
}

static void on_written(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct onec_reconcile *r = arg;
    r->under_way = false;
    if (!err && r->verdicts) {
        r->verdicts = false;
    } else if (!err && r->refused) {
        r->refused = false;
        r->row++;
    } else if (!err) {
        r->row += r->sending;
    } else if (!err->cancelled && !obm_ending(t)) {
        r->err = *err;
        r->failed = !db_bad_data(err) || r->sending == 0;
        r->refused = !r->failed && r->sending == 1;
        r->singly = true;
    }
}

static void commit(struct onec_reconcile *r)
{
    struct obm_task *t = r->sync->task;
    struct db_unit *u = obm_unit(t);
    int left = ledger_batch_count(r->rows) - r->row;
    r->sending = 0;
    db_column_clear(&r->unfit);
    if (r->verdicts) {
        ledger_deactivate_add(u, obm_id(t), &r->gone, r->sync->dry);
        refuse_unfit(r);
    } else if (r->refused) {
        refuse_row(r);
    } else {
        r->sending = r->singly ? 1 : left;
        ledger_batch_write_rows(r->rows, r->row, r->sending, u, obm_id(t));
        obm_count(t, (struct obm_stats){.fetched = r->sending});
    }
    if (r->unfit.count)
        ledger_candidates_drop_add(u, obm_id(t), &r->unfit);
    r->under_way = true;
    obm_commit(t, u, on_written, r);
}

static enum onec_progress write_down(struct onec_reconcile *r)
{
    if (r->under_way)
        return ONEC_WAITING;
    if (r->verdicts || r->refused || r->row < ledger_batch_count(r->rows)) {
        commit(r);
        return ONEC_WAITING;
    }
    arena_reset(&r->arena);
    r->count = 0;
    r->state = ONEC_LISTING;
    return ONEC_READY;
}

/* ---- the step ---- */

static enum onec_progress advance(struct onec_reconcile *r, struct err *ret_err)
{
    enum onec_progress came;
    switch (r->state) {
    case ONEC_LISTING:
        return list(r, ret_err);
    case ONEC_ASKING:
        return ask(r, ret_err);
    case ONEC_REFERRING:
        came = onec_refs_complete(&r->sync->refs) ? ONEC_READY
                                                  : onec_refs_poll(&r->sync->refs, ret_err);
        if (came == ONEC_READY)
            convert(r);
        return came;
    case ONEC_WRITING:
        return write_down(r);
    case ONEC_OVER:
        break;
    }
    return ONEC_READY;
}

enum obm_step onec_reconcile_step(struct onec_reconcile *r)
{
    struct err err;
    if (r->failed)
        return obm_fail(r->sync->task, &r->err);
    if (r->state == ONEC_OVER)
        return OBM_NEXT;
    switch (advance(r, &err)) {
    case ONEC_READY:
        return OBM_MORE;
    case ONEC_BROKEN:
        return obm_fail(r->sync->task, &err);
    case ONEC_WAITING:
        break;
    }
    return onec_sync_wait(r->sync, onec_reader_due(&r->sync->reader));
}
