#include "onec/ours.h"

#include <stdio.h>

#include "ledger/inn.h"
#include "ledger/knowledge.h"
#include "obmen/utf8.h"
#include "onec/url.h"

enum { TOP = 500, OWNERS_MAX = 8, WRONG_PAGES_MAX = 2 }; /* OWNERS_MAX: what an address holds */

void onec_ours_init(struct onec_ours *o, struct onec_sync *sync)
{
    *o = (struct onec_ours){.sync = sync};
    onec_page_init(&o->page, TOP);
    db_column_init(&o->inns, DB_TEXT);
    db_column_init(&o->accounts, DB_TEXT);
}

void onec_ours_release(struct onec_ours *o)
{
    if (!o->sync)
        return;
    onec_page_release(&o->page);
    onec_paging_release(&o->paging);
    db_column_release(&o->inns);
    db_column_release(&o->accounts);
    buf_release(&o->organizations);
    *o = (struct onec_ours){0};
}

static enum onec_set set_of(const struct onec_ours *o)
{
    return o->state == ONEC_OURS_ORGANIZATIONS ? ONEC_ORGANIZATIONS : ONEC_OWN_ACCOUNTS;
}

/* ---- asking ---- */

/* Бухгалтерия keeps all accounts in one catalogue: those of these organizations. УТ has one of our
 * own. */
static bool mixed(const struct onec_ours *o)
{
    return o->state == ONEC_OURS_ACCOUNTS && o->sync->family == ONEC_FAMILY_BP;
}

static size_t organization_count(const struct onec_ours *o)
{
    return o->organizations.n / sizeof(struct uuid);
}

static size_t owners_end(const struct onec_ours *o)
{
    size_t all = organization_count(o);
    return o->owners + OWNERS_MAX < all ? o->owners + OWNERS_MAX : all;
}

static void by_owner(const struct onec_ours *o, struct buf *filter)
{
    char text[UUID_TEXT];
    struct uuid id;
    for (size_t i = o->owners; i < owners_end(o); i++) {
        memcpy(&id, o->organizations.p + i * sizeof id, sizeof id);
        uuid_format(&id, text);
        buf_printf(filter, "%sOwner eq cast(guid'%s','%s')", i > o->owners ? " or " : "", text,
            onec_set_name(ONEC_FAMILY_BP, ONEC_ORGANIZATIONS));
    }
    buf_addc(filter, '\0');
}

static void request(struct onec_ours *o)
{
    const char *set = onec_set_name(o->sync->family, set_of(o));
    struct buf *url = onec_link_url(&o->sync->link), filter = BUF_INIT;
    if (!o->paging_begun) {
        struct onec_cursor start;
        onec_cursor_begin(&start, 0);
        onec_paging_begin_catalogue(&o->paging, &start, TOP);
        o->paging_begun = true;
    }
    if (mixed(o))
        by_owner(o, &filter);
    onec_url_set(url, o->sync->service->base, set);
    onec_paging_url(&o->paging, url, filter.n ? filter.p : NULL);
    buf_release(&filter);
    onec_link_get(&o->sync->link, set, ONEC_BODY_LIST, &o->page);
    o->under_way = true;
}

/* ---- taking ---- */

static bool storable(struct str text)
{
    return text.n && utf8_valid(text) && !memchr(text.p, 0, text.n);
}

static void take_organization(struct onec_ours *o, const struct onec_record *r)
{
    struct str inn = inn_restore(&o->page.arena, onec_record_text(r, ONEC_F_INN));
    if (r->has_key)
        buf_add(&o->organizations, &r->id, sizeof r->id);
    if (storable(inn))
        db_column_text(&o->inns, inn);
}

static void take_account(struct onec_ours *o, const struct onec_record *r)
{
    struct str number = onec_record_text(r, ONEC_F_ACCOUNT_NUMBER);
    if (storable(number))
        db_column_text(&o->accounts, number);
}

