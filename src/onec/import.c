#include "onec/import.h"
#include "classify/decider.h"
#include "onec/service.h"

#include <stdlib.h>

/* STRIDE: records without a change per commit; keys met per look for those that were not.
 * FLUSH_MS: age of the oldest record of a batch. */
enum { STRIDE = 1000, FLUSH_MS = 100 };

void onec_import_init(struct onec_import *im, struct obm_task *task,
    const struct onec_import_kind *kind, struct onec_reader *reader, struct onec_refs *refs,
    const struct onec_plan *plan, bool dry)
{
    *im = (struct onec_import){
        .task = task, .kind = kind, .reader = reader, .refs = refs, .plan = plan, .dry = dry};
    for (int i = 0; i < 2; i++)
        im->batches[i].rows = kind->rows_new(obm_batch_size(task), dry);
    im->open = &im->batches[0];
    if (kind->decides && decider_wanted(task))
        im->decider = onec_decider_new(task);
}

void onec_import_release(struct onec_import *im)
{
    if (!im->kind)
        return;
    for (int i = 0; i < 2; i++) {
        im->kind->rows_free(im->batches[i].rows);
        free(im->batches[i].entries);
        arena_release(&im->batches[i].arena);
    }
    arena_release(&im->scratch);
    onec_decider_free(im->decider);
    free(im->met);
    free(im->days);
}

static void add_met(struct onec_import *im, const struct uuid *id, usec_t date)
{
    if (im->met_count == im->met_capacity) {
        im->met_capacity = im->met_capacity ? im->met_capacity * 2 : 256;
        im->met = mem_realloc(im->met, (size_t)im->met_capacity * sizeof *im->met);
    }
    im->met[im->met_count++] = (struct onec_met){*id, date};
}

void onec_import_start(struct onec_import *im)
{
    for (int i = 0; im->kind->passed && i < im->place.cursor.count; i++)
        add_met(im, &im->place.cursor.ids[i], im->place.cursor.at);
    struct onec_span span;
    bool more = onec_plan_next(im->plan, im->place.set, im->place.from, &span);
    onec_reader_start(im->reader, im->plan, more ? &span : NULL, &im->place.cursor);
}

/* ---- filling a batch ---- */

static struct onec_entry *add_entry(struct onec_batch *b, const struct onec_record *r)
{
    if (b->count == b->capacity) {
        b->capacity = b->capacity ? b->capacity * 2 : 128;
        b->entries = mem_realloc(b->entries, (size_t)b->capacity * sizeof *b->entries);
    }
    if (b->count == 0)
        b->opened_at = time_mono_ms();
    struct onec_entry *e = &b->entries[b->count++];
    *e = (struct onec_entry){.id = r->id,
        .date = r->date,
        .position = r->position,
        .dated = r->dated,
        .has_key = r->has_key};
    return e;
}

static struct str record_json(struct arena *a, const struct onec_record *r)
{
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    onec_record_json(&w, r);
    struct str kept = arena_str(a, buf_str(&text));
    buf_release(&text);
    return kept;
}

static void take(struct onec_import *im, const struct onec_record *r, enum onec_set set)
{
    struct onec_batch *b = im->open;
    struct onec_entry *e = add_entry(b, r);
    struct err why;
    if (im->kind->printed)
        e->mark = onec_mark_of(r);
    if (r->known) {
        e->state = ONEC_ENTRY_UNCHANGED;
        return;
    }
    int row = im->kind->rows_count(b->rows);
    enum onec_outcome outcome = im->kind->convert(im, r, set, b->rows, &why);
    if (outcome == ONEC_ROW) {
        e->state = ONEC_ENTRY_ROW;
        e->row = row;
        return;
    }
    e->state = outcome == ONEC_SKIPPED ? ONEC_ENTRY_SKIPPED : ONEC_ENTRY_FAILED;
    e->stage = "convert";
    e->code = err_code_name(why.code);
    e->message = arena_cstr(&b->arena, str_from(why.message));
    e->record = record_json(&b->arena, r);
}

static bool full(const struct onec_import *im, const struct onec_batch *b)
{
    return b->end_of_span || b->count >= STRIDE ||
           im->kind->rows_count(b->rows) >= obm_batch_size(im->task);
}

