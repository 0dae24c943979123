#include "onec/sync.h"

#include "onec/fault.h"
#include "onec/url.h"

void onec_sync_init(struct onec_sync *s, struct obm_task *task, const struct onec_import_kind *kind)
{
    s->task = task;
    s->service = obm_ctx(task);
    s->kind = kind;
    s->family = s->service->family;
    s->family_known = !s->service->any_family;
    s->started_at = time_mono_ms();
    onec_link_init(&s->link, s->service, task);
    onec_place_begin(&s->place, s->from);
}

void onec_sync_release(struct onec_sync *s)
{
    if (s->importing) {
        onec_import_release(&s->import);
        onec_reader_release(&s->reader);
        onec_refs_release(&s->refs);
    }
    onec_link_close(&s->link);
}

void onec_sync_set_up(struct onec_sync *s)
{
    if (s->importing)
        return;
    s->importing = true;
    onec_refs_init(&s->refs, &s->link, s->family);
    onec_reader_init(
        &s->reader, &s->kind->reader, &s->link, s->kind->reader.want ? &s->refs : NULL, s->family);
    onec_import_init(&s->import, s->task, s->kind, &s->reader, &s->refs, s->from, s->end);
    s->import.place = s->place;
}

enum obm_step onec_sync_wait(struct onec_sync *s, int64_t due)
{
    return due < 0 ? OBM_WAIT : obm_sleep(s->task, due);
}

/* ---- checkpoint and result ---- */

static int64_t spent_ms(const struct onec_sync *s)
{
    return s->ms_before + time_mono_ms() - s->started_at;
}

static int64_t pages(const struct onec_sync *s)
{
    return s->pages_before + s->reader.page_count;
}

static const struct onec_place *place(const struct onec_sync *s)
{
    return s->importing ? &s->import.place : &s->place;
}

void onec_sync_save(const struct onec_sync *s, struct json_writer *w)
{
    if (s->family_known)
        jw_kcstr(w, "family", onec_family_name(s->family));
    jw_ki64(w, "ms", spent_ms(s));
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_ki64(w, "pages", pages(s));
    jw_key(w, "counted");
    jw_array(w);
    for (int i = 0; i < s->kind->reader.set_count; i++)
        jw_i64(w, s->counted[i]);
    jw_array_end(w);
    onec_place_save(place(s), w);
}

int onec_sync_load(struct onec_sync *s, const struct json *checkpoint, struct err *ret_err)
{
    onec_place_begin(&s->place, s->from);
    if (!checkpoint)
        return 0;
    struct str family = json_text(json_get(checkpoint, "family"));
    if (family.n && !s->family_known) {
        s->family = str_is(family, "bp") ? ONEC_FAMILY_BP : ONEC_FAMILY_UT;
        s->family_known = true;
    }
    json_i64(json_get(checkpoint, "ms"), &s->ms_before);
    json_i64(json_get(checkpoint, "requests"), &s->requests_before);
    json_i64(json_get(checkpoint, "retries"), &s->retries_before);
    json_i64(json_get(checkpoint, "pages"), &s->pages_before);
    for (int i = 0; i < s->kind->reader.set_count; i++)
        json_i64(json_at(json_get(checkpoint, "counted"), (size_t)i), &s->counted[i]);
    if (!onec_place_load(&s->place, checkpoint))
        return err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("Сохранённое место задачи не читается: начните загрузку заново.",
                "The place where the task stopped cannot be read: start the import again."));
    return 0;
}

void onec_sync_report(const struct onec_sync *s, struct json_writer *w)
{
    const struct onec_place *p = place(s);
    int64_t ms = spent_ms(s);
    jw_kcstr(w, "profile", s->family_known ? onec_family_name(s->family) : NULL);
    jw_key(w, "sets");
    jw_array(w);
    for (int i = 0; i < s->kind->reader.set_count; i++) {
        jw_object(w);
        jw_kcstr(w, "entity", onec_set_name(s->family, s->kind->reader.sets[i]));
        jw_ki64(w, "counted", s->counted[i]);
        jw_ki64(w, "fetched", p->fetched[i]);
        jw_kbool(w, "complete", p->set > i);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "pages", pages(s));
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_key(w, "seconds");
    jw_double(w, (double)ms / 1000, 3);
}

/* ---- connect ---- */

