/* Refused records and lines of the log that wait for the next commit. */
#include "task/inside.h"

void pending_init(struct obm_task *t)
{
    struct pending *p = &t->pending;
    db_column_init(&p->ordinal, DB_INT8);
    db_column_init(&p->external_id, DB_TEXT);
    db_column_init(&p->stage, DB_TEXT);
    db_column_init(&p->code, DB_TEXT);
    db_column_init(&p->refusal, DB_TEXT);
    db_column_init(&p->record, DB_TEXT);
    db_column_init(&p->at, DB_TIMESTAMPTZ);
    db_column_init(&p->event, DB_TEXT);
    db_column_init(&p->phase, DB_TEXT);
    db_column_init(&p->message, DB_TEXT);
}

static void each(struct pending *p, int from, int to, void (*fn)(struct db_column *c))
{
    struct db_column *all[] = {&p->ordinal, &p->external_id, &p->stage, &p->code, &p->refusal,
        &p->record, &p->at, &p->event, &p->phase, &p->message};
    for (int i = from; i < to; i++)
        fn(all[i]);
}

void pending_release(struct obm_task *t)
{
    each(&t->pending, 0, 10, db_column_release);
}

void obm_refuse(struct obm_task *t, int64_t ordinal, const char *external_id, const char *stage,
    const char *code, const char *message, struct str record)
{
    struct pending *p = &t->pending;
    db_column_i64(&p->ordinal, ordinal);
    db_column_text(&p->external_id, str_from(external_id));
    db_column_text(&p->stage, str_from(stage));
    db_column_text(&p->code, str_from(code));
    db_column_text(&p->refusal, str_from(message));
    db_column_text(&p->record, record);
}

void obm_event(struct obm_task *t, const char *event, const char *message)
{
    struct pending *p = &t->pending;
    db_column_time(&p->at, time_now());
    db_column_text(&p->event, str_from(event));
    db_column_text(&p->phase, str_from(t->type->phases[t->phase].name));
    db_column_text(&p->message, str_from(message));
}

int pending_write_events(struct obm_task *t, struct db_unit *u)
{
    struct pending *p = &t->pending;
    if (t->phase_unlogged)
        obm_event(t, "phase", NULL);
    t->phase_unlogged = false;
    if (p->event.count == 0)
        return 0;
    store_events(u, &t->s.id, t->token, t->e->o.node, &p->at, &p->event, &p->phase, &p->message);
    each(p, 6, 10, db_column_clear);
    return 1;
}

int pending_write_refused(struct obm_task *t, struct db_unit *u)
{
    struct pending *p = &t->pending;
    if (p->ordinal.count == 0)
        return 0;
    store_refuse(u, &t->s.id, t->token, &p->ordinal, &p->external_id, &p->stage, &p->code,
        &p->refusal, &p->record);
    each(p, 0, 6, db_column_clear);
    return 1;
}
