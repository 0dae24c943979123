/* What a look at the days of a period found: in and out of the checkpoint, and for people. */
#include "onec/scan.h"

static const char *const why_names[ONEC_WHYS] = {[ONEC_SAME] = "same",
    [ONEC_NEW] = "new",
    [ONEC_UNKNOWN] = "unknown",
    [ONEC_OTHER] = "changed",
    [ONEC_EMPTY] = "gone",
    [ONEC_LEDGER] = "ledger_differs"};

const char *onec_why_name(enum onec_why why)
{
    return why_names[why];
}

void onec_found_save(const struct onec_found *f, struct json_writer *w)
{
    jw_key(w, "found");
    jw_object(w);
    jw_ki64(w, "how", f->how);
    jw_ki64(w, "documents", f->same_documents);
    jw_key(w, "days");
    jw_array(w);
    for (int i = 0; i < ONEC_WHYS; i++)
        jw_i64(w, f->days[i]);
    jw_array_end(w);
    jw_ki64(w, "unlisted", f->unlisted);
    jw_key(w, "runs"); /* set, day, last, days, why; set, … */
    jw_array(w);
    for (int i = 0; i < f->listed; i++) {
        jw_i64(w, f->list[i].set);
        jw_i64(w, f->list[i].day);
        jw_i64(w, f->list[i].last);
        jw_i64(w, f->list[i].days);
        jw_i64(w, f->list[i].why);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static int64_t number(const struct json *array, size_t i, int64_t max)
{
    int64_t n = 0;
    return json_i64(json_at(array, i), &n) && n >= 0 && n <= max ? n : 0;
}

void onec_found_load(struct onec_found *f, const struct json *saved)
{
    int64_t how = ONEC_WHOLE_ASKED;
    *f = (struct onec_found){0};
    json_i64(json_get(saved, "how"), &how);
    f->how = how >= 0 && how <= ONEC_BY_DAYS ? (int)how : ONEC_WHOLE_ASKED;
    json_i64(json_get(saved, "documents"), &f->same_documents);
    for (size_t i = 0; i < ONEC_WHYS; i++)
        f->days[i] = number(json_get(saved, "days"), i, INT64_MAX);
    json_i64(json_get(saved, "unlisted"), &f->unlisted);
    const struct json *list = json_get(saved, "runs");
    size_t count = json_is(list, JSON_ARRAY) ? list->count / 5 : 0;
    for (size_t i = 0; i < count && f->listed < ONEC_LISTED_MAX; i++)
        f->list[f->listed++] =
            (struct onec_listed){(int)number(list, 5 * i, ONEC_DOCUMENT_SETS - 1),
                (int32_t)number(list, 5 * i + 1, ONEC_PLAN_DAYS_MAX),
                (int32_t)number(list, 5 * i + 2, ONEC_PLAN_DAYS_MAX),
                (int32_t)number(list, 5 * i + 3, ONEC_PLAN_DAYS_MAX),
                (enum onec_why)number(list, 5 * i + 4, ONEC_WHYS - 1)};
}

static void list_days(const struct onec_found *f, const struct onec_sync *s, struct json_writer *w)
{
    char text[TIME_TEXT];
    jw_key(w, "days");
    jw_array(w);
    for (int i = 0; i < f->listed; i++) {
        jw_object(w);
        time_format_date(s->from + f->list[i].day * USEC_PER_DAY, text);
        jw_kcstr(w, "day", text);
        time_format_date(s->from + f->list[i].last * USEC_PER_DAY, text);
        jw_kcstr(w, "to", text);
        jw_ki64(w, "days", f->list[i].days);
        jw_kcstr(w, "entity", onec_set_name(s->family, f->list[i].set));
        jw_kcstr(w, "why", why_names[f->list[i].why]);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "days_unlisted", f->unlisted);
}

void onec_found_report(const struct onec_found *f, const struct onec_sync *s, struct json_writer *w)
{
    static const char *const whole[] = {[ONEC_WHOLE_ASKED] = "asked",
        [ONEC_WHOLE_FIRST] = "first_time",
        [ONEC_WHOLE_LONG] = "period_too_long",
        [ONEC_WHOLE_REFUSED] = "days_cannot_be_compared"};
    jw_kcstr(w, "mode", f->how == ONEC_BY_DAYS ? "incremental" : "full");
    if (f->how != ONEC_BY_DAYS) {
        jw_kcstr(w, "why_full", whole[f->how]);
        return;
    }
    int64_t days = 0;
    jw_key(w, "incremental");
    jw_object(w);
    jw_ki64(w, "days_same", f->days[ONEC_SAME]);
    jw_ki64(w, "documents_same", f->same_documents);
    for (int i = ONEC_SAME + 1; i < ONEC_WHYS; i++)
        days += f->days[i];
    jw_ki64(w, "days_read", days);
    jw_key(w, "why");
    jw_object(w);
    for (int i = ONEC_SAME + 1; i < ONEC_WHYS; i++)
        jw_ki64(w, why_names[i], f->days[i]);
    jw_object_end(w);
    list_days(f, s, w);
    jw_object_end(w);
}
