/*
 * The newest state of tasks in memory: of those running here by their attempt, of others by what
 * was read last. What others change is announced by NOTIFY and read again, many at once. Nothing
 * here is true because it is here: while the listening connection is down, only what runs here is
 * believed.
 */
#include <stdlib.h>
#include "task/inside.h"

#define KEEP 1024 /* states of tasks that do not run here */
#define READ_TOGETHER 500
#define ALIVE_MAX 1000
#define AGAIN_MS 1000

struct view_entry {
    struct list link; /* view.recent */
    struct arena arena;
    struct task_state *s;
    bool stale;
};

struct waiter {
    struct waiter *next;
    engine_state_fn done;
    void *arg;
};

struct want {
    struct list link; /* view.queued or .asked */
    struct uuid id;
    struct waiter *waiters;
    bool answered;
};

static void ask_in(struct engine *e, int64_t ms);

/* ---------------------------------------------------------------- what is known */

static struct view_entry *entry_of(const struct engine *e, const struct uuid *id)
{
    return map_get(&e->view.entries, id->b, sizeof id->b);
}

static void drop(struct engine *e, struct view_entry *entry)
{
    map_remove(&e->view.entries, entry->s->id.b, sizeof entry->s->id.b);
    list_remove(&entry->link);
    arena_release(&entry->arena);
    free(entry);
    e->view.count--;
}

void view_keep(struct engine *e, const struct task_state *s)
{
    struct view *v = &e->view;
    struct view_entry *entry = entry_of(e, &s->id);
    if (entry && entry->s->seq > s->seq)
        return;
    if (entry == NULL) {
        entry = mem_alloc(sizeof *entry);
        list_init(&entry->link);
        map_put(&v->entries, s->id.b, sizeof s->id.b, entry);
        v->count++;
    }
    struct arena old = entry->arena; /* s may be this entry's own */
    entry->arena = ARENA_INIT;
    entry->s = task_state_copy(&entry->arena, s);
    entry->stale = false;
    arena_release(&old);
    list_remove(&entry->link);
    list_add_head(&v->recent, &entry->link);
    if (v->count > KEEP)
        drop(e, container_of(v->recent.prev, struct view_entry, link));
}

void view_show(struct engine *e, const struct task_state *s, bool final)
{
    /* An answer may come later than what happened after it. */
    const struct obm_task *t = attempt_find(e, &s->id);
    if (view_seq(e, &s->id) >= s->seq || (t && t->shown_seq >= s->seq))
        return;
    if (e->o.changed)
        e->o.changed(e->o.arg, s, final);
}

int64_t view_seq(const struct engine *e, const struct uuid *id)
{
    struct view_entry *entry = entry_of(e, id);
    return entry ? entry->s->seq : 0;
}

/* The row of a task that runs here has been read. True: it says nothing that its attempt does not
 * know or will not find out. */
static bool attempt_knows(struct obm_task *t, const struct task_state *s)
{
    if (s->seq <= t->s.seq)
        return true;
    if (s->status == TASK_RUNNING &&
        s->attempt == t->s.attempt) { /* somebody has asked for its end */
        t->s.seq = s->seq;
        t->s.cancel_requested = s->cancel_requested;
        t->s.stats = s->stats;
        t->s.progress = s->progress;
        t->s.total = s->total;
        attempt_show(t, true);
        return true;
    }
    if (t->state >=
        ATTEMPT_FINISHING) { /* its final write, or what came after it: read when it is over */
        t->read_again = true;
        return true;
    }
    attempt_end(t, END_LOST, NULL); /* others have it */
    return false;
}

void view_learn(struct engine *e, const struct task_state *s, bool tell)
{
    struct obm_task *t = attempt_find(e, &s->id);
    if (t && attempt_knows(t, s))
        return;
    struct view_entry *entry = entry_of(e, &s->id);
    if (entry && entry->s->seq >= s->seq) {
        entry->stale = entry->s->seq > s->seq && entry->stale;
        return;
    }
    bool final = task_ended(s->status);
    view_show(e, s, final);
    view_keep(e, s);
    if (tell)
        notify_task(e, &s->id, final ? HINT_FINAL : HINT_CHANGED, s->user_id);
}

void view_stale(struct engine *e, const struct uuid *id)
{
    struct view_entry *entry = entry_of(e, id);
    if (entry)
        entry->stale = true;
}

