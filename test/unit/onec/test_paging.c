#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "onec/paging.h"

/* ---- a source whose documents come and go between pages ---- */

struct doc {
    uint32_t second; /* since the start of the period */
    uint32_t key;
    bool stable;            /* there from the first page to the last */
    bool dateless, keyless; /* damaged on the wire, in their place nevertheless */
    int seen;
};
struct source {
    struct doc docs[4000];
    int count;
    usec_t start;
    bool dated;
    unsigned seed;
    uint32_t keys; /* given out so far: each once, in no order */
};

static unsigned chance(struct source *s, unsigned n)
{
    return (unsigned)rand_r(&s->seed) % n;
}

static uint32_t new_key(struct source *s)
{
    return ++s->keys * 0x9e3779b1u;
}

static int place_of(const struct source *s, uint32_t second, uint32_t key)
{
    int i = 0;
    while (i < s->count &&
           (s->docs[i].second < second || (s->docs[i].second == second && s->docs[i].key < key)))
        i++;
    return i;
}

static void insert(struct source *s, struct doc d)
{
    int i = place_of(s, d.second, d.key);
    if (s->count == 4000)
        return;
    memmove(&s->docs[i + 1], &s->docs[i], (size_t)(s->count - i) * sizeof *s->docs);
    s->docs[i] = d;
    s->count++;
}

static void remove_at(struct source *s, int i)
{
    memmove(&s->docs[i], &s->docs[i + 1], (size_t)(s->count - i - 1) * sizeof *s->docs);
    s->count--;
}

static void fill(struct source *s, int count, unsigned seconds)
{
    s->count = 0;
    s->dated = true;
    time_parse_wall(STR("2025-03-01T00:00:00"), &s->start);
    while (s->count < count)
        insert(s, (struct doc){.second = chance(s, seconds), .key = new_key(s), .stable = true});
}

static void disturb(struct source *s, unsigned seconds, int strength)
{
    for (int n = (int)chance(s, (unsigned)strength + 1); n > 0; n--)
        insert(s, (struct doc){.second = chance(s, seconds), .key = new_key(s)});
    for (int n = (int)chance(s, (unsigned)strength + 1); n > 0 && s->count; n--) {
        int i = (int)chance(s, (unsigned)s->count);
        if (!s->docs[i].stable)
            remove_at(s, i);
    }
}

static void key_text(uint32_t key, char out[UUID_TEXT])
{
    struct uuid id = {{0}};
    /* the order of keys is not the order of their texts */
    for (int i = 0; i < 4; i++)
        id.b[15 - i] = (uint8_t)(key * 2654435761u >> (8 * i));
    id.b[0] = 1;
    uuid_format(&id, out);
}

static void write_doc(const struct source *s, const struct doc *d, struct json_writer *w)
{
    char text[UUID_TEXT];
    jw_object(w);
    key_text(d->key, text);
    if (!d->keyless)
        jw_kcstr(w, "Ref_Key", text);
    jw_kcstr(w, "Number", text);
    if (s->dated && d->dateless) {
        jw_kcstr(w, "Date", "0001-01-01T00:00:00");
    } else if (s->dated) {
        time_format_wall(s->start + d->second * USEC_PER_SEC, text);
        jw_kcstr(w, "Date", text);
    }
    jw_object_end(w);
}

/* What a server answers to the page that `p` has just asked for. */
static void serve(
    const struct source *s, const struct onec_paging *p, bool lie, struct onec_page *page)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    struct err err;
    int64_t skip = !lie ? p->skip : p->skip > p->top ? p->skip - p->top : 0;
    int given = 0;
    jw_object(&w);
    jw_key(&w, "value");
    jw_array(&w);
    for (int i = 0; i < s->count && given < p->top; i++) {
        usec_t at = s->start + s->docs[i].second * USEC_PER_SEC;
        if (s->dated && (at < p->cursor.at || at >= p->end))
            continue;
        if (skip-- > 0)
            continue;
        write_doc(s, &s->docs[i], &w);
        given++;
    }
    jw_array_end(&w);
    jw_object_end(&w);
    onec_page_begin(page);
    assert_int_equal(onec_page_feed(page, buf_str(&body), &err), 0);
    assert_int_equal(onec_page_end(page, &err), 0);
    buf_release(&body);
}

static void mark_seen(struct source *s, const struct onec_record *r)
{
    char text[UUID_TEXT];
    for (int i = 0; i < s->count; i++) {
        key_text(s->docs[i].key, text);
        if (str_is(onec_record_text(r, ONEC_F_NUMBER), text))
            s->docs[i].seen++;
    }
}

