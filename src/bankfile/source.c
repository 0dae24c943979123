#include "bankfile/source.h"

#include <stdio.h>

#include "bankfile/entry_name.h"
#include "obmen/utf8.h"

void bankfile_source_begin(
    struct bankfile_source *s, struct obm_task *task, uv_loop_t *loop, const struct json *files)
{
    bankfile_source_release(s);
    *s = (struct bankfile_source){.task = task, .loop = loop, .files = files};
}

void bankfile_source_release(struct bankfile_source *s)
{
    unzip_free(s->zip);
    s->zip = NULL;
    buf_release(&s->now);
    buf_release(&s->next);
}

static enum bankfile_source_state failed(struct bankfile_source *s)
{
    return s->err.code ? SOURCE_FAILED : SOURCE_WAIT;
}

/* ---- stored bytes ---- */

static void on_piece(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bankfile_source *s = arg;
    (void)t;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    int64_t n = file_read_take(results[0], &s->next);
    if (n < 0 || (n == 0 && s->pos < s->size))
        err_set(&s->err, ERR_INTERNAL_ERROR, "%s: %s",
            TR("Загруженный файл хранится не целиком", "The uploaded file is not stored whole"),
            s->file_name);
    else
        s->pos += n;
    s->ended = s->pos >= s->size;
}

static void on_opened(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct bankfile_source *s = arg;
    struct file_info info;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    if (db_rows(results[0]) == 0) {
        err_set(&s->err, ERR_NOT_FOUND, "%s: %s",
            TR("Загруженного файла больше нет; загрузите его снова",
                "The uploaded file is gone; upload it again"),
            s->file_name);
        return;
    }
    file_info_read(results[0], 0, &info);
    s->size = info.size;
    if (!info.complete) {
        err_set(&s->err, ERR_NOT_FOUND, "%s: %s",
            TR("Файл загружен не до конца; загрузите его снова",
                "The upload of the file was cut; upload it again"),
            s->file_name);
        return;
    }
    on_piece(t, s, results + 1, NULL);
    s->begun = true;
}

static void read_ahead(struct bankfile_source *s)
{
    if (s->reading || s->ended || s->next.n)
        return;
    struct db_unit *u = obm_unit(s->task);
    file_read_add(u, &s->id, s->pos);
    s->reading = true;
    obm_query(s->task, u, on_piece, s);
}

static void keep_text(char *out, size_t size, struct str text)
{
    struct str head = utf8_head(text, size - 1);
    memcpy(out, head.p ? head.p : "", head.n);
    out[head.n] = 0;
}

static enum bankfile_source_state open_next(struct bankfile_source *s)
{
    const struct json *file = json_at(s->files, s->file);
    if (!file) {
        s->state = SOURCE_DONE;
        return SOURCE_OVER;
    }
    s->file++;
    s->pos = s->size = 0;
    s->begun = s->ended = false;
    buf_clear(&s->now);
    buf_clear(&s->next);
    keep_text(s->file_name, sizeof s->file_name, json_text(json_get(file, "name")));
    if (!uuid_parse(json_text(json_get(file, "id")), &s->id)) {
        err_set(&s->err, ERR_VALIDATION_ERROR, "%s",
            TR("files: id должен быть UUID", "files: id must be a UUID"));
        return SOURCE_FAILED;
    }
    struct db_unit *u = obm_unit(s->task);
    file_info_add(u, &s->id);
    file_read_add(u, &s->id, 0);
    s->reading = true;
    s->state = SOURCE_OPENING;
    obm_query(s->task, u, on_opened, s);
    return SOURCE_WAIT;
}

/* The piece that was read ahead becomes the present one. False: there is none yet. */
static bool take_piece(struct bankfile_source *s)
{
    if (s->next.n == 0)
        return false;
    struct buf used = s->now;
    s->now = s->next;
    s->next = used;
    buf_clear(&s->next);
    s->read_bytes += (int64_t)s->now.n;
    read_ahead(s);
    return true;
}

/* Files of the upload that have not been opened count as one each. */
static enum bankfile_source_state too_many(struct bankfile_source *s)
{
    int count = s->entries + (int)s->files->count - s->file;
    err_set(&s->err, ERR_VALIDATION_ERROR,
        TR("Слишком много файлов: вместе с теми, что в архивах, их не меньше %d, а за раз "
           "принимается не больше %d. Разделите их, например по месяцам, и загрузите по частям",
            "Too many files: with those in archives they are at least %d, and at most %d are taken "
            "at a time. Divide them, by months for instance, and upload one part after the other"),
        count, BANKFILE_ENTRIES_MAX);
    return SOURCE_FAILED;
}

static bool count_entry(struct bankfile_source *s)
{
    return ++s->entries <= BANKFILE_ENTRIES_MAX;
}

/* ---- what is refused ---- */

static void end_archive(struct bankfile_source *s)
{
    unzip_free(s->zip);
    s->zip = NULL;
    s->state = SOURCE_NEXT_FILE;
}

/* True for an archive that is no ZIP: `refused` says so. */
static bool is_other_archive(struct bankfile_source *s, struct str head)
{
    const char *name = unzip_other_archive(head);
    if (!name)
        return false;
    err_set(&s->refused, ERR_VALIDATION_ERROR,
        TR("это архив %s, а читается только ZIP: распакуйте его и загрузите файлы",
            "this is a %s archive, only ZIP is read: unpack it and upload the files"),
        name);
    return true;
}

