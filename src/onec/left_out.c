/* Among several parts one that 1C does not give is left out and said so; alone it is a fault. */
#include <stdio.h>

#include "onec/sync.h"

static const char *const names[] = {NULL, "not_published", "no_right"};

const char *onec_left_out_name(enum onec_left_out why)
{
    return names[why];
}

enum onec_left_out onec_left_out_parse(struct str name)
{
    for (int i = ONEC_NOT_PUBLISHED; i <= ONEC_NO_RIGHT; i++)
        if (str_is(name, names[i]))
            return (enum onec_left_out)i;
    return ONEC_NOT_LEFT_OUT;
}

static const char *set_of(const struct onec_sync *s, const struct onec_part *part)
{
    return onec_set_name(s->family, part->kind->reader.sets[0]);
}

bool onec_sync_leave_out(struct onec_sync *s, struct onec_part *part)
{
    char text[320];
    if (s->part_count == 1 || part->kind->reader.dated || !onec_link_no_set(&s->link))
        return false;
    part->left_out = onec_link_no_right(&s->link) ? ONEC_NO_RIGHT : ONEC_NOT_PUBLISHED;
    part->place.set = part->kind->reader.set_count;
    snprintf(text, sizeof text,
        part->left_out == ONEC_NO_RIGHT
            ? TR("У пользователя 1С нет права на «%s»: эта часть пропущена.",
                  "The 1C user may not read \"%s\": this part is left out.")
            : TR("«%s» не входит в состав OData: эта часть пропущена.",
                  "\"%s\" is not published through OData: this part is left out."),
        set_of(s, part));
    obm_event(s->task, "source_incomplete", text);
    return true;
}

/* "Готово, кроме …" */
static const char *without(const struct onec_import_kind *kind)
{
    if (kind == &onec_organizations)
        return TR("организаций", "organizations");
    if (kind == &onec_items)
        return TR("статей движения денежных средств", "cash-flow items");
    return TR("контрагентов", "counterparties");
}

static void add_part(struct buf *out, const struct onec_sync *s, const struct onec_part *part)
{
    buf_printf(out,
        part->left_out == ONEC_NO_RIGHT
            ? TR("кроме %s: 1С не отдаёт их (у пользователя 1С нет права на «%s»)",
                  "except %s: 1C does not give them (the 1C user may not read \"%s\")")
            : TR("кроме %s: 1С не отдаёт их («%s» не входит в состав OData)",
                  "except %s: 1C does not give them (\"%s\" is not published through OData)"),
        without(part->kind), set_of(s, part));
}

void onec_sync_tell_left_out(struct onec_sync *s)
{
    bool out[] = {[ONEC_NOT_PUBLISHED] = false, [ONEC_NO_RIGHT] = false};
    struct buf text = BUF_INIT;
    for (int i = 0; i < s->part_count; i++) {
        const struct onec_part *part = &s->parts[i];
        if (!part->left_out)
            continue;
        buf_adds(&text, text.n ? "; "
                        : s->dry ? TR("Проверено, ничего не записано; ", "Looked at, not stored; ")
                                 : TR("Готово, ", "Done, "));
        add_part(&text, s, part);
        out[part->left_out] = true;
    }
    if (text.n)
        buf_addc(&text, '.');
    if (out[ONEC_NO_RIGHT])
        buf_adds(&text, TR(" Дайте пользователю 1С роль, которая позволяет это читать.",
                            " Give the 1C user a role that can read it."));
    if (out[ONEC_NOT_PUBLISHED])
        buf_adds(
            &text, TR(" Администратор 1С добавляет объект в «Настройка состава стандартного "
                      "интерфейса OData».",
                       " A 1C administrator adds the object to the composition of the standard "
                       "OData interface."));
    if (text.n) {
        buf_adds(&text, TR(" Затем запустите синхронизацию ещё раз.", " Then run it again."));
        buf_addc(&text, 0);
        obm_message(s->task, text.p);
    }
    buf_release(&text);
}
