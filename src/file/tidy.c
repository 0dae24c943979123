#include "file/tidy.h"

#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/log.h"

#define EVERY_MS (5 * 60 * 1000)

/* Nodes may do this at the same time: one leaves to the other what it holds. An artifact stands
 * here only when its task does; an upload may come first, so it is given an hour after its last
 * byte. */
#define VICTIMS                                                                                    \
    "WITH victims AS (SELECT f.id FROM stored_files f WHERE f.expires_at < now()"                  \
    "  OR (f.kind = 'upload' AND NOT f.complete AND f.touched_at < now() - interval '1 hour')"     \
    "  OR (f.task_id IS NULL AND f.touched_at < now() - interval '1 day')"                         \
    "  OR (f.task_id IS NOT NULL AND (f.kind = 'artifact' OR f.touched_at < now() - interval '1 "  \
    "hour')"                                                                                       \
    "      AND NOT EXISTS (SELECT FROM tasks t WHERE t.task_id = f.task_id))"                      \
    "  ORDER BY f.id LIMIT 100 FOR UPDATE SKIP LOCKED) "

/* A piece is 256 KiB: no statement takes long. */
static const struct db_stmt chunks = {"file_tidy_chunks", VICTIMS
    "DELETE FROM file_chunks WHERE (file_id, pos) IN"
    " (SELECT c.file_id, c.pos FROM file_chunks c JOIN victims v ON c.file_id = v.id LIMIT 200)"};
static const struct db_stmt files = {"file_tidy_files",
    VICTIMS "DELETE FROM stored_files f USING victims v WHERE f.id = v.id"
            " AND NOT EXISTS (SELECT FROM file_chunks c WHERE c.file_id = f.id)"};

struct file_tidy {
    struct db *db;
    uv_timer_t timer;
    struct db_unit *unit; /* under way */
    bool again;           /* asked for meanwhile */
    bool timer_closed;
    int64_t removed;
    void (*closed)(void *arg);
    void *closed_arg;
};

static void maybe_closed(struct file_tidy *t)
{
    if (!t->timer_closed || t->unit)
        return;
    t->closed(t->closed_arg);
    free(t);
}

static void work(struct file_tidy *t);

static void on_worked(void *arg, struct db_result *const *results, const struct err *err)
{
    struct file_tidy *t = arg;
    t->unit = NULL;
    if (err && !err->cancelled && !err->passing)
        log_event(LOG_WARNING, "files not tidied", NULL, LERR(err));
    bool some = !err && db_affected(results[0]) + db_affected(results[1]) > 0;
    if (!err)
        t->removed += db_affected(results[1]);
    if ((some || t->again) && !t->closed) {
        work(t);
        return;
    }
    if (t->removed > 0)
        log_event(LOG_INFO, "files removed", NULL, LI("files", t->removed));
    t->removed = 0;
    maybe_closed(t);
}

static void work(struct file_tidy *t)
{
    t->again = false;
    t->unit = db_unit_new(t->db, DB_TASK);
    db_add(t->unit, &chunks);
    db_add(t->unit, &files);
    db_submit(t->unit, on_worked, t);
}

void file_tidy_now(struct file_tidy *t)
{
    if (t->unit)
        t->again = true;
    else if (!t->closed)
        work(t);
}

static void on_timer(uv_timer_t *timer)
{
    file_tidy_now(timer->data);
}

struct file_tidy *file_tidy_open(uv_loop_t *loop, struct db *db)
{
    struct file_tidy *t = mem_alloc(sizeof *t);
    t->db = db;
    uv_timer_init(loop, &t->timer);
    t->timer.data = t;
    uv_timer_start(&t->timer, on_timer, EVERY_MS, EVERY_MS);
    return t;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct file_tidy *t = handle->data;
    t->timer_closed = true;
    maybe_closed(t);
}

void file_tidy_close(struct file_tidy *t, void (*closed)(void *arg), void *arg)
{
    t->closed = closed;
    t->closed_arg = arg;
    if (t->unit)
        db_cancel(t->unit);
    uv_close((uv_handle_t *)&t->timer, on_timer_closed);
}
