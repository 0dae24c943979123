/* After the rows: turnovers of sections against their rows; the report is put down; what was only
 * needed meanwhile goes. An attempt that begins here reads everything again first, since the report
 * tells what is only known from the files. */
#include "bankfile/import.h"
#include "ledger/dry_run.h"
#include "ledger/knowledge.h"
#include "ledger/statement_seen.h"

#define FORGET 10000 /* rows at a time */
#define LISTED 100   /* rows of a dry run in the result itself */

/* ---- turnovers ---- */

static void on_checked(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err) {
        s->err = *err;
        return;
    }
    s->checked = true;
    for (int i = 0; i < db_rows(results[1]); i++) { /* 0 is how to plan it */
        int file = (int)db_i64(results[1], i, 0) - 1;
        if (file >= 0 && file < s->file_count)
            bankfile_warn(&s->file[file].warnings, BANKFILE_W_TURNOVER, db_i64(results[1], i, 1),
                db_text(results[1], i, 2));
    }
}

enum obm_step bank_check(struct bank_import *s)
{
    if (s->err.code)
        return obm_fail(s->task, &s->err);
    if (!s->over) { /* after a crash */
        enum obm_step step = bank_store(s);
        return step == OBM_NEXT ? OBM_MORE : step;
    }
    if (s->checked || s->sections.count == 0)
        return OBM_NEXT;
    if (!s->waiting) {
        s->waiting = true;
        struct db_unit *u = obm_unit(s->task);
        ledger_turnovers_add(u, &s->sections, obm_id(s->task));
        if (s->dry_run)
            ledger_sections_dry_add(u, &s->sections, obm_id(s->task));
        obm_query(s->task, u, on_checked, s);
    }
    return OBM_WAIT;
}

/* ---- the end ---- */

static void on_forgotten(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err)
        s->err = *err;
    else
        s->forgotten = db_affected(results[0]) < FORGET && db_affected(results[1]) < FORGET;
}

static void on_summary(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err)
        s->err = *err;
    else
        buf_add_str(&s->summary, db_text(results[0], 0, 0));
}

/* The counters of a task alone would call a row that 1C has "unchanged". */
static void tell(struct bank_import *s)
{
    const struct bank_totals *n = &s->totals;
    struct obm_stats stats = obm_stats(s->task);
    struct buf text = BUF_INIT;
    obm_total(s->task, stats.fetched);
    buf_printf(&text,
        s->dry_run
            ? TR("Проверено, ничего не записано: новых %lld", "Looked at, not stored: new %lld")
            : TR("Готово: новых %lld", "Done: new %lld"),
        (long long)n->fresh.rows);
    if (n->unclear)
        buf_printf(
            &text, TR(" (из них неясных %lld)", " (of them unclear %lld)"), (long long)n->unclear);
    buf_printf(&text,
        TR(", известных из 1С %lld, уже было %lld", ", known from 1C %lld, known already %lld"),
        (long long)n->linked.rows, (long long)n->known);
    if (stats.skipped)
        buf_printf(&text, TR(", пропущено %lld", ", skipped %lld"), (long long)stats.skipped);
    if (stats.failed)
        buf_printf(&text, TR(", отклонено %lld", ", refused %lld"), (long long)stats.failed);
    obm_message(s->task, text.p);
    buf_release(&text);
}

/* With the last commit, so that nothing is lost between it and the task's end; and before anything
 * that the check reads is forgotten. */
static enum obm_step put_down(struct bank_import *s)
{
    struct db_unit *u = obm_unit(s->task);
    struct json_writer w = json_writer(&s->told);
    bank_report_files(s, &w);
    ledger_knowledge_forget_add(u, obm_id(s->task));
    tell(s);
    obm_commit(s->task, u, NULL, NULL);
    return OBM_WAIT;
}

static enum obm_step forget(struct bank_import *s)
{
    if (s->waiting || obm_committing(s->task))
        return OBM_WAIT;
    tell(s); /* an attempt that begins here would take the sentence back */
    if (s->forgotten)
        return OBM_DONE;
    s->waiting = true;
    struct db_unit *u = obm_unit(s->task);
    ledger_statement_forget_add(u, obm_id(s->task), FORGET);
    obm_query(s->task, u, on_forgotten, s);
    return OBM_WAIT;
}

enum obm_step bank_finish(struct bank_import *s)
{
    if (s->err.code)
        return obm_fail(s->task, &s->err);
    if (s->told.n)
        return forget(s);
    enum obm_step step = bank_check(s);
    if (step != OBM_NEXT)
        return step;
    if (!s->dry_run || s->summary.n)
        return put_down(s);
    if (!s->waiting) {
        s->waiting = true;
        struct db_unit *u = obm_unit(s->task);
        ledger_dry_summary_add(u, obm_id(s->task), LISTED);
        obm_query(s->task, u, on_summary, s);
    }
    return OBM_WAIT;
}
