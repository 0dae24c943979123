/*
 * A workbook and its thread. The thread does one thing after the other:
 *
 *     IDLE → ROWS (a batch) → IDLE … → FINISH (put together) → IDLE → READ (a piece) → IDLE …
 *
 * A thread of its own, not one of uv's pool: putting a million rows together takes half a minute,
 * can't be interrupted, and passwords are hashed in that pool. Who closes the sheet meanwhile does
 * not wait: the thread ends by itself, and with the program at the latest.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/utf8.h"
#include "sheet/internal.h"
#include "sheet/workbook.h"

#define MAX_THREADS 4 /* xlsx that this process writes at once */

enum work { IDLE, ROWS, FINISH, READ, QUIT };

struct batch {
    struct arena texts;
    struct sheet_cell *cells; /* owned: count columns a row */
    int rows, room;
};

/* What the two threads share; under the lock unless said otherwise. */
struct shared {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    enum work work;
    bool abandoned;   /* nobody waits for it: the thread frees all */
    uv_async_t *done; /* valid until abandoned */
    struct sheet_about about;
    struct batch batch; /* the thread's while work is not IDLE */
    struct buf piece;   /* the same */
    struct err err;     /* the same */
    bool begun, failed;
};

struct xlsx {
    struct sheet *sheet;
    struct shared *shared;
    uv_async_t done;
    struct batch batch; /* rows not yet handed over */
    bool busy, finished, at_end;
};

static atomic_int threads;

static void batch_clear(struct batch *b)
{
    b->rows = 0;
    arena_reset(&b->texts);
}

static void batch_release(struct batch *b)
{
    arena_release(&b->texts);
    free(b->cells);
}

/* ---- the thread ---- */

static int write_rows(struct shared *sh, struct workbook *w, struct err *ret_err)
{
    for (int i = 0; i < sh->batch.rows; i++)
        if (workbook_row(w, sh->batch.cells + (size_t)i * (size_t)sh->about.count, ret_err) < 0)
            return -1;
    batch_clear(&sh->batch);
    return 0;
}

static int perform(struct shared *sh, struct workbook **w, enum work work, struct err *ret_err)
{
    if (!*w && !(*w = workbook_begin(&sh->about, ret_err)))
        return -1;
    switch (work) {
    case ROWS:
        return write_rows(sh, *w, ret_err);
    case FINISH:
        return workbook_finish(*w, ret_err);
    case READ:
        return workbook_read(*w, &sh->piece, ret_err);
    case IDLE:
    case QUIT:
        break;
    }
    return 0;
}

static void *run(void *arg)
{
    struct shared *sh = arg;
    struct workbook *w = NULL;
    pthread_mutex_lock(&sh->lock);
    while (!sh->abandoned) {
        if (sh->work == IDLE) {
            pthread_cond_wait(&sh->wake, &sh->lock);
            continue;
        }
        enum work work = sh->work;
        pthread_mutex_unlock(&sh->lock);
        struct err err = ERR_INIT;
        bool failed = perform(sh, &w, work, &err) < 0;
        pthread_mutex_lock(&sh->lock);
        sh->failed = failed;
        sh->err = err;
        sh->work = IDLE;
        if (!sh->abandoned)
            uv_async_send(sh->done);
    }
    pthread_mutex_unlock(&sh->lock);
    if (w)
        workbook_free(w);
    batch_release(&sh->batch);
    buf_release(&sh->piece);
    pthread_mutex_destroy(&sh->lock);
    pthread_cond_destroy(&sh->wake);
    free(sh);
    atomic_fetch_sub(&threads, 1);
    return NULL;
}

/* ---- the loop ---- */

static void on_done(uv_async_t *async)
{
    struct xlsx *x = async->data;
    struct sheet *s = x->sheet;
    struct shared *sh = x->shared;
    pthread_mutex_lock(&sh->lock);
    bool idle = sh->work == IDLE;
    if (idle && sh->failed)
        s->err = sh->err;
    pthread_mutex_unlock(&sh->lock);
    if (!idle || !x->busy)
        return;
    x->busy = false;
    if (x->finished) { /* it has read a piece, or put the file together just now */
        buf_add_str(&s->out, buf_str(&sh->piece));
        x->at_end = sh->begun && sh->piece.n == 0;
        buf_clear(&sh->piece);
    }
    if (s->waiting) {
        s->waiting = false;
        s->ready(s->arg);
    }
}

