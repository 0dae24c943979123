/*
 * Rows are read a page at a time and go into the sheet; what the sheet gives goes into the file. A
 * file that a crash left half-made can't be gone on with (an xlsx is written from its middle): it
 * is begun anew, and rows that were counted before are not counted again.
 *
 *   prepare   how many rows, and, unless they go by date, in which order
 *   write     rows → sheet → file
 *   finish    says what has been made
 */
#include "extract/export.h"

#include <stdio.h>

#include "file/artifact.h"
#include "file/store.h"
#include "file/writer.h"
#include "ledger/filter.h"
#include "ledger/pages.h"
#include "extract/table.h"
#include "task/engine.h"

enum {
    PAGE_ROWS = OBM_STEP_RECORDS,
    COUNT_EVERY = 1000, /* rows between two commits when no bytes come */
    TRY_AGAIN_MS = 1000,
};

struct export
{
    struct obm_task *task; /* NULL until loaded */
    struct ledger_transaction_filter filter;
    enum sheet_format format;
    /* checkpoint */
    int64_t total, counted;
    bool prepared;
    struct uuid stale; /* the file of an attempt before; all zero: none */
    /* the file in the making */
    struct sheet *sheet; /* owned */
    struct file_writer file;
    bool file_begun, finished;
    struct ledger_place place; /* of the row that was read last, by date */
    struct buf ids;            /* the order, when it is not by date */
    struct str ids_left;
    bool ordered;
    int64_t read;  /* rows of this attempt */
    int64_t since; /* those since the last commit */
    int64_t added; /* those of them that count */
    int result;    /* which of the unit's has the rows */
    bool reading, asked;
    struct buf description; /* of the file, for the result */
    struct err err;
};

/* ---- the params, checked against the schema by then ---- */

static int read_filter(
    const struct json *params, struct ledger_transaction_filter *f, struct err *ret_err)
{
    struct str sort = json_text(json_get(params, "sort"));
    if (ledger_filter_params(params, f, ret_err) < 0)
        return -1;
    f->limit = PAGE_ROWS;
    f->ascending = true;
    if (sort.n && !ledger_sort_parse(sort, &f->sort, &f->ascending))
        return err_set_field(
            ret_err, "sort", "%s", TR("такого порядка нет", "there is no such order"));
    return 0;
}

static int check(const struct json *params, struct err *ret_err)
{
    struct ledger_transaction_filter filter;
    return read_filter(params, &filter, ret_err);
}

static enum sheet_format format_of(const struct json *params)
{
    static const struct {
        const char *name;
        enum sheet_format format;
    } formats[] = {{"csv", SHEET_CSV_EXCEL}, {"csv-rfc4180", SHEET_CSV}, {"jsonl", SHEET_JSONL},
        {"json", SHEET_JSON}};
    struct str name = json_text(json_get(params, "format"));
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_is(name, formats[i].name))
            return formats[i].format;
    return SHEET_XLSX;
}

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct export *s = obm_state(t);
    if (read_filter(obm_params(t), &s->filter, ret_err) < 0)
        return -1;
    s->task = t;
    s->format = format_of(obm_params(t));
    json_i64(json_get(checkpoint, "total"), &s->total);
    json_i64(json_get(checkpoint, "counted"), &s->counted);
    json_bool(json_get(checkpoint, "finished"), &s->finished);
    uuid_parse(json_text(json_get(checkpoint, "file")), &s->stale);
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct export *s = obm_state(t);
    char id[UUID_TEXT];
    jw_ki64(w, "total", s->total);
    jw_ki64(w, "counted", s->counted);
    jw_kbool(w, "finished", s->finished);
    if (s->file_begun) {
        uuid_format(&s->file.id, id);
        jw_kcstr(w, "file", id);
    }
}

static void cleanup(struct obm_task *t)
{
    struct export *s = obm_state(t);
    sheet_close(s->sheet);
    if (s->file_begun)
        file_writer_release(&s->file);
    buf_release(&s->description);
    buf_release(&s->ids);
}

