#include "onec/refs.h"

#include <stdio.h>

#include "obmen/utf8.h"
#include "onec/currency.h"
#include "onec/service.h"
#include "onec/url.h"

enum { GENERATION_MAX = 20000, URL_MAX = 2048, BATCH_MAX = 40 };

static const struct {
    enum onec_set set;
    bool optional; /* documents say enough without */
} kinds[ONEC_REF_KINDS] = {
    [ONEC_REF_CONTRACTOR] = {ONEC_CONTRACTORS, false},
    [ONEC_REF_ORGANIZATION] = {ONEC_ORGANIZATIONS, false},
    [ONEC_REF_CURRENCY] = {ONEC_CURRENCIES, false},
    [ONEC_REF_OWN_ACCOUNT] = {ONEC_OWN_ACCOUNTS, true},
    [ONEC_REF_THEIR_ACCOUNT] = {ONEC_THEIR_ACCOUNTS, true},
    [ONEC_REF_BANK] = {ONEC_BANKS, true},
    [ONEC_REF_VAT_RATE] = {ONEC_VAT_RATES, true},
};

static const struct ledger_cards *table_of(enum onec_ref_kind kind)
{
    return kind == ONEC_REF_CONTRACTOR ? &ledger_contractors : &ledger_organizations;
}

/* ---- the cache ---- */

struct key {
    uint8_t kind;
    struct uuid id;
};

static struct onec_ref *look_up(
    const struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id)
{
    struct key key = {(uint8_t)kind, *id};
    struct onec_ref *ref = map_get(&r->young.map, &key, sizeof key);
    return ref ? ref : map_get(&r->old.map, &key, sizeof key);
}

static void forget(struct onec_generation *g)
{
    map_release(&g->map);
    arena_release(&g->arena);
    *g = (struct onec_generation){0};
}

void onec_refs_init(struct onec_refs *r, struct onec_link *link, enum onec_family family)
{
    *r = (struct onec_refs){.link = link, .task = link->task, .family = family};
    onec_page_init(&r->page, BATCH_MAX);
    onec_ask_init(&r->ask, link->task);
    r->cards[0] = ledger_card_batch_new(&ledger_contractors, "1c", 64);
    r->cards[1] = ledger_card_batch_new(&ledger_organizations, "1c", 8);
}

void onec_refs_release(struct onec_refs *r)
{
    if (!r->link)
        return;
    forget(&r->young);
    forget(&r->old);
    onec_page_release(&r->page);
    onec_ask_release(&r->ask);
    for (int i = 0; i < 2; i++)
        ledger_card_batch_free(r->cards[i]);
}

void onec_refs_begin(struct onec_refs *r)
{
    if (r->young.map.count < GENERATION_MAX)
        return;
    forget(&r->old);
    r->old = r->young;
    r->young = (struct onec_generation){0};
}

static struct str kept(struct onec_refs *r, struct str text)
{
    return text.n ? arena_str(&r->young.arena, text) : STR_NULL;
}

static struct onec_ref *add(struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id)
{
    struct key key = {(uint8_t)kind, *id};
    struct onec_ref *ref = arena_alloc(&r->young.arena, sizeof *ref);
    ref->kind = (uint8_t)kind;
    ref->id = *id;
    map_put(&r->young.map, &key, sizeof key, ref);
    return ref;
}

/* A text taken over from the old generation, that goes before the new one does. */
static void renew(struct onec_refs *r, const struct onec_ref *old)
{
    struct onec_ref *ref = add(r, old->kind, &old->id);
    *ref = *old;
    ref->next = NULL;
    ref->name = kept(r, old->name);
    ref->inn = kept(r, old->inn);
    ref->kpp = kept(r, old->kpp);
    ref->code = kept(r, old->code);
}

