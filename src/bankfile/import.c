/*
 * The import phase: documents of the second pass into batches, each asked about and committed.
 *
 *   FILLING ─full, or a file's end─► ASKING ─► LINKING ─► ASKED ─decided─► COMMITTING ─► FILLING
 *                                      ▲                                        │ overtaken: again
 *                                      └────────────────────────────────────────┘ bad data: singly
 */
#include "bankfile/import.h"

#include <stdlib.h>

#include "bankfile/value.h"
#include "ledger/knowledge.h"

#define ROWS_MAX 500    /* of a batch: its rows are compared with each other */
#define BALANCES_MAX 50 /* that wait for a commit */
#define ASKED_MAX 4     /* times that the same documents are asked about */

static bool dry(const struct bank_import *s)
{
    return s->dry_run;
}

/* ---- a file begins ---- */

static void own_here(struct bank_import *s)
{
    map_release(&s->own.here);
    s->own.here = MAP_INIT;
    struct str rest = buf_str(&s->file[s->at].accounts);
    while (rest.n) {
        struct str account = str_cut(&rest, '\n');
        map_put(&s->own.here, account.p, account.n, s);
    }
    if (s->account.n)
        map_put(&s->own.here, s->account.p, s->account.n, s);
}

static void on_file(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)t;
    s->waiting = false;
    if (err)
        s->err = *err;
    else
        s->file_id = db_i64(results[0], 0, 0);
}

/* Safe to repeat, so not a part of any commit. */
static void store_file(struct bank_import *s)
{
    const struct bank_file *f = &s->file[s->at];
    struct db_column accounts;
    struct str account;
    size_t i = 0;
    struct db_unit *u = obm_unit(s->task);
    struct ledger_statement_head head = {.name = str_from(f->name),
        .encoding = str_from(bankfile_encoding_name(f->encoding)),
        .version = str_from(f->version),
        .sender = str_from(f->sender),
        .made = f->made,
        .from = f->from,
        .to = f->to};
    db_column_init(&accounts, DB_TEXT);
    while (map_next(&s->own.here, &i, &account))
        db_column_text(&accounts, account);
    ledger_statement_file_add(u, obm_id(s->task), s->at + 1, &head, &accounts);
    ledger_accounts_keep_add(u, &accounts);
    db_column_release(&accounts);
    s->waiting = true;
    obm_query(s->task, u, on_file, s);
}

/* ---- the batch ---- */

static struct bank_document *add_document(struct bank_import *s, int64_t line)
{
    if (s->document_count == s->document_room) {
        s->document_room = s->document_room ? 2 * s->document_room : 128;
        s->document = mem_realloc(s->document, (size_t)s->document_room * sizeof *s->document);
    }
    struct bank_document *d = &s->document[s->document_count++];
    *d = (struct bank_document){.line = line, .first_row = s->row_count};
    return d;
}

static struct str keep(struct bank_import *s, struct str text)
{
    return text.n ? arena_str(&s->arena, text) : STR_NULL;
}

static void add_row(struct bank_import *s, struct bank_document *d, const struct bankfile_row *r)
{
    if (s->row_count == s->row_room) {
        s->row_room = s->row_room ? 2 * s->row_room : 128;
        s->row = mem_realloc(s->row, (size_t)s->row_room * sizeof *s->row);
    }
    d->row_count++;
    s->row[s->row_count++] = (struct ledger_statement_row){.identity = r->identity,
        .posted = r->posted,
        .internal = r->internal,
        .line = d->line,
        .t = {.transaction_date = r->posted,
            .amount = r->amount,
            .currency = str_from(r->currency),
            .type = r->out ? LEDGER_DEBIT : LEDGER_CREDIT,
            .payment = LEDGER_BANK,
            .document_number = keep(s, r->number),
            .has_document_date = r->has_date,
            .document_date = r->date,
            .payment_purpose = keep(s, r->purpose),
            .counterparty_name = keep(s, r->them.name),
            .counterparty_inn = keep(s, r->them.inn),
            .counterparty_kpp = keep(s, r->them.kpp),
            .counterparty_account = keep(s, r->them.account),
            .counterparty_bank = keep(s, r->them.bank),
            .counterparty_bik = keep(s, r->them.bik),
            .organization_name = keep(s, r->us.name),
            .account_number = keep(s, r->account),
            .our_bank_name = keep(s, r->us.bank),
            .our_bank_bik = keep(s, r->us.bik),
            .facts = {.our_inn = keep(s, r->us.inn),
                .payer_status = keep(s, r->tax_status),
                .kbk = keep(s, r->kbk),
                .payment_kind = keep(s, r->kind)}}};
}

