/* Lists of tasks, their refused records and their log; figures over all of them. */
#include <stdlib.h>
#include "task/inside.h"

struct question {
    struct engine *e;
    engine_list_fn list_done;
    int rows, count; /* places of the statements */
    engine_json_fn json_done;
    void *arg;
};

static struct question *question_new(struct engine *e, void *arg)
{
    struct question *q = mem_alloc(sizeof *q);
    q->e = e;
    q->arg = arg;
    return q;
}

/* ---------------------------------------------------------------- tasks */

static void on_list(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    if (err) {
        q->list_done(q->arg, NULL, 0, 0, err);
        free(q);
        return;
    }
    struct arena arena = ARENA_INIT;
    const struct db_result *rows = results[q->rows];
    int count = db_rows(rows);
    const struct task_state **tasks = arena_alloc(&arena, ((size_t)count + 1) * sizeof *tasks);
    for (int i = 0; i < count; i++) {
        struct task_state *s = arena_alloc(&arena, sizeof *s);
        store_state(rows, i, &arena, s);
        struct obm_task *t = attempt_find(q->e, &s->id);
        tasks[i] = t && t->s.seq > s->seq ? &t->s : s;
    }
    q->list_done(q->arg, tasks, count, db_i64(results[q->count], 0, 0), NULL);
    arena_release(&arena);
    free(q);
}

void engine_list(struct engine *e, const struct task_filter *f, engine_list_fn done, void *arg)
{
    struct question *q = question_new(e, arg);
    q->list_done = done;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    q->rows = store_list(u, f);
    q->count = store_list_count(u, f);
    engine_submit(e, u, on_list, q);
}

/* ---------------------------------------------------------------- refused records, log */

static void answer(struct question *q, struct buf *json, const struct err *err)
{
    q->json_done(q->arg, err ? STR_NULL : buf_str(json), err);
    buf_release(json);
    free(q);
}

static void ktext(
    struct json_writer *w, const char *key, const struct db_result *r, int row, int col)
{
    jw_kstr(w, key, db_text(r, row, col));
}

static void ktime(
    struct json_writer *w, const char *key, const struct db_result *r, int row, int col)
{
    char text[TIME_TEXT];
    time_format_utc(db_time(r, row, col), text);
    jw_kcstr(w, key, text);
}

/* What came as JSON is shown as JSON, anything else as text. */
static void krecord(struct json_writer *w, struct str record)
{
    struct arena arena = ARENA_INIT;
    struct err err;
    if (!record.p)
        jw_knull(w, "record");
    else if (json_parse(&arena, record, &err))
        jw_kraw(w, "record", record);
    else
        jw_kstr(w, "record", record);
    arena_release(&arena);
}

static void on_errors(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    struct buf out = BUF_INIT;
    if (err) {
        answer(q, &out, err);
        return;
    }
    const struct db_result *r = results[0];
    struct json_writer w = json_writer(&out);
    jw_object(&w);
    jw_key(&w, "errors");
    jw_array(&w);
    for (int i = 0; i < db_rows(r); i++) {
        jw_object(&w);
        jw_ki64(&w, "ordinal", db_i64(r, i, 0));
        ktext(&w, "external_id", r, i, 1);
        ktext(&w, "stage", r, i, 2);
        ktext(&w, "code", r, i, 3);
        ktext(&w, "message", r, i, 4);
        krecord(&w, db_text(r, i, 5));
        ktime(&w, "at", r, i, 6);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_ki64(&w, "total", db_i64(results[1], 0, 0));
    jw_object_end(&w);
    answer(q, &out, NULL);
}

void engine_errors(
    struct engine *e, const struct uuid *id, int limit, int offset, engine_json_fn done, void *arg)
{
    struct question *q = question_new(e, arg);
    q->json_done = done;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_task_errors(u, id, limit, offset);
    engine_submit(e, u, on_errors, q);
}

static void on_events(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    struct buf out = BUF_INIT;
    if (err) {
        answer(q, &out, err);
        return;
    }
    const struct db_result *r = results[0];
    struct json_writer w = json_writer(&out);
    jw_object(&w);
    jw_key(&w, "events");
    jw_array(&w);
    for (int i = 0; i < db_rows(r); i++) {
        jw_object(&w);
        ktime(&w, "at", r, i, 0);
        ktext(&w, "event", r, i, 1);
        ktext(&w, "phase", r, i, 2);
        ktext(&w, "node", r, i, 3);
        if (db_is_null(r, i, 4))
            jw_knull(&w, "user_id");
        else
            jw_ki64(&w, "user_id", db_i64(r, i, 4));
        ktext(&w, "message", r, i, 5);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_ki64(&w, "total", db_i64(results[1], 0, 0));
    jw_object_end(&w);
    answer(q, &out, NULL);
}

void engine_events(
    struct engine *e, const struct uuid *id, int limit, int offset, engine_json_fn done, void *arg)
{
    struct question *q = question_new(e, arg);
    q->json_done = done;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_task_events(u, id, limit, offset);
    engine_submit(e, u, on_events, q);
}

/* ---------------------------------------------------------------- stats */

static void kseconds(
    struct json_writer *w, const char *key, const struct db_result *r, int row, int col)
{
    jw_key(w, key);
    if (row < 0 || db_is_null(r, row, col))
        jw_null(w);
    else
        jw_double(w, db_double(r, row, col), 3);
}

static int row_of(const struct db_result *r, struct str type)
{
    for (int i = 0; i < db_rows(r); i++)
        if (str_eq(db_text(r, i, 0), type))
            return i;
    return -1;
}

/* The rows of one type stand together. */
static void add_types(
    struct json_writer *w, const struct db_result *counts, const struct db_result *times)
{
    jw_key(w, "types");
    jw_array(w);
    for (int i = 0; i < db_rows(counts);) {
        struct str type = db_text(counts, i, 0);
        int64_t sum = 0;
        for (; i < db_rows(counts) && str_eq(db_text(counts, i, 0), type); i++)
            sum += db_i64(counts, i, 2);
        int row = row_of(times, type);
        jw_object(w);
        jw_kstr(w, "task_type", type);
        jw_ki64(w, "count", sum);
        kseconds(w, "p50_seconds", times, row, 1);
        kseconds(w, "p95_seconds", times, row, 2);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void on_stats(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    struct buf out = BUF_INIT;
    if (err) {
        answer(q, &out, err);
        return;
    }
    int64_t by_status[TASK_CANCELLED + 1] = {0};
    for (int i = 0; i < db_rows(results[0]); i++) {
        int64_t status = db_i64(results[0], i, 1);
        if (status >= 0 && status <= TASK_CANCELLED)
            by_status[status] += db_i64(results[0], i, 2);
    }
    struct json_writer w = json_writer(&out);
    jw_object(&w);
    for (int s = TASK_PENDING; s <= TASK_CANCELLED; s++)
        jw_ki64(&w, task_status_name((enum task_status)s), by_status[s]);
    jw_ki64(&w, "queue_size", by_status[TASK_PENDING]);
    jw_ki64(&w, "active_workers", q->e->active);
    jw_ki64(&w, "max_workers", q->e->o.workers);
    add_types(&w, results[0], results[1]);
    jw_object_end(&w);
    answer(q, &out, NULL);
}

void engine_stats(struct engine *e, int64_t user_id, engine_json_fn done, void *arg)
{
    struct question *q = question_new(e, arg);
    q->json_done = done;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_stats(u, user_id);
    engine_submit(e, u, on_stats, q);
}
