/* The list of sets and $metadata. */
#include "demo/service.h"

#include "demo/render.h"

static void service_json(struct demo_call *call, struct buf *out)
{
    int n;
    const struct demo_set *sets = demo_sets(call->s->world->s.family, &n);
    struct str base = demo_base_url(call);
    buf_adds(out, DEMO_BOM "{\n");
    if (call->query.level != LEVEL_NONE)
        buf_printf(out, "\"odata.metadata\": \"%.*s/$metadata\",\n", STR_ARG(base));
    buf_adds(out, "\"value\": [");
    bool first = true;
    for (int i = 0; i < n; i++) {
        if (!demo_is_published(call->s, sets[i].name))
            continue;
        buf_printf(out, "%s{\n\"name\": \"%s\",\n\"url\": \"%s\"\n}", first ? "" : ",",
            sets[i].name, sets[i].name);
        first = false;
    }
    buf_adds(out, "]\n}");
}

static void service_xml(struct demo_call *call, struct buf *out)
{
    int n;
    const struct demo_set *sets = demo_sets(call->s->world->s.family, &n);
    struct str base = demo_base_url(call);
    buf_printf(out,
        "<service xmlns=\"http://www.w3.org/2007/app\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
        "xml:base=\"%.*s\">\n<workspace>\n<atom:title>Default</atom:title>\n",
        STR_ARG(base));
    for (int i = 0; i < n; i++)
        if (demo_is_published(call->s, sets[i].name))
            buf_printf(out,
                "<collection href=\"%s\">\n<atom:title>%s</atom:title>\n</collection>\n",
                sets[i].name, sets[i].name);
    buf_adds(out, "</workspace>\n</service>\n");
}

void demo_answer_service(struct demo_call *call)
{
    struct buf out = BUF_INIT;
    if (call->query.json)
        service_json(call, &out);
    else
        service_xml(call, &out);
    demo_reply(call, 200,
        call->query.json ? "application/json;charset=utf-8"
                         : "application/atomsvc+xml;charset=utf-8",
        out);
}

static const char *edm_of(const struct demo_field *f)
{
    static const char *const names[] = {[TYPE_TEXT] = "Edm.String",
        [TYPE_GUID] = "Edm.Guid",
        [TYPE_BOOL] = "Edm.Boolean",
        [TYPE_DATE] = "Edm.DateTime",
        [TYPE_NUMBER] = "Edm.Double",
        [TYPE_INT64] = "Edm.Int64",
        [TYPE_COMPOSITE] = "Edm.String"};
    return names[f->type];
}

static void put_type(struct buf *out, const struct demo_set *set)
{
    buf_printf(out, "<EntityType Name=\"%s\">\n<Key>\n<PropertyRef Name=\"Ref_Key\"/>\n</Key>\n",
        set->name);
    for (int i = 0; i < set->field_count; i++) {
        const struct demo_field *f = &set->fields[i];
        if (f->type == TYPE_ROWS)
            buf_printf(out,
                "<Property Name=\"%s\" Type=\"Collection(StandardODATA.%s_%s_RowType)\"/>\n",
                f->name, set->name, f->name);
        else
            buf_printf(out, "<Property Name=\"%s\" Type=\"%s\" Nullable=\"%s\"/>\n", f->name,
                edm_of(f), f->op == OP_REF ? "false" : "true");
    }
    buf_adds(out, "</EntityType>\n");
}

static void put_row_types(struct buf *out, const struct demo_set *set, enum demo_family family)
{
    for (int i = 0; i < set->field_count; i++) {
        if (set->fields[i].type != TYPE_ROWS)
            continue;
        buf_printf(out, "<ComplexType Name=\"%s_%s_RowType\">\n", set->name, set->fields[i].name);
        int n = 0;
        const struct demo_field *rows =
            set->fields[i].op == OP_ROWS ? demo_row_fields(family, &n) : NULL;
        for (int k = 0; k < n; k++)
            buf_printf(out, "<Property Name=\"%s\" Type=\"%s\" Nullable=\"true\"/>\n", rows[k].name,
                edm_of(&rows[k]));
        buf_adds(out, "</ComplexType>\n");
    }
}

void demo_answer_metadata(struct demo_call *call)
{
    if (call->query.json) {
        struct demo_fault f;
        demo_refuse(&f, 415, 3, "Метаданные доступны только в формате XML");
        demo_reply_fault(call, &f);
        return;
    }
    int n;
    enum demo_family family = call->s->world->s.family;
    const struct demo_set *sets = demo_sets(family, &n);
    struct buf out = BUF_INIT;
    buf_adds(&out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<edmx:Edmx xmlns:edmx=\"http://schemas.microsoft.com/ado/2007/06/edmx\" Version=\"1.0\">\n"
        "<edmx:DataServices "
        "xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\" "
        "m:DataServiceVersion=\"3.0\" m:MaxDataServiceVersion=\"3.0\">\n"
        "<Schema xmlns=\"http://schemas.microsoft.com/ado/2009/11/edm\" "
        "Namespace=\"StandardODATA\">\n");
    for (int i = 0; i < n; i++)
        if (demo_is_published(call->s, sets[i].name)) {
            put_type(&out, &sets[i]);
            put_row_types(&out, &sets[i], family);
        }
    buf_adds(&out, "<EntityContainer Name=\"EnterpriseV8\" m:IsDefaultEntityContainer=\"true\">\n");
    for (int i = 0; i < n; i++)
        if (demo_is_published(call->s, sets[i].name))
            buf_printf(&out, "<EntitySet Name=\"%s\" EntityType=\"StandardODATA.%s\"/>\n",
                sets[i].name, sets[i].name);
    buf_adds(&out, "</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
    demo_reply(call, 200, "application/xml;charset=utf-8", out);
}
