#include "onec/scan.h"

#include <stdlib.h>

#include "onec/url.h"

enum { TOP_TIMES = 5, TOP_MAX = 5000, WRONG_PAGES_MAX = 2, NO_SUCH_FIELD = 10 };

struct onec_scan_day {
    struct onec_print seen; /* at the source */
    struct ledger_print known;
    int64_t rows; /* in the ledger */
    bool has_known, whole;
    bool loose; /* a document without a date may belong to it */
};

static const struct onec_reader_kind *kind_of(const struct onec_scan *s)
{
    return &s->sync->parts[s->sync->part_count - 1].kind->reader;
}

static int top_of(const struct onec_scan *s)
{
    int top = s->sync->service->page;
    int more = top * TOP_TIMES < TOP_MAX ? top * TOP_TIMES : TOP_MAX;
    return more > top ? more : top;
}

void onec_scan_init(struct onec_scan *s, struct onec_sync *sync)
{
    *s = (struct onec_scan){.sync = sync};
    s->day_count = (sync->end - sync->from) / USEC_PER_DAY;
    s->days = mem_alloc((size_t)s->day_count * ONEC_DOCUMENT_SETS * sizeof *s->days);
    onec_ask_init(&s->ask, sync->task);
    for (int i = 0; i < 2; i++)
        onec_page_init(&s->pages[i], top_of(s));
}

void onec_scan_release(struct onec_scan *s)
{
    if (!s->sync)
        return;
    free(s->days);
    onec_ask_release(&s->ask);
    onec_paging_release(&s->paging);
    for (int i = 0; i < 2; i++)
        onec_page_release(&s->pages[i]);
    *s = (struct onec_scan){0};
}

static struct onec_scan_day *day_at(struct onec_scan *s, int set, int64_t day)
{
    return &s->days[set * s->day_count + day];
}

/* ---- ASKING ---- */

static int set_of(struct str type, struct str payment)
{
    for (int set = 0; set < ONEC_DOCUMENT_SETS; set++)
        if (str_is(type, ledger_type_name(onec_document_type(set))) &&
            str_is(payment, ledger_payment_name(onec_document_payment(set))))
            return set;
    return -1;
}

static void on_known(void *arg, struct db_result *const *results)
{
    struct onec_scan *s = arg;
    const struct db_result *r = results[0];
    for (int i = 0; i < db_rows(r); i++) {
        int set = set_of(db_text(r, i, 0), db_text(r, i, 1));
        int64_t number = db_i64(r, i, 2);
        if (set < 0 || number < 0 || number >= s->day_count)
            continue;
        struct onec_scan_day *day = day_at(s, set, number);
        day->rows = db_i64(r, i, 7);
        if (db_is_null(r, i, 3))
            continue;
        day->known.documents = db_i64(r, i, 3);
        day->known.amount = db_i64(r, i, 4);
        day->has_known = db_uuid(r, i, 5, &day->known.hash);
        day->whole = db_bool(r, i, 6);
        s->known = s->known || day->has_known;
    }
}

/* Everything is read, for this reason. */
static void read_all(struct onec_scan *s, int how)
{
    s->found.how = how;
    for (int i = 0; i < s->sync->part_count; i++)
        if (s->sync->parts[i].kind->reader.dated)
            s->to_read = onec_sync_counted(s->sync, i);
    s->state = ONEC_SCAN_OVER;
}

static void begin_set(struct onec_scan *s)
{
    struct onec_cursor start;
    onec_cursor_begin(&start, s->sync->from);
    onec_paging_begin_documents(&s->paging, &start, s->sync->end, top_of(s));
}

static enum onec_progress ask(struct onec_scan *s, struct err *ret_err)
{
    if (s->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(s->sync->task);
        ledger_days_read_add(u, "1c", s->sync->service->base, s->sync->from, s->sync->end);
        onec_ask_start(&s->ask, u, on_known, s);
    }
    enum onec_progress came = onec_ask_poll(&s->ask, ret_err);
    if (came != ONEC_READY)
        return came;
    if (!s->known) {
        read_all(s, ONEC_WHOLE_FIRST);
    } else {
        begin_set(s);
        s->state = ONEC_SCAN_READING;
    }
    return ONEC_READY;
}

