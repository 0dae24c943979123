#include "onec/paging.h"

#include <sodium.h>
#include <stdlib.h>

#include "onec/url.h"

enum { SEEN_MAX = 65536, REWINDS_MAX = 20 };

/* ---- ids ---- */

static struct uuid *slot_of(const struct onec_ids *s, const struct uuid *id)
{
    uint64_t h;
    memcpy(&h, id->b + 8, 8);
    h = (h ^ id->b[0] ^ ((uint64_t)id->b[3] << 32)) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 32) & (s->cap - 1);
    while (!uuid_is_zero(&s->slots[i]) && !uuid_eq(&s->slots[i], id))
        i = (i + 1) & (s->cap - 1);
    return &s->slots[i];
}

static bool ids_have(const struct onec_ids *s, const struct uuid *id)
{
    return s->count && !uuid_is_zero(slot_of(s, id));
}

static void ids_add(struct onec_ids *s, const struct uuid *id)
{
    if (s->count * 2 >= s->cap) {
        struct onec_ids bigger = {.cap = s->cap ? s->cap * 2 : 16, .count = s->count};
        bigger.slots = mem_alloc(bigger.cap * sizeof *bigger.slots);
        for (size_t i = 0; i < s->cap; i++)
            if (!uuid_is_zero(&s->slots[i]))
                *slot_of(&bigger, &s->slots[i]) = s->slots[i];
        free(s->slots);
        *s = bigger;
    }
    struct uuid *slot = slot_of(s, id);
    s->count += uuid_is_zero(slot);
    *slot = *id;
}

static void ids_restart(struct onec_ids *s, const struct onec_cursor *cursor)
{
    if (s->cap > 4096) {
        free(s->slots);
        *s = (struct onec_ids){0};
    } else if (s->count) {
        memset(s->slots, 0, s->cap * sizeof *s->slots);
        s->count = 0;
    }
    for (int i = 0; i < cursor->count; i++)
        ids_add(s, &cursor->ids[i]);
}

/* ---- asking ---- */

/* Full pages in a row that may hold nothing but what was seen: damaged records without a date can
 * fill one. */
static int allowance(const struct onec_paging *p)
{
    return 1 + p->cursor.count / (p->top - p->top / 2);
}

static void begin(struct onec_paging *p, const struct onec_cursor *cursor, int top)
{
    p->cursor = *cursor;
    p->top = top;
    p->ended = false;
    p->barren = allowance(p);
    p->rewinds = p->odd = 0;
    ids_restart(&p->seen, &p->cursor);
}

void onec_paging_begin_documents(
    struct onec_paging *p, const struct onec_cursor *cursor, usec_t end, int top)
{
    begin(p, cursor, top);
    p->dated = true;
    p->end = end;
}

void onec_paging_begin_catalogue(struct onec_paging *p, const struct onec_cursor *cursor, int top)
{
    begin(p, cursor, top);
    p->dated = false;
}

void onec_paging_release(struct onec_paging *p)
{
    free(p->seen.slots);
    p->seen = (struct onec_ids){0};
}

void onec_paging_url(struct onec_paging *p, struct buf *url, const char *filter)
{
    /* at least half a page must be new, or small pages would never get on */
    p->overlap = p->cursor.count < p->top / 2 ? p->cursor.count : p->top / 2;
    p->skip = p->cursor.position > p->overlap ? p->cursor.position - p->overlap : 0;
    buf_addc(url, '?');
    if (onec_url_filter(url, p->dated, p->cursor.at, p->end, filter))
        buf_addc(url, '&');
    buf_adds(url, p->dated ? "$orderby=Date,Ref_Key" : "$orderby=Ref_Key");
    buf_printf(url, "&$top=%d", p->top);
    if (p->skip)
        buf_printf(url, "&$skip=%lld", (long long)p->skip);
    buf_adds(url, "&$format=application/json;odata=nometadata");
}

/* ---- taking ---- */

static struct uuid identity(const struct onec_record *r, bool *ret_has_key)
{
    struct uuid id;
    *ret_has_key = onec_record_guid(r, ONEC_F_REF_KEY, &id);
    if (*ret_has_key)
        return id;
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof id.b);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct onec_value *v = &r->values[i];
        const uint8_t mark[3] = {v->field, v->kind, v->truth};
        crypto_generichash_update(&h, mark, sizeof mark);
        if (v->n)
            crypto_generichash_update(&h, (const uint8_t *)v->p, v->n);
    }
    crypto_generichash_final(&h, id.b, sizeof id.b);
    id.b[0] |= 1; /* never the free slot */
    return id;
}

