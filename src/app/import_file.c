/*
 * obmen import-file: a bank statement file without the server. The file goes into the database, a
 * task is made and run here, by the same engine and the same task type as in `obmen serve`: killed
 * in the middle, it is taken up by a server, or by nobody until one is started.
 *
 *   READING (file → database) ─► CREATING ─► RUNNING (watched) ─► CLOSING
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/options.h"
#include "bankfile/bankfile.h"
#include "bankfile/value.h"
#include "file/sink.h"
#include "http/client.h"
#include "obmen/json.h"
#include "obmen/log.h"
#include "pg/migrate.h"
#include "pg/pool.h"

#define WAIT_MS 30000
#define PIECE (256 * 1024)
#define WATCH_MS 200
#define CLOSE_MS 4000
enum { EXIT_FAILED = 1, EXIT_REFUSED = 3, EXIT_INTERRUPTED = 130 };

static const char help[] =
    "usage: obmen import-file FILE [--account N] [--dry-run] [--config FILE]\n\n"
    "Imports a bank statement (1CClientBankExchange, or a ZIP of such files) without the server;\n"
    "FILE may be - for standard input. --account names our account where the file does not.\n"
    "--dry-run writes nothing and says what would be new.\n\n"
    "Exit status: 0 imported, 1 failed, 2 wrong call, 3 imported but some documents were refused,\n"
    "130 interrupted (what was committed stays).\n";

struct import_file {
    uv_loop_t loop;
    struct config config;
    const char *path, *account;
    bool dry_run, terminal;
    char node[96], name[256];
    struct db *db;
    struct http_client *client;
    struct engine *engine;
    struct bankfile *bankfile;
    uv_signal_t interrupt, term;
    uv_timer_t watch;
    uv_fs_t fs;
    int fd;
    char *piece; /* owned */
    bool reading, full, asking, created, ended, interrupted;
    int64_t bytes;
    struct uuid file_id, task_id;
    struct file_sink *sink;
    int status;
};

static void close_all(struct import_file *s);

static void complain(struct import_file *s, const struct err *err)
{
    if (s->terminal)
        fputs("\r\033[K", stderr);
    options_complain(err);
    s->status = EXIT_FAILED;
    close_all(s);
}

/* ---- what is shown ---- */

static void show_bar(struct import_file *s, const struct task_state *t)
{
    if (!s->terminal)
        return;
    char bar[31];
    int filled = t->progress * 30 / 100;
    memset(bar, '.', 30);
    memset(bar, '#', (size_t)filled);
    bar[30] = 0;
    fprintf(stderr, "\r\033[K[%s] %3d %%  %lld %s %lld", bar, t->progress,
        (long long)t->stats.fetched, TR("из", "of"), (long long)t->total);
    if (t->rate > 0)
        fprintf(stderr, "  %.0f/%s", t->rate, TR("с", "s"));
    if (t->wait_reason.n)
        fprintf(stderr, "  %.*s", STR_ARG(t->wait_reason));
    fflush(stderr);
}

/* What was odd about the files, and which of them could not be read. */
static void show_warnings(const struct json *files)
{
    const struct json *file, *w;
    for (size_t i = 0; (file = json_at(files, i)); i++) {
        struct str name = json_text(json_get(file, "name"));
        struct str error = json_text(json_get(file, "error"));
        if (error.n)
            printf("%.*s: %.*s\n", STR_ARG(name), STR_ARG(error));
        const struct json *warnings = json_get(file, "warnings");
        for (size_t k = 0; (w = json_at(warnings, k)); k++) {
            int64_t line = 0, count = 0;
            json_i64(json_get(w, "line"), &line);
            json_i64(json_get(w, "count"), &count);
            printf("%.*s", STR_ARG(name));
            if (line)
                printf(":%lld", (long long)line);
            printf(": %.*s", STR_ARG(json_text(json_get(w, "message"))));
            if (count > 1)
                printf(" (%lld)", (long long)count);
            printf("\n");
        }
    }
}

