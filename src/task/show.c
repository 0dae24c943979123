/* From committed rows to what the world sees of a running task. */
#include "task/inside.h"

void attempt_set_text(struct obm_task *t, enum attempt_text which, struct str text)
{
    struct str *field[] = {
        &t->s.message, &t->s.wait_reason, &t->s.error, &t->s.result, &t->s.timing};
    buf_clear(&t->texts[which]);
    if (text.p)
        buf_add_str(&t->texts[which], text);
    *field[which] =
        text.p ? (struct str){t->texts[which].p ? t->texts[which].p : "", text.n} : STR_NULL;
}

void attempt_saw(struct obm_task *t, const struct store_figures *f)
{
    if (f->seq <= t->s.seq)
        return;
    t->s.seq = f->seq;
    t->s.status = f->status;
    t->s.progress = f->progress;
    t->s.total = f->total;
    t->s.stats = f->stats;
    t->s.rate = f->rate;
    t->s.cancel_requested = f->cancel_requested;
    t->s.run_at = f->run_at;
    t->s.completed_at = f->completed_at;
    attempt_set_text(t, TEXT_MESSAGE, f->message);
    attempt_set_text(t, TEXT_WAIT_REASON, f->wait_reason);
    attempt_set_text(t, TEXT_TIMING, f->timing);
    t->s.phase = STR_NULL;
    for (const struct obm_phase *p = t->type->phases; p->name; p++)
        if (str_is(f->phase, p->name))
            t->s.phase = str_from(p->name);
    task_state_derive(&t->s);
    struct buf result = BUF_INIT;
    if (task_ended(t->s.status))
        task_result_json(&result, &t->s, f->report);
    attempt_set_text(t, TEXT_RESULT, result.n > 0 ? buf_str(&result) : STR_NULL);
    buf_release(&result);
}

void attempt_show(struct obm_task *t, bool at_once)
{
    if (t->state >= ATTEMPT_FINISHING)
        return; /* the final state follows */
    int64_t now = engine_ms();
    if (!at_once && now - t->last_shown < ENGINE_SHOW_MS) {
        if (t->show_at == 0) {
            t->show_at = t->last_shown + ENGINE_SHOW_MS;
            attempt_arm(t);
        }
        return;
    }
    t->show_at = 0;
    if (t->s.seq <= t->shown_seq)
        return;
    t->last_shown = now;
    view_show(t->e, &t->s, false);
    t->shown_seq = t->s.seq;
}
