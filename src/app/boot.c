#include "app/boot.h"

#include <string.h>

#include "auth/auth.h"
#include "obmen/backoff.h"
#include "obmen/log.h"
#include "pg/migrate.h"

/* One try blocks its thread so long at most; longer waits are made of tries, so that a stop is
 * quick. */
#define TRY_MS 1000
#define BACKOFF_BASE_MS 250
#define BACKOFF_CAP_MS 5000

static void try_once(uv_work_t *work)
{
    struct boot *b = work->data;
    int applied = 0;
    b->err = ERR_INIT;
    if (!b->migrate || db_migrate(b->conninfo, TRY_MS, &applied, &b->err) == 0)
        auth_prepare(b->conninfo, b->admin_password, b->generated, &b->err);
}

static void on_closed(uv_handle_t *handle)
{
    struct boot *b = handle->data;
    if (b->stopped)
        b->stopped(b->arg);
}

static void begin(uv_timer_t *timer);

static void on_tried(uv_work_t *work, int status)
{
    struct boot *b = work->data;
    b->working = false;
    if (b->stopping) {
        uv_close((uv_handle_t *)&b->again, on_closed);
        return;
    }
    if (b->err.code == ERR_NONE) {
        b->done(b->arg, NULL);
        return;
    }
    if (!b->err.passing) {
        b->done(b->arg, &b->err);
        return;
    }
    int64_t pause = backoff_ms(b->attempt++, BACKOFF_BASE_MS, BACKOFF_CAP_MS, 0);
    log_event(LOG_WARNING, "database not ready",
        TR("сервер ждёт базу данных; проверьте DATABASE_URL и запущен ли PostgreSQL",
            "the server waits for its database; check DATABASE_URL and that PostgreSQL runs"),
        LERR(&b->err), LI("next_try_ms", pause));
    uv_timer_start(&b->again, begin, (uint64_t)pause, 0);
}

static void begin(uv_timer_t *timer)
{
    struct boot *b = timer->data;
    b->working = true;
    uv_queue_work(timer->loop, &b->work, try_once, on_tried);
}

void boot_start(struct boot *b, uv_loop_t *loop)
{
    b->work.data = b;
    uv_timer_init(loop, &b->again);
    b->again.data = b;
    begin(&b->again);
}

void boot_stop(struct boot *b, void (*stopped)(void *arg))
{
    b->stopped = stopped;
    b->stopping = true;
    if (!b->working)
        uv_close((uv_handle_t *)&b->again, on_closed);
}