void view_forget(struct engine *e, const struct uuid *id, int64_t user_id)
{
    struct view_entry *entry = entry_of(e, id);
    if (entry)
        drop(e, entry);
    if (e->o.removed)
        e->o.removed(e->o.arg, id, user_id);
}

/* One of a group may wait for another of it, which is known only where that one runs. */
static bool may_wait_for_its_group(const struct engine *e, const struct task_state *s)
{
    const struct task_kind *kind =
        s->status == TASK_PENDING ? registry_find(&e->registry, s->task_type) : NULL;
    return kind && kind->type->exclusive;
}

const struct task_state *engine_peek(struct engine *e, const struct uuid *id)
{
    struct obm_task *t = attempt_find(e, id);
    struct view_entry *entry = entry_of(e, id);
    if (t && (!entry || entry->s->seq <= t->s.seq))
        return &t->s;
    if (!entry || entry->stale || !e->listening || may_wait_for_its_group(e, entry->s))
        return NULL;
    list_remove(&entry->link);
    list_add_head(&e->view.recent, &entry->link);
    return entry->s;
}

/* ---------------------------------------------------------------- reading */

static void tell_waiters(struct want *w, const struct task_state *s, const struct err *err)
{
    while (w->waiters) {
        struct waiter *waiter = w->waiters;
        w->waiters = waiter->next;
        waiter->done(waiter->arg, s, err);
        free(waiter);
    }
}

static void take_row(struct engine *e, const struct db_result *r, int row)
{
    struct task_state s;
    struct arena arena = ARENA_INIT;
    store_state(r, row, &arena, &s);
    view_learn(e, &s, false);
    LIST_EACH_SAFE(item, &e->view.asked)
    {
        struct want *w = container_of(item, struct want, link);
        if (!uuid_eq(&w->id, &s.id))
            continue;
        w->answered = true;
        struct obm_task *t = attempt_find(e, &s.id);
        tell_waiters(w, t && t->s.seq >= s.seq ? &t->s : &s, NULL);
    }
    arena_release(&arena);
}

static void missing(struct engine *e, struct want *w)
{
    struct err err;
    err_set(&err, ERR_NOT_FOUND, TR("Такой задачи нет", "There is no such task"));
    struct view_entry *entry = entry_of(e, &w->id);
    if (entry && !attempt_find(e, &w->id))
        view_forget(e, &w->id, entry->s->user_id);
    tell_waiters(w, NULL, &err);
}

/* Those that nobody waits for are still to be read when the database is back. */
static void put_back(struct engine *e, struct want *w)
{
    struct want *newer = map_get(&e->view.wants, w->id.b, sizeof w->id.b);
    list_remove(&w->link);
    if (newer || e->life != ENGINE_OPEN) {
        free(w);
        return;
    }
    map_put(&e->view.wants, w->id.b, sizeof w->id.b, w);
    list_add_tail(&e->view.queued, &w->link);
}

static void on_read(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct view *v = &e->view;
    v->in_flight = false;
    if (!err)
        for (int i = 0; i < db_rows(results[0]); i++)
            take_row(e, results[0], i);
    while (!list_empty(&v->asked)) {
        struct want *w = container_of(v->asked.next, struct want, link);
        if (err) {
            tell_waiters(w, NULL, err);
            put_back(e, w);
            continue;
        }
        if (!w->answered)
            missing(e, w);
        list_remove(&w->link);
        free(w);
    }
    if (err && e->life == ENGINE_OPEN)
        ask_in(e, AGAIN_MS);
    else if (!list_empty(&v->queued))
        ask_in(e, v->urgent ? 0 : v->last_ms + ENGINE_HINTS_MS - engine_ms());
}

