/* What the documents of a commit, and the rows that they change, are to the report and the
 * counters.
 */
#include <stdio.h>

#include "bankfile/import.h"
#include "obmen/decimal.h"

static void add_sum(struct bank_sums *sums, enum ledger_type type, int64_t amount, int rows)
{
    int64_t *sum = type == LEDGER_CREDIT ? &sums->credit : &sums->debit;
    sums->rows += rows;
    *sum = decimal_add(*sum, rows * amount); /* rows: 1, 0 or -1 */
}

static void count_row(
    struct bank_import *s, const struct ledger_statement_row *r, struct obm_stats *add)
{
    struct bank_counts *here = &s->counts[s->at];
    add->fetched++;
    if (r->state == LEDGER_ROW_KNOWN) {
        add->unchanged++;
        s->totals.known++;
        here->known++;
        return;
    }
    s->totals.internal += r->internal;
    s->totals.unclear += r->link.unclear;
    here->unclear += r->link.unclear;
    *(r->link.linked_id ? &here->linked : &here->fresh) += 1;
    add_sum(r->link.linked_id ? &s->totals.linked : &s->totals.fresh, r->t.type, r->t.amount, 1);
    if (!s->dry_run)
        return; /* the upsert counts */
    if (r->link.linked_id)
        add->unchanged++;
    else
        add->created++;
}

/* A row that an earlier commit has counted is another one now: its neighbours have come since. */
static void recount_row(
    struct bank_import *s, const struct ledger_stored_row *r, struct obm_stats *add)
{
    bool links = ledger_stored_row_links(r), asks = r->asks;
    if (r->file_no == 0) {
        s->totals.relinked += links && r->now.linked_id != r->was;
        return;
    }
    struct bank_counts *of = &s->counts[r->file_no - 1];
    int change = links ? (r->now.linked_id != 0) - (r->was != 0) : 0; /* 1: linked now */
    int doubt = asks ? r->now.unclear - r->was_unclear : 0;
    of->linked += change;
    of->fresh -= change;
    of->unclear += doubt;
    s->totals.unclear += doubt;
    add_sum(&s->totals.linked, r->key.type, r->key.amount, change);
    add_sum(&s->totals.fresh, r->key.type, r->key.amount, -change);
    add->unchanged += change;
    add->created -= change;
}

void bank_recount(
    struct bank_import *s, const struct ledger_neighbours *neighbours, struct obm_stats *add)
{
    int count;
    const struct ledger_stored_row *rows = ledger_neighbours_stored(neighbours, &count);
    for (int i = 0; i < count; i++)
        recount_row(s, &rows[i], add);
}

void bank_count(struct bank_import *s, struct obm_stats *add)
{
    char id[32];
    for (int i = s->committed; i < s->until; i++) {
        const struct bank_document *d = &s->document[i];
        if (!d->message) {
            for (int k = 0; k < d->row_count; k++)
                count_row(s, &s->row[d->first_row + k], add);
            continue;
        }
        add->fetched++;
        *(d->skipped ? &add->skipped : &add->failed) += 1;
        *(d->skipped ? &s->counts[s->at].skipped : &s->counts[s->at].failed) += 1;
        snprintf(id, sizeof id, "%d:%lld", s->at + 1, (long long)d->line);
        obm_refuse(s->task, d->line, id, d->stage, d->code, d->message, d->record);
    }
    bank_recount(s, s->neighbours, add);
}
