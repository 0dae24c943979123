#include "onec/cursor.h"

#include <string.h>

void onec_cursor_begin(struct onec_cursor *c, usec_t from)
{
    *c = (struct onec_cursor){.at = from};
}

void onec_cursor_step(
    struct onec_cursor *c, const struct uuid *id, bool dated, usec_t date, int64_t position)
{
    if (dated && date != c->at) {
        memmove(c->ids, c->ids + c->count - c->loose, (size_t)c->loose * sizeof *c->ids);
        c->count = c->loose;
        c->at = date;
    }
    if (c->count == ONEC_CURSOR_IDS) {
        memmove(c->ids, c->ids + 1, (ONEC_CURSOR_IDS - 1) * sizeof *c->ids);
        c->count--;
    }
    c->ids[c->count++] = *id;
    c->loose = dated ? 0 : c->loose < c->count ? c->loose + 1 : c->count;
    c->position = position;
}

void onec_cursor_save(const struct onec_cursor *c, struct json_writer *w)
{
    char text[UUID_TEXT > TIME_TEXT ? UUID_TEXT : TIME_TEXT];
    time_format_wall(c->at, text);
    jw_kcstr(w, "at", text);
    jw_ki64(w, "position", c->position);
    jw_ki64(w, "loose", c->loose);
    jw_key(w, "ids");
    jw_array(w);
    for (int i = 0; i < c->count; i++) {
        uuid_format(&c->ids[i], text);
        jw_cstr(w, text);
    }
    jw_array_end(w);
}

bool onec_cursor_load(struct onec_cursor *c, const struct json *object)
{
    int64_t loose;
    onec_cursor_begin(c, 0);
    const struct json *ids = json_get(object, "ids");
    if (!time_parse_wall(json_text(json_get(object, "at")), &c->at) ||
        !json_i64(json_get(object, "position"), &c->position) ||
        !json_i64(json_get(object, "loose"), &loose) || !json_is(ids, JSON_ARRAY) ||
        ids->count > ONEC_CURSOR_IDS || loose < 0 || (size_t)loose > ids->count)
        return false;
    c->loose = (int)loose;
    for (const struct json *id = ids->child; id; id = id->next)
        if (!uuid_parse(json_text(id), &c->ids[c->count++]))
            return false;
    return true;
}