/* At most OBM_STEP_RECORDS of the page into the open batch. */
static void fill(struct onec_import *im)
{
    struct onec_pageful *p = im->pageful;
    enum onec_set set = im->kind->reader.sets[p->set];
    im->open->set = p->set;
    for (int n = 0; n < OBM_STEP_RECORDS && p->taken < p->page.count && !full(im, im->open); n++) {
        const struct onec_record *r = &p->page.records[p->taken++];
        if (!r->repeated)
            take(im, r, set);
    }
    arena_reset(&im->scratch);
    if (p->taken < p->page.count)
        return;
    im->open->end_of_span = p->last;
    onec_reader_give_back(im->reader, p);
    im->pageful = NULL;
}

/* ---- keys met: what the ledger has in a stretch of dates and was not met there is looked for
 * later ---- */

/* A skipped document does not count: 1C has no money there any more. */
static void meet(struct onec_import *im, const struct onec_entry *e)
{
    if (e->has_key && e->state != ONEC_ENTRY_SKIPPED)
        add_met(im, &e->id, e->dated ? e->date : im->place.cursor.at);
}

static void tell_days(struct onec_import *im, struct db_unit *u, enum onec_set set, usec_t to)
{
    struct ledger_days days;
    ledger_days_init(&days);
    for (int i = 0; i < im->day_count; i++) {
        struct ledger_print print = onec_print_value(&im->days[i].print);
        ledger_days_add(&days, im->days[i].day, &print);
    }
    im->kind->printed(
        u, obm_id(im->task), set, im->reader->link->service->base, im->place.printed, to, &days);
    im->place.printed = to;
    im->days_sent = im->day_count;
    ledger_days_release(&days);
}

static void look_for_missing(
    struct onec_import *im, struct db_unit *u, enum onec_set set, usec_t to)
{
    char text[UUID_TEXT];
    struct db_column keys;
    db_column_init(&keys, DB_TEXT);
    for (int i = 0; i < im->met_count; i++) {
        if (im->met[i].date >= to)
            continue;
        uuid_format(&im->met[i].id, text);
        db_column_text(&keys, str_from(text));
    }
    im->kind->passed(u, obm_id(im->task), set, im->place.passed, to, &keys);
    db_column_release(&keys);
}

/* Not with each commit: it is a join, and its price is per call. */
static void pass_dates(
    struct onec_import *im, struct db_unit *u, enum onec_set set, usec_t to, bool span_over)
{
    if (to <= im->place.passed || (im->met_count < STRIDE && !span_over))
        return;
    if (!im->reader->fresh) /* else nothing stands there that could be missing */
        look_for_missing(im, u, set, to);
    im->place.passed = to;
    usec_t day = onec_day(to);
    if (im->kind->printed && !im->dry && day > im->place.printed)
        tell_days(im, u, set, day);
}

/* ---- fingerprints ---- */

static void end_day(struct onec_import *im)
{
    struct onec_place *p = &im->place;
    if (p->print.documents && !p->spoilt) {
        if (im->day_count == im->day_capacity) {
            im->day_capacity = im->day_capacity ? im->day_capacity * 2 : 64;
            im->days = mem_realloc(im->days, (size_t)im->day_capacity * sizeof *im->days);
        }
        im->days[im->day_count++] = (struct onec_day){p->day, p->print};
    }
    p->print = (struct onec_print){0};
    p->spoilt = false;
}

static void print_entry(struct onec_import *im, const struct onec_entry *e)
{
    usec_t day = onec_day(e->dated ? e->date : im->place.cursor.at);
    if (day != im->place.day)
        end_day(im);
    im->place.day = day;
    onec_print_add(&im->place.print, &e->mark);
    if (e->state != ONEC_ENTRY_ROW && e->state != ONEC_ENTRY_UNCHANGED)
        im->place.spoilt = true;
}

static void forget_told_days(struct onec_import *im)
{
    im->day_count -= im->days_sent;
    memmove(im->days, im->days + im->days_sent, (size_t)im->day_count * sizeof *im->days);
    im->days_sent = 0;
}

static void tell_met(struct onec_import *im, struct db_unit *u)
{
    const struct onec_batch *b = im->sent;
    char text[UUID_TEXT];
    struct db_column keys;
    if (im->place.done == 0)
        return;
    if (im->before.done == 0)
        ledger_catalogue_begin_add(u, im->kind->catalogue, "1c", obm_id(im->task));
    db_column_init(&keys, DB_TEXT);
    for (int i = b->committed; i < b->until; i++)
        if (b->entries[i].has_key) {
            uuid_format(&b->entries[i].id, text);
            db_column_text(&keys, str_from(text));
        }
    ledger_catalogue_met_add(u, im->kind->catalogue, obm_id(im->task), &keys);
    db_column_release(&keys);
}