/* The archive takes the place of the entries that can't be read. */
static enum bankfile_source_state refuse_archive(struct bankfile_source *s)
{
    if (!count_entry(s))
        return too_many(s);
    snprintf(s->name, sizeof s->name, "%s", s->file_name);
    s->state = SOURCE_REFUSING;
    return SOURCE_ENTRY;
}

/* ---- plain files ---- */

static enum bankfile_source_state opened(struct bankfile_source *s)
{
    if (!s->begun)
        return SOURCE_WAIT;
    if (unzip_is_archive(buf_str(&s->next))) {
        s->zip = unzip_new(s->loop, obm_wake, s->task);
        s->state = SOURCE_SPOOLING;
        return bankfile_source_next(s, &(struct str){0});
    }
    if (is_other_archive(s, buf_str(&s->next)))
        return refuse_archive(s);
    if (!count_entry(s))
        return too_many(s);
    snprintf(s->name, sizeof s->name, "%s", s->file_name);
    s->state = SOURCE_PLAIN;
    return SOURCE_ENTRY;
}

static enum bankfile_source_state plain(struct bankfile_source *s, struct str *ret_bytes)
{
    if (take_piece(s)) {
        *ret_bytes = buf_str(&s->now);
        return SOURCE_BYTES;
    }
    if (!s->ended)
        return SOURCE_WAIT;
    s->state = SOURCE_NEXT_FILE;
    return SOURCE_ENTRY_END;
}

/* ---- unpacking ---- */

static enum bankfile_source_state spool(struct bankfile_source *s)
{
    if (unzip_busy(s->zip))
        return SOURCE_WAIT;
    if (unzip_state(s->zip, &s->err) != UNZIP_FINE)
        return SOURCE_FAILED;
    if (take_piece(s)) {
        unzip_spool(s->zip, buf_str(&s->now));
        return SOURCE_WAIT;
    }
    if (!s->ended)
        return SOURCE_WAIT;
    unzip_next_entry(s->zip);
    s->has_entries = false;
    s->state = SOURCE_LISTING;
    return SOURCE_WAIT;
}

static enum bankfile_source_state list(struct bankfile_source *s)
{
    if (unzip_busy(s->zip))
        return SOURCE_WAIT;
    switch (unzip_state(s->zip, &s->refused)) {
    case UNZIP_FINE:
        break;
    case UNZIP_REFUSED:
        return refuse_archive(s);
    case UNZIP_FAILED:
        s->err = s->refused;
        return SOURCE_FAILED;
    }
    const char *entry = unzip_entry(s->zip);
    if (!entry && s->entries > BANKFILE_ENTRIES_MAX)
        return too_many(s);
    if (!entry && !s->has_entries) {
        err_set(&s->refused, ERR_VALIDATION_ERROR, "%s",
            TR("архив пуст: файлов в нём нет", "the archive is empty: there are no files in it"));
        return refuse_archive(s);
    }
    if (!entry) {
        end_archive(s);
        return bankfile_source_next(s, &(struct str){0});
    }
    if (!count_entry(s)) { /* how many there are is told */
        unzip_next_entry(s->zip);
        return SOURCE_WAIT;
    }
    bankfile_entry_told(str_from(s->file_name), str_from(entry), s->name, sizeof s->name);
    unzip_read(s->zip);
    s->has_entries = s->at_head = true;
    s->state = SOURCE_UNPACKING;
    return SOURCE_ENTRY;
}

static enum bankfile_source_state unpack(struct bankfile_source *s, struct str *ret_bytes)
{
    if (unzip_busy(s->zip))
        return SOURCE_WAIT;
    if (unzip_state(s->zip, &s->refused) != UNZIP_FINE) {
        if (unzip_go_on(s->zip))
            s->state = SOURCE_LISTING;
        else
            end_archive(s);
        return SOURCE_REFUSED;
    }
    struct str bytes = unzip_bytes(s->zip);
    bool archive = s->at_head && unzip_is_archive(bytes);
    if (archive)
        err_set(&s->refused, ERR_VALIDATION_ERROR, "%s",
            TR("архив внутри архива: распакуйте его и загрузите отдельно",
                "an archive within an archive: unpack it and upload it by itself"));
    if (archive || (s->at_head && is_other_archive(s, bytes))) {
        unzip_next_entry(s->zip);
        s->state = SOURCE_LISTING;
        return SOURCE_REFUSED;
    }
    s->at_head = false;
    if (bytes.n) {
        unzip_read(s->zip); /* into its other buffer */
        *ret_bytes = bytes;
        return SOURCE_BYTES;
    }
    unzip_next_entry(s->zip);
    s->state = SOURCE_LISTING;
    return SOURCE_ENTRY_END;
}

enum bankfile_source_state bankfile_source_next(struct bankfile_source *s, struct str *ret_bytes)
{
    if (s->err.code)
        return failed(s);
    switch (s->state) {
    case SOURCE_NEXT_FILE:
        return open_next(s);
    case SOURCE_OPENING:
        return opened(s);
    case SOURCE_PLAIN:
        return plain(s, ret_bytes);
    case SOURCE_SPOOLING:
        return spool(s);
    case SOURCE_LISTING:
        return list(s);
    case SOURCE_UNPACKING:
        return unpack(s, ret_bytes);
    case SOURCE_REFUSING:
        end_archive(s);
        return SOURCE_REFUSED;
    case SOURCE_DONE:
        break;
    }
    return SOURCE_OVER;
}
