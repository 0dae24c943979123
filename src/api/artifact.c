/*
 * GET /tasks/{id}/artifact: the file that a task has made.
 *
 *     find the task → find its file → begin (or 304, 416) → READING a piece → written → READING … →
 * ended
 *
 * The next piece is read when the peer has taken the one before.
 */
#include "api/attachment.h"
#include "api/input.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/tasks.h"
#include "file/file.h"
#include "obmen/log.h"

struct sending {
    struct http_request *req;
    struct uuid id;
    int64_t pos, end;
    bool reading, gone;
};

static void on_bytes(void *arg, struct str bytes, const struct err *err)
{
    struct sending *s = arg;
    s->reading = false;
    if (err || bytes.n == 0) {
        struct err cut;
        err_set(&cut, ERR_NOT_FOUND,
            TR("Файл удалён, пока его читали", "The file was removed while it was read"));
        log_event(LOG_WARNING, "artifact cut short", NULL, LSTR("path", s->req->path),
            LERR(err ? err : &cut));
    }
    if (err || bytes.n == 0 || s->gone) {
        http_stream_end(s->req, false);
        return;
    }
    if ((int64_t)bytes.n > s->end - s->pos)
        bytes.n = (size_t)(s->end - s->pos);
    s->pos += (int64_t)bytes.n;
    http_stream_write(s->req, bytes);
    if (s->pos == s->end)
        http_stream_end(s->req, true);
}

static void on_more(void *arg)
{
    struct sending *s = arg;
    if (s->pos == s->end) { /* an empty file */
        http_stream_end(s->req, true);
        return;
    }
    s->reading = true;
    file_read(api_call(s->req)->api->db, &s->id, s->pos, on_bytes, s);
}

static void on_gone(void *arg)
{
    struct sending *s = arg;
    s->gone = true;
    if (!s->reading)
        http_stream_end(s->req, false);
}

static void outside(struct http_request *req, int64_t size)
{
    struct err err;
    err_set(&err, ERR_VALIDATION_ERROR,
        TR("Range за концом файла: в нём %lld байт",
            "Range is behind the end of the file: it has %lld bytes"),
        (long long)size);
    err.http_status = 416;
    http_add_header(
        req, "Content-Range", arena_printf(&req->arena, "bytes */%lld", (long long)size));
    http_reply_error(req, &err);
}

static void send_file(struct http_request *req, const struct file_info *file)
{
    static const struct http_stream_events events = {on_more, on_gone};
    struct str tag = arena_printf(&req->arena, "\"%.*s\"", STR_ARG(file->sha256));
    struct str condition = http_header(req, "If-Range");
    struct sending *s = arena_alloc(&req->arena, sizeof *s);
    enum range range = RANGE_NONE;

    *s = (struct sending){.req = req, .id = file->id, .end = file->size};
    http_add_header(req, "ETag", tag);
    http_add_header(req, "Cache-Control", STR("private, no-cache"));
    if (tag_listed(http_header(req, "If-None-Match"), tag)) {
        http_reply(req, 304, NULL, BUF_INIT);
        return;
    }
    if (!condition.p || str_eq(condition, tag))
        range = range_parse(http_header(req, "Range"), file->size, &s->pos, &s->end);
    if (range == RANGE_OUTSIDE) {
        outside(req, file->size);
        return;
    }
    attachment(req, file->name);
    http_add_header(req, "Accept-Ranges", STR("bytes"));
    if (range == RANGE_PART)
        http_add_header(req, "Content-Range",
            arena_printf(&req->arena, "bytes %lld-%lld/%lld", (long long)s->pos,
                (long long)s->end - 1, (long long)file->size));
    http_stream_begin_sized(req, range == RANGE_PART ? 206 : 200,
        arena_cstr(&req->arena, file->media_type), s->end - s->pos, &events, s);
}

static void on_files(void *arg, struct db_result *const *results, const struct err *err)
{
    struct http_request *req = arg;
    struct file_info file = {0};

    if (err) {
        http_reply_error(req, err);
        return;
    }
    for (int i = db_rows(results[0]); i-- > 0;) { /* the newest first */
        file_info_read(results[0], i, &file);
        if (file.complete && !file.expired) {
            send_file(req, &file);
            return;
        }
    }
    int rows = db_rows(results[0]);
    if (rows == 0) {
        problem_not_found(req, TR("У этой задачи нет файла", "This task has no file"));
        return;
    }
    file_info_read(results[0], rows - 1, &file);
    problem_not_found(req, file.expired
                               ? TR("Срок хранения файла истёк: запустите задачу ещё раз",
                                     "The file's time is over: start the task again")
                               : TR("Файл ещё не готов: дождитесь конца задачи",
                                     "The file is not ready yet: wait for the end of the task"));
}

static void found(struct http_request *req, const struct task_state *s)
{
    struct db_unit *u = db_unit_new(api_call(req)->api->db, DB_USER);
    file_find_add(u, &s->id, FILE_ARTIFACT);
    db_submit(u, on_files, req);
}

static void artifact(void *ctx, struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        tasks_find(req, found);
}

const struct http_route artifact_routes[] = {
    {"GET", "/api/v1/tasks/{id}/artifact", artifact, API_USER, 0},
    {0},
};