struct walk {
    unsigned seconds;
    int disturbance, top;
    int lie_every;  /* the server gives the page before the one that was asked for; 0 = never */
    int stop_every; /* the reader dies after so many pages and goes on from its checkpoint; 0 =
                       never */
};

static void save_and_load(struct onec_cursor *c)
{
    struct arena a = ARENA_INIT;
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    struct err err;
    jw_object(&w);
    onec_cursor_save(c, &w);
    jw_object_end(&w);
    struct onec_cursor back;
    assert_true(onec_cursor_load(&back, json_parse(&a, buf_str(&text), &err)));
    assert_int_equal(back.at, c->at);
    assert_int_equal(back.position, c->position);
    assert_int_equal(back.count, c->count);
    *c = back;
    buf_release(&text);
    arena_release(&a);
}

/* Reads everything, while the source changes; returns pages, or -1 with the reader's error. */
static int walk(struct source *s, const struct walk *how, struct err *err)
{
    struct onec_paging p = {0};
    struct onec_page page;
    struct onec_cursor done;
    struct buf url = BUF_INIT;
    usec_t end = s->start + (int64_t)how->seconds * USEC_PER_SEC;
    int pages = 0, asked = 0, r = 0;
    onec_page_init(&page, how->top);
    onec_cursor_begin(&done, s->dated ? s->start : 0);
    for (int i = 0; i < s->count; i++)
        s->docs[i].seen = 0;
#define BEGIN()                                                                                    \
    (s->dated ? onec_paging_begin_documents(&p, &done, end, how->top)                              \
              : onec_paging_begin_catalogue(&p, &done, how->top))
    BEGIN();
    while (!p.ended && r == 0) {
        buf_clear(&url);
        onec_paging_url(&p, &url, "IsFolder eq false");
        serve(s, &p, how->lie_every && p.skip > 0 && ++asked % how->lie_every == 0, &page);
        assert_true(asked < 20000);
        r = onec_paging_accept(&p, &page, err);
        if (r < 0)
            break;
        bool dies = how->stop_every && ++pages % how->stop_every == 0;
        int taken = dies && page.count ? (int)chance(s, (unsigned)page.count + 1) : page.count;
        for (int i = 0; i < taken; i++) {
            const struct onec_record *rec = &page.records[i];
            if (rec->repeated)
                continue;
            mark_seen(s, rec);
            onec_cursor_step(&done, &rec->id, rec->dated, rec->date, rec->position);
        }
        if (dies && taken < page.count) {
            save_and_load(&done);
            BEGIN();
        }
        if (!how->stop_every)
            pages++;
        assert_true(pages < 20000);
        disturb(s, how->seconds, how->disturbance);
    }
    buf_release(&url);
    onec_page_release(&page);
    onec_paging_release(&p);
    return r < 0 ? -1 : pages;
}

static void all_stable_seen(
    const struct source *s, const struct walk *how, bool once, unsigned seed)
{
    for (int i = 0; i < s->count; i++) {
        const struct doc *d = &s->docs[i];
        if (d->stable && (d->seen < 1 || (once && d->seen != 1)))
            fail_msg(
                "seed %u, seconds %u, top %d, disturbance %d: document %d of %d was seen %d times",
                seed, how->seconds, how->top, how->disturbance, i, s->count, d->seen);
    }
}

/* Every document that is there all the time is seen exactly once, whatever comes and goes around
 * it. */
static void nothing_is_lost_or_doubled(void **state)
{
    static struct source s;
    static const unsigned spans[] = {1, 3, 40, 100000};
    static const int tops[] = {2, 10, 25, 64, 150};
    for (unsigned seed = 1; seed <= 6; seed++)
        for (size_t k = 0; k < 4; k++)
            for (size_t t = 0; t < 5; t++)
                for (int disturbance = 0; disturbance <= tops[t] / 4;
                     disturbance += 1 + tops[t] / 8) {
                    struct walk how = {
                        .seconds = spans[k], .top = tops[t], .disturbance = disturbance};
                    struct err err = ERR_INIT;
                    s.seed = seed * 7919 + (unsigned)(k * 31 + t);
                    fill(&s, 60 + (int)chance(&s, 200), spans[k]);
                    s.dated = seed % 3 != 0 || k > 0;
                    if (walk(&s, &how, &err) < 0)
                        fail_msg("seed %u: %s", seed, err.message);
                    all_stable_seen(&s, &how, true, seed);
                }
}