static void show_summary(struct import_file *s, const struct task_state *t)
{
    struct arena a = ARENA_INIT;
    struct err err;
    const struct json *result = t->result.p ? json_parse(&a, t->result, &err) : NULL;
    const struct json *fresh = json_get(result, "new");
    int64_t linked = 0, known = 0, unclear = 0;
    json_i64(json_get(json_get(result, "linked"), "rows"), &linked);
    json_i64(json_get(result, "known"), &known);
    json_i64(json_get(result, "unclear"), &unclear);
    show_warnings(json_get(result, "files"));
    printf(s->dry_run ? TR("Было бы создано: %lld (приход %.*s, расход %.*s)",
                            "Would be new: %lld (received %.*s, paid %.*s)")
                      : TR("Создано: %lld (приход %.*s, расход %.*s)",
                            "New: %lld (received %.*s, paid %.*s)"),
        (long long)t->stats.created, STR_ARG(json_text(json_get(fresh, "credit"))),
        STR_ARG(json_text(json_get(fresh, "debit"))));
    printf(TR(", из них неясны: %lld, известны из 1С: %lld, уже были: %lld, пропущено: %lld, "
              "отклонено: %lld\n",
               ", of them unclear: %lld, known from 1C: %lld, known already: %lld, skipped: %lld, "
               "refused: %lld\n"),
        (long long)unclear, (long long)linked, (long long)known, (long long)t->stats.skipped,
        (long long)t->stats.failed);
    arena_release(&a);
}

/* ---- the task ---- */

static void see(struct import_file *s, const struct task_state *t)
{
    if (s->ended)
        return;
    if (!task_ended(t->status)) {
        show_bar(s, t);
        return;
    }
    if (s->terminal)
        fputs("\r\033[K", stderr);
    if (t->status == TASK_COMPLETED || t->stats.fetched > 0) /* else the error says all */
        show_summary(s, t);
    if (t->status == TASK_COMPLETED)
        s->status = t->stats.failed > 0 ? EXIT_REFUSED : 0;
    else
        s->status = t->status == TASK_CANCELLED ? EXIT_INTERRUPTED : EXIT_FAILED;
    if (t->error.n)
        fprintf(stderr, "obmen: %.*s\n", STR_ARG(t->error));
    close_all(s);
}

static void on_state(void *arg, const struct task_state *t, const struct err *err)
{
    struct import_file *s = arg;
    s->asking = false;
    if (t)
        see(s, t);
    else if (err && !err->passing && !s->ended)
        complain(s, err);
}

/* Asked for, not listened to: the task may run on a server meanwhile. */
static void on_watch(uv_timer_t *timer)
{
    struct import_file *s = timer->data;
    if (s->ended || s->asking || !s->created)
        return;
    s->asking = true;
    engine_get(s->engine, &s->task_id, on_state, s);
}

static void on_created(void *arg, const struct task_created *made, const struct err *err)
{
    struct import_file *s = arg;
    if (s->ended)
        return;
    if (err) {
        complain(s, err);
        return;
    }
    s->task_id = made->id;
    s->created = true;
    engine_start(s->engine);
    uv_timer_start(&s->watch, on_watch, 0, WATCH_MS);
}

static void create(struct import_file *s)
{
    struct buf params = BUF_INIT;
    struct json_writer w = json_writer(&params);
    char id[UUID_TEXT];
    uuid_format(&s->file_id, id);
    jw_object(&w);
    jw_key(&w, "files");
    jw_array(&w);
    jw_object(&w);
    jw_kcstr(&w, "id", id);
    jw_kcstr(&w, "name", s->name);
    jw_object_end(&w);
    jw_array_end(&w);
    if (s->account)
        jw_kcstr(&w, "account_number", s->account);
    jw_kbool(&w, "dry_run", s->dry_run);
    jw_object_end(&w);
    struct task_new task = {.task_type = STR(BANKFILE_TASK),
        .params = buf_str(&params),
        .priority = TASK_HIGH,
        .max_retries = -1};
    engine_create(s->engine, &task, on_created, s);
    buf_release(&params);
}

