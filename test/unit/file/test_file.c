/* Files in the database: written by units of one's own and by themselves, read back, removed. */
#include "../pg/pool_support.h"
#include "file/sink.h"
#include "file/tidy.h"
#include "file/writer.h"
#include "pg/migrate.h"

static struct file_new about(enum file_kind kind, const char *name)
{
    return (struct file_new){.kind = kind, .name = str_from(name), .media_type = STR("text/plain")};
}

static void run_unit(struct fixture *f, struct db_unit *u)
{
    struct answer a = {0};
    db_submit(u, on_answer_, &a);
    run_until(&f->loop, &a.done, 15000);
    if (!a.ok)
        print_error("%s %s\n", a.err.message, a.err.cause);
    assert_true(a.ok);
}

/* n bytes that tell their place. */
static struct str pattern(struct buf *b, size_t n)
{
    buf_clear(b);
    for (size_t i = 0; i < n; i++)
        buf_addc(b, (char)(i * 7 + i / 251));
    return buf_str(b);
}

struct reading {
    bool done, bad;
    struct buf bytes;
};

static void on_bytes(void *arg, struct str bytes, const struct err *err)
{
    struct reading *r = arg;
    r->done = true;
    r->bad = err != NULL;
    buf_add_str(&r->bytes, bytes);
}

/* All from pos on. */
static struct buf read_all(struct fixture *f, const struct uuid *id, int64_t pos)
{
    struct reading r = {.bytes = BUF_INIT};
    size_t before;
    do {
        before = r.bytes.n;
        r.done = false;
        file_read(f->db, id, pos + (int64_t)before, on_bytes, &r);
        assert_false(r.done);
        run_until(&f->loop, &r.done, 15000);
        assert_false(r.bad);
        assert_true(r.bytes.n - before <= FILE_CHUNK);
    } while (r.bytes.n > before);
    return r.bytes;
}

static void must_be(struct fixture *f, const struct uuid *id, struct str want, int64_t pos)
{
    struct buf got = read_all(f, id, pos);
    assert_int_equal(got.n, want.n - (size_t)pos);
    assert_memory_equal(got.p, want.p + pos, got.n);
    buf_release(&got);
}

struct ending {
    bool done;
    struct err err;
};

static void on_stored(void *arg, const struct err *err)
{
    struct ending *e = arg;
    e->done = true;
    if (err)
        e->err = *err;
}

static void on_drained(void *arg)
{
    *(bool *)arg = true;
}

static void a_sink_stores_what_comes(void **state)
{
    struct fixture f;
    struct buf bytes = BUF_INIT;
    struct ending e = {0};
    bool drained = false, paused = false;
    pool_open(&f);
    struct str whole = pattern(&bytes, 3 * FILE_CHUNK + 1234);
    struct file_new upload = about(FILE_UPLOAD, "C:\\docs\\../выписка\n1.txt");
    struct file_sink *s = file_sink_open(f.db, &upload, on_drained, &drained);
    struct uuid id = *file_sink_id(s);
    for (size_t at = 0; at < whole.n; at += 10000) {
        drained = false;
        if (!file_sink_write(
                s, (struct str){whole.p + at, whole.n - at < 10000 ? whole.n - at : 10000})) {
            paused = true;
            run_until(&f.loop, &drained, 15000);
        }
    }
    assert_true(paused);
    file_sink_finish(s, on_stored, &e);
    assert_false(e.done);
    run_until(&f.loop, &e.done, 15000);
    assert_int_equal(e.err.code, ERR_NONE);
    must_be(&f, &id, whole, 0);
    must_be(&f, &id, whole, 1);
    must_be(&f, &id, whole, FILE_CHUNK - 1);
    must_be(&f, &id, whole, 2 * FILE_CHUNK + 7);
    must_be(&f, &id, whole, (int64_t)whole.n);
    assert_int_equal(
        query_now(
            "SELECT count(*) FROM stored_files f WHERE complete AND name = 'выписка_1.txt' AND "
            "size = 787666"
            " AND sha256 = (SELECT encode(sha256(string_agg(data, '' ORDER BY pos)), 'hex') FROM"
            " file_chunks c WHERE c.file_id = f.id)"),
        1);
    buf_release(&bytes);
    pool_close(&f);
}