/* ---- prepare ---- */

static void on_prepared(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    struct str ids;
    if (err) {
        s->err = *err;
        return;
    }
    if (s->filter.sort == LEDGER_BY_DATE) {
        s->total = db_i64(results[s->result], 0, 0);
    } else {
        if (ledger_order_take(results[s->result], &ids, &s->err) < 0)
            return;
        s->total = db_i64(results[s->result], 0, 1);
        buf_add_str(&s->ids, ids);
        s->ids_left = buf_str(&s->ids);
        s->ordered = true;
    }
    s->prepared = true;
    obm_total(t, s->total);
}

static enum obm_step prepare(struct obm_task *t)
{
    struct export *s = obm_state(t);
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->prepared || s->finished)
        return OBM_NEXT;
    if (s->asked)
        return OBM_WAIT;
    struct db_unit *u = obm_unit(t);
    s->result = s->filter.sort == LEDGER_BY_DATE ? ledger_count_add(u, &s->filter)
                                                 : ledger_order_add(u, &s->filter);
    s->asked = true;
    obm_query(t, u, on_prepared, s);
    return OBM_WAIT;
}

/* ---- write ---- */

static void on_ready(void *arg)
{
    obm_wake(((struct export *)arg)->task);
}

static void name_file(const struct export *s, char *out, size_t size)
{
    char from[TIME_TEXT] = "", to[TIME_TEXT] = "";
    if (s->filter.has_date_from)
        time_format_date(s->filter.date_from, from);
    if (s->filter.has_date_to)
        time_format_date(s->filter.date_to, to);
    snprintf(out, size, "%s%s%s%s%s.%s", TR("Операции", "Transactions"),
        *from ? TR(" с ", " from ") : "", from, *to ? TR(" по ", " to ") : "", to,
        sheet_extension(s->format));
}

static int begin_file(struct export *s)
{
    char name[128];
    s->sheet = sheet_open(obm_ctx(s->task),
        &(struct sheet_about){.format = s->format,
            .title = TR("Операции", "Transactions"),
            .columns = extract_columns,
            .count = EXTRACT_COLUMNS},
        on_ready, s, &s->err);
    if (!s->sheet)
        return -1;
    name_file(s, name, sizeof name);
    file_writer_begin(&s->file, &(struct file_new){.task_id = *obm_id(s->task),
                                    .kind = FILE_ARTIFACT,
                                    .name = str_from(name),
                                    .media_type = str_from(sheet_media_type(s->format)),
                                    .keep_s = ARTIFACT_KEEP_S});
    s->file_begun = true;
    obm_wait_reason(s->task, NULL);
    return 0;
}

static void on_commit(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    if (err)
        s->err = *err;
}

static enum obm_step commit(struct export *s, bool last)
{
    struct db_unit *u = obm_unit(s->task);
    if (!uuid_is_zero(&s->stale))
        store_remove_add(u, &s->stale);
    s->stale = (struct uuid){0};
    if (last)
        file_writer_finish(&s->file, u);
    else
        file_writer_store(&s->file, u);
    s->finished = last;
    s->counted = s->read > s->counted ? s->read : s->counted;
    obm_count(s->task, (struct obm_stats){.fetched = s->added, .created = s->added});
    s->added = s->since = 0;
    obm_commit(s->task, u, on_commit, s);
    return OBM_WAIT;
}

static void on_rows(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    struct sheet_cell cells[EXTRACT_COLUMNS];
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    const struct db_result *r = results[s->result];
    int count = db_rows(r);
    for (int i = 0; i < count; i++) {
        extract_cells(r, i, cells);
        sheet_row(s->sheet, cells);
        s->read++;
        s->since++;
        s->added += s->read > s->counted; /* else an attempt before has counted it */
    }
    if (count > 0)
        s->place = (struct ledger_place){
            db_time(r, count - 1, LC_TRANSACTION_DATE), db_i64(r, count - 1, LC_ID)};
    if (s->ordered ? s->ids_left.n == 0 : count < PAGE_ROWS)
        sheet_end(s->sheet);
}