static void forget_passed(struct onec_import *im)
{
    int kept = 0;
    for (int i = 0; i < im->met_count; i++)
        if (im->met[i].date >= im->place.passed)
            im->met[kept++] = im->met[i];
    bool same_span = im->place.set == im->before.set && im->place.from == im->before.from;
    im->met_count = same_span ? kept : 0;
}

/* ---- committing ---- */

static void clear_batch(struct onec_import *im, struct onec_batch *b)
{
    im->kind->rows_clear(b->rows);
    arena_reset(&b->arena);
    b->count = b->committed = b->until = 0;
    b->end_of_span = b->singly = false;
}

static void on_committed(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct onec_import *im = arg;
    struct onec_batch *b = im->sent;
    if (!err) {
        b->committed = b->until;
        if (im->place.passed != im->before.passed || im->place.set != im->before.set ||
            im->place.from != im->before.from)
            forget_passed(im);
        if (im->days_sent)
            forget_told_days(im);
        im->under_way = false;
        if (b->committed == b->count) {
            clear_batch(im, b);
            im->sent = NULL;
        }
        return;
    }
    /* nothing of it has happened */
    im->place = im->before;
    im->met_count = im->met_before;
    im->day_count = im->days_before;
    im->days_sent = 0;
    im->under_way = false;
    if (err->cancelled || obm_ending(t))
        return;
    im->err = *err;
    im->again = db_key_taken(err) && im->kind->rows_doubt && im->kind->rows_doubt(b->rows);
    im->refused = !im->again && db_bad_data(err) && im->rows_sent > 0;
    im->failed = !im->again && !im->refused;
}

/* Where the next commit of this batch ends: everything, or the next row and what stands before it.
 */
static int range_end(const struct onec_batch *b)
{
    int i = b->committed;
    if (!b->singly)
        return b->count;
    while (i < b->count && b->entries[i].state != ONEC_ENTRY_ROW)
        i++;
    return i < b->count ? i + 1 : b->count;
}

static void count_entry(struct onec_import *im, const struct onec_entry *e, struct obm_stats *add)
{
    char id[UUID_TEXT];
    add->fetched++;
    if (e->state == ONEC_ENTRY_UNCHANGED)
        add->unchanged++;
    if (e->state == ONEC_ENTRY_SKIPPED)
        add->skipped++;
    if (e->state == ONEC_ENTRY_FAILED)
        add->failed++;
    if (e->state != ONEC_ENTRY_SKIPPED && e->state != ONEC_ENTRY_FAILED)
        return;
    uuid_format(&e->id, id);
    obm_refuse(
        im->task, im->place.done, e->has_key ? id : NULL, e->stage, e->code, e->message, e->record);
}

static void leave_span(struct onec_import *im, const struct onec_span *span)
{
    struct onec_place *p = &im->place;
    struct onec_span next = {.set = im->plan->sets, .from = im->plan->from};
    onec_plan_next(im->plan, span->set, span->end, &next);
    p->set = next.set;
    p->from = p->passed = p->printed = next.from;
    onec_cursor_begin(&p->cursor, next.from);
}

/* The place moves with what is committed and is written down in the same transaction. */
static void commit(struct onec_import *im)
{
    struct onec_batch *b = im->sent;
    struct db_unit *u = obm_unit(im->task);
    struct obm_stats add = {0};
    struct onec_span span = {.set = b->set};
    int first_row = 0;
    onec_plan_next(im->plan, im->place.set, im->place.from, &span);
    b->until = range_end(b);
    bool span_over = b->end_of_span && b->until == b->count;
    im->before = im->place;
    im->met_before = im->met_count;
    im->days_before = im->day_count;
    im->rows_sent = 0;
    for (int i = b->committed; i < b->until; i++) {
        const struct onec_entry *e = &b->entries[i];
        onec_cursor_step(&im->place.cursor, &e->id, e->dated, e->date, e->position);
        im->place.fetched[b->set]++;
        im->place.keyless[b->set] += !e->has_key;
        im->place.done++;
        if (im->kind->passed)
            meet(im, e);
        if (im->kind->printed && !im->dry)
            print_entry(im, e);
        count_entry(im, e, &add);
        if (e->state == ONEC_ENTRY_ROW && im->rows_sent++ == 0)
            first_row = e->row;
    }
    if (im->kind->begin && !im->dry && im->before.done == 0)
        im->kind->begin(u, obm_id(im->task), im->reader->link->service->base, im->reader->family);
    if (span_over && im->kind->printed && !im->dry)
        end_day(im);
    if (im->kind->passed)
        pass_dates(im, u, im->kind->reader.sets[b->set], span_over ? span.end : im->place.cursor.at,
            span_over);
    if (im->rows_sent)
        im->kind->rows_write(b->rows, first_row, im->rows_sent, u, obm_id(im->task));
    if (im->kind->catalogue)
        tell_met(im, u);
    if (span_over)
        leave_span(im, &span);
    obm_count(im->task, add);
    im->under_way = true;
    obm_commit(im->task, u, on_committed, im);
}