void onec_refs_want(struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id)
{
    struct key key = {(uint8_t)kind, *id};
    if (map_get(&r->young.map, &key, sizeof key))
        return;
    struct onec_ref *old = map_get(&r->old.map, &key, sizeof key);
    if (old && old->state == ONEC_REF_FOUND) {
        renew(r, old);
        if (!uuid_is_zero(&old->bank))
            onec_refs_want(r, ONEC_REF_BANK, &old->bank);
        return;
    }
    struct onec_ref *ref = add(r, kind, id);
    if (r->absent[kind]) {
        ref->state = ONEC_REF_MISSING;
        return;
    }
    ref->next = r->wanted[kind];
    r->wanted[kind] = ref;
    r->wanted_count++;
}

const struct onec_ref *onec_refs_get(
    const struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id)
{
    const struct onec_ref *ref = look_up(r, kind, id);
    return ref && ref->state == ONEC_REF_FOUND ? ref : NULL;
}

/* ---- our own tables ---- */

static void take_card_rows(
    struct onec_refs *r, enum onec_ref_kind kind, const struct db_result *rows)
{
    struct uuid id;
    for (int i = 0; i < db_rows(rows); i++) {
        struct onec_ref *ref = uuid_parse(db_text(rows, i, 0), &id) ? look_up(r, kind, &id) : NULL;
        if (!ref)
            continue;
        ref->row_id = db_i64(rows, i, 1);
        ref->stored = true;
        if (ref->state == ONEC_REF_FOUND)
            continue; /* just stored: we know more than the table */
        ref->state = ONEC_REF_FOUND;
        ref->name = kept(r, db_text(rows, i, 2));
        ref->inn = kept(r, db_text(rows, i, 3));
        ref->kpp = kept(r, db_text(rows, i, 4));
    }
}

static void on_found(void *arg, struct db_result *const *results)
{
    struct onec_refs *r = arg;
    take_card_rows(r, ONEC_REF_CONTRACTOR, results[1]);
    take_card_rows(r, ONEC_REF_ORGANIZATION, results[3]);
}

static void add_find(struct db_unit *u, enum onec_ref_kind kind, const struct onec_ref *first)
{
    char text[UUID_TEXT];
    struct db_column ids;
    db_column_init(&ids, DB_TEXT);
    for (const struct onec_ref *ref = first; ref; ref = ref->next) {
        uuid_format(&ref->id, text);
        db_column_text(&ids, str_from(text));
    }
    ledger_cards_find_add(u, table_of(kind), "1c", &ids);
    db_column_release(&ids);
}

static void find(struct onec_refs *r)
{
    struct db_unit *u = obm_unit(r->task);
    add_find(u, ONEC_REF_CONTRACTOR, r->wanted[ONEC_REF_CONTRACTOR]);
    add_find(u, ONEC_REF_ORGANIZATION, r->wanted[ONEC_REF_ORGANIZATION]);
    r->state = ONEC_REFS_FINDING;
    onec_ask_start(&r->ask, u, on_found, r);
}

static void on_stored(void *arg, struct db_result *const *results)
{
    struct onec_refs *r = arg;
    take_card_rows(r, ONEC_REF_CONTRACTOR, results[2]);
    take_card_rows(r, ONEC_REF_ORGANIZATION, results[5]);
    for (int i = 0; i < 2; i++)
        ledger_card_batch_clear(r->cards[i]);
}

static void add_store(struct onec_refs *r, struct db_unit *u, enum onec_ref_kind kind)
{
    struct ledger_card_batch *cards = r->cards[kind == ONEC_REF_ORGANIZATION];
    int count = ledger_card_batch_count(cards);
    struct db_column ids;
    db_column_init(&ids, DB_TEXT);
    for (int i = 0; i < count; i++)
        db_column_text(&ids, ledger_card_batch_row(cards, i)->external_id);
    ledger_card_batch_write(cards, 0, count, u, obm_id(r->task));
    ledger_cards_find_add(u, table_of(kind), "1c", &ids);
    db_column_release(&ids);
}

static void store(struct onec_refs *r)
{
    struct db_unit *u = obm_unit(r->task);
    add_store(r, u, ONEC_REF_CONTRACTOR);
    add_store(r, u, ONEC_REF_ORGANIZATION);
    r->state = ONEC_REFS_STORING;
    onec_ask_start(&r->ask, u, on_stored, r);
}

