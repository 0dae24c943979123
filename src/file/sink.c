/*
 *   IDLE ⇄ STORING (a unit is under way; what comes meanwhile waits)
 *     └ finish: ENDING (the last unit) → told, gone
 *   A fault, or abort: REMOVING (what was stored) → told when somebody waits, gone
 */
#include "file/sink.h"

#include <stdlib.h>
#include "file/store.h"
#include "file/writer.h"
#include "obmen/arena.h"
#include "obmen/log.h"

struct file_sink {
    struct db *db;
    struct file_writer file;
    void (*drained)(void *arg);
    void (*stored)(void *arg, const struct err *err);
    void *arg;
    enum { SINK_IDLE, SINK_STORING, SINK_ENDING, SINK_REMOVING } state;
    bool finishing, aborted;
    bool paused; /* write said false */
    struct err err;
};

static void move(struct file_sink *s);

struct file_sink *file_sink_open(
    struct db *db, const struct file_new *about, void (*drained)(void *arg), void *arg)
{
    struct file_sink *s = mem_alloc(sizeof *s);
    *s = (struct file_sink){.db = db, .drained = drained, .arg = arg};
    file_writer_begin(&s->file, about);
    return s;
}

const struct uuid *file_sink_id(const struct file_sink *s)
{
    return &s->file.id;
}

static void gone(struct file_sink *s)
{
    if (s->finishing && !s->aborted)
        s->stored(s->arg, s->err.code ? &s->err : NULL);
    file_writer_release(&s->file);
    free(s);
}

static void on_removed(void *arg, struct db_result *const *results, const struct err *err)
{
    if (err) /* the tidying will find it */
        log_event(LOG_WARNING, "half a file left", NULL, LERR(err));
    gone(arg);
}

static void remove_file(struct file_sink *s)
{
    struct db_unit *u = db_unit_new(s->db, DB_USER);
    s->state = SINK_REMOVING;
    store_remove_add(u, &s->file.id);
    db_submit(u, on_removed, s);
}

static void on_stored(void *arg, struct db_result *const *results, const struct err *err)
{
    struct file_sink *s = arg;
    bool ended = s->state == SINK_ENDING;
    s->state = SINK_IDLE;
    if (err)
        s->err = *err;
    if (ended && !err && !s->aborted) {
        gone(s);
        return;
    }
    move(s);
}

static void send(struct file_sink *s, bool last)
{
    struct db_unit *u = db_unit_new(s->db, DB_USER);
    s->state = last ? SINK_ENDING : SINK_STORING;
    if (last)
        file_writer_finish(&s->file, u);
    else
        file_writer_store(&s->file, u);
    db_submit(u, on_stored, s);
}

/* Whatever is to be done next, when nothing is under way. */
static void move(struct file_sink *s)
{
    if (s->state != SINK_IDLE)
        return;
    if (s->aborted || (s->err.code && s->finishing)) {
        remove_file(s);
        return;
    }
    if (s->finishing)
        send(s, true);
    else if (!s->err.code && file_writer_waiting(&s->file) >= FILE_CHUNK)
        send(s, false);
    if (s->paused && (s->err.code || file_writer_waiting(&s->file) < FILE_CHUNK)) {
        s->paused = false;
        s->drained(s->arg);
    }
}

bool file_sink_write(struct file_sink *s, struct str bytes)
{
    if (s->err.code)
        return true;
    file_writer_append(&s->file, bytes);
    move(s);
    s->paused = file_writer_waiting(&s->file) >= FILE_CHUNK;
    return !s->paused;
}

void file_sink_finish(
    struct file_sink *s, void (*stored)(void *arg, const struct err *err), void *arg)
{
    s->stored = stored;
    s->arg = arg;
    s->finishing = true;
    s->paused = false;
    move(s);
}

void file_sink_abort(struct file_sink *s)
{
    s->aborted = true;
    s->paused = false;
    move(s);
}