static int wrong_order(struct err *e)
{
    return err_set(e, ERR_ONEC_API_ERROR, "%s",
        TR("1С не соблюдает порядок или отбор по дате: страницы нельзя сложить без пропусков, "
           "загрузка остановлена.",
            "1C keeps neither order nor date filter: pages cannot be put together without gaps; "
            "stopped."));
}

static int repeats(struct err *e)
{
    return err_set(e, ERR_ONEC_API_ERROR, "%s",
        TR("1С повторяет одну и ту же страницу: сервер не выполняет $skip или отбор по дате, "
           "загрузка остановлена.",
            "1C repeats the same page: the server ignores $skip or the date filter; stopped."));
}

/* Deletions before our place may have shifted records past it: then none of those seen last comes
 * again, and the records of that date are read again from the first one. The same when the end is
 * said to be reached by a page that holds only old records, and not the last one: that may be
 * another page than we asked for. */
static bool lost_the_thread(
    const struct onec_paging *p, const struct onec_page *page, int repeated, int fresh)
{
    if (p->skip == 0 || p->overlap == 0)
        return false;
    if (repeated == 0)
        return true;
    const struct uuid *last = &p->cursor.ids[p->cursor.count - 1];
    return fresh == 0 && page->count < p->top && !uuid_eq(&page->records[page->count - 1].id, last);
}

static int rewind_date(struct onec_paging *p, struct onec_page *page, struct err *ret_err)
{
    if (p->rewinds++ >= REWINDS_MAX)
        return repeats(ret_err);
    p->barren = (int)(p->cursor.position / (p->top / 2)) + 2 + allowance(p);
    p->cursor.position = 0;
    page->count = 0;
    return 0;
}

static void look_at(struct onec_paging *p, struct onec_record *r, int64_t *position)
{
    r->id = identity(r, &r->has_key);
    r->dated = false;
    if (p->dated && onec_record_date(r, ONEC_F_DATE, &r->date)) {
        r->date -= ((r->date % USEC_PER_SEC) + USEC_PER_SEC) % USEC_PER_SEC;
        r->dated = true;
    }
    if (!p->dated) {
        r->date = 0;
        r->dated = true;
    }
    r->position = ++*position;
}

int onec_paging_accept(struct onec_paging *p, struct onec_page *page, struct err *ret_err)
{
    struct onec_cursor *c = &p->cursor;
    int fresh = 0, repeated = 0;
    int64_t position = p->skip;
    usec_t date = c->at;

    /* First look only: the cursor moves when the page is known to be good. */
    for (int i = 0; i < page->count; i++) {
        struct onec_record *r = &page->records[i];
        look_at(p, r, &position);
        if (r->dated && r->date != date) {
            if (r->date < date || (p->dated && r->date >= p->end))
                return wrong_order(ret_err);
            date = r->date;
            position = r->position = 1;
        }
        r->repeated = date == c->at && ids_have(&p->seen, &r->id);
        repeated += r->repeated;
        fresh += !r->repeated;
    }
    bool full = page->count >= p->top, lost = lost_the_thread(p, page, repeated, fresh);
    bool odd = lost || (full && fresh == 0);
    /* it may be another page than we asked for: ask the same again first */
    if (odd && p->odd++ % 2 == 0) {
        page->count = 0;
        return 0;
    }
    if (lost)
        return rewind_date(p, page, ret_err);
    if (odd && p->barren-- <= 0)
        return repeats(ret_err);
    if (!odd)
        p->odd = 0;
    p->ended = !full;

    for (int i = 0; i < page->count; i++) {
        struct onec_record *r = &page->records[i];
        if (r->repeated) {
            c->position = r->position;
            continue;
        }
        usec_t before = c->at;
        onec_cursor_step(c, &r->id, r->dated, r->date, r->position);
        if (c->at != before || p->seen.count >= SEEN_MAX)
            ids_restart(&p->seen, c);
        else
            ids_add(&p->seen, &r->id);
    }
    if (fresh) {
        p->rewinds = 0;
        if (p->barren < allowance(p))
            p->barren = allowance(p);
    }
    return 0;
}
