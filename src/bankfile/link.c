/* After the rows of all files: rows of 1C that came between the question of a batch and its commit,
 * while the pass of the sync that brought them was over before that. The next sync of these days
 * would find them; until then a payment would count twice. */
#include <string.h>

#include "bankfile/import.h"

static void on_asked(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    s->link_asked = true;
    if (err)
        s->err = *err;
    else
        s->outrun = db_bool(results[0], 0, 0);
}

static void changing(void *arg, const struct ledger_neighbours *n)
{
    struct bank_import *s = arg;
    struct obm_stats add = {0};
    s->before = s->totals;
    memcpy(s->counts_before, s->counts, (size_t)s->counted * sizeof *s->counts);
    bank_recount(s, n, &add);
    obm_count(s->task, add);
}

static void undone(void *arg)
{
    struct bank_import *s = arg;
    s->totals = s->before;
    memcpy(s->counts, s->counts_before, (size_t)s->counted * sizeof *s->counts);
}

enum obm_step bank_link(struct bank_import *s)
{
    if (s->err.code)
        return obm_fail(s->task, &s->err);
    if (!s->over) { /* after a crash */
        enum obm_step step = bank_store(s);
        return step == OBM_NEXT ? OBM_MORE : step;
    }
    if (s->dry_run || !s->first_day)
        return OBM_NEXT;
    if (!s->link_asked) {
        if (!s->waiting) {
            s->waiting = true;
            struct db_unit *u = obm_unit(s->task);
            ledger_link_outrun_add(u, obm_id(s->task));
            obm_query(s->task, u, on_asked, s);
        }
        return OBM_WAIT;
    }
    if (!s->outrun)
        return OBM_NEXT;
    if (!s->link.task) {
        s->link.watcher = (struct ledger_link_watcher){changing, undone, s};
        ledger_link_pass_begin(&s->link, s->task, s->first_day, s->last_day);
    }
    return ledger_link_pass_step(&s->link);
}