static void goes_on_from_a_checkpoint(void **state)
{
    static struct source s;
    static const unsigned spans[] = {1, 40, 100000};
    for (unsigned seed = 1; seed <= 12; seed++)
        for (size_t k = 0; k < 3; k++)
            for (int disturbance = 0; disturbance <= 10; disturbance += 10) {
                struct walk how = {.seconds = spans[k],
                    .top = 20 + (int)seed * 3,
                    .disturbance = disturbance,
                    .stop_every = 2};
                struct err err = ERR_INIT;
                s.seed = seed * 104729 + (unsigned)k;
                fill(&s, 60 + (int)chance(&s, 200), spans[k]);
                if (walk(&s, &how, &err) < 0)
                    fail_msg("seed %u: %s", seed, err.message);
                /* more than 50 of one second and insertions before the place: some are met twice,
                 * none is lost */
                all_stable_seen(&s, &how, disturbance == 0 || k == 2, seed);
            }
}

static void many_deletions_before_the_place(void **state)
{
    static struct source s;
    struct onec_paging p = {0};
    struct onec_page page;
    struct onec_cursor start;
    struct err err;
    struct buf url = BUF_INIT;
    s.seed = 5;
    fill(&s, 900, 1);
    onec_page_init(&page, 200);
    onec_cursor_begin(&start, s.start);
    onec_paging_begin_documents(&p, &start, s.start + USEC_PER_DAY, 200);
    int rewinds = 0;
    for (int n = 0; !p.ended; n++) {
        buf_clear(&url);
        onec_paging_url(&p, &url, "x");
        serve(&s, &p, false, &page);
        assert_int_equal(onec_paging_accept(&p, &page, &err), 0);
        rewinds += p.rewinds;
        for (int i = 0; i < page.count; i++)
            if (!page.records[i].repeated)
                mark_seen(&s, &page.records[i]);
        if (n == 1) /* most of what was read disappears */
            for (int i = 0; i < 300; i++)
                remove_at(&s, 0);
        assert_true(n < 30);
    }
    for (int i = 0; i < s.count; i++)
        assert_int_equal(s.docs[i].seen, 1);
    assert_true(rewinds > 0);
    onec_page_release(&page);
    onec_paging_release(&p);
    buf_release(&url);
}

/* A server that gives wrong pages now and then: the end is never reached with something missing. */
static void wrong_pages_lose_nothing(void **state)
{
    static struct source s;
    int reached = 0;
    for (unsigned seed = 1; seed <= 150; seed++) {
        struct walk how = {.seconds = 1, .top = 4 + (int)seed % 17, .lie_every = 1 + (int)seed % 5};
        struct err err = ERR_INIT;
        s.seed = seed;
        fill(&s, 30 + (int)chance(&s, 100), 1);
        s.dated = seed % 2;
        if (walk(&s, &how, &err) < 0)
            continue;
        reached++;
        all_stable_seen(&s, &how, true, seed);
    }
    assert_true(reached > 100);
}

static void damaged_records_are_met_once(void **state)
{
    static struct source s;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct walk how = {.seconds = seed % 2 ? 30 : 100000,
            .top = 2 + (int)seed % 9,
            .stop_every = seed % 3 ? 0 : 3};
        struct err err = ERR_INIT;
        s.seed = seed;
        fill(&s, 150, how.seconds);
        for (int i = 0; i < s.count; i++) {
            s.docs[i].dateless = chance(&s, 6) == 0;
            s.docs[i].keyless = chance(&s, 6) == 0;
        }
        if (walk(&s, &how, &err) < 0)
            fail_msg("seed %u: %s", seed, err.message);
        all_stable_seen(&s, &how, true, seed);
    }
}

/* ---- servers that do not do what they are asked ---- */

static void build(struct onec_page *page, const char *body)
{
    struct err err;
    onec_page_begin(page);
    assert_int_equal(onec_page_feed(page, str_from(body), &err), 0);
    assert_int_equal(onec_page_end(page, &err), 0);
}

#define DOC(key, date)                                                                             \
    "{\"Ref_Key\":\"a348aa8c-d629-11e5-0a9b-0000000000" key "\",\"Date\":\"" date "\"}"