static bool start(struct shared *sh)
{
    pthread_t thread;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    bool ok = pthread_create(&thread, &attr, run, sh) == 0;
    pthread_attr_destroy(&attr);
    return ok;
}

struct xlsx *xlsx_open(uv_loop_t *loop, struct sheet *s, struct err *ret_err)
{
    if (atomic_fetch_add(&threads, 1) >= MAX_THREADS) {
        atomic_fetch_sub(&threads, 1);
        err_set_passing(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Уже готовятся %d файла xlsx: повторите позже или возьмите csv",
                "%d xlsx files are being written already: try later or take csv"),
            MAX_THREADS);
        ret_err->retry_after_ms = 10000;
        return NULL;
    }
    struct xlsx *x = mem_alloc(sizeof *x);
    struct shared *sh = mem_alloc(sizeof *sh);
    *x = (struct xlsx){.sheet = s, .shared = sh};
    uv_async_init(loop, &x->done, on_done);
    x->done.data = x;
    pthread_mutex_init(&sh->lock, NULL);
    pthread_cond_init(&sh->wake, NULL);
    sh->about = s->about;
    sh->done = &x->done;
    if (!start(sh)) { /* the thread's own end does the rest, in this one */
        sh->abandoned = true;
        run(sh);
        x->shared = NULL;
        xlsx_close(x);
        err_set_passing(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Системе не хватает потоков", "The system has no thread left"));
        return NULL;
    }
    return x;
}

static struct str keep(struct arena *a, struct str s)
{
    struct str text = utf8_head(s, WORKBOOK_TEXT_MAX);
    return arena_str(a, text);
}

void xlsx_row(struct xlsx *x, const struct sheet_cell *cells)
{
    struct batch *b = &x->batch;
    size_t count = (size_t)x->sheet->about.count;
    if (b->rows == b->room) {
        b->room = b->room ? b->room * 2 : 64;
        b->cells = mem_realloc(b->cells, (size_t)b->room * count * sizeof *b->cells);
    }
    struct sheet_cell *row = b->cells + (size_t)b->rows++ * count;
    for (size_t i = 0; i < count; i++) {
        row[i] = sheet_in_words(&x->sheet->about.columns[i], &cells[i]);
        if (row[i].text.p)
            row[i].text = keep(&b->texts, row[i].text);
    }
}

static void hand_over(struct xlsx *x, enum work work)
{
    struct shared *sh = x->shared;
    pthread_mutex_lock(&sh->lock);
    if (work == ROWS) { /* its batch is empty: ours takes its place */
        struct batch empty = sh->batch;
        sh->batch = x->batch;
        x->batch = empty;
    }
    sh->begun = work == READ;
    sh->work = work;
    pthread_cond_signal(&sh->wake);
    pthread_mutex_unlock(&sh->lock);
    x->busy = true;
}

/* While the thread writes one batch the next one is gathered. */
enum sheet_step xlsx_step(struct xlsx *x)
{
    struct sheet *s = x->sheet;
    if (x->busy)
        return x->batch.rows > 0 || s->ended ? SHEET_BUSY : SHEET_ROWS;
    if (x->at_end)
        return SHEET_ENDED;
    if (x->batch.rows > 0) {
        hand_over(x, ROWS);
        return s->ended ? SHEET_BUSY : SHEET_ROWS;
    }
    if (!s->ended)
        return SHEET_ROWS;
    hand_over(x, x->finished ? READ : FINISH);
    x->finished = true;
    return SHEET_BUSY;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void xlsx_close(struct xlsx *x)
{
    struct shared *sh = x->shared;
    if (sh) {
        pthread_mutex_lock(&sh->lock);
        sh->abandoned = true;
        pthread_cond_signal(&sh->wake);
        pthread_mutex_unlock(&sh->lock);
    }
    batch_release(&x->batch);
    uv_close((uv_handle_t *)&x->done, on_closed);
}