/* ---- the file ---- */

static void on_stored(void *arg, const struct err *err)
{
    struct import_file *s = arg;
    if (s->ended)
        return;
    if (err)
        complain(s, err);
    else
        create(s);
}

static void read_on(struct import_file *s);

static void on_read(uv_fs_t *fs)
{
    struct import_file *s = fs->data;
    ssize_t n = fs->result;
    uv_fs_req_cleanup(fs);
    s->reading = false;
    if (s->ended) {
        close_all(s);
        return;
    }
    if (n < 0) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_VALIDATION_ERROR, "%s: %s", s->path, uv_strerror((int)n));
        complain(s, &err);
        return;
    }
    if (n == 0) {
        struct file_sink *sink = s->sink;
        s->sink = NULL;
        file_sink_finish(sink, on_stored, s);
        return;
    }
    s->bytes += n;
    s->full = !file_sink_write(s->sink, (struct str){s->piece, (size_t)n});
    if (s->terminal)
        fprintf(stderr, "\r\033[K%s %.1f %s", TR("Чтение:", "Reading:"), (double)s->bytes / 1e6,
            TR("МБ", "MB"));
    read_on(s);
}

static void read_on(struct import_file *s)
{
    if (s->reading || s->full || s->ended || !s->sink)
        return;
    uv_buf_t buf = uv_buf_init(s->piece, PIECE);
    s->reading = true;
    s->fs.data = s;
    uv_fs_read(&s->loop, &s->fs, s->fd, &buf, 1, -1, on_read);
}

static void on_drained(void *arg)
{
    struct import_file *s = arg;
    s->full = false;
    read_on(s);
}

/* ---- the end ---- */

static void on_db_closed(void *arg)
{
    (void)arg; /* nothing is left on the loop */
}

static void close_db(void *arg)
{
    struct import_file *s = arg;
    db_close(s->db, CLOSE_MS, on_db_closed, s);
}

static void close_client(void *arg)
{
    struct import_file *s = arg;
    http_client_close(s->client, close_db, s);
}

/* A read that is under way ends first: it calls again. */
static void close_all(struct import_file *s)
{
    bool first = !s->ended;
    s->ended = true;
    if (first && s->sink)
        file_sink_abort(s->sink);
    s->sink = NULL;
    if (s->reading || s->fd < -1)
        return;
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    s->fd = -2; /* closing has begun */
    uv_close((uv_handle_t *)&s->watch, NULL);
    uv_close((uv_handle_t *)&s->interrupt, NULL);
    uv_close((uv_handle_t *)&s->term, NULL);
    engine_close(s->engine, CLOSE_MS, close_client, s);
}

static void on_cancelled(void *arg, const struct task_state *t, const struct err *err)
{
    (void)arg; /* watched like any other end */
    (void)t;
    (void)err;
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct import_file *s = signal->data;
    (void)number;
    s->status = EXIT_INTERRUPTED;
    if (s->created && !s->interrupted && !s->ended)
        engine_cancel(s->engine, &s->task_id, 0, on_cancelled, s);
    else
        close_all(s);
    s->interrupted = true;
}

/* ---- the call ---- */

static int open_file(struct import_file *s)
{
    const char *slash = strrchr(s->path, '/');
    snprintf(s->name, sizeof s->name, "%s", slash ? slash + 1 : s->path);
    if (strcmp(s->path, "-") == 0) {
        snprintf(s->name, sizeof s->name, "stdin");
        s->fd = STDIN_FILENO;
        return 0;
    }
    s->fd = open(s->path, O_RDONLY | O_CLOEXEC);
    if (s->fd >= 0)
        return 0;
    perror(s->path);
    return -1;
}

