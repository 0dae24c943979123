/* How far an import is, in and out of a checkpoint. */
#include "onec/import.h"

void onec_place_begin(struct onec_place *p, const struct onec_plan *plan)
{
    struct onec_span first = {.set = plan->sets, .from = plan->from};
    onec_plan_next(plan, 0, plan->from, &first);
    *p = (struct onec_place){.set = first.set,
        .from = first.from,
        .passed = first.from,
        .printed = first.from,
        .day = first.from};
    onec_cursor_begin(&p->cursor, first.from);
}

static void save_wall(struct json_writer *w, const char *key, usec_t wall)
{
    char text[TIME_TEXT];
    time_format_wall(wall, text);
    jw_kcstr(w, key, text);
}

static void save_print(const struct onec_place *p, struct json_writer *w)
{
    char text[UUID_TEXT];
    struct ledger_print print = onec_print_value(&p->print);
    uuid_format(&print.hash, text);
    jw_key(w, "print");
    jw_object(w);
    save_wall(w, "day", p->day);
    save_wall(w, "told", p->printed);
    jw_ki64(w, "documents", print.documents);
    jw_ki64(w, "amount", print.amount);
    jw_kcstr(w, "hash", text);
    jw_kbool(w, "spoilt", p->spoilt);
    jw_object_end(w);
}

void onec_place_save(const struct onec_place *p, struct json_writer *w)
{
    jw_key(w, "place");
    jw_object(w);
    jw_ki64(w, "set", p->set);
    jw_ki64(w, "done", p->done);
    save_wall(w, "from", p->from);
    save_wall(w, "passed", p->passed);
    jw_key(w, "fetched");
    jw_array(w);
    for (int i = 0; i < ONEC_READER_SETS; i++)
        jw_i64(w, p->fetched[i]);
    jw_array_end(w);
    jw_key(w, "keyless");
    jw_array(w);
    for (int i = 0; i < ONEC_READER_SETS; i++)
        jw_i64(w, p->keyless[i]);
    jw_array_end(w);
    onec_cursor_save(&p->cursor, w);
    save_print(p, w);
    jw_object_end(w);
}

static bool load_wall(const struct json *object, const char *key, usec_t *ret)
{
    return time_parse_wall(json_text(json_get(object, key)), ret);
}

static bool load_print(struct onec_place *p, const struct json *saved)
{
    struct ledger_print print;
    if (!load_wall(saved, "day", &p->day) || !load_wall(saved, "told", &p->printed) ||
        !json_i64(json_get(saved, "documents"), &print.documents) ||
        !json_i64(json_get(saved, "amount"), &print.amount) ||
        !uuid_parse(json_text(json_get(saved, "hash")), &print.hash) ||
        !json_bool(json_get(saved, "spoilt"), &p->spoilt))
        return false;
    p->print = onec_print_from(&print);
    return true;
}

bool onec_place_load(struct onec_place *p, const struct json *checkpoint)
{
    const struct json *place = json_get(checkpoint, "place");
    int64_t set;
    if (!json_i64(json_get(place, "set"), &set) || set < 0 || set > ONEC_READER_SETS ||
        !json_i64(json_get(place, "done"), &p->done) || !load_wall(place, "from", &p->from) ||
        !load_wall(place, "passed", &p->passed) || !onec_cursor_load(&p->cursor, place) ||
        !load_print(p, json_get(place, "print")))
        return false;
    p->set = (int)set;
    for (int i = 0; i < ONEC_READER_SETS; i++)
        if (!json_i64(json_at(json_get(place, "fetched"), (size_t)i), &p->fetched[i]))
            return false;
    for (int i = 0; i < ONEC_READER_SETS; i++) /* checkpoints of older versions say nothing */
        json_i64(json_at(json_get(place, "keyless"), (size_t)i), &p->keyless[i]);
    return true;
}