/* The database refused the data of this commit: its records go one by one; the one that is refused
 * alone is kept with the reason. */
static void commit_apart(struct onec_import *im)
{
    struct onec_batch *b = im->sent;
    im->refused = false;
    if (im->rows_sent > 1) {
        b->singly = true;
        commit(im);
        return;
    }
    struct onec_entry *e = &b->entries[b->until - 1];
    while (e->state != ONEC_ENTRY_ROW)
        e--;
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    im->kind->row_json(&w, b->rows, e->row);
    e->record = arena_str(&b->arena, buf_str(&text));
    buf_release(&text);
    e->state = ONEC_ENTRY_FAILED;
    e->stage = "store";
    e->code = err_code_name(im->err.code);
    e->message = arena_cstr(&b->arena, str_from(im->err.message));
    commit(im);
}

static bool open_is_due(const struct onec_import *im)
{
    const struct onec_batch *b = im->open;
    return full(im, b) || (b->count && time_mono_ms() - b->opened_at >= FLUSH_MS);
}

static void commit_what_is_due(struct onec_import *im)
{
    if (im->under_way || im->deciding)
        return;
    if (im->refused) {
        commit_apart(im);
    } else if (im->again) {
        im->again = false;
        commit(im);
    } else if (im->sent) {
        commit(im);
    } else if (open_is_due(im)) {
        im->sent = im->open;
        im->open = im->sent == &im->batches[0] ? &im->batches[1] : &im->batches[0];
        im->deciding = im->decider && onec_decider_settle(im->decider, im->sent->rows);
        if (!im->deciding)
            commit(im);
    }
}

/* ---- the step ---- */

/* What the decider reads is there, or has come for the batch that waits for it. */
static enum onec_progress decide(struct onec_import *im, struct err *ret_err)
{
    enum onec_progress came = im->decider ? onec_decider_poll(im->decider, ret_err) : ONEC_READY;
    if (came == ONEC_READY && im->deciding) {
        im->deciding = false;
        onec_decider_settle_again(im->decider, im->sent->rows);
        commit(im);
    }
    return came;
}

static bool may_fill(const struct onec_import *im)
{
    return !im->decider || onec_decider_loaded(im->decider);
}

static enum obm_step wait(struct onec_import *im)
{
    int64_t due = onec_reader_due(im->reader);
    if (im->decider && onec_decider_due(im->decider) >= 0 &&
        (due < 0 || onec_decider_due(im->decider) < due))
        due = onec_decider_due(im->decider);
    if (im->open->count && !im->sent) {
        int64_t flush = im->open->opened_at + FLUSH_MS - time_mono_ms();
        flush = flush > 0 ? flush : 0;
        due = due < 0 || flush < due ? flush : due;
    }
    return due < 0 ? OBM_WAIT : obm_sleep(im->task, due);
}

static bool over(const struct onec_import *im)
{
    return onec_reader_over(im->reader) && !im->pageful && !im->sent && !im->open->count &&
           !im->open->end_of_span && (!im->decider || onec_decider_idle(im->decider));
}

enum obm_step onec_import_step(struct onec_import *im)
{
    struct err err;
    if (im->failed)
        return obm_fail(im->task, &im->err);
    if (onec_reader_poll(im->reader, &err) == ONEC_BROKEN)
        return obm_fail(im->task, &err);
    enum onec_progress decided = decide(im, &err);
    if (decided == ONEC_BROKEN)
        return obm_fail(im->task, &err);
    commit_what_is_due(im);
    if (!im->pageful) {
        im->pageful = onec_reader_take(im->reader);
        /* the next page may be asked for now */
        if (im->pageful && onec_reader_poll(im->reader, &err) == ONEC_BROKEN)
            return obm_fail(im->task, &err);
    }
    if (im->pageful && !full(im, im->open) && may_fill(im)) {
        fill(im);
        return OBM_MORE;
    }
    return over(im) ? OBM_NEXT : wait(im);
}
