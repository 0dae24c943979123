/* How far an import is, in and out of a checkpoint. */
#include "onec/import.h"

void onec_place_begin(struct onec_place *p, usec_t from)
{
    *p = (struct onec_place){0};
    onec_cursor_begin(&p->cursor, from);
    p->passed = from;
}

void onec_place_save(const struct onec_place *p, struct json_writer *w)
{
    jw_key(w, "place");
    jw_object(w);
    jw_ki64(w, "set", p->set);
    jw_ki64(w, "done", p->done);
    char text[TIME_TEXT];
    time_format_wall(p->passed, text);
    jw_kcstr(w, "passed", text);
    jw_key(w, "fetched");
    jw_array(w);
    for (int i = 0; i < ONEC_READER_SETS; i++)
        jw_i64(w, p->fetched[i]);
    jw_array_end(w);
    onec_cursor_save(&p->cursor, w);
    jw_object_end(w);
}

bool onec_place_load(struct onec_place *p, const struct json *checkpoint)
{
    const struct json *place = json_get(checkpoint, "place");
    int64_t set;
    if (!json_i64(json_get(place, "set"), &set) || set < 0 || set > ONEC_READER_SETS ||
        !json_i64(json_get(place, "done"), &p->done) ||
        !time_parse_wall(json_text(json_get(place, "passed")), &p->passed) ||
        !onec_cursor_load(&p->cursor, place))
        return false;
    p->set = (int)set;
    for (int i = 0; i < ONEC_READER_SETS; i++)
        if (!json_i64(json_at(json_get(place, "fetched"), (size_t)i), &p->fetched[i]))
            return false;
    return true;
}
