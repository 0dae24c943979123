#include "onec/missing.h"

#include <stdio.h>

#include "onec/sync.h"
#include "onec/url.h"

void onec_missing_init(struct onec_missing *m, struct onec_sync *sync)
{
    *m = (struct onec_missing){.sync = sync};
    onec_page_init(&m->page, ONEC_MISSING_KEYS);
    onec_ask_init(&m->ask, sync->task);
}

void onec_missing_release(struct onec_missing *m)
{
    if (!m->sync)
        return;
    onec_page_release(&m->page);
    onec_ask_release(&m->ask);
    *m = (struct onec_missing){0};
}

static const struct ledger_catalogue *catalogue(const struct onec_missing *m)
{
    return onec_sync_kind(m->sync)->catalogue;
}

/* ---- LISTING ---- */

static void on_listed(void *arg, struct db_result *const *results)
{
    struct onec_missing *m = arg;
    const struct db_result *rows = results[0];
    m->count = 0;
    for (int i = 0; i < db_rows(rows); i++) {
        struct str key = db_text(rows, i, 0);
        snprintf(m->after, sizeof m->after, "%.*s", STR_ARG(key));
        m->count += uuid_parse(key, &m->keys[m->count]); /* else it never was one of 1C's */
    }
    m->listed = db_rows(rows) > 0;
}

static enum onec_progress list(struct onec_missing *m, struct err *ret_err)
{
    struct obm_task *t = m->sync->task;
    if (m->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(t);
        ledger_catalogue_missing_add(
            u, catalogue(m), "1c", obm_id(t), str_from(m->after), ONEC_MISSING_KEYS);
        onec_ask_start(&m->ask, u, on_listed, m);
    }
    enum onec_progress came = onec_ask_poll(&m->ask, ret_err);
    if (came == ONEC_READY && m->count)
        m->state = ONEC_MISSING_ASKING;
    else if (came == ONEC_READY && !m->listed)
        m->state = ONEC_MISSING_SETTLING;
    return came;
}

/* ---- ASKING ---- */

static void ask_1c(struct onec_missing *m)
{
    const char *set = onec_set_name(m->sync->family, onec_sync_kind(m->sync)->reader.sets[0]);
    struct buf *url = onec_link_url(&m->sync->link);
    onec_url_set(url, m->sync->service->base, set);
    buf_adds(url, "?$filter=");
    for (int i = 0; i < m->count; i++)
        onec_url_key(url, i, &m->keys[i]);
    buf_adds(url, "&$format=application/json;odata=nometadata");
    onec_link_get(&m->sync->link, set, ONEC_BODY_LIST, &m->page);
}

/* found: is not to be called gone. */
static void judge(struct onec_missing *m)
{
    struct uuid id;
    bool blind = m->sync->import.place.keyless[0] > 0;
    memset(m->found, 0, sizeof m->found);
    for (int i = 0; i < m->page.count; i++) {
        bool has_key = onec_record_guid(&m->page.records[i], ONEC_F_REF_KEY, &id);
        blind = blind || !has_key;
        for (int k = 0; has_key && k < m->count; k++)
            m->found[k] = m->found[k] || uuid_eq(&m->keys[k], &id);
    }
    for (int k = 0; blind && k < m->count; k++) {
        m->unsure[0] += !m->found[k];
        m->found[k] = true;
    }
}

static enum onec_progress ask(struct onec_missing *m, struct err *ret_err)
{
    if (onec_link_idle(&m->sync->link))
        ask_1c(m);
    enum onec_progress came = onec_link_poll(&m->sync->link, ret_err);
    if (came == ONEC_READY) {
        judge(m);
        m->state = ONEC_MISSING_STRIKING;
    }
    return came;
}

/* ---- STRIKING: not one of the task's own commits, because it only takes candidates away ---- */

static void on_struck(void *arg, struct db_result *const *results)
{
    struct onec_missing *m = arg;
    (void)results;
    onec_page_clear(&m->page);
}

static enum onec_progress strike(struct onec_missing *m, struct err *ret_err)
{
    struct obm_task *t = m->sync->task;
    if (m->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(t);
        struct db_column keys;
        char text[UUID_TEXT];
        db_column_init(&keys, DB_TEXT);
        for (int i = 0; i < m->count; i++)
            if (m->found[i]) {
                uuid_format(&m->keys[i], text);
                db_column_text(&keys, str_from(text));
            }
        ledger_catalogue_met_add(u, catalogue(m), obm_id(t), &keys);
        db_column_release(&keys);
        onec_ask_start(&m->ask, u, on_struck, m);
    }
    enum onec_progress came = onec_ask_poll(&m->ask, ret_err);
    if (came == ONEC_READY)
        m->state = ONEC_MISSING_LISTING;
    return came;
}

/* ---- SETTLING ---- */

static enum obm_step settle(struct onec_missing *m, bool *settled)
{
    struct obm_task *t = m->sync->task;
    const struct onec_import_kind *kind = onec_sync_kind(m->sync);
    if (!m->under_way) {
        struct db_unit *u = obm_unit(t);
        ledger_catalogue_over_add(u, kind->catalogue, "1c", obm_id(t), m->sync->dry);
        if (kind->settled && !m->sync->dry)
            kind->settled(u);
        onec_sync_doubt(m->sync, m->unsure);
        m->under_way = *settled = true;
        obm_commit(t, u, NULL, NULL); /* refused for good: fails the task */
        return OBM_WAIT;
    }
    if (obm_committing(t))
        return OBM_WAIT;
    m->state = ONEC_MISSING_SETTLED;
    return OBM_NEXT;
}

enum obm_step onec_missing_step(struct onec_missing *m, bool *settled)
{
    struct err err;
    enum onec_progress came = ONEC_READY;
    switch (m->state) {
    case ONEC_MISSING_LISTING:
        came = list(m, &err);
        break;
    case ONEC_MISSING_ASKING:
        came = ask(m, &err);
        break;
    case ONEC_MISSING_STRIKING:
        came = strike(m, &err);
        break;
    case ONEC_MISSING_SETTLING:
        return settle(m, settled);
    case ONEC_MISSING_SETTLED:
        return OBM_NEXT;
    }
    if (came == ONEC_BROKEN)
        return obm_fail(m->sync->task, &err);
    if (came == ONEC_READY)
        return OBM_MORE;
    int64_t due = onec_link_due(&m->sync->link), asked = onec_ask_due(&m->ask);
    return onec_sync_wait(m->sync, due < 0 ? asked : asked < 0 || due < asked ? due : asked);
}
