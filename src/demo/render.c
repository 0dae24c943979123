/* What stands around the rows, and which columns a row has. */
#include "demo/render.h"

#include <stdlib.h>
#include <string.h>
#include "obmen/time.h"

#include "demo/random.h"

static uint64_t name_hash(const char *name)
{
    uint64_t h = 17;
    while (*name)
        h = demo_mix(h ^ (unsigned char)*name++);
    return h;
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = name_hash(((const struct demo_column *)a)->field->name),
             y = name_hash(((const struct demo_column *)b)->field->name);
    return x < y ? -1 : x > y;
}

static const char *edm_type(const struct demo_field *f)
{
    switch (f->type) {
    case TYPE_GUID:
        return "Edm.Guid";
    case TYPE_BOOL:
        return "Edm.Boolean";
    case TYPE_DATE:
        return "Edm.DateTime";
    case TYPE_NUMBER:
        return "Edm.Double";
    case TYPE_INT64:
        return "Edm.Int64";
    default:
        return NULL; /* Edm.String is the default */
    }
}

static void name_column(struct arena *a, struct demo_column *c, bool json)
{
    const char *name = c->field->name, *type = c->presentation ? NULL : edm_type(c->field);
    if (c->presentation) {
        size_t n = strlen(name);
        if (n > 4 && strcmp(name + n - 4, "_Key") == 0)
            n -= 4;
        name = arena_printf(a, "%.*s____Presentation", (int)n, name).p;
    }
    if (json) {
        c->head = arena_printf(a, ",\n\"%s\": ", name);
        return;
    }
    c->head = type ? arena_printf(a, "<d:%s m:type=\"%s\">", name, type)
                   : arena_printf(a, "<d:%s>", name);
    c->tail = arena_printf(a, "</d:%s>\n", name);
}

void demo_layout_init(struct demo_layout *l, struct arena *a, const struct demo_world *w,
    const struct demo_query *q, struct str base, bool single)
{
    *l = (struct demo_layout){.w = w, .q = q, .base = base};
    l->count = q->select ? q->select_count : q->set->field_count;
    l->columns = arena_alloc(a, ((size_t)l->count + 1) * sizeof *l->columns);
    for (int i = 0; i < l->count; i++) {
        struct demo_column *c = &l->columns[i];
        if (q->select)
            *c = (struct demo_column){.field = q->select[i].field,
                .column = q->select[i].column,
                .presentation = q->select[i].presentation};
        else
            c->field = &q->set->fields[i];
        name_column(a, c, q->json);
    }
    if (single && !q->select)
        qsort(l->columns, (size_t)l->count, sizeof *l->columns, by_hash);
    const struct demo_field *rows = demo_row_fields(w->s.family, &l->row_count);
    l->rows = arena_alloc(a, (size_t)l->row_count * sizeof *l->rows);
    for (int i = 0; i < l->row_count; i++) {
        l->rows[i].field = &rows[i];
        name_column(a, &l->rows[i], q->json);
    }
}

static void feed_head(const struct demo_layout *l, struct buf *out)
{
    char now[TIME_TEXT];
    time_format_wall(time_now(), now);
    buf_printf(out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
        "xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" "
        "xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\" "
        "xml:base=\"%.*s/\">\n"
        "<id>%.*s/%s</id>\n<title type=\"text\"/>\n<updated>%s</updated>\n",
        STR_ARG(l->base), STR_ARG(l->base), l->q->set->name, now);
}

void demo_render_begin(const struct demo_layout *l, struct buf *out, const uint64_t *count)
{
    if (!l->q->json) {
        feed_head(l, out);
        if (count)
            buf_printf(out, "<m:count>%llu</m:count>\n", (unsigned long long)*count);
        return;
    }
    buf_adds(out, DEMO_BOM "{\n");
    if (l->q->level != LEVEL_NONE)
        buf_printf(
            out, "\"odata.metadata\": \"%.*s/$metadata#%s\",\n", STR_ARG(l->base), l->q->set->name);
    if (count)
        buf_printf(out, "\"odata.count\": \"%llu\",\n", (unsigned long long)*count);
    buf_adds(out, "\"value\": [");
}

void demo_render_row(const struct demo_layout *l, struct buf *out, struct demo_view *v, bool first)
{
    if (!l->q->json) {
        demo_atom_row(l, out, v);
        return;
    }
    buf_adds(out, first ? "{\n" : ",{\n");
    demo_json_row(l, out, v, true);
}

void demo_render_end(const struct demo_layout *l, struct buf *out)
{
    buf_adds(out, l->q->json ? "]\n}" : "</feed>\n");
}

void demo_render_single(const struct demo_layout *l, struct buf *out, struct demo_view *v)
{
    if (!l->q->json) {
        buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        demo_atom_row(l, out, v);
        return;
    }
    buf_adds(out, DEMO_BOM "{\n");
    if (l->q->level != LEVEL_NONE)
        buf_printf(out, "\"odata.metadata\": \"%.*s/$metadata#%s/@Element\"", STR_ARG(l->base),
            l->q->set->name);
    demo_json_row(l, out, v, l->q->level == LEVEL_NONE);
}
