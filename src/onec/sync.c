#include "onec/sync.h"

#include <stdio.h>

#include "ledger/dry_run.h"
#include "onec/fault.h"
#include "onec/url.h"

enum { LISTED_MAX = 100 }; /* rows of a dry run in the result itself */

static bool dated(const struct onec_sync *s)
{
    return s->parts[s->part_count - 1].kind->reader.dated;
}

void onec_sync_init(struct onec_sync *s, struct obm_task *task,
    const struct onec_import_kind *const *kinds, int count)
{
    s->task = task;
    s->service = obm_ctx(task);
    s->part_count = count;
    for (int i = 0; i < count; i++)
        s->parts[i].kind = kinds[i];
    onec_plan_all(&s->whole, 1, 0, 1);
    s->family = s->service->family;
    s->family_known = !s->service->any_family;
    s->started_at = time_mono_ms();
    json_bool(json_get(obm_params(task), "dry_run"), &s->dry);
    onec_ask_init(&s->ask, task);
    onec_link_init(&s->link, s->service, task);
}

static const struct onec_plan *plan_of(const struct onec_sync *s, int part)
{
    return s->parts[part].kind->reader.dated ? &s->plan : &s->whole;
}

static void tear_down(struct onec_sync *s)
{
    if (!s->importing)
        return;
    s->parts[s->part].place = s->import.place;
    s->pages_before += s->reader.page_count;
    onec_missing_release(&s->missing);
    onec_import_release(&s->import);
    onec_reader_release(&s->reader);
    onec_refs_release(&s->refs);
    s->importing = s->started = false;
}

void onec_sync_release(struct onec_sync *s)
{
    tear_down(s);
    onec_link_close(&s->link);
    onec_ask_release(&s->ask);
    buf_release(&s->summary);
    buf_release(&s->gone);
    onec_plan_release(&s->plan);
}

void onec_sync_set_up(struct onec_sync *s, int part)
{
    if (s->importing && s->part == part)
        return;
    tear_down(s);
    s->part = part;
    s->importing = true;
    const struct onec_import_kind *kind = onec_sync_kind(s);
    onec_refs_init(&s->refs, &s->link, s->family);
    s->refs.dry = s->dry;
    onec_reader_init(
        &s->reader, &kind->reader, &s->link, kind->reader.want ? &s->refs : NULL, s->family);
    onec_import_init(&s->import, s->task, kind, &s->reader, &s->refs, plan_of(s, part), s->dry);
    s->import.place = s->parts[part].place;
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
    return s->pages_before + s->scan_pages + (s->importing ? s->reader.page_count : 0);
}

static const struct onec_place *place(const struct onec_sync *s, int part)
{
    return s->importing && s->part == part ? &s->import.place : &s->parts[part].place;
}