static void ask(struct engine *e)
{
    struct view *v = &e->view;
    if (v->in_flight || list_empty(&v->queued))
        return;
    struct db_column ids;
    db_column_init(&ids, DB_UUID);
    for (int i = 0; i < READ_TOGETHER && !list_empty(&v->queued); i++) {
        struct want *w = container_of(v->queued.next, struct want, link);
        list_remove(&w->link);
        map_remove(&v->wants, w->id.b, sizeof w->id.b);
        list_add_tail(&v->asked, &w->link);
        db_column_uuid(&ids, &w->id);
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_read(u, &ids);
    db_column_release(&ids);
    v->in_flight = true;
    v->urgent = !list_empty(&v->queued);
    v->last_ms = engine_ms();
    engine_submit(e, u, on_read, e);
}

static void on_due(uv_timer_t *timer)
{
    ask(timer->data);
}

static void ask_in(struct engine *e, int64_t ms)
{
    struct view *v = &e->view;
    uint64_t wanted = (uint64_t)(ms > 0 ? ms : 0);
    if (uv_is_active((uv_handle_t *)&v->timer) && uv_timer_get_due_in(&v->timer) <= wanted)
        return;
    uv_timer_start(&v->timer, on_due, wanted, 0);
}

void view_want(
    struct engine *e, const struct uuid *id, bool urgent, engine_state_fn done, void *arg)
{
    struct view *v = &e->view;
    struct want *w = map_get(&v->wants, id->b, sizeof id->b);
    if (!w) {
        w = mem_alloc(sizeof *w);
        w->id = *id;
        map_put(&v->wants, id->b, sizeof id->b, w);
        list_add_tail(&v->queued, &w->link);
    }
    if (done) {
        struct waiter *waiter = mem_alloc(sizeof *waiter);
        *waiter = (struct waiter){.next = w->waiters, .done = done, .arg = arg};
        w->waiters = waiter;
    }
    v->urgent = v->urgent || urgent;
    if (!v->in_flight)
        ask_in(e, urgent ? 0 : v->last_ms + ENGINE_HINTS_MS - engine_ms());
}

/* ---------------------------------------------------------------- get */

struct get {
    struct later later;
    struct uuid id;
    engine_state_fn done;
    void *arg;
};

static void get_now(struct engine *e, struct later *l)
{
    struct get *g = container_of(l, struct get, later);
    const struct task_state *s = engine_peek(e, &g->id);
    if (s)
        g->done(g->arg, s, NULL);
    else
        view_want(e, &g->id, true, g->done, g->arg);
    free(g);
}

void engine_get(struct engine *e, const struct uuid *id, engine_state_fn done, void *arg)
{
    struct get *g = mem_alloc(sizeof *g);
    *g = (struct get){.later.run = get_now, .id = *id, .done = done, .arg = arg};
    engine_later(e, &g->later);
}

/* ---------------------------------------------------------------- the listening connection */

static void on_alive(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    if (err || e->life != ENGINE_OPEN)
        return; /* it will be up again, or it does not matter any more */
    for (int i = 0; i < db_rows(results[0]); i++) {
        struct uuid id;
        db_uuid(results[0], i, 0, &id);
        view_want(e, &id, false, NULL, NULL);
    }
}

/* Whatever happened while nobody listened: what was known is read again, and what lives now. */
void view_catch_up(struct engine *e)
{
    size_t i = 0;
    struct view_entry *entry;
    while ((entry = map_next(&e->view.entries, &i, NULL)) != NULL) {
        entry->stale = true;
        view_want(e, &entry->s->id, false, NULL, NULL);
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_alive(u, ALIVE_MAX);
    engine_submit(e, u, on_alive, e);
    queue_wake(e);
}

void engine_listening(struct engine *e, bool up)
{
    e->listening = up;
    if (up && e->life == ENGINE_OPEN)
        view_catch_up(e);
}

/* ---------------------------------------------------------------- life */

void view_init(struct engine *e)
{
    struct view *v = &e->view;
    list_init(&v->recent);
    list_init(&v->queued);
    list_init(&v->asked);
    uv_timer_init(e->loop, &v->timer);
    v->timer.data = e;
}

/* Closing: people who wait get their answer; hints need not be read any more. */
bool view_idle(const struct engine *e)
{
    LIST_EACH(item, &e->view.queued)
    if (container_of(item, struct want, link)->waiters)
        return false;
    return true;
}

void view_release(struct engine *e)
{
    struct view *v = &e->view;
    while (!list_empty(&v->queued)) {
        struct want *w = container_of(v->queued.next, struct want, link);
        list_remove(&w->link);
        free(w);
    }
    while (!list_empty(&v->recent))
        drop(e, container_of(v->recent.next, struct view_entry, link));
    map_release(&v->entries);
    map_release(&v->wants);
}
