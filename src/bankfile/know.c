/* What the ledger knew before the first row: put down once, read by every attempt, so that one that
 * goes on decides as if nothing had happened (docs/decisions/0021). */
#include "bankfile/import.h"
#include "ledger/knowledge.h"

enum { INN_MAX = 63 };

void bank_note_inns(struct bank_import *s)
{
    struct str inns[2];
    if (!s->decider.classifier || s->knows || s->many_inns)
        return;
    bankfile_inns(&s->parser.fields, inns);
    for (int i = 0; i < 2; i++)
        if (inns[i].n && inns[i].n <= INN_MAX && !map_get(&s->inns, inns[i].p, inns[i].n))
            map_put(&s->inns, inns[i].p, inns[i].n, s);
    s->many_inns = s->inns.count > BANKFILE_INNS_MAX;
}

static enum obm_step put_down(struct bank_import *s)
{
    struct db_unit *u = obm_unit(s->task);
    struct db_column inns;
    struct str inn;
    size_t i = 0;
    db_column_init(&inns, DB_TEXT);
    ledger_knowledge_add(u, obm_id(s->task), &inns); /* files bring no INNs of ours */
    while (!s->many_inns && map_next(&s->inns, &i, &inn))
        db_column_text(&inns, inn);
    if (s->decider.classifier)
        ledger_evidence_add(u, obm_id(s->task), s->many_inns ? NULL : &inns);
    db_column_release(&inns);
    s->knows = true;
    obm_commit(s->task, u, NULL, NULL); /* refused for good: fails the task */
    return OBM_WAIT;
}

static void on_own(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err) {
        s->err = *err;
        return;
    }
    for (int i = 0; i < db_rows(results[0]); i++) {
        struct str account = db_text(results[0], i, 0);
        map_put(&s->own.earlier, account.p, account.n, s);
    }
    s->own_known = true;
}

enum obm_step bank_know(struct bank_import *s)
{
    if (s->own_known)
        return OBM_NEXT;
    if (!s->knows)
        return put_down(s);
    if (obm_committing(s->task))
        return OBM_WAIT;
    struct db_unit *u = obm_unit(s->task);
    ledger_knowledge_accounts_add(u, obm_id(s->task), BANKFILE_OWN_MAX);
    s->waiting = true;
    obm_query(s->task, u, on_own, s);
    return OBM_WAIT;
}