static void watch_signal(struct import_file *s, uv_signal_t *signal, int number)
{
    uv_signal_init(&s->loop, signal);
    signal->data = s;
    uv_signal_start(signal, on_signal, number);
}

static int run(struct import_file *s, struct err *ret_err)
{
    const struct config *c = &s->config;
    int applied = 0;
    char host[64] = "node";
    if (db_migrate(c->database_url, WAIT_MS, &applied, ret_err) < 0)
        return -1;
    uv_loop_init(&s->loop);
    s->db = db_open(&s->loop,
        &(struct db_options){.conninfo = c->database_url,
            .keep = 3,
            .overflow = 2,
            .timeout_ms = c->db_timeout_ms,
            .max_waiting = 100},
        ret_err);
    if (!s->db) {
        uv_loop_close(&s->loop);
        return -1;
    }
    gethostname(host, sizeof host - 1);
    snprintf(s->node, sizeof s->node, "%s-%d", host, (int)getpid());
    s->client = http_client_open(&s->loop);
    s->engine = engine_new(&s->loop, &(struct engine_options){.db = s->db,
                                         .http = s->client,
                                         .node = s->node,
                                         .workers = 1,
                                         .queue_max = c->queue_max,
                                         .batch = c->batch});
    s->bankfile = bankfile_new(&s->loop);
    bankfile_register(s->engine, s->bankfile);
    uv_timer_init(&s->loop, &s->watch);
    s->watch.data = s;
    watch_signal(s, &s->interrupt, SIGINT);
    watch_signal(s, &s->term, SIGTERM);
    s->piece = mem_alloc(PIECE);
    s->sink = file_sink_open(s->db,
        &(struct file_new){.kind = FILE_UPLOAD,
            .name = str_from(s->name),
            .media_type = STR("application/octet-stream")},
        on_drained, s);
    s->file_id = *file_sink_id(s->sink);
    read_on(s);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop);
    bankfile_free(s->bankfile);
    free(s->piece);
    return 0;
}

/* -1: go on; else the exit status. */
static int read_call(struct import_file *s, struct options *options, int argc, char **argv)
{
    char *rest[8] = {argv[0]};
    int count = 1;
    for (int i = 1; i < argc && count < 6; i++) {
        if (strcmp(argv[i], "--account") == 0 && i + 1 < argc)
            s->account = argv[++i];
        else if (strncmp(argv[i], "--account=", 10) == 0)
            s->account = argv[i] + 10;
        else if (strcmp(argv[i], "--dry-run") == 0)
            s->dry_run = true;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            rest[count++] = argv[i];
            rest[count++] = argv[++i];
        } else if (!s->path && (argv[i][0] != '-' || argv[i][1] == 0))
            s->path = argv[i];
        else
            rest[count++] = argv[i];
    }
    int status = options_read(options, count, rest, help, false);
    if (status < 0 && !s->path) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    return status;
}

int import_file_main(int argc, char **argv)
{
    struct import_file *s = mem_alloc(sizeof *s);
    struct options options;
    struct err err = ERR_INIT;
    int status = read_call(s, &options, argc, argv);
    if (status < 0 && options_config_with_database(&options, &s->config) < 0)
        status = EXIT_USAGE;
    const char *fault =
        status < 0 && s->account ? bankfile_account_fault(str_from(s->account)) : NULL;
    if (fault) {
        fprintf(stderr, "obmen: --account %s: %s\n", s->account, fault);
        config_release(&s->config);
        status = EXIT_USAGE;
    }
    if (status >= 0) {
        free(s);
        return status;
    }
    log_set_level(LOG_ERROR); /* the bar and the summary say the rest */
    s->terminal = isatty(STDERR_FILENO);
    if (open_file(s) < 0) {
        s->status = EXIT_FAILED;
    } else if (run(s, &err) < 0) {
        options_complain(&err);
        s->status = EXIT_FAILED;
    }
    status = s->status;
    config_release(&s->config);
    free(s);
    return status;
}
