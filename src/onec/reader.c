#include "onec/reader.h"

#include "obmen/utf8.h"
#include "onec/service.h"
#include "onec/url.h"

enum { WRONG_PAGES_MAX = 2 }; /* a page that cannot be put together is asked for again so often */

void onec_reader_init(struct onec_reader *r, const struct onec_reader_kind *kind,
    struct onec_link *link, struct onec_refs *refs, enum onec_family family)
{
    *r = (struct onec_reader){.kind = kind, .link = link, .refs = refs, .family = family};
    r->top = link->service->page;
    for (int i = 0; i < ONEC_READER_PAGES; i++)
        onec_page_init(&r->pages[i].page, r->top);
    onec_ask_init(&r->ask, link->task);
    db_column_init(&r->keys, DB_TEXT);
    db_column_init(&r->versions, DB_TEXT);
}

void onec_reader_release(struct onec_reader *r)
{
    if (!r->kind)
        return;
    for (int i = 0; i < ONEC_READER_PAGES; i++)
        onec_page_release(&r->pages[i].page);
    onec_paging_release(&r->paging);
    onec_ask_release(&r->ask);
    db_column_release(&r->keys);
    db_column_release(&r->versions);
}

static void begin_span(struct onec_reader *r, const struct onec_cursor *cursor)
{
    if (r->kind->dated)
        onec_paging_begin_documents(&r->paging, cursor, r->span.end, r->top);
    else
        onec_paging_begin_catalogue(&r->paging, cursor, r->top);
}

void onec_reader_start(struct onec_reader *r, const struct onec_plan *plan,
    const struct onec_span *span, const struct onec_cursor *cursor)
{
    r->plan = plan;
    r->fetch = span ? ONEC_FETCH_EMPTY : ONEC_FETCH_OVER;
    if (!span)
        return;
    r->span = *span;
    begin_span(r, cursor);
}

/* ---- fetch ---- */

static const char *set_name(const struct onec_reader *r)
{
    return onec_set_name(r->family, r->kind->sets[r->span.set]);
}

static void request(struct onec_reader *r)
{
    for (int i = 0; !r->fetched; i++)
        if (!r->pages[i].used)
            r->fetched = &r->pages[i];
    r->fetched->used = true;
    struct buf *url = onec_link_url(r->link);
    onec_url_set(url, r->link->service->base, set_name(r));
    onec_paging_url(&r->paging, url, r->kind->filter);
    onec_link_get(r->link, set_name(r), ONEC_BODY_LIST, &r->fetched->page);
    r->fetch = ONEC_FETCH_UNDER_WAY;
}

/* The link serves one at a time: references of the page before come first, unless there are none as
 * a rule. */
static bool may_request(const struct onec_reader *r)
{
    if (r->fetch != ONEC_FETCH_EMPTY || !onec_link_idle(r->link))
        return false;
    return r->prepare == ONEC_PREPARE_EMPTY || (r->prepare == ONEC_PREPARE_COMPARING && r->warm);
}

/* False: that was the last one. */
static bool next_span(struct onec_reader *r)
{
    struct onec_cursor start;
    if (!onec_plan_next(r->plan, r->span.set, r->span.end, &r->span))
        return false;
    onec_cursor_begin(&start, r->span.from);
    begin_span(r, &start);
    return true;
}

static enum onec_progress take_answer(struct onec_reader *r, struct err *ret_err)
{
    struct onec_pageful *p = r->fetched;
    if (onec_paging_accept(&r->paging, &p->page, ret_err) < 0) {
        if (++r->page_tries > WRONG_PAGES_MAX)
            return ONEC_BROKEN;
        request(r);
        return ONEC_WAITING;
    }
    r->page_count++;
    if (!p->page.count && !r->paging.ended) { /* this page, or its date, is read again */
        request(r);
        return ONEC_WAITING;
    }
    r->page_tries = 0;
    p->set = r->span.set;
    p->last = r->paging.ended;
    p->taken = 0;
    r->fetch = ONEC_FETCH_THERE;
    r->over = p->last && !next_span(r);
    return ONEC_WAITING;
}

/* ---- prepare ---- */

static void want_all(struct onec_reader *r)
{
    struct onec_pageful *p = r->prepared;
    r->prepare = ONEC_PREPARE_REFERRING;
    if (!r->refs)
        return;
    onec_refs_begin(r->refs);
    for (int i = 0; i < p->page.count; i++) {
        const struct onec_record *rec = &p->page.records[i];
        if (!rec->known && !rec->repeated)
            r->kind->want(rec, r->kind->sets[p->set], r->refs);
    }
    r->warm = r->refs->wanted_count == 0;
}

