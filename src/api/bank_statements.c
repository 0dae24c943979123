/*
 * POST /bank-statements/import-async: bank statement files into the database piece by piece, then
 * one task for all of them.
 *
 *   RECEIVING ─the body's end─► STORING (the files' last pieces) ─► the task, which answers
 *       │ a fault, or the peer leaves
 *       ▼
 *     answered, when nothing is being stored any more: the file that is coming in goes again at
 *     once, whole ones with the tidying, since no task owns them
 */
#include <sodium.h>
#include "api/input.h"
#include "api/problem.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/tasks.h"
#include "bankfile/bankfile.h"
#include "bankfile/value.h"
#include "file/sink.h"
#include "http/multipart.h"

/* STORING_MAX: files whose end is being stored before the peer has to wait. */
enum { FILES_MAX = 100, VALUE_MAX = 100, STORING_MAX = 2 };
#define UPLOAD_MAX (64 * 1024 * 1024)
#define FRAMING_MAX (1024 * 1024) /* what multipart adds to the files */

struct upload {
    struct http_request *req;
    struct multipart multipart;
    crypto_hash_sha256_state hash; /* of names and contents: what Idempotency-Key compares */
    struct file_sink *sink;        /* the file that is coming in */
    uint64_t bytes;                /* of files */
    int files, fields;
    struct buf list; /* "files" of the params so far */
    char field[32];  /* name of the plain field that is coming in, "" in a file */
    char value[VALUE_MAX + 1];
    size_t value_n;
    bool dry_run, classify;
    char account[VALUE_MAX + 1];
    int storing; /* files whose last piece is under way */
    bool full;   /* the sink wants no more for now */
    bool whole;  /* the body is */
    struct err err;
    struct str wrong; /* the field that err is about; STR_NULL: none */
};

static void end(struct upload *up)
{
    if (up->sink)
        file_sink_abort(up->sink);
    up->sink = NULL;
    multipart_release(&up->multipart);
    buf_release(&up->list);
}

static void fail(struct upload *up, const struct err *err)
{
    if (!up->err.code)
        up->err = *err;
    if (up->storing > 0)
        return; /* its end answers */
    end(up);
    if (!up->wrong.p || up->err.code != ERR_VALIDATION_ERROR) {
        http_reply_error(up->req, &up->err);
        return;
    }
    struct field_errors faults = {.arena = &up->req->arena};
    field_errors_add(&faults, up->wrong, "%s", up->err.message);
    problem_fields(up->req, &faults);
}

/* ---- parts ---- */

static int wrong(struct upload *up, struct str field, const char *why, struct err *ret_err)
{
    up->wrong = arena_str(&up->req->arena, field);
    return err_set(ret_err, ERR_VALIDATION_ERROR, "%s", why);
}

static void hash(struct upload *up, struct str s)
{
    crypto_hash_sha256_update(&up->hash, (const unsigned char *)(s.n ? s.p : ""), s.n);
}

static void on_drained(void *arg)
{
    struct upload *up = arg;
    up->full = false;
    if (!up->err.code)
        http_receive_more(up->req);
}

static int begin_file(struct upload *up, const struct multipart_part *part, struct err *ret_err)
{
    if (up->files == FILES_MAX)
        return err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Слишком много файлов: не больше %d за раз. Пришлите их по частям или в архиве ZIP",
                "Too many files: at most %d at a time. Upload them in parts, or as a ZIP"),
            FILES_MAX);
    struct file_new about = {.kind = FILE_UPLOAD,
        .name = part->filename.n ? part->filename : STR("kl_to_1c.txt"),
        .media_type = STR("application/octet-stream")};
    up->sink = file_sink_open(api_call(up->req)->api->db, &about, on_drained, up);
    char id[UUID_TEXT];
    uuid_format(file_sink_id(up->sink), id);
    struct json_writer w = json_writer(&up->list);
    if (up->files++)
        buf_addc(&up->list, ',');
    jw_object(&w);
    jw_kcstr(&w, "id", id);
    jw_kstr(&w, "name", about.name);
    jw_object_end(&w);
    return 0;
}

static int on_part(void *arg, const struct multipart_part *part, struct err *ret_err)
{
    struct upload *up = arg;
    up->field[0] = 0;
    up->value_n = 0;
    hash(up, STR("\1"));
    hash(up, part->name);
    hash(up, STR("\1"));
    hash(up, part->filename);
    hash(up, STR("\1"));
    if (part->filename.p)
        return begin_file(up, part, ret_err);
    static const char *const known[] = {"auto_classify", "dry_run", "account_number"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(part->name, known[i])) {
            snprintf(up->field, sizeof up->field, "%s", known[i]);
            return 0;
        }
    struct str name = {part->name.p, part->name.n < 60 ? part->name.n : 60};
    return wrong(up, name,
        TR("такого поля нет: есть file, account_number, auto_classify, dry_run",
            "no such field: there are file, account_number, auto_classify, dry_run"),
        ret_err);
}

