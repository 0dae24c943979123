/* Atom XML, what a request gets that asks for no JSON. */
#include "demo/render.h"

static void put_xml(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '<')
            buf_adds(out, "&lt;");
        else if (c == '>')
            buf_adds(out, "&gt;");
        else if (c == '&')
            buf_adds(out, "&amp;");
        else if (c == '\r')
            buf_adds(out, "&#xD;");
        else if (c >= 0x20 || c == '\n' || c == '\t')
            buf_addc(out, (char)c);
    }
}

static void put_value(struct buf *out, const struct demo_value *v)
{
    char text[40], *end = text;
    switch (v->type) {
    case TYPE_TEXT:
        put_xml(out, v->text);
        return;
    case TYPE_BOOL:
        buf_adds(out, v->n ? "true" : "false");
        return;
    case TYPE_ROWS:
        return;
    case TYPE_COMPOSITE:
        if (!v->target)
            return;
        /* fall through */
    case TYPE_GUID:
        demo_key_text(&v->key, text);
        end = text + 36;
        break;
    case TYPE_DATE:
        end = demo_put_date(text, v->n);
        break;
    case TYPE_NUMBER:
        end = demo_put_hundredths(text, v->n);
        break;
    case TYPE_INT64:
        end = demo_put_whole(text, v->n);
        break;
    }
    buf_add(out, text, (size_t)(end - text));
}

static void put_lines(const struct demo_layout *l, struct buf *out, struct demo_view *v,
    const struct demo_field *only)
{
    struct demo_value value;
    int lines = demo_view_lines(v);
    for (v->line = 0; v->line < lines; v->line++) {
        buf_adds(out, "<d:element>\n");
        for (int i = 0; i < l->row_count; i++) {
            const struct demo_column *c = &l->rows[i];
            if (only && c->field != only)
                continue;
            demo_view_value(v, c->field, &value);
            buf_add_str(out, c->head);
            put_value(out, &value);
            buf_add_str(out, c->tail);
        }
        buf_adds(out, "</d:element>\n");
    }
    v->line = 0;
}

void demo_atom_row(const struct demo_layout *l, struct buf *out, struct demo_view *v)
{
    struct arena a = ARENA_INIT;
    struct demo_value value;
    char key[37] = {0};
    struct uuid own = demo_view_key(v);
    demo_key_text(&own, key);
    buf_printf(out,
        "<entry>\n<id>%.*s/%s(guid'%s')</id>\n<category term=\"StandardODATA.%s\" "
        "scheme=\"http://schemas.microsoft.com/ado/2007/08/dataservices/scheme\"/>\n"
        "<content type=\"application/xml\">\n"
        "<m:properties xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" "
        "xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">\n",
        STR_ARG(l->base), l->q->set->name, key, l->q->set->name);
    for (int i = 0; i < l->count; i++) {
        const struct demo_column *c = &l->columns[i];
        demo_view_value(v, c->field, &value);
        if (value.absent || value.null)
            continue;
        buf_add_str(out, c->head);
        if (c->presentation)
            put_xml(out, demo_presentation(&a, l->w, c->field, &value));
        else if (c->field->op == OP_ROWS)
            put_lines(l, out, v, c->column);
        else
            put_value(out, &value);
        buf_add_str(out, c->tail);
    }
    buf_adds(out, "</m:properties>\n</content>\n</entry>\n");
    arena_release(&a);
}