int onec_choose_family(
    const struct onec_answer *a, enum onec_family *ret_family, struct err *ret_err)
{
    const unsigned bank = 1u << ONEC_BANK_IN | 1u << ONEC_BANK_OUT;
    for (int family = 0; family < ONEC_FAMILIES; family++)
        if (a->sets[family] & bank) {
            *ret_family = family;
            return 0;
        }
    if (a->names == 0)
        return err_set(ret_err, ERR_ONEC_API_ERROR, "%s",
            TR("Интерфейс OData работает, но в его состав не включён ни один объект: администратор "
               "1С включает их в «Настройка "
               "состава стандартного интерфейса OData».",
                "OData works, but nothing is published through it: a 1C administrator adds objects "
                "to the composition of the "
                "standard OData interface."));
    return err_set(ret_err, ERR_ONEC_API_ERROR,
        TR("В составе OData нет документов движения денег: добавьте %s (УТ, КА, ERP) или %s "
           "(Бухгалтерия).",
            "OData of this base lacks documents about money: add %s (УТ, КА, ERP) or %s "
            "(Бухгалтерия)."),
        onec_set_name(ONEC_FAMILY_UT, ONEC_BANK_IN), onec_set_name(ONEC_FAMILY_BP, ONEC_BANK_IN));
}

enum obm_step onec_sync_connect(struct onec_sync *s)
{
    struct err err;
    if (!onec_configured(s->service)) {
        onec_fault_not_configured(&err);
        return obm_fail(s->task, &err);
    }
    /* a task before this one still says farewell to 1C: its licence is needed */
    if (s->service->background) {
        s->service->waiting = s->task;
        return OBM_WAIT;
    }
    if (s->family_known)
        return OBM_NEXT;
    if (onec_link_idle(&s->link)) {
        buf_add_str(onec_link_url(&s->link), s->service->base);
        onec_link_get(&s->link, NULL, ONEC_BODY_SETS, NULL);
    }
    switch (onec_link_poll(&s->link, &err)) {
    case ONEC_WAITING:
        return onec_sync_wait(s, onec_link_due(&s->link));
    case ONEC_BROKEN:
        return obm_fail(s->task, &err);
    case ONEC_READY:
        break;
    }
    /* catalogues have the same names in both families */
    if (onec_choose_family(&s->link.answer, &s->family, &err) < 0 &&
        (s->kind->reader.dated || !s->link.answer.names))
        return obm_fail(s->task, &err);
    s->family_known = true;
    return OBM_NEXT;
}

/* ---- count ---- */

static void ask_count(struct onec_sync *s)
{
    const char *set = onec_set_name(s->family, s->kind->reader.sets[s->counting]);
    struct buf *url = onec_link_url(&s->link);
    onec_url_set(url, s->service->base, set);
    buf_adds(url, "/$count?$filter=");
    if (s->kind->reader.dated) {
        buf_adds(url, "Date%20ge%20");
        onec_url_datetime(url, s->from);
        buf_adds(url, "%20and%20Date%20lt%20");
        onec_url_datetime(url, s->end);
        buf_adds(url, "%20and%20");
    }
    url_add_cstr(url, s->kind->reader.filter);
    onec_link_get(&s->link, set, ONEC_BODY_COUNT, NULL);
}

enum obm_step onec_sync_count(struct onec_sync *s)
{
    struct err err;
    int64_t total = 0;
    for (;;) {
        if (onec_link_idle(&s->link))
            ask_count(s);
        enum onec_progress came = onec_link_poll(&s->link, &err);
        if (came == ONEC_WAITING)
            return onec_sync_wait(s, onec_link_due(&s->link));
        if (came == ONEC_BROKEN)
            return obm_fail(s->task, &err);
        s->counted[s->counting++] = s->link.answer.count;
        if (s->counting == s->kind->reader.set_count)
            break;
    }
    for (int i = 0; i < s->kind->reader.set_count; i++)
        total += s->counted[i];
    obm_total(s->task, total);
    return OBM_NEXT;
}

/* ---- import, farewell ---- */

enum obm_step onec_sync_import(struct onec_sync *s)
{
    if (!s->importing) {
        onec_sync_set_up(s);
        onec_import_start(&s->import);
    }
    return onec_import_step(&s->import);
}

enum obm_step onec_sync_farewell(struct onec_sync *s)
{
    struct err err;
    if (s->link.session.state == ONEC_SESSION_OPEN && onec_link_idle(&s->link))
        onec_link_finish(&s->link);
    if (onec_link_idle(&s->link) || onec_link_poll(&s->link, &err) != ONEC_WAITING)
        return OBM_NEXT;
    return onec_sync_wait(s, onec_link_due(&s->link));
}