/* ---- 1C ---- */

/* Takes what was found already off the list; cuts a batch from the rest. */
static struct onec_ref *cut_batch(struct onec_refs *r, enum onec_ref_kind kind, struct buf *url)
{
    static const char format[] = "&$format=application/json;odata=nometadata";
    struct onec_ref *batch = NULL;
    onec_url_set(url, r->link->service->base, onec_set_name(r->family, kinds[kind].set));
    buf_adds(url, "?$filter=");
    for (int n = 0; r->wanted[kind] && n < BATCH_MAX && url->n + 80 + sizeof format < URL_MAX;) {
        struct onec_ref *ref = r->wanted[kind];
        r->wanted[kind] = ref->next;
        r->wanted_count--;
        if (ref->state == ONEC_REF_FOUND)
            continue;
        onec_url_key(url, n++, &ref->id);
        ref->next = batch;
        batch = ref;
    }
    buf_adds(url, format);
    return batch;
}

/* False: nothing is wanted of this kind any more. */
static bool ask_1c(struct onec_refs *r, enum onec_ref_kind kind)
{
    if (!r->wanted[kind])
        return false;
    r->batch = cut_batch(r, kind, onec_link_url(r->link));
    if (!r->batch)
        return false;
    r->asked = kind;
    r->state = ONEC_REFS_ASKING;
    onec_link_get(r->link, onec_set_name(r->family, kinds[kind].set), ONEC_BODY_LIST, &r->page);
    return true;
}

/* Cards with broken letters still name somebody: what cannot be stored is replaced. */
static struct str fit(struct onec_refs *r, const struct onec_record *rec, enum onec_field field)
{
    struct str text = onec_record_text(rec, field);
    if (!text.n || (utf8_valid(text) && !memchr(text.p, 0, text.n)))
        return kept(r, text);
    char clean[256];
    onec_clean(clean, sizeof clean, text);
    return kept(r, str_from(clean));
}

static void take_card(struct onec_refs *r, struct onec_ref *ref, const struct onec_record *rec)
{
    char id[UUID_TEXT];
    uuid_format(&ref->id, id);
    struct ledger_card card = {
        .external_id = str_from(id),
        .data_version = fit(r, rec, ONEC_F_DATA_VERSION),
        .name = fit(r, rec, ONEC_F_DESCRIPTION),
        .full_name = fit(r, rec, ONEC_F_FULL_NAME),
        .inn = fit(r, rec, ONEC_F_INN),
        .kpp = fit(r, rec, ONEC_F_KPP),
        .active = !onec_record_true(rec, ONEC_F_DELETION_MARK),
    };
    if (!card.name.n)
        card.name = card.full_name.n ? card.full_name : fit(r, rec, ONEC_F_SHORT_NAME);
    ledger_card_check(&card, &r->young.arena);
    ref->name = card.name;
    ref->inn = card.inn;
    ref->kpp = card.kpp;
    ledger_card_batch_add(r->cards[ref->kind == ONEC_REF_ORGANIZATION], &card);
}

static void take_record(struct onec_refs *r, struct onec_ref *ref, const struct onec_record *rec)
{
    ref->state = ONEC_REF_FOUND;
    switch ((enum onec_ref_kind)ref->kind) {
    case ONEC_REF_CONTRACTOR:
    case ONEC_REF_ORGANIZATION:
        take_card(r, ref, rec);
        break;
    case ONEC_REF_OWN_ACCOUNT:
    case ONEC_REF_THEIR_ACCOUNT:
        ref->code = fit(r, rec, ONEC_F_ACCOUNT_NUMBER);
        if (onec_record_guid(rec, ONEC_F_BANK_KEY, &ref->bank))
            onec_refs_want(r, ONEC_REF_BANK, &ref->bank);
        break;
    case ONEC_REF_BANK:
        ref->code = fit(r, rec, ONEC_F_CODE);
        ref->name = fit(r, rec, ONEC_F_DESCRIPTION);
        break;
    case ONEC_REF_CURRENCY:
        ref->code = onec_currency(fit(r, rec, ONEC_F_CODE), fit(r, rec, ONEC_F_DESCRIPTION));
        break;
    case ONEC_REF_VAT_RATE:
        ref->name = fit(r, rec, ONEC_F_DESCRIPTION);
        break;
    case ONEC_REF_KINDS:
        break;
    }
}

