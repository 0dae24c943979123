/* Reading the files of an upload: what the scan wants to know, and what the import reads again. */
#include <stdio.h>
#include <stdlib.h>

#include "bankfile/import.h"
#include "bankfile/value.h"
#include "obmen/utf8.h"

void bank_rewind(struct bank_import *s)
{
    bankfile_source_begin(&s->source, s->task, s->loop, s->files);
    bankfile_parser_release(&s->parser);
    s->parser = (struct bankfile_parser){0};
    s->in_entry = false;
    s->input = STR_NULL;
    s->at = -1;
    s->passed = 0;
}

static void begin_entry(struct bank_import *s)
{
    bankfile_parser_release(&s->parser);
    s->parser = (struct bankfile_parser){.fragment_ok = s->account.n > 0};
    s->in_entry = true;
    s->entry_over = s->entry_broken = false;
    s->input = STR_NULL;
    s->at++;
}

enum bank_read bank_read(struct bank_import *s, enum bankfile_event *ret_event)
{
    while (s->in_entry && !s->entry_broken) {
        *ret_event =
            s->entry_over ? bankfile_last(&s->parser) : bankfile_next(&s->parser, &s->input);
        if (*ret_event == BANKFILE_MORE)
            break;
        if (*ret_event == BANKFILE_BROKEN)
            s->entry_broken = true; /* its other bytes are passed over */
        if (*ret_event != BANKFILE_END)
            return BANK_EVENT;
        s->in_entry = false;
        return BANK_FILE_END;
    }
    if (s->entry_broken && s->entry_over) {
        s->in_entry = s->entry_broken = false;
        return BANK_FILE_END;
    }
    switch (bankfile_source_next(&s->source, &s->input)) {
    case SOURCE_WAIT:
        return BANK_WAIT;
    case SOURCE_ENTRY:
        begin_entry(s);
        return BANK_FILE;
    case SOURCE_ENTRY_END:
        s->entry_over = true;
        return bank_read(s, ret_event);
    case SOURCE_BYTES:
        return bank_read(s, ret_event);
    case SOURCE_REFUSED:
        s->parser.err = s->source.refused;
        s->entry_broken = s->entry_over = true;
        *ret_event = BANKFILE_BROKEN;
        return BANK_EVENT;
    case SOURCE_OVER:
        return BANK_OVER;
    case SOURCE_FAILED:
        s->err = s->source.err;
        break;
    }
    return BANK_FAILED;
}

/* ---- the scan ---- */

static struct bank_file *add_file(struct bank_import *s)
{
    if (s->file_count == s->file_room) {
        s->file_room = s->file_room ? 2 * s->file_room : 4;
        s->file = mem_realloc(s->file, (size_t)s->file_room * sizeof *s->file);
    }
    struct bank_file *f = &s->file[s->file_count++];
    *f = (struct bank_file){0};
    snprintf(f->name, sizeof f->name, "%s", s->source.name);
    return f;
}

static void keep(char *out, size_t size, struct str text)
{
    struct str head = utf8_head(str_trim(text), size - 1);
    memcpy(out, head.p ? head.p : "", head.n);
    out[head.n] = 0;
}

static void add_account(struct bank_file *f, struct str account)
{
    account = str_trim(account);
    if (!account.n || account.n > BANKFILE_ACCOUNT_MAX || f->account_count >= BANKFILE_ACCOUNTS_MAX)
        return;
    struct str rest = buf_str(&f->accounts);
    while (rest.n)
        if (str_eq(str_cut(&rest, '\n'), account))
            return;
    buf_add_str(&f->accounts, account);
    buf_addc(&f->accounts, '\n');
    f->account_count++;
}

static void look_at_header(struct bank_import *s, struct bank_file *f)
{
    const struct bankfile_fields *h = &s->parser.fields;
    keep(f->version, sizeof f->version, bankfile_field(h, KEY_VERSION));
    keep(f->sender, sizeof f->sender, bankfile_field(h, KEY_SENDER));
    bankfile_date(bankfile_field(h, KEY_PERIOD_FROM), &f->from);
    bankfile_date(bankfile_field(h, KEY_PERIOD_TO), &f->to);
    bankfile_moment(bankfile_field(h, KEY_MADE), bankfile_field(h, KEY_MADE_TIME), &f->made);
    struct str rest = buf_str(&s->parser.accounts);
    while (rest.n)
        add_account(f, str_cut(&rest, '\n'));
}

