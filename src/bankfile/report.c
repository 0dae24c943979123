/* What an import leaves behind for people: members of the task's result. */
#include "bankfile/import.h"
#include "obmen/decimal.h"

static void write_date(struct json_writer *w, const char *key, usec_t date)
{
    char text[TIME_TEXT];
    if (!date) {
        jw_knull(w, key);
        return;
    }
    time_format_date(date, text);
    jw_kcstr(w, key, text);
}

static void write_sums(struct json_writer *w, const char *key, const struct bank_sums *sums)
{
    char text[DECIMAL_TEXT];
    jw_key(w, key);
    jw_object(w);
    jw_ki64(w, "rows", sums->rows);
    decimal_format(sums->credit, text);
    jw_kcstr(w, "credit", text);
    decimal_format(sums->debit, text);
    jw_kcstr(w, "debit", text);
    jw_object_end(w);
}

static void write_amount(struct json_writer *w, const char *key, bool known, int64_t kopecks)
{
    char text[DECIMAL_TEXT];
    if (!known) {
        jw_knull(w, key);
        return;
    }
    decimal_format(kopecks, text);
    jw_kcstr(w, key, text);
}

/* What is stated, what the documents say, and by how much they differ: null where it is not known.
 */
static void write_account(struct json_writer *w, const struct bank_account *a)
{
    bool stated = a->sections > 0, in = stated && a->has_received, out = stated && a->has_paid,
         closing = stated && a->has_closing;
    jw_object(w);
    jw_kcstr(w, "account_number", a->number);
    write_date(w, "date_from", a->from);
    write_date(w, "date_to", a->to);
    write_amount(w, "opening", stated, a->opening);
    write_amount(w, "received", in, a->received);
    write_amount(w, "paid", out, a->paid);
    write_amount(w, "closing", closing, a->closing);
    write_amount(w, "balance_difference", in && out && closing,
        decimal_subtract(
            decimal_subtract(decimal_add(a->opening, a->received), a->paid), a->closing));
    jw_ki64(w, "documents", a->documents);
    write_amount(w, "documents_received", true, a->documents_received);
    write_amount(w, "documents_paid", true, a->documents_paid);
    write_amount(
        w, "received_difference", in, decimal_subtract(a->documents_received, a->received));
    write_amount(w, "paid_difference", out, decimal_subtract(a->documents_paid, a->paid));
    jw_object_end(w);
}

static void write_counts(struct json_writer *w, const struct bank_counts *n)
{
    jw_key(w, "rows");
    jw_object(w);
    jw_ki64(w, "new", n->fresh);
    jw_ki64(w, "linked", n->linked);
    jw_ki64(w, "known", n->known);
    jw_ki64(w, "unclear", n->unclear);
    jw_ki64(w, "skipped", n->skipped);
    jw_ki64(w, "refused", n->failed);
    jw_object_end(w);
}

static void write_file(
    struct json_writer *w, const struct bank_file *f, const struct bank_counts *counts)
{
    jw_object(w);
    jw_kcstr(w, "name", f->name);
    if (f->broken) {
        jw_kcstr(w, "error", f->why);
    } else {
        jw_kcstr(w, "encoding", bankfile_encoding_name(f->encoding));
        jw_kcstr(w, "version", f->version);
        jw_kcstr(w, "sender", f->sender);
        write_date(w, "date_from", f->from);
        write_date(w, "date_to", f->to);
        jw_ki64(w, "documents", f->documents);
        jw_ki64(w, "sections", f->sections);
        jw_key(w, "accounts");
        jw_array(w);
        struct str rest = buf_str(&f->accounts);
        for (int i = 0; rest.n && i < 100; i++)
            jw_str(w, str_cut(&rest, '\n'));
        jw_array_end(w);
        jw_kcstr(w, "bank", f->bank);
        write_counts(w, counts);
        jw_key(w, "balances");
        jw_array(w);
        for (int i = 0; i < f->account_sums; i++)
            write_account(w, &f->account[i]);
        jw_array_end(w);
    }
    jw_key(w, "warnings");
    bankfile_warnings_json(&f->warnings, w);
    jw_object_end(w);
}

void bank_report_files(const struct bank_import *s, struct json_writer *w)
{
    jw_array(w);
    for (int i = 0; i < s->file_count; i++)
        write_file(w, &s->file[i], &s->counts[i]);
    jw_array_end(w);
}

void bank_report(const struct bank_import *s, struct json_writer *w)
{
    if (s->summary.n)
        jw_kraw(w, "dry_run", buf_str(&s->summary));
    else
        jw_kbool(w, "dry_run", s->dry_run);
    write_sums(w, "new", &s->totals.fresh);
    write_sums(w, "linked", &s->totals.linked);
    jw_ki64(w, "known", s->totals.known);
    jw_ki64(w, "unclear", s->totals.unclear);
    jw_ki64(w, "internal", s->totals.internal);
    jw_ki64(w, "relinked", s->totals.relinked);
    jw_ki64(w, "refused", obm_stats(s->task).failed);
    jw_key(w, "files");
    if (s->told.n)
        jw_raw(w, buf_str(&s->told));
    else
        bank_report_files(s, w);
}