static void take_answer(struct onec_refs *r)
{
    struct uuid id;
    for (int i = 0; i < r->page.count; i++) {
        const struct onec_record *rec = &r->page.records[i];
        struct onec_ref *ref =
            onec_record_guid(rec, ONEC_F_REF_KEY, &id) ? look_up(r, r->asked, &id) : NULL;
        if (ref && ref->state == ONEC_REF_WANTED)
            take_record(r, ref, rec);
    }
    for (struct onec_ref *ref = r->batch; ref; ref = ref->next)
        if (ref->state == ONEC_REF_WANTED)
            ref->state = ONEC_REF_MISSING;
    r->batch = NULL;
    onec_page_clear(&r->page);
}

static void take_absence(struct onec_refs *r)
{
    const char *set = onec_set_name(r->family, kinds[r->asked].set);
    char text[320];
    snprintf(text, sizeof text,
        TR("«%s» не читается через OData: поля, которые берутся оттуда, останутся пустыми.",
            "\"%s\" cannot be read through OData: fields that come from there stay empty."),
        set);
    obm_event(r->task, "source_incomplete", text);
    r->absent[r->asked] = true;
    for (struct onec_ref *ref = r->batch; ref; ref = ref->next)
        ref->state = ONEC_REF_MISSING;
    while (r->wanted[r->asked]) {
        r->wanted[r->asked]->state = ONEC_REF_MISSING;
        r->wanted[r->asked] = r->wanted[r->asked]->next;
        r->wanted_count--;
    }
    r->batch = NULL;
}

/* ---- the order of things ---- */

static enum onec_progress choose(struct onec_refs *r)
{
    r->state = ONEC_REFS_CHOOSING;
    /* accounts before banks: they name them */
    for (int kind = 0; kind < ONEC_REF_KINDS; kind++)
        if (ask_1c(r, kind))
            return ONEC_WAITING;
    for (int i = 0; r->dry && i < 2; i++)
        ledger_card_batch_clear(r->cards[i]);
    if (ledger_card_batch_count(r->cards[0]) || ledger_card_batch_count(r->cards[1])) {
        store(r);
        return ONEC_WAITING;
    }
    r->state = ONEC_REFS_IDLE;
    return ONEC_READY;
}

static enum onec_progress after_answer(
    struct onec_refs *r, enum onec_progress came, struct err *ret_err)
{
    if (came == ONEC_READY) {
        take_answer(r);
    } else if (kinds[r->asked].optional && onec_link_no_set(r->link)) {
        take_absence(r);
    } else {
        return ONEC_BROKEN;
    }
    return choose(r);
}

enum onec_progress onec_refs_poll(struct onec_refs *r, struct err *ret_err)
{
    enum onec_progress came;
    switch (r->state) {
    case ONEC_REFS_IDLE:
        if (!r->wanted_count)
            return ONEC_READY;
        if (r->wanted[ONEC_REF_CONTRACTOR] || r->wanted[ONEC_REF_ORGANIZATION]) {
            find(r);
            return ONEC_WAITING;
        }
        return choose(r);
    case ONEC_REFS_FINDING:
        came = onec_ask_poll(&r->ask, ret_err);
        return came == ONEC_READY ? choose(r) : came;
    case ONEC_REFS_STORING:
        came = onec_ask_poll(&r->ask, ret_err);
        if (came == ONEC_READY)
            r->state = ONEC_REFS_IDLE;
        return came;
    case ONEC_REFS_ASKING:
        came = onec_link_poll(r->link, ret_err);
        return came == ONEC_WAITING ? came : after_answer(r, came, ret_err);
    case ONEC_REFS_CHOOSING:
        break;
    }
    return choose(r);
}

int64_t onec_refs_due(const struct onec_refs *r)
{
    return onec_ask_due(&r->ask);
}