static void an_abort_leaves_nothing(void **state)
{
    struct fixture f;
    struct buf bytes = BUF_INIT;
    bool drained = false;
    pool_open(&f);
    int64_t before = query_now("SELECT count(*) FROM file_chunks");
    struct file_new upload = about(FILE_UPLOAD, "x");
    for (int when = 0; when < 3; when++) {
        struct file_sink *s = file_sink_open(f.db, &upload, on_drained, &drained);
        drained = false;
        if (when > 0 && !file_sink_write(s, pattern(&bytes, 2 * FILE_CHUNK)) && when > 1)
            run_until(&f.loop, &drained, 15000);
        file_sink_abort(s);
        pool_wait_idle(&f);
    }
    assert_int_equal(query_now("SELECT count(*) FROM file_chunks"), before);
    assert_int_equal(query_now("SELECT count(*) FROM stored_files WHERE NOT complete"), 0);
    buf_release(&bytes);
    pool_close(&f);
}

static void a_fault_is_told_at_the_end(void **state)
{
    struct fixture f;
    struct buf bytes = BUF_INIT;
    struct ending e = {0};
    bool drained = false;
    pool_open(&f);
    struct file_new upload = about(FILE_UPLOAD, "x");
    query_now("ALTER TABLE stored_files ADD CONSTRAINT small CHECK (size < 300000) NOT VALID");
    struct file_sink *s = file_sink_open(f.db, &upload, on_drained, &drained);
    struct str piece = pattern(&bytes, FILE_CHUNK + 50000);
    assert_true(file_sink_write(s, piece));  /* is on its way */
    assert_false(file_sink_write(s, piece)); /* waits for it */
    run_until(&f.loop, &drained, 15000);
    assert_true(file_sink_write(s, STR("more")));
    file_sink_finish(s, on_stored, &e);
    run_until(&f.loop, &e.done, 15000);
    assert_int_not_equal(e.err.code, ERR_NONE);
    assert_int_equal(query_now("SELECT count(*) FROM stored_files WHERE name = 'x'"), 0);
    query_now("ALTER TABLE stored_files DROP CONSTRAINT small");
    buf_release(&bytes);
    pool_close(&f);
}

/* As after a crash: another writer goes on from what the checkpoint told. */
static void a_writer_goes_on_from_its_checkpoint(void **state)
{
    struct fixture f;
    struct buf bytes = BUF_INIT, saved = BUF_INIT;
    struct arena memory = ARENA_INIT;
    struct file_writer w, next;
    struct file_new artifact = about(FILE_ARTIFACT, "отчёт.csv");
    struct err err;
    artifact.task_id = uuid_v7();
    pool_open(&f);
    struct str whole = pattern(&bytes, 2 * FILE_CHUNK + 77);

    file_writer_begin(&w, &artifact);
    file_writer_append(&w, (struct str){whole.p, FILE_CHUNK + 5});
    struct db_unit *u = db_unit_new(f.db, DB_TASK);
    file_writer_store(&w, u);
    assert_int_equal(file_writer_waiting(&w), 0);
    struct json_writer json = json_writer(&saved);
    file_writer_save(&w, &json);
    run_unit(&f, u);
    struct uuid id = w.id;
    file_writer_append(&w, STR("lost with the process"));
    file_writer_release(&w);

    assert_int_equal(
        file_writer_resume(&next, &artifact, json_parse(&memory, buf_str(&saved), &err)), 0);
    assert_true(uuid_eq(&next.id, &id));
    file_writer_append(&next, (struct str){whole.p + FILE_CHUNK + 5, whole.n - FILE_CHUNK - 5});
    u = db_unit_new(f.db, DB_TASK);
    file_writer_finish(&next, u);
    run_unit(&f, u);
    file_writer_release(&next);
    must_be(&f, &id, whole, 0);
    assert_int_equal(
        query_now(
            "SELECT count(*) FROM stored_files f WHERE complete AND kind = 'artifact' AND task_id "
            "IS NOT NULL"
            " AND sha256 = (SELECT encode(sha256(string_agg(data, '' ORDER BY pos)), 'hex') FROM"
            " file_chunks c WHERE c.file_id = f.id)"),
        1);
    assert_int_equal(file_writer_resume(&next, &artifact,
                         json_parse(&memory, STR("{\"id\":\"x\",\"size\":1}"), &err)),
        -1);
    arena_release(&memory);
    buf_release(&bytes);
    buf_release(&saved);
    pool_close(&f);
}