void onec_sync_save(const struct onec_sync *s, struct json_writer *w)
{
    if (s->family_known)
        jw_kcstr(w, "family", onec_family_name(s->family));
    jw_ki64(w, "ms", spent_ms(s));
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_ki64(w, "pages", pages(s));
    if (dated(s))
        onec_plan_save(&s->plan, w);
    jw_key(w, "parts");
    jw_array(w);
    for (int i = 0; i < s->part_count; i++) {
        jw_object(w);
        jw_kcstr(w, "left_out", onec_left_out_name(s->parts[i].left_out));
        jw_kbool(w, "settled", s->parts[i].settled);
        jw_key(w, "counted");
        jw_array(w);
        for (int k = 0; k < s->parts[i].kind->reader.set_count; k++)
            jw_i64(w, s->parts[i].counted[k]);
        jw_array_end(w);
        jw_key(w, "unsure");
        jw_array(w);
        for (int k = 0; k < ONEC_READER_SETS; k++)
            jw_i64(w, s->parts[i].unsure[k]);
        jw_array_end(w);
        onec_place_save(place(s, i), w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static bool load_part(struct onec_part *p, const struct json *saved)
{
    p->left_out = onec_left_out_parse(json_text(json_get(saved, "left_out")));
    json_bool(json_get(saved, "settled"), &p->settled);
    for (int k = 0; k < p->kind->reader.set_count; k++)
        json_i64(json_at(json_get(saved, "counted"), (size_t)k), &p->counted[k]);
    for (int k = 0; k < ONEC_READER_SETS; k++)
        json_i64(json_at(json_get(saved, "unsure"), (size_t)k), &p->unsure[k]);
    return onec_place_load(&p->place, saved);
}

int onec_sync_load(struct onec_sync *s, const struct json *checkpoint, struct err *ret_err)
{
    bool readable = true;
    if (dated(s)) {
        onec_plan_all(&s->plan, ONEC_DOCUMENT_SETS, s->from, s->end);
        readable = onec_plan_load(&s->plan, checkpoint);
    }
    for (int i = 0; i < s->part_count; i++)
        onec_place_begin(&s->parts[i].place, plan_of(s, i));
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
    for (int i = 0; readable && i < s->part_count; i++)
        readable = load_part(&s->parts[i], json_at(json_get(checkpoint, "parts"), (size_t)i));
    if (readable)
        return 0;
    return err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
        TR("Сохранённое место задачи не читается: начните загрузку заново.",
            "The place where the task stopped cannot be read: start the import again."));
}

/* ---- rows that cannot be called gone ---- */

bool onec_sync_unsure(const struct onec_sync *s)
{
    for (int i = 0; i < s->part_count; i++)
        for (int k = 0; k < ONEC_READER_SETS; k++)
            if (s->parts[i].unsure[k])
                return true;
    return false;
}

void onec_sync_doubt(struct onec_sync *s, const int64_t *unsure)
{
    char text[320];
    int64_t rows = 0;
    for (int k = 0; k < ONEC_READER_SETS; k++)
        rows += s->parts[s->part].unsure[k] = unsure[k];
    if (!rows)
        return;
    snprintf(text, sizeof text,
        TR("1С отдаёт записи без ключа, поэтому о строках, которых не нашлось (%lld), нельзя "
           "сказать, что их больше нет: они оставлены как есть.",
            "1C sends records without a key, so rows that were not found (%lld) cannot be called "
            "gone: they stay as they are."),
        (long long)rows);
    obm_event(s->task, "not_reconciled", text);
}

static void report_unsure(const struct onec_sync *s, struct json_writer *w)
{
    jw_key(w, "not_reconciled");
    jw_array(w);
    for (int i = 0; i < s->part_count; i++)
        for (int k = 0; k < ONEC_READER_SETS; k++) {
            if (!s->parts[i].unsure[k])
                continue;
            jw_object(w);
            jw_kcstr(w, "entity", onec_set_name(s->family, s->parts[i].kind->reader.sets[k]));
            jw_kcstr(w, "why", "records_without_key");
            jw_ki64(w, "rows", s->parts[i].unsure[k]);
            jw_object_end(w);
        }
    jw_array_end(w);
}

void onec_sync_report(const struct onec_sync *s, struct json_writer *w)
{
    int64_t ms = spent_ms(s);
    jw_kcstr(w, "profile", s->family_known ? onec_family_name(s->family) : NULL);
    jw_key(w, "sets");
    jw_array(w);
    for (int i = 0; i < s->part_count; i++) {
        const struct onec_part *part = &s->parts[i];
        const struct onec_place *p = place(s, i);
        for (int k = 0; k < part->kind->reader.set_count; k++) {
            jw_object(w);
            jw_kcstr(w, "part", part->kind->name);
            jw_kcstr(w, "entity", onec_set_name(s->family, part->kind->reader.sets[k]));
            jw_ki64(w, "counted", part->counted[k]);
            jw_ki64(w, "fetched", p->fetched[k]);
            jw_kbool(w, "complete", !part->left_out && p->set > k);
            if (p->keyless[k])
                jw_ki64(w, "without_key", p->keyless[k]);
            if (part->left_out)
                jw_kcstr(w, "left_out", onec_left_out_name(part->left_out));
            if (part->left_out == ONEC_NOT_PUBLISHED)
                jw_kbool(w, "published", false);
            jw_object_end(w);
        }
    }
    jw_array_end(w);
    report_unsure(s, w);
    jw_ki64(w, "pages", pages(s));
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_key(w, "seconds");
    jw_double(w, (double)ms / 1000, 3);
    if (s->gone.n)
        jw_kraw(w, "deactivated_cards", buf_str(&s->gone));
    if (s->summary.n)
        jw_kraw(w, "dry_run", buf_str(&s->summary));
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
        (dated(s) || !s->link.answer.names))
        return obm_fail(s->task, &err);
    s->family_known = true;
    return OBM_NEXT;
}

/* ---- count ---- */

/* The part and the set in it of a number over all of them. False: there are no more. */
static bool nth_set(const struct onec_sync *s, int n, int *ret_part, int *ret_set)
{
    for (*ret_part = 0; *ret_part < s->part_count; ++*ret_part) {
        int sets = s->parts[*ret_part].kind->reader.set_count;
        if (n < sets) {
            *ret_set = n;
            return true;
        }
        n -= sets;
    }
    return false;
}

static void ask_count(struct onec_sync *s, const struct onec_reader_kind *kind, int set)
{
    const char *name = onec_set_name(s->family, kind->sets[set]);
    struct buf *url = onec_link_url(&s->link);
    struct buf filter = BUF_INIT;
    onec_url_set(url, s->service->base, name);
    buf_adds(url, "/$count");
    if (onec_url_filter(&filter, kind->dated, s->from, s->end, kind->filter)) {
        buf_addc(url, '?');
        buf_add_str(url, buf_str(&filter));
    }
    buf_release(&filter);
    onec_link_get(&s->link, name, ONEC_BODY_COUNT, NULL);
}

int64_t onec_sync_counted(const struct onec_sync *s, int part)
{
    int64_t total = 0;
    for (int k = 0; k < s->parts[part].kind->reader.set_count; k++)
        total += s->parts[part].counted[k];
    return total;
}

enum obm_step onec_sync_count(struct onec_sync *s)
{
    struct err err;
    int64_t total = 0;
    int part, set;
    while (nth_set(s, s->counting, &part, &set)) {
        struct onec_part *p = &s->parts[part];
        if (onec_link_idle(&s->link))
            ask_count(s, &p->kind->reader, set);
        enum onec_progress came = onec_link_poll(&s->link, &err);
        if (came == ONEC_WAITING)
            return onec_sync_wait(s, onec_link_due(&s->link));
        if (came == ONEC_READY)
            p->counted[set] = s->link.answer.count;
        else if (!onec_sync_leave_out(s, p))
            return obm_fail(s->task, &err);
        s->counting++;
    }
    for (int i = 0; i < s->part_count; i++)
        total += onec_sync_counted(s, i);
    obm_total(s->task, total);
    return OBM_NEXT;
}

/* ---- import, farewell ---- */

/* A catalogue that turns out empty is not believed: nothing of it is gone. */
static enum obm_step settle(struct onec_sync *s)
{
    struct onec_part *part = &s->parts[s->part];
    if (!part->kind->catalogue || s->import.place.done == 0 || (part->settled && !s->missing.sync))
        return OBM_NEXT;
    if (!s->missing.sync)
        onec_missing_init(&s->missing, s);
    return onec_missing_step(&s->missing, &part->settled);
}

enum obm_step onec_sync_import(struct onec_sync *s, int part)
{
    if (s->parts[part].left_out)
        return OBM_NEXT;
    onec_sync_set_up(s, part);
    if (!s->started) {
        s->started = true;
        onec_import_start(&s->import);
    }
    enum obm_step step = onec_import_step(&s->import);
    return step == OBM_NEXT ? settle(s) : step;
}

/* OBM_NEXT: the question under way is answered. */
static enum obm_step asked(struct onec_sync *s)
{
    struct err err;
    switch (onec_ask_poll(&s->ask, &err)) {
    case ONEC_BROKEN:
        return obm_fail(s->task, &err);
    case ONEC_WAITING:
        return onec_sync_wait(s, onec_ask_due(&s->ask));
    case ONEC_READY:
        break;
    }
    return OBM_NEXT;
}

static void on_gone(void *arg, struct db_result *const *results)
{
    struct onec_sync *s = arg;
    buf_clear(&s->gone);
    buf_add_str(&s->gone, db_text(results[0], 0, 0));
    s->gone_listed = true;
}

enum obm_step onec_sync_gone(struct onec_sync *s)
{
    if (s->dry || s->gone_listed)
        return OBM_NEXT;
    if (s->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(s->task);
        ledger_catalogue_gone_add(u, obm_id(s->task), LISTED_MAX);
        onec_ask_start(&s->ask, u, on_gone, s);
    }
    return asked(s);
}

static void on_summary(void *arg, struct db_result *const *results)
{
    struct onec_sync *s = arg;
    buf_clear(&s->summary);
    buf_add_str(&s->summary, db_text(results[0], 0, 0));
}

enum obm_step onec_sync_summary(struct onec_sync *s)
{
    if (!s->dry || s->summary.n)
        return OBM_NEXT;
    if (s->ask.state == ONEC_IDLE) {
        struct db_unit *u = obm_unit(s->task);
        ledger_dry_summary_add(u, obm_id(s->task), LISTED_MAX);
        onec_ask_start(&s->ask, u, on_summary, s);
    }
    return asked(s);
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