/* ---- READING ---- */

static void request(struct onec_scan *s)
{
    const char *set = onec_set_name(s->sync->family, kind_of(s)->sets[s->set]);
    struct buf *url = onec_link_url(&s->sync->link);
    onec_url_set(url, s->sync->service->base, set);
    onec_paging_url(&s->paging, url, kind_of(s)->filter);
    buf_adds(url, "&$select=Ref_Key,DataVersion,Date,");
    url_add_cstr(url, onec_field_name(ONEC_F_AMOUNT));
    onec_link_get(&s->sync->link, set, ONEC_BODY_LIST, &s->pages[s->fetching]);
    s->under_way = true;
}

static enum onec_progress take_answer(struct onec_scan *s, struct err *ret_err)
{
    struct onec_page *page = &s->pages[s->fetching];
    s->under_way = false;
    if (onec_paging_accept(&s->paging, page, ret_err) < 0)
        return ++s->tries > WRONG_PAGES_MAX ? ONEC_BROKEN : ONEC_READY;
    s->page_count++;
    if (!page->count && !s->paging.ended) /* this page, or its date, is read again */
        return ONEC_READY;
    s->tries = 0;
    s->folding = page;
    s->folding_set = s->set;
    s->folded = 0;
    s->fetching = !s->fetching;
    if (!s->paging.ended)
        return ONEC_READY;
    if (++s->set == ONEC_DOCUMENT_SETS)
        s->all_asked = true;
    else
        begin_set(s);
    return ONEC_READY;
}

static enum onec_progress fetch(struct onec_scan *s, struct err *ret_err)
{
    if (!s->under_way)
        request(s);
    enum onec_progress came = onec_link_poll(&s->sync->link, ret_err);
    if (came == ONEC_READY)
        return take_answer(s, ret_err);
    if (came == ONEC_BROKEN &&
        onec_answer_complaint(&s->sync->link.answer)->code == NO_SUCH_FIELD) {
        obm_event(s->sync->task, "days_unknown",
            TR("1С не отдаёт отдельные поля документов: дни не сравнить, читается весь период.",
                "1C does not give single fields of documents: days cannot be compared, the whole "
                "period is read."));
        read_all(s, ONEC_WHOLE_REFUSED);
        return ONEC_READY;
    }
    return came;
}

/* A document without a date stands somewhere between its neighbours: all those days are read. */
static void spread_loose(struct onec_scan *s, int64_t last)
{
    for (int64_t day = s->day; s->loose && day <= last && day < s->day_count; day++)
        day_at(s, s->folding_set, day)->loose = true;
    s->loose = false;
}

static void fold_one(struct onec_scan *s, const struct onec_record *r)
{
    if (!r->dated) {
        s->loose = true;
        return;
    }
    int64_t day = (r->date - s->sync->from) / USEC_PER_DAY;
    if (day < s->day || day >= s->day_count)
        return; /* paging has seen to it */
    spread_loose(s, day);
    s->day = day;
    struct onec_mark mark = onec_mark_of(r);
    onec_print_add(&day_at(s, s->folding_set, day)->seen, &mark);
}

static void fold(struct onec_scan *s)
{
    struct onec_page *page = s->folding;
    for (int n = 0; n < OBM_STEP_RECORDS && s->folded < page->count; n++) {
        const struct onec_record *r = &page->records[s->folded++];
        if (!r->repeated)
            fold_one(s, r);
    }
    if (s->folded < page->count)
        return;
    onec_page_clear(page);
    s->folding = NULL;
    if (s->all_asked || s->set != s->folding_set) { /* that was the set's last page */
        spread_loose(s, s->day_count - 1);
        s->day = 0;
    }
}