static struct str fields_json(struct bank_import *s)
{
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    bankfile_fields_json(&s->parser.fields, &w);
    struct str kept = arena_str(&s->arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static void refuse(struct bank_import *s, struct bank_document *d, const char *stage,
    const struct err *why, struct str record)
{
    d->stage = stage;
    d->code = err_code_name(why->code);
    d->message = arena_cstr(&s->arena, str_from(why->message));
    d->record = record;
}

static void note_period(struct bank_import *s, const struct bankfile_row *r)
{
    const struct bank_file *f = &s->file[s->at];
    if ((f->from && r->posted < f->from) || (f->to && r->posted > f->to)) {
        char date[TIME_TEXT];
        time_format_date(r->posted, date);
        bankfile_warn(
            &s->parser.warnings, BANKFILE_W_OUTSIDE, s->parser.fields.line, str_from(date));
    }
}

static void note_day(struct bank_import *s, usec_t day)
{
    if (!s->first_day || day < s->first_day)
        s->first_day = day;
    if (day > s->last_day)
        s->last_day = day;
}

static void take_document(struct bank_import *s)
{
    const struct bankfile_fields *f = &s->parser.fields;
    struct bankfile_row rows[2];
    struct err why = ERR_INIT;
    int count;
    bool before = ++s->passed <= s->done; /* an earlier attempt has committed it */
    enum bankfile_verdict verdict =
        bankfile_rows(f, &s->own, &s->scratch, &s->parser.warnings, rows, &count, &why);
    if (verdict == BANKFILE_ROWS)
        note_period(s, &rows[0]);
    for (int i = 0; verdict == BANKFILE_ROWS && i < count; i++) {
        bank_account_row(&s->file[s->at], &rows[i]);
        note_day(s, rows[i].posted);
    }
    if (before) {
        arena_reset(&s->scratch);
        return;
    }
    struct bank_document *d = add_document(s, f->line);
    if (verdict == BANKFILE_ROWS) {
        for (int i = 0; i < count; i++)
            add_row(s, d, &rows[i]);
        arena_reset(&s->scratch);
        return;
    }
    d->skipped = verdict == BANKFILE_SKIPPED;
    refuse(s, d, "convert", &why, fields_json(s));
}

static void note_header(struct bank_import *s)
{
    static const enum bankfile_key dates[] = {KEY_PERIOD_FROM, KEY_PERIOD_TO};
    usec_t date;
    for (int i = 0; i < 2; i++) {
        struct str text = str_trim(bankfile_field(&s->parser.fields, dates[i]));
        if (text.n && !bankfile_date(text, &date))
            bankfile_warn(&s->parser.warnings, BANKFILE_W_HEADER_DATE,
                s->parser.fields.known[dates[i]].line, text);
    }
}

static void take_section(struct bank_import *s)
{
    struct ledger_balance b;
    if (!bank_section(&s->parser.fields, &s->file[s->at], &s->parser.warnings, &b))
        return;
    bank_account_section(&s->file[s->at], &b);
    if (s->balance_count == s->balance_room) {
        s->balance_room = s->balance_room ? 2 * s->balance_room : 16;
        s->balance = mem_realloc(s->balance, (size_t)s->balance_room * sizeof *s->balance);
    }
    b.account = keep(s, b.account);
    s->balance[s->balance_count++] = b;
}

static void take_broken(struct bank_import *s)
{
    if (++s->passed <= s->done)
        return;
    struct buf text = BUF_INIT;
    struct err why = ERR_INIT;
    struct json_writer w = json_writer(&text);
    jw_object(&w);
    jw_kcstr(&w, "file", s->file[s->at].name);
    jw_object_end(&w);
    err_set(&why, ERR_VALIDATION_ERROR, "%s", s->file[s->at].why);
    refuse(s, add_document(s, 1), "file", &why, keep(s, buf_str(&text)));
    buf_release(&text);
}

static void begin_file(struct bank_import *s)
{
    struct bank_file *f = &s->file[s->at];
    s->file_id = 0;
    f->account_sums = 0; /* an earlier pass has counted them, too */
    f->bank[0] = 0;
    own_here(s);
    if (f->broken)
        take_broken(s);
    else if (!dry(s))
        store_file(s);
}

static void end_file(struct bank_import *s)
{
    struct bank_file *f = &s->file[s->at];
    f->warnings = s->parser.warnings;
    if (!f->broken && f->account_count == 0 && !s->account.n && f->documents)
        bankfile_warn(&f->warnings, BANKFILE_W_NO_ACCOUNT, 0, STR_NULL);
    s->send = true;
}

/* ---- committing ---- */

static void clear_batch(struct bank_import *s)
{
    s->document_count = s->committed = s->until = s->row_count = s->balance_count = 0;
    s->singly = s->send = false;
    arena_reset(&s->arena);
    s->phase = BANK_FILLING;
}

/* Rows of the documents that go next: [committed, until). */
static struct ledger_statement_row *range(struct bank_import *s, int *ret_count)
{
    s->until = s->singly ? s->committed + 1 : s->document_count;
    int first = s->row_count, end = 0;
    for (int i = s->committed; i < s->until; i++) {
        const struct bank_document *d = &s->document[i];
        if (d->row_count == 0 || d->message)
            continue;
        first = d->first_row < first ? d->first_row : first;
        end = d->first_row + d->row_count;
    }
    *ret_count = end > first ? end - first : 0;
    return *ret_count ? s->row + first : NULL;
}

static struct ledger_statement_file statement_file(const struct bank_import *s)
{
    return (struct ledger_statement_file){.task_id = *obm_id(s->task),
        .file_no = s->at + 1,
        .file_id = s->file_id,
        .neighbours = s->neighbours};
}

static void on_asked(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    int count;
    (void)t;
    if (err) {
        s->err = *err;
        return;
    }
    struct ledger_statement_row *rows = range(s, &count);
    struct ledger_statement_file file = statement_file(s);
    ledger_statement_take(rows, count, &file, results, s->ask_first, &s->arena);
    s->phase = BANK_LINKING;
}

static void ask(struct bank_import *s)
{
    int count;
    const struct ledger_statement_row *rows = range(s, &count);
    if (count == 0) {
        ledger_neighbours_clear(s->neighbours); /* those of the commit before have been counted */
        s->phase = BANK_ASKED;
        return;
    }
    struct ledger_statement_file file = statement_file(s);
    struct db_unit *u = obm_unit(s->task);
    s->ask_first = ledger_statement_ask_add(u, &file, rows, count);
    s->phase = BANK_ASKING;
    obm_query(s->task, u, on_asked, s);
}

/* The document that was refused alone keeps the reason instead of its rows. */
static void give_up_document(struct bank_import *s, const struct err *err)
{
    struct bank_document *d = &s->document[s->committed];
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    ledger_transaction_json(&w, &s->row[d->first_row].t);
    refuse(s, d, "store", err, keep(s, buf_str(&text)));
    buf_release(&text);
}

static void on_committed(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    (void)results;
    if (!err) {
        s->committed = s->until;
        s->balance_count = s->overtaken = 0;
        if (s->committed == s->document_count)
            clear_batch(s);
        else
            ask(s);
        return;
    }
    /* nothing of it has happened */
    s->totals = s->before;
    memcpy(s->counts, s->counts_before, (size_t)s->counted * sizeof *s->counts);
    s->done = s->done_before;
    if (err->cancelled || obm_ending(t))
        return;
    bool given_up = s->singly && s->document[s->committed].message; /* it is not its rows then */
    if (!db_bad_data(err) || s->committed == s->document_count || given_up) {
        s->err = *err;
        return;
    }
    /* Somebody has linked their row of 1C since they were asked about: asked again, they get
     * another answer. What clashes each time is not of others' making. */
    if (db_key_taken(err) && ++s->overtaken < ASKED_MAX) {
        ask(s);
        return;
    }
    if (s->singly || s->document_count - s->committed == 1)
        give_up_document(s, err);
    s->singly = true;
    s->overtaken = 0;
    ask(s);
}

static void commit(struct bank_import *s)
{
    int count;
    const struct ledger_statement_row *rows = range(s, &count);
    struct ledger_statement_file file = statement_file(s);
    struct obm_stats add = {0};
    struct db_unit *u = obm_unit(s->task);
    s->before = s->totals;
    s->counted = s->at + 1 > s->counted ? s->at + 1 : s->counted;
    memcpy(s->counts_before, s->counts, (size_t)s->counted * sizeof *s->counts);
    s->done_before = s->done;
    bank_count(s, &add);
    s->done += s->until - s->committed;
    for (int i = 0; !dry(s) && i < s->balance_count; i++)
        ledger_balance_add(u, s->file_id, &s->balance[i]);
    if (count && dry(s))
        ledger_statement_dry_add(u, &file, rows, count);
    else if (count)
        ledger_statement_write_add(u, &file, rows, count, s->ledger);
    obm_count(s->task, add);
    s->phase = BANK_COMMITTING;
    obm_commit(s->task, u, on_committed, s);
}

/* ---- the step ---- */

static bool full(const struct bank_import *s)
{
    int batch = obm_batch_size(s->task);
    return s->row_count >= (batch < ROWS_MAX ? batch : ROWS_MAX) ||
           s->document_count >= BANKFILE_BATCH_DOCUMENTS || s->balance_count >= BALANCES_MAX;
}

static enum obm_step fill(struct bank_import *s)
{
    enum bankfile_event e;
    for (int n = 0; n < OBM_STEP_RECORDS && !full(s) && !s->send && !s->waiting;) {
        switch (bank_read(s, &e)) {
        case BANK_WAIT:
            return OBM_WAIT;
        case BANK_FILE:
            begin_file(s);
            break;
        case BANK_EVENT:
            n++;
            if (s->file[s->at].broken)
                break; /* it has been refused */
            if (e == BANKFILE_DOCUMENT)
                take_document(s);
            else if (e == BANKFILE_ACCOUNT)
                take_section(s);
            else if (e == BANKFILE_HEADER)
                note_header(s);
            break;
        case BANK_FILE_END:
            end_file(s);
            break;
        case BANK_OVER:
            s->over = true;
            return OBM_NEXT;
        case BANK_FAILED:
            return obm_fail(s->task, &s->err);
        }
    }
    if (full(s) || s->send) {
        if (s->document_count || s->balance_count)
            ask(s);
        else
            clear_batch(s);
    }
    return s->waiting || s->phase == BANK_ASKING ? OBM_WAIT : OBM_MORE;
}

/* The batch has been asked about: its rows get their categories, then it is committed. */
static enum obm_step decide_and_commit(struct bank_import *s)
{
    int count;
    struct ledger_statement_row *rows = range(s, &count);
    enum obm_step step = bank_decide(s, rows, count);
    if (step != OBM_NEXT)
        return step;
    commit(s);
    return OBM_WAIT;
}

enum obm_step bank_store(struct bank_import *s)
{
    if (s->err.code)
        return obm_fail(s->task, &s->err);
    if (s->over)
        return OBM_NEXT;
    if (!s->scanned) { /* after a crash */
        enum obm_step step = bank_scan(s);
        return step == OBM_NEXT ? OBM_MORE : step;
    }
    if (s->waiting || s->phase == BANK_ASKING || s->phase == BANK_COMMITTING)
        return OBM_WAIT;
    enum obm_step step = bank_know(s);
    if (step == OBM_NEXT)
        step = bank_decide_load(s);
    if (step != OBM_NEXT)
        return step;
    if (s->phase == BANK_LINKING) {
        if (!ledger_neighbours_decide(s->neighbours))
            return OBM_MORE;
        s->phase = BANK_ASKED;
    }
    return s->phase == BANK_ASKED ? decide_and_commit(s) : fill(s);
}