static void take_page(struct onec_ours *o)
{
    for (int i = 0; i < o->page.count; i++) {
        const struct onec_record *r = &o->page.records[i];
        if (r->repeated)
            continue;
        if (o->state == ONEC_OURS_ORGANIZATIONS)
            take_organization(o, r);
        else
            take_account(o, r);
    }
    onec_page_clear(&o->page);
}

/* Everything of this request is read: the next owners, or what comes after. */
static void move_on(struct onec_ours *o)
{
    bool accounts = o->state == ONEC_OURS_ACCOUNTS;
    o->paging_begun = false;
    if (accounts)
        o->owners = owners_end(o);
    if (!accounts)
        o->state = ONEC_OURS_ACCOUNTS;
    if (o->state == ONEC_OURS_ACCOUNTS &&
        (o->sync->family == ONEC_FAMILY_BP ? o->owners == organization_count(o) : accounts))
        o->state = ONEC_OURS_KEEPING;
}

static enum onec_progress take_answer(struct onec_ours *o, struct err *ret_err)
{
    if (onec_paging_accept(&o->paging, &o->page, ret_err) < 0)
        return ++o->tries > WRONG_PAGES_MAX ? ONEC_BROKEN : ONEC_READY;
    o->tries = 0;
    o->sync->scan_pages++;
    take_page(o);
    if (o->paging.ended)
        move_on(o);
    return ONEC_READY;
}

/* 1C itself says no, for good: not published, not allowed, a filter it does not know. Documents can
 * be imported all the same: then only what the ledger knows is ours. */
static void give_up(struct onec_ours *o, const struct err *why)
{
    char text[600];
    snprintf(text, sizeof text,
        TR("«%s» не читается через OData: переводы между своими счетами узнаются только по тем "
           "счетам и ИНН, которые уже есть в базе. %s",
            "\"%s\" cannot be read through OData: transfers between our own accounts are told "
            "only by accounts and INNs that are in the database already. %s"),
        onec_set_name(o->sync->family, set_of(o)), why->message);
    obm_event(o->sync->task, "source_incomplete", text);
    o->owners = organization_count(o);
    o->state = o->state == ONEC_OURS_ORGANIZATIONS ? ONEC_OURS_ACCOUNTS : ONEC_OURS_KEEPING;
    if (mixed(o))
        o->state = ONEC_OURS_KEEPING;
    o->paging_begun = false;
}

static enum onec_progress read_on(struct onec_ours *o, struct err *ret_err)
{
    if (!o->under_way)
        request(o);
    enum onec_progress came = onec_link_poll(&o->sync->link, ret_err);
    if (came == ONEC_WAITING)
        return came;
    o->under_way = false;
    if (came == ONEC_READY)
        return take_answer(o, ret_err);
    if (!onec_answer_complaint(&o->sync->link.answer)->odata)
        return came;
    give_up(o, ret_err);
    return ONEC_READY;
}

/* ---- KEEPING ---- */

static enum obm_step put_down(struct onec_ours *o, bool *kept)
{
    struct obm_task *t = o->sync->task;
    if (!o->under_way) {
        struct db_unit *u = obm_unit(t);
        ledger_accounts_learn_add(u);
        ledger_accounts_keep_add(u, &o->accounts);
        ledger_knowledge_add(u, obm_id(t), &o->inns);
        ledger_evidence_add(u, obm_id(t), NULL);
        o->under_way = *kept = true;
        obm_commit(t, u, NULL, NULL); /* refused for good: fails the task */
        return OBM_WAIT;
    }
    if (obm_committing(t))
        return OBM_WAIT;
    o->state = ONEC_OURS_OVER;
    return OBM_NEXT;
}

enum obm_step onec_ours_step(struct onec_ours *o, bool *kept)
{
    struct err err;
    if (o->state == ONEC_OURS_OVER)
        return OBM_NEXT;
    if (o->state == ONEC_OURS_KEEPING)
        return put_down(o, kept);
    switch (read_on(o, &err)) {
    case ONEC_BROKEN:
        return obm_fail(o->sync->task, &err);
    case ONEC_WAITING:
        return onec_sync_wait(o->sync, onec_link_due(&o->sync->link));
    case ONEC_READY:
        break;
    }
    return OBM_MORE;
}
