/* Categories for the new rows of a batch, between asking about them and storing them. */
#include "bankfile/import.h"

static void on_answered(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err)
        s->err = *err;
    else
        decider_take(&s->decider, results);
}

static enum obm_step ask(struct bank_import *s)
{
    struct db_unit *u = obm_unit(s->task);
    decider_ask_add(&s->decider, u);
    s->waiting = true;
    obm_query(s->task, u, on_answered, s);
    return OBM_WAIT;
}

/* Of all files of the upload: each may name accounts of the others as the other side. */
static void know_accounts(struct bank_import *s)
{
    struct classifier *c = s->decider.classifier;
    for (int i = 0; i < s->file_count; i++) {
        struct str rest = s->file[i].broken ? STR_NULL : buf_str(&s->file[i].accounts);
        while (rest.n)
            classifier_own_account(c, str_cut(&rest, '\n'));
    }
    if (s->account.n)
        classifier_own_account(c, s->account);
}

enum obm_step bank_decide_load(struct bank_import *s)
{
    if (!s->decider.classifier || s->decides)
        return OBM_NEXT;
    if (!decider_loaded(&s->decider))
        return ask(s);
    know_accounts(s);
    s->decides = true;
    return OBM_NEXT;
}

static bool wants(const struct bank_import *s, const struct ledger_statement_row *row)
{
    return row->state == LEDGER_ROW_NEW && (!s->answered || row->t.decision.open);
}

static void decide(struct bank_import *s, struct ledger_transaction *t)
{
    decider_row(&s->decider, t);
    if (t->decision.reason.n)
        t->decision.reason = arena_str(&s->arena, t->decision.reason);
}

enum obm_step bank_decide(struct bank_import *s, struct ledger_statement_row *rows, int count)
{
    if (!s->decides)
        return OBM_NEXT;
    for (int n = 0; s->decided < count; s->decided++) {
        if (!wants(s, &rows[s->decided]))
            continue;
        if (n++ == OBM_STEP_RECORDS)
            return OBM_MORE;
        decide(s, &rows[s->decided].t);
    }
    s->decided = 0;
    if (!s->answered && decider_asks(&s->decider)) {
        s->answered = true; /* when this phase is called again */
        return ask(s);
    }
    s->answered = false;
    return OBM_NEXT;
}