static void wrong_pages_are_noticed(void **state)
{
    struct onec_page page;
    struct onec_paging p = {0};
    struct onec_cursor start;
    struct err err;
    struct buf url = BUF_INIT;
    usec_t from, end;
    time_parse_wall(STR("2025-03-01T00:00:00"), &from);
    time_parse_wall(STR("2025-04-01T00:00:00"), &end);
    onec_cursor_begin(&start, from);
    onec_page_init(&page, 4);
    static const char *const wrong[] = {
        "{\"value\":[" DOC("01", "2025-03-02T00:00:00") "," DOC(
            "02", "2025-03-01T00:00:00") "]}",                /* order */
        "{\"value\":[" DOC("01", "2025-02-28T23:59:59") "]}", /* before */
        "{\"value\":[" DOC("01", "2025-04-01T00:00:00") "]}", /* after */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        onec_paging_begin_documents(&p, &start, end, 4);
        onec_paging_url(&p, &url, "x");
        build(&page, wrong[i]);
        assert_int_equal(onec_paging_accept(&p, &page, &err), -1);
        assert_int_equal(err.code, ERR_ONEC_API_ERROR);
        assert_int_equal(p.cursor.count, 0);
    }
    /* the same full page again and again: a server without $skip, or without the date filter */
    static const char same[] = "{\"value\":[" DOC("01", "2025-03-02T00:00:00") "," DOC(
        "02", "2025-03-02T00:00:00") "," DOC("03", "2025-03-02T00:00:00") "," DOC("04",
        "2025-03-02T00:00:00") "]}";
    onec_paging_begin_documents(&p, &start, end, 4);
    int r = 0, pages = 0;
    while (r == 0 && !p.ended && pages++ < 20) {
        onec_paging_url(&p, &url, "x");
        build(&page, same);
        r = onec_paging_accept(&p, &page, &err);
    }
    assert_int_equal(r, -1);
    assert_in_range(pages, 2, 12);
    onec_page_release(&page);
    onec_paging_release(&p);
    buf_release(&url);
}

static void addresses(void **state)
{
    struct onec_paging p = {0};
    struct onec_cursor c;
    struct buf url = BUF_INIT;
    struct uuid id = {{1}};
    usec_t from, end;
    time_parse_wall(STR("2025-03-01T00:00:00"), &from);
    time_parse_wall(STR("2025-04-01T00:00:00"), &end);
    onec_cursor_begin(&c, from);
    onec_paging_begin_documents(&p, &c, end, 1000);
    onec_paging_url(&p, &url, "Posted eq true and DeletionMark eq false");
    assert_true(str_is(buf_str(&url), "?$filter=Date%20ge%20datetime'2025-03-01T00:00:00'%20and%"
                                      "20Date%20lt%20datetime'2025-04-01T00:00:00'"
                                      "%20and%20Posted%20eq%20true%20and%20DeletionMark%20eq%"
                                      "20false&$orderby=Date,Ref_Key&$top=1000"
                                      "&$format=application/json;odata=nometadata"));
    for (int i = 1; i <= 80; i++) {
        id.b[1] = (uint8_t)i;
        onec_cursor_step(&c, &id, true, from + USEC_PER_SEC, i);
    }
    buf_clear(&url);
    onec_paging_begin_documents(&p, &c, end, 1000);
    onec_paging_url(&p, &url, "x");
    assert_non_null(memmem(url.p, url.n, "ge%20datetime'2025-03-01T00:00:01'", 34));
    assert_non_null(memmem(url.p, url.n, "&$skip=30&", 10));
    buf_clear(&url);
    onec_cursor_begin(&c, 0);
    onec_paging_begin_catalogue(&p, &c, 50);
    onec_paging_url(&p, &url, "IsFolder eq false");
    assert_true(str_is(buf_str(&url), "?$filter=IsFolder%20eq%20false&$orderby=Ref_Key&$top=50&$"
                                      "format=application/json;odata=nometadata"));
    onec_paging_release(&p);
    buf_release(&url);
}

static void broken_checkpoints_are_refused(void **state)
{
    static const char *const texts[] = {"{}",
        "{\"at\":\"x\",\"position\":1,\"loose\":0,\"ids\":[]}",
        "{\"at\":\"2025-01-01T00:00:00\",\"position\":1,\"loose\":1,\"ids\":[]}",
        "{\"at\":\"2025-01-01T00:00:00\",\"position\":1,\"loose\":0,\"ids\":[1]}",
        "{\"at\":\"2025-01-01T00:00:00\",\"position\":1,\"loose\":0,\"ids\":{}}"};
    struct arena a = ARENA_INIT;
    struct err err;
    struct onec_cursor c;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(onec_cursor_load(&c, json_parse(&a, str_from(texts[i]), &err)));
    assert_false(onec_cursor_load(&c, NULL));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_lost_or_doubled),
        cmocka_unit_test(goes_on_from_a_checkpoint),
        cmocka_unit_test(many_deletions_before_the_place),
        cmocka_unit_test(wrong_pages_lose_nothing), cmocka_unit_test(damaged_records_are_met_once),
        cmocka_unit_test(wrong_pages_are_noticed), cmocka_unit_test(addresses),
        cmocka_unit_test(broken_checkpoints_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