/* One file with so many chunks, made by hand. */
static void given(const char *name, const char *columns, int chunks)
{
    char sql[600];
    snprintf(sql, sizeof sql,
        "WITH f AS (INSERT INTO stored_files (id, name, media_type, kind, complete, touched_at, "
        "task_id, expires_at)"
        " SELECT gen_random_uuid(), '%s', 'x', %s RETURNING id), c AS (INSERT INTO file_chunks "
        "SELECT f.id, n, 'x'"
        " FROM f, generate_series(0, %d - 1) n) SELECT 1",
        name, columns, chunks);
    char both[700];
    snprintf(both, sizeof both, "SET session_replication_role = replica; %s", sql);
    query_now(both);
}

static bool only_kept_left(void)
{
    return query_now("SELECT count(*) FROM stored_files WHERE name = 'go'") == 0;
}

static void tidying_removes_what_nobody_needs(void **state)
{
    struct fixture f;
    bool closed = false;
    pool_open(&f);
    query_now("DELETE FROM file_chunks");
    query_now("DELETE FROM stored_files");
    query_now("INSERT INTO tasks (task_id, task_type, name, user_id) VALUES "
              "('00000000-0000-4000-8000-000000000001', 'x', 'x', 1)");
#define TASK "'00000000-0000-4000-8000-000000000001'::uuid"
    given("keep", "'artifact', true, now(), " TASK ", NULL", 2);
    given("keep", "'artifact', false, now() - interval '9 days', " TASK ", NULL", 2);
    given("keep", "'artifact', true, now(), " TASK ", now() + interval '1 hour'", 2);
    given("keep", "'upload', true, now() - interval '9 hours', NULL::uuid, NULL", 2);
    given("keep", "'upload', true, now(), gen_random_uuid(), NULL", 2);
    given("keep", "'upload', false, now(), NULL::uuid, NULL", 2);
    given("go", "'artifact', true, now(), gen_random_uuid(), NULL", 450);
    given("go", "'artifact', true, now(), " TASK ", now() - interval '1 second'", 2);
    given("go", "'upload', true, now() - interval '2 hours', gen_random_uuid(), NULL", 2);
    given("go", "'upload', true, now() - interval '2 days', NULL::uuid, NULL", 0);
    given("go", "'upload', false, now() - interval '2 hours', NULL::uuid, NULL", 2);
    struct file_tidy *t = file_tidy_open(&f.loop, f.db);
    file_tidy_now(t);
    file_tidy_now(t);
    int64_t end = time_mono_ms() + 15000;
    while (!only_kept_left()) {
        assert_true(time_mono_ms() < end);
        uv_run(&f.loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(query_now("SELECT count(*) FROM stored_files"), 6);
    assert_int_equal(query_now("SELECT count(*) FROM file_chunks"), 12);
    file_tidy_close(t, on_pool_closed, &closed);
    run_until(&f.loop, &closed, 10000);
    pool_close(&f);
}

static int migrate(void **state)
{
    struct err err;
    int applied;
    return db_migrate(test_url(), 20000, &applied, &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sink_stores_what_comes),
        cmocka_unit_test(an_abort_leaves_nothing),
        cmocka_unit_test(a_fault_is_told_at_the_end),
        cmocka_unit_test(a_writer_goes_on_from_its_checkpoint),
        cmocka_unit_test(tidying_removes_what_nobody_needs),
    };
    return cmocka_run_group_tests(tests, migrate, NULL);
}