static int on_data(void *arg, struct str bytes, struct err *ret_err)
{
    struct upload *up = arg;
    hash(up, bytes);
    if (up->sink) {
        up->bytes += bytes.n;
        if (up->bytes > UPLOAD_MAX)
            return err_set(ret_err, ERR_PAYLOAD_TOO_LARGE,
                TR("Файлы слишком велики: вместе не больше %d МиБ. Большую выписку загрузите "
                   "командой obmen import-file",
                    "The files are too large: at most %d MiB together. For a larger statement use "
                    "obmen import-file"),
                UPLOAD_MAX / 1024 / 1024);
        up->full = !file_sink_write(up->sink, bytes);
        return 0;
    }
    if (up->value_n + bytes.n > VALUE_MAX)
        return wrong(
            up, str_from(up->field), TR("не длиннее 100 байт", "at most 100 bytes"), ret_err);
    memcpy(up->value + up->value_n, bytes.p, bytes.n);
    up->value_n += bytes.n;
    return 0;
}

static int take_field(struct upload *up, struct err *ret_err)
{
    struct str value = {up->value, up->value_n};
    if (strcmp(up->field, "account_number") == 0) {
        const char *fault = value.n ? bankfile_account_fault(value) : NULL;
        if (fault)
            return wrong(up, str_from(up->field), fault, ret_err);
        memcpy(up->account, value.p, value.n);
        up->account[value.n] = 0;
        return 0;
    }
    bool *flag = strcmp(up->field, "dry_run") == 0 ? &up->dry_run : &up->classify;
    if (!str_is(value, "true") && !str_is(value, "false"))
        return wrong(
            up, str_from(up->field), TR("допустимо: true, false", "allowed: true, false"), ret_err);
    *flag = str_is(value, "true");
    return 0;
}

static void start(struct upload *up);

static void on_stored(void *arg, const struct err *err)
{
    struct upload *up = arg;
    up->storing--;
    if (err || up->err.code)
        fail(up, err);
    else if (up->whole && up->storing == 0)
        start(up);
    else
        http_receive_more(up->req);
}

static int on_part_end(void *arg, struct err *ret_err)
{
    struct upload *up = arg;
    if (!up->sink)
        return take_field(up, ret_err);
    up->storing++;
    up->full = false;
    file_sink_finish(up->sink, on_stored, up);
    up->sink = NULL;
    return 0;
}

static const struct multipart_events part_events = {on_part, on_data, on_part_end};

/* ---- the body ---- */

static void start(struct upload *up)
{
    struct http_request *req = up->req;
    struct buf params = BUF_INIT;
    unsigned char digest[crypto_hash_sha256_BYTES];
    struct json_writer w = json_writer(&params);
    jw_object(&w);
    jw_key(&w, "files");
    struct str list = arena_printf(&req->arena, "[%.*s]", STR_ARG(buf_str(&up->list)));
    jw_raw(&w, list);
    if (up->account[0])
        jw_kcstr(&w, "account_number", up->account);
    jw_kbool(&w, "auto_classify", up->classify);
    jw_kbool(&w, "dry_run", up->dry_run);
    jw_object_end(&w);
    crypto_hash_sha256_final(&up->hash, digest);
    char *body = arena_bytes(&req->arena, sizeof digest);
    memcpy(body, digest, sizeof digest);
    req->body =
        (struct str){body, sizeof digest}; /* for Idempotency-Key: the body itself is gone */
    struct task_new task = {.task_type = STR(BANKFILE_TASK),
        .params = arena_str(&req->arena, buf_str(&params)),
        .priority = TASK_NORMAL,
        .max_retries = -1,
        .user_id = api_call(req)->who.user_id};
    buf_release(&params);
    end(up);
    tasks_start(req, &task);
}

static bool on_piece(void *arg, struct str bytes)
{
    struct upload *up = arg;
    struct err err = ERR_INIT;
    if (up->err.code)
        return false;
    if (multipart_feed(&up->multipart, bytes, &err) < 0) {
        fail(up, &err);
        return false;
    }
    return !up->full && up->storing < STORING_MAX;
}

static void on_ended(void *arg, const struct err *err)
{
    struct upload *up = arg;
    struct err wrong_end = ERR_INIT;
    if (up->err.code)
        return; /* the end of what is being stored answers */
    if (!err && multipart_end(&up->multipart, &wrong_end) < 0)
        err = &wrong_end;
    if (!err && up->files == 0) {
        wrong(up, STR("file"), TR("пришлите хотя бы один файл", "send at least one file"),
            &wrong_end);
        err = &wrong_end;
    }
    up->whole = true;
    if (err)
        fail(up, err);
    else if (up->storing == 0)
        start(up);
}

static void import_statements(void *ctx, struct http_request *req)
{
    static const struct http_intake intake = {on_piece, on_ended};
    struct input in = input_begin(req);
    input_no_query(&in);
    if (!input_ok(&in))
        return;
    struct upload *up = arena_alloc(&req->arena, sizeof *up);
    struct err err = ERR_INIT;
    up->req = req;
    up->classify = true;
    crypto_hash_sha256_init(&up->hash);
    if (multipart_begin(&up->multipart, http_header(req, "Content-Type"), &part_events, up, &err) <
        0) {
        http_reply_error(req, &err);
        return;
    }
    if (http_receive(req, &intake, up))
        return;
    wrong(up, STR("file"), TR("пришлите хотя бы один файл", "send at least one file"), &err);
    fail(up, &err);
}

const struct http_route bank_statements_routes[] = {
    {"POST", "/api/v1/bank-statements/import-async", import_statements, API_MANAGER,
        UPLOAD_MAX + FRAMING_MAX, true},
    {0},
};