static void on_compared(void *arg, struct db_result *const *results)
{
    struct onec_reader *r = arg;
    for (int i = 0; i < db_rows(results[1]); i++) {
        int64_t position = db_i64(results[1], i, 0);
        if (position < 1 || position > r->prepared->page.count)
            continue;
        struct onec_record *rec = &r->prepared->page.records[position - 1];
        rec->there = true;
        rec->known = db_bool(results[1], i, 1);
    }
    if (r->kind->holds && !r->asked_holds) {
        r->asked_holds = true;
        r->fresh = !db_bool(results[3], 0, 0);
    }
}

static void compare(struct onec_reader *r)
{
    const struct onec_page *page = &r->prepared->page;
    char text[UUID_TEXT];
    db_column_clear(&r->keys);
    db_column_clear(&r->versions);
    for (int i = 0; i < page->count; i++) {
        const struct onec_record *rec = &page->records[i];
        struct str version = onec_record_text(rec, ONEC_F_DATA_VERSION);
        bool comparable =
            rec->has_key && version.n && utf8_valid(version) && !memchr(version.p, 0, version.n);
        uuid_format(&rec->id, text);
        db_column_text(&r->keys, str_from(text));
        db_column_text(&r->versions, comparable ? version : STR_NULL);
    }
    struct db_unit *u = obm_unit(r->link->task);
    r->kind->known(u, &r->keys, &r->versions);
    if (r->kind->holds && !r->asked_holds)
        r->kind->holds(u, r->plan->from, r->plan->end);
    r->prepare = ONEC_PREPARE_COMPARING;
    onec_ask_start(&r->ask, u, on_compared, r);
}

static void move_on(struct onec_reader *r)
{
    r->prepared = r->fetched;
    r->fetched = NULL;
    r->fetch = r->over ? ONEC_FETCH_OVER : ONEC_FETCH_EMPTY;
    if (r->prepared->page.count && r->fresh)
        want_all(r);
    else if (r->prepared->page.count)
        compare(r);
    else
        r->prepare = ONEC_PREPARE_READY;
}

static enum onec_progress prepare(struct onec_reader *r, struct err *ret_err)
{
    enum onec_progress came;
    if (r->prepare == ONEC_PREPARE_COMPARING) {
        came = onec_ask_poll(&r->ask, ret_err);
        if (came != ONEC_READY)
            return came;
        want_all(r);
    }
    if (r->prepare == ONEC_PREPARE_REFERRING) {
        if (r->refs && !onec_refs_complete(r->refs)) {
            if (r->fetch == ONEC_FETCH_UNDER_WAY) /* the link is busy */
                return ONEC_WAITING;
            came = onec_refs_poll(r->refs, ret_err);
            if (came != ONEC_READY)
                return came;
        }
        r->prepare = ONEC_PREPARE_READY;
    }
    return r->prepare == ONEC_PREPARE_READY ? ONEC_READY : ONEC_WAITING;
}

/* ---- both ---- */

enum onec_progress onec_reader_poll(struct onec_reader *r, struct err *ret_err)
{
    if (r->fetch == ONEC_FETCH_UNDER_WAY) {
        enum onec_progress came = onec_link_poll(r->link, ret_err);
        if (came == ONEC_READY)
            came = take_answer(r, ret_err);
        if (came == ONEC_BROKEN)
            return came;
    }
    if (r->fetch == ONEC_FETCH_THERE && r->prepare == ONEC_PREPARE_EMPTY)
        move_on(r);
    enum onec_progress ready = prepare(r, ret_err);
    if (ready != ONEC_BROKEN && may_request(r))
        request(r);
    return ready;
}

struct onec_pageful *onec_reader_take(struct onec_reader *r)
{
    if (r->prepare != ONEC_PREPARE_READY)
        return NULL;
    struct onec_pageful *p = r->prepared;
    r->prepared = NULL;
    r->prepare = ONEC_PREPARE_EMPTY;
    return p;
}

void onec_reader_give_back(struct onec_reader *r, struct onec_pageful *p)
{
    onec_page_clear(&p->page);
    p->used = false;
}

bool onec_reader_over(const struct onec_reader *r)
{
    return r->fetch == ONEC_FETCH_OVER && r->prepare == ONEC_PREPARE_EMPTY;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

int64_t onec_reader_due(const struct onec_reader *r)
{
    int64_t due = sooner(onec_link_due(r->link), onec_ask_due(&r->ask));
    return r->refs ? sooner(due, onec_refs_due(r->refs)) : due;
}
