/*
 * obmen import-file: a bank statement file without the server. The files go into the database, a
 * task is made and run here, by the same engine and the same task type as in `obmen serve`: killed
 * in the middle, it is taken up by a server, or by nobody until one is started.
 *
 *   READING (files → database) ─► CREATING ─► RUNNING (watched) ─► CLOSING
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/import_inputs.h"
#include "app/import_told.h"
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
    "usage: obmen import-file FILE... [--account N] [--dry-run] [--config FILE]\n\n"
    "Imports bank statements (1CClientBankExchange, or a ZIP of such files) without the server,\n"
    "several in one task; FILE may be - for standard input. --account names our account where a\n"
    "file does not. --dry-run writes nothing and says what would be new.\n\n"
    "Exit status: 0 imported, 1 failed, 2 wrong call, 3 imported but some documents were refused\n"
    "(standard error tells the first ones),\n"
    "130 interrupted (what was committed stays).\n";

struct import_file {
    uv_loop_t loop;
    struct config config;
    const char *account;
    bool dry_run, terminal;
    char node[96];
    struct import_inputs in;
    struct db *db;
    struct http_client *client;
    struct engine *engine;
    struct bankfile *bankfile;
    uv_signal_t interrupt, term;
    uv_timer_t watch;
    uv_fs_t fs;
    int at;      /* of the inputs: being read */
    char *piece; /* owned */
    bool reading, full, asking, created, ended, closing, interrupted;
    int64_t bytes;
    struct uuid task_id;
    struct file_sink *sink;
    enum { REFUSALS_UNASKED, REFUSALS_ASKED, REFUSALS_KNOWN } refusals_state;
    struct buf refusals; /* the first ones, as JSON; empty: not to be had */
    int status;
};

static void close_all(struct import_file *s);

static void complain(struct import_file *s, const struct err *err)
{
    import_told_clear(s->terminal);
    options_complain(err);
    s->status = EXIT_FAILED;
    close_all(s);
}

/* ---- the task ---- */

static void on_refusals(void *arg, struct str json, const struct err *err)
{
    struct import_file *s = arg;
    s->refusals_state = REFUSALS_KNOWN; /* the next look at the task tells them */
    if (err && !s->ended)
        options_complain(err);
    else if (!err)
        buf_add_str(&s->refusals, json);
}

/* False: not yet. */
static bool has_refusals(struct import_file *s, const struct task_state *t)
{
    if (t->stats.failed == 0 || s->refusals_state == REFUSALS_KNOWN)
        return true;
    if (s->refusals_state == REFUSALS_UNASKED) {
        s->refusals_state = REFUSALS_ASKED;
        engine_errors(s->engine, &s->task_id, IMPORT_REFUSALS_TOLD, 0, on_refusals, s);
    }
    return false;
}

static void see(struct import_file *s, const struct task_state *t)
{
    if (s->ended)
        return;
    if (!task_ended(t->status)) {
        if (s->terminal)
            import_told_bar(t);
        return;
    }
    if (!has_refusals(s, t))
        return;
    import_told_clear(s->terminal);
    if (t->status == TASK_COMPLETED || t->stats.fetched > 0) /* else the error says all */
        import_told_summary(t, s->dry_run);
    if (t->stats.failed > 0)
        import_told_refusals(t, buf_str(&s->refusals));
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
    jw_object(&w);
    jw_key(&w, "files");
    jw_array(&w);
    for (int i = 0; i < s->in.count; i++) {
        uuid_format(&s->in.file[i].id, id);
        jw_object(&w);
        jw_kcstr(&w, "id", id);
        jw_kcstr(&w, "name", s->in.file[i].name);
        jw_object_end(&w);
    }
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

/* ---- the files ---- */

static void read_on(struct import_file *s);
static void read_file(struct import_file *s);

static void on_stored(void *arg, const struct err *err)
{
    struct import_file *s = arg;
    if (s->ended)
        return;
    if (err)
        complain(s, err);
    else if (++s->at < s->in.count)
        read_file(s);
    else
        create(s);
}

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
        import_told_clear(s->terminal);
        import_input_complain(&s->in.file[s->at], -(int)n);
        s->status = EXIT_FAILED;
        close_all(s);
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
    uv_fs_read(&s->loop, &s->fs, s->in.file[s->at].fd, &buf, 1, -1, on_read);
}

static void on_drained(void *arg)
{
    struct import_file *s = arg;
    s->full = false;
    read_on(s);
}

static void read_file(struct import_file *s)
{
    struct import_input *f = &s->in.file[s->at];
    s->full = false;
    s->sink = file_sink_open(s->db,
        &(struct file_new){.kind = FILE_UPLOAD,
            .name = str_from(f->name),
            .media_type = STR("application/octet-stream")},
        on_drained, s);
    f->id = *file_sink_id(s->sink);
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
    if (s->reading || s->closing)
        return;
    s->closing = true;
    import_inputs_close(&s->in);
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
    read_file(s);
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
        } else if (argv[i][0] != '-' || argv[i][1] == 0)
            import_inputs_add(&s->in, argv[i]);
        else
            rest[count++] = argv[i];
    }
    int status = options_read(options, count, rest, help, false);
    if (status < 0 && !s->in.count) {
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
    if (status < 0 && s->in.count > BANKFILE_FILES_MAX) {
        fprintf(stderr,
            TR("obmen: файлов %d, а за один раз можно не больше %d\n",
                "obmen: %d files are too many: at most %d at a time\n"),
            s->in.count, BANKFILE_FILES_MAX);
        config_release(&s->config);
        status = EXIT_USAGE;
    }
    if (status >= 0) {
        free(s);
        return status;
    }
    log_set_level(LOG_ERROR); /* the bar and the summary say the rest */
    s->terminal = isatty(STDERR_FILENO);
    if (import_inputs_open(&s->in) < 0) {
        s->status = EXIT_FAILED;
    } else if (run(s, &err) < 0) {
        options_complain(&err);
        s->status = EXIT_FAILED;
    }
    status = s->status;
    import_inputs_close(&s->in);
    buf_release(&s->refusals);
    config_release(&s->config);
    free(s);
    return status;
}