/* ---- the verdict ---- */

static enum onec_why judge(const struct onec_scan_day *day)
{
    if (day->loose)
        return ONEC_UNKNOWN;
    if (day->has_known && !day->whole)
        return ONEC_LEDGER;
    if (day->seen.documents == 0)
        return day->has_known || day->rows ? ONEC_EMPTY : ONEC_SAME;
    if (!day->has_known)
        return day->rows ? ONEC_UNKNOWN : ONEC_NEW;
    return onec_print_same(&day->seen, &day->known) ? ONEC_SAME : ONEC_OTHER;
}

/* A day on which nobody has anything: reading it costs nothing, stopping in front of it a request
 * and a commit. */
static bool empty(const struct onec_scan_day *day)
{
    return !day->seen.documents && !day->has_known && !day->rows && !day->loose;
}

/* The day, and the empty ones between it and the one marked before. */
static void mark(struct onec_scan *s, int set, int64_t day)
{
    int64_t first = day;
    while (first > 0 && empty(day_at(s, set, first - 1)))
        first--;
    if (first == 0 || judge(day_at(s, set, first - 1)) == ONEC_SAME)
        first = day;
    for (; first <= day; first++)
        onec_plan_mark(&s->sync->plan, set, first);
}

/* joins: between this day and the one before nobody has anything. */
static void list_day(struct onec_found *f, int set, int64_t day, enum onec_why why, bool joins)
{
    struct onec_listed *before = f->listed ? &f->list[f->listed - 1] : NULL;
    if (joins && !f->unlisted && before->why == why) {
        before->last = (int32_t)day;
        before->days++;
    } else if (f->listed < ONEC_LISTED_MAX) {
        f->list[f->listed++] = (struct onec_listed){set, (int32_t)day, (int32_t)day, 1, why};
    } else {
        f->unlisted++;
    }
}

static void decide(struct onec_scan *s)
{
    struct onec_found *f = &s->found;
    f->how = ONEC_BY_DAYS;
    onec_plan_none(&s->sync->plan, ONEC_DOCUMENT_SETS, s->sync->from, s->sync->end);
    for (int set = 0; set < ONEC_DOCUMENT_SETS; set++) {
        bool joins = false;
        for (int64_t day = 0; day < s->day_count; day++) {
            const struct onec_scan_day *d = day_at(s, set, day);
            enum onec_why why = judge(d);
            if (why == ONEC_SAME) {
                f->days[why] += d->has_known;
                f->same_documents += d->seen.documents;
                joins = joins && empty(d);
                continue;
            }
            f->days[why]++;
            s->to_read += d->seen.documents;
            mark(s, set, day);
            list_day(f, set, day, why, joins);
            joins = true;
        }
    }
    s->state = ONEC_SCAN_OVER;
}

static enum onec_progress read_on(struct onec_scan *s, struct err *ret_err)
{
    if (s->folding) {
        if (!s->under_way && !s->all_asked)
            request(s); /* the next page comes meanwhile */
        fold(s);
        return ONEC_READY;
    }
    if (!s->all_asked)
        return fetch(s, ret_err);
    decide(s);
    return ONEC_READY;
}

enum obm_step onec_scan_step(struct onec_scan *s)
{
    struct err err;
    enum onec_progress came = ONEC_READY;
    if (s->state == ONEC_SCAN_ASKING)
        came = ask(s, &err);
    else if (s->state == ONEC_SCAN_READING)
        came = read_on(s, &err);
    if (came == ONEC_BROKEN)
        return obm_fail(s->sync->task, &err);
    if (s->state == ONEC_SCAN_OVER)
        return OBM_NEXT;
    if (came == ONEC_READY)
        return OBM_MORE;
    int64_t due = onec_link_due(&s->sync->link), asked = onec_ask_due(&s->ask);
    return onec_sync_wait(s->sync, due < 0 ? asked : asked < 0 || due < asked ? due : asked);
}