static void look(struct bank_import *s, enum bankfile_event e)
{
    struct bank_file *f = &s->file[s->at];
    struct ledger_balance section;
    switch (e) {
    case BANKFILE_HEADER:
        look_at_header(s, f);
        break;
    case BANKFILE_ACCOUNT:
        f->sections++;
        add_account(f, bankfile_field(&s->parser.fields, KEY_ACCOUNT));
        if (bank_section(&s->parser.fields, f, &s->parser.warnings, &section))
            ledger_sections_note(&s->sections, s->at + 1, f->made, &section);
        break;
    case BANKFILE_DOCUMENT:
        f->documents++;
        bank_note_inns(s);
        break;
    case BANKFILE_BROKEN:
        f->broken = true; /* nothing of it counts, also what was read before */
        snprintf(f->why, sizeof f->why, "%s", s->parser.err.message);
        buf_clear(&f->accounts);
        f->account_count = 0;
        ledger_sections_back(&s->sections);
        break;
    default:
        break;
    }
    f->encoding = s->parser.lines.encoding;
}

static void on_adopted(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bank_import *s = arg;
    int at = 0;
    (void)t;
    if (err) {
        s->err = *err;
        return;
    }
    for (const struct json *file = s->files->child; file; file = file->next) {
        if (db_affected(results[at++]) || s->err.code)
            continue;
        struct str name = json_text(json_get(file, "name"));
        err_set(&s->err, ERR_NOT_FOUND, "%.*s: %s", STR_ARG(utf8_head(name, BANKFILE_NAME_MAX)),
            TR("такого файла среди загруженных нет, или он занят другой задачей. Загрузите его "
               "снова",
                "there is no such upload, or another task is using it. Upload the file again"));
    }
    s->adopted = !s->err.code;
}

/* From now on the files go with the task; and it reads nothing but uploads. */
static void adopt(struct bank_import *s)
{
    struct db_unit *u = obm_unit(s->task);
    s->adopting = true;
    for (const struct json *file = s->files->child; file; file = file->next) {
        struct uuid id = {0}; /* of none: refused as such */
        uuid_parse(json_text(json_get(file, "id")), &id);
        file_adopt_add(u, &id, obm_id(s->task));
    }
    obm_query(s->task, u, on_adopted, s);
}

/* The accounts of every file of the upload are known to each of them as another's. */
static void end_scan(struct bank_import *s)
{
    s->documents = 0;
    for (int i = 0; i < s->file_count; i++) {
        struct str rest = buf_str(&s->file[i].accounts);
        while (rest.n) {
            struct str account = str_cut(&rest, '\n');
            map_put(&s->own.earlier, account.p, account.n, s);
        }
        s->documents += s->file[i].broken ? 1 : s->file[i].documents;
    }
    s->scanned = true;
    obm_message(s->task, NULL);
    obm_total(s->task, s->documents);
    bank_rewind(s);
}

static void tell_progress(struct bank_import *s)
{
    char text[160];
    snprintf(text, sizeof text,
        TR("Чтение: %.1f МБ, документов %lld", "Reading: %.1f MB, %lld documents"),
        (double)s->source.read_bytes / 1e6, (long long)s->documents);
    obm_message(s->task, text);
}

enum obm_step bank_scan(struct bank_import *s)
{
    enum bankfile_event e;
    if (s->err.code)
        return obm_fail(s->task, &s->err);
    if (s->scanned)
        return OBM_NEXT;
    if (!s->adopting) {
        adopt(s);
        bank_rewind(s);
    }
    if (!s->adopted)
        return OBM_WAIT;
    for (int n = 0; n < OBM_STEP_RECORDS;) {
        switch (bank_read(s, &e)) {
        case BANK_WAIT:
            tell_progress(s);
            return OBM_WAIT;
        case BANK_FILE:
            add_file(s);
            ledger_sections_mark(&s->sections);
            break;
        case BANK_EVENT:
            look(s, e);
            n++;
            s->documents += e == BANKFILE_DOCUMENT;
            break;
        case BANK_FILE_END:
            s->file[s->at].encoding = s->parser.lines.encoding;
            break;
        case BANK_OVER:
            end_scan(s);
            return OBM_NEXT;
        case BANK_FAILED:
            return obm_fail(s->task, &s->err);
        }
    }
    return OBM_MORE;
}
