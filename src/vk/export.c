/*
 * export_data: a community's comments as a file, which stays as the task's artifact.
 *
 * Rows are read a page at a time and go into the sheet; what the sheet gives goes into the file. A
 * file that a crash left half-made can't be gone on with (an xlsx is written from its middle): it
 * is begun anew, and rows that were counted before are not counted again.
 */
#include "vk/export.h"

#include <stdio.h>

#include "file/artifact.h"
#include "file/store.h"
#include "file/writer.h"
#include "vk/export_rows.h"
#include "vk/service.h"
#include "vk/stored_group.h"
#include "vk/text.h"

enum {
    COUNT_EVERY = 1000, /* rows between two commits when no bytes come */
};

struct export
{
    struct obm_task *task; /* NULL until loaded */
    struct vk *service;
    int64_t asked_id;
    struct str asked_name;
    enum sheet_format format;
    /* checkpoint */
    int64_t group_id, total;
    int64_t counted;   /* rows up to this id are counted */
    struct uuid stale; /* the file of an attempt before; all zero: none */
    /* the file in the making */
    struct sheet *sheet; /* owned */
    struct file_writer file;
    bool file_begun, finished;
    int64_t last;  /* the row that was read last */
    int64_t since; /* rows since the last commit */
    int64_t added; /* those of them that count */
    bool reading, ended, asked;
    struct buf description; /* of the file, for the result */
    struct err err;
};

static enum sheet_format format_of(const struct json *params)
{
    struct str name = json_text(json_get(params, "format"));
    return str_is(name, "xlsx") ? SHEET_XLSX : str_is(name, "csv") ? SHEET_CSV : SHEET_JSON;
}

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct export *s = obm_state(t);
    if (!vk_stored_group_params(t, &s->asked_id, &s->asked_name, ret_err))
        return -1;
    s->task = t;
    s->service = obm_ctx(t);
    s->format = format_of(obm_params(t));
    s->group_id = vk_number(checkpoint, "group_id");
    s->total = vk_number(checkpoint, "total");
    s->counted = vk_number(checkpoint, "counted");
    json_bool(json_get(checkpoint, "finished"), &s->finished);
    uuid_parse(json_text(json_get(checkpoint, "file")), &s->stale);
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct export *s = obm_state(t);
    char id[UUID_TEXT];
    jw_ki64(w, "group_id", s->group_id);
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
}

/* ---- prepare ---- */

static const struct db_stmt count_rows = {"vk_export_count",
    "SELECT count(*) FROM vk_comments WHERE owner_id = (SELECT -id FROM vk_groups"
    " WHERE id = $1::bigint OR ($1 IS NULL AND lower(screen_name) = lower($2::text)) LIMIT 1)"};

static void on_group(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    if (err) {
        s->err = *err;
        return;
    }
    if (db_rows(results[0]) == 0) {
        vk_stored_group_missing(&s->err);
        return;
    }
    s->group_id = db_i64(results[0], 0, 0);
    s->total = db_i64(results[1], 0, 0);
    obm_total(t, s->total);
}

static enum obm_step prepare(struct obm_task *t)
{
    struct export *s = obm_state(t);
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->group_id)
        return OBM_NEXT;
    if (s->asked)
        return OBM_WAIT;
    struct db_unit *u = obm_unit(t);
    vk_stored_group_add(u, s->asked_id, s->asked_name);
    db_add(u, &count_rows);
    db_bind_id(u, s->asked_id);
    db_bind_text(u, s->asked_name);
    s->asked = true;
    obm_query(t, u, on_group, s);
    return OBM_WAIT;
}

/* ---- write ---- */

static void on_ready(void *arg)
{
    obm_wake(((struct export *)arg)->task);
}

static int begin_file(struct export *s)
{
    char name[100];
    const struct sheet_about about = {.format = s->format,
        .title = TR("Комментарии VK", "VK comments"),
        .columns = vk_export_columns,
        .count = vk_export_column_count};
    s->sheet = sheet_open(s->service->loop, &about, on_ready, s, &s->err);
    if (!s->sheet)
        return -1;
    snprintf(name, sizeof name, "vk-%lld-comments.%s", (long long)s->group_id,
        sheet_extension(s->format));
    file_writer_begin(&s->file, &(struct file_new){.task_id = *obm_id(s->task),
                                    .kind = FILE_ARTIFACT,
                                    .name = str_from(name),
                                    .media_type = str_from(sheet_media_type(s->format)),
                                    .keep_s = ARTIFACT_KEEP_S});
    s->file_begun = true;
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
    s->counted = s->last > s->counted ? s->last : s->counted;
    obm_count(s->task, (struct obm_stats){.fetched = s->added, .created = s->added});
    s->added = s->since = 0;
    obm_commit(s->task, u, on_commit, s);
    return OBM_WAIT;
}

static void on_rows(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct export *s = arg;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    int count = db_rows(results[0]);
    s->ended = count == 0;
    for (int i = 0; i < count; i++) {
        vk_export_row(s->sheet, results[0], i);
        s->last = vk_export_id(results[0], i);
        s->since++;
        s->added += s->last > s->counted; /* else an attempt before has counted it */
    }
    if (s->ended)
        sheet_end(s->sheet);
}

static enum obm_step more_rows(struct export *s)
{
    if (s->since >= COUNT_EVERY)
        return commit(s, false);
    struct db_unit *u = obm_unit(s->task);
    vk_export_read_add(u, -s->group_id, s->last);
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
    if (!s->sheet && begin_file(s) < 0)
        return obm_fail(t, &s->err);
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

/* ---- finish: what has been made ---- */

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
    jw_ki64(w, "group_id", s->group_id);
    jw_kcstr(w, "format", sheet_extension(s->format));
    jw_ki64(w, "rows", obm_stats(t).fetched);
    if (s->description.n)
        jw_kraw(w, "file", buf_str(&s->description));
}

static const struct obm_phase phases[] = {
    {"prepare", prepare}, {"write", write_file}, {"finish", finish}, {0}};

struct obm_task_type vk_export_data = {
    .name = "export_data",
    .title_ru = "Комментарии VK: выгрузка в файл",
    .title_en = "VK comments: export to a file",
    .params_schema = "{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"group_id\"],\"properties\":{"
                     "\"group_id\":{\"title\":\"Number, short name or address of a community\"},"
                     "\"format\":{\"type\":\"string\",\"enum\":[\"json\",\"csv\",\"xlsx\"],"
                     "\"default\":\"json\"}}}",
    .phases = phases,
    .state_size = sizeof(struct export),
    .user = true,
    .timeout_s = 900,
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};