static enum obm_step more_rows(struct export *s)
{
    if (s->since >= COUNT_EVERY)
        return commit(s, false);
    struct db_unit *u = obm_unit(s->task);
    s->result = s->ordered ? ledger_page_of_add(u, &s->ids_left, PAGE_ROWS)
                           : ledger_page_add(u, &s->filter, &s->place);
    s->reading = true;
    obm_query(s->task, u, on_rows, s);
    return OBM_WAIT;
}

static enum obm_step write_file(struct obm_task *t)
{
    struct export *s = obm_state(t);
    if (obm_committing(t) || s->reading)
        return OBM_WAIT;
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->finished)
        return OBM_NEXT;
    if (!s->prepared) /* taken up from here */
        return prepare(t) == OBM_NEXT ? OBM_MORE : OBM_WAIT;
    if (!s->sheet && begin_file(s) < 0) {
        if (!s->err.passing)
            return obm_fail(t, &s->err);
        obm_wait_reason(t, s->err.message); /* others are writing workbooks: it is no failure */
        s->err = (struct err){0};
        return obm_sleep(t, TRY_AGAIN_MS);
    }
    switch (sheet_step(s->sheet)) {
    case SHEET_ROWS:
        return more_rows(s);
    case SHEET_BYTES:
        file_writer_append(&s->file, sheet_bytes(s->sheet));
        return file_writer_waiting(&s->file) >= FILE_CHUNK ? commit(s, false) : OBM_MORE;
    case SHEET_BUSY:
        return OBM_WAIT;
    case SHEET_ENDED:
        return commit(s, true);
    case SHEET_FAILED:
        return obm_fail(t, sheet_err(s->sheet));
    }
    return OBM_WAIT;
}

/* ---- finish ---- */

static void on_file(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    struct json_writer w = json_writer(&s->description);
    artifact_describe(&w, obm_id(t), results[0]);
}

static enum obm_step finish(struct obm_task *t)
{
    struct export *s = obm_state(t);
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->description.n) {
        obm_total(t, obm_stats(t).fetched);
        return OBM_DONE;
    }
    if (!s->reading) {
        struct db_unit *u = obm_unit(t);
        file_find_add(u, obm_id(t), FILE_ARTIFACT);
        s->reading = true;
        obm_query(t, u, on_file, s);
    }
    return OBM_WAIT;
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct export *s = obm_state(t);
    if (!s->task)
        return;
    jw_kcstr(w, "format", sheet_extension(s->format));
    jw_ki64(w, "rows", obm_stats(t).fetched);
    if (s->description.n)
        jw_kraw(w, "file", buf_str(&s->description));
}

static const struct obm_phase phases[] = {
    {"prepare", prepare}, {"write", write_file}, {"finish", finish}, {0}};

void extract_register(struct engine *e, uv_loop_t *loop)
{
    static struct obm_task_type type = {
        .name = "export_transactions",
        .title_ru = "Операции: выгрузка в файл",
        .title_en = "Transactions: export to a file",
        .params_schema =
            "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
            "\"format\":{\"type\":\"string\",\"enum\":[\"xlsx\",\"csv\",\"csv-rfc4180\","
            "\"jsonl\",\"json\"],\"default\":\"xlsx\"}," LEDGER_FILTER_PARAMS ","
            "\"sort\":{\"type\":\"string\",\"enum\":[\"transaction_date\",\"-transaction_date\","
            "\"amount\",\"-amount\",\"counterparty_name\",\"-counterparty_name\"]}}}",
        .check = check,
        .phases = phases,
        .state_size = sizeof(struct export),
        .user = true,
        .load = load,
        .save = save,
        .report = report,
        .cleanup = cleanup,
    };
    type.ctx = loop;
    engine_register(e, &type);
}
