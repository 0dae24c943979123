/*
 * New tasks. One statement writes all that were asked for while the one before was under way, so
 * that many people at once cost few transactions; nobody waits for company when there is none.
 *
 *   engine_create --> waiting --> written
 *                 \-> doubtful (the queue looks full) --> counted --> waiting, or refused
 *   not written because one with the same id or unique_key is there --> looked up
 */
#include <stdlib.h>
#include "task/inside.h"

#define TOGETHER 200
#define UNITS_MAX 2
#define FULL_MS 100 /* so long a full queue is believed to be full */
#define TRIES_MAX 5

struct create_item {
    struct list link;
    struct later later;
    struct engine *e;
    struct arena arena;
    struct task_state s;
    struct str unique_key;
    const char *exclusive;
    bool given_id, only_look, open;
    usec_t run_at;
    int tries;
    engine_created_fn done;
    void *arg;
    struct err err;
};

struct create_batch {
    struct engine *e;
    struct list items;
};

static void flush(struct engine *e);

/* ---------------------------------------------------------------- answers */

static void answer(struct create_item *item, const struct task_created *made, const struct err *err)
{
    if (item->open)
        item->e->creator.open--;
    item->done(item->arg, made, err);
    list_remove(&item->link);
    arena_release(&item->arena);
    free(item);
}

static void refuse_later(struct engine *e, struct later *l)
{
    struct create_item *item = container_of(l, struct create_item, later);
    answer(item, NULL, &item->err);
}

static void refuse(struct create_item *item)
{
    item->later.run = refuse_later;
    engine_later(item->e, &item->later);
}

static void made(struct create_item *item, usec_t run_at)
{
    struct engine *e = item->e;
    char id[UUID_TEXT];
    uuid_format(&item->s.id, id);
    item->s.run_at = run_at;
    log_event(LOG_INFO, "task created", NULL, LS("task_id", id),
        LSTR("task_type", item->s.task_type), LI("user_id", item->s.user_id));
    if (item->exclusive)
        queue_look_after_claim(e, &item->s.id);
    else
        view_learn(e, &item->s, false);
    notify_task(e, &item->s.id, HINT_CHANGED, item->s.user_id);
    if (item->run_at > 0)
        queue_planned(e, run_at);
    answer(item, &(struct task_created){.id = item->s.id}, NULL);
}

static void full(struct err *err)
{
    err_set_passing(err, ERR_SERVICE_UNAVAILABLE,
        TR("Очередь задач заполнена: повторите позже",
            "The queue of tasks is full: try again later"));
    err->retry_after_ms = 5000;
}

/* ---------------------------------------------------------------- looked up */

static struct create_item *first(struct list *l)
{
    return container_of(l->next, struct create_item, link);
}

static bool find_in(
    const struct db_result *r, const struct create_item *item, struct task_created *ret)
{
    for (int i = 0; i < db_rows(r); i++) {
        struct uuid id;
        db_uuid(r, i, 0, &id);
        bool same_key = item->unique_key.p && str_eq(db_text(r, i, 1), item->unique_key);
        if (uuid_eq(&id, &item->s.id) || same_key) {
            *ret = (struct task_created){.id = id, .deduplicated = !uuid_eq(&id, &item->s.id)};
            return true;
        }
    }
    return false;
}

static void on_found(void *arg, struct db_result *const *results, const struct err *err)
{
    struct create_batch *b = arg;
    struct engine *e = b->e;
    e->creator.in_flight--;
    while (!list_empty(&b->items)) {
        struct create_item *item = first(&b->items);
        struct task_created there;
        if (err) {
            answer(item, NULL, err);
        } else if (find_in(results[0], item, &there)) {
            if (!there.deduplicated) { /* made by a statement whose answer was lost, or by an
                                          earlier request */
                view_want(e, &there.id, false, NULL, NULL);
                queue_wake(e);
            }
            answer(item, &there, NULL);
        } else if (item->only_look || ++item->tries >= TRIES_MAX) {
            full(&item->err);
            answer(item, NULL, &item->err);
        } else { /* the one that stood in the way has ended meanwhile */
            list_remove(&item->link);
            list_add_tail(&e->creator.waiting, &item->link);
        }
    }
    free(b);
    flush(e);
}

static void look_up(struct create_batch *b)
{
    struct engine *e = b->e;
    struct db_column ids, keys;
    db_column_init(&ids, DB_UUID);
    db_column_init(&keys, DB_TEXT);
    LIST_EACH(link, &b->items)
    {
        struct create_item *item = container_of(link, struct create_item, link);
        db_column_uuid(&ids, &item->s.id);
        if (item->unique_key.p)
            db_column_text(&keys, item->unique_key);
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_find(u, &ids, &keys);
    db_column_release(&ids);
    db_column_release(&keys);
    e->creator.in_flight++;
    engine_submit(e, u, on_found, b);
}

/* ---------------------------------------------------------------- written */

static struct create_item *item_of(struct create_batch *b, const struct uuid *id)
{
    LIST_EACH(link, &b->items)
    {
        struct create_item *item = container_of(link, struct create_item, link);
        if (uuid_eq(&item->s.id, id))
            return item;
    }
    return NULL;
}

/* Bad data of one must not refuse the others: each is tried alone. */
static void one_by_one(struct create_batch *b)
{
    while (!list_empty(&b->items)) {
        struct create_item *item = first(&b->items);
        list_remove(&item->link);
        item->tries = TRIES_MAX;
        list_add_tail(&b->e->creator.waiting, &item->link);
    }
}

static bool again(struct create_batch *b)
{
    if (first(&b->items)->tries > 0 || b->e->life != ENGINE_OPEN)
        return false;
    while (!list_empty(&b->items)) {
        struct create_item *item = first(&b->items);
        list_remove(&item->link);
        item->tries++;
        list_add_tail(&b->e->creator.waiting, &item->link);
    }
    return true;
}

static void on_written(void *arg, struct db_result *const *results, const struct err *err)
{
    struct create_batch *b = arg;
    struct engine *e = b->e;
    e->creator.in_flight--;
    if (err && !err->passing && b->items.next->next != &b->items) {
        one_by_one(b);
    } else if (err && strncmp(err->sqlstate, "08", 2) == 0 && again(b)) {
        /* The connection broke, and nobody knows whether they have been made: written again, by
         * their ids. */
    } else if (err) {
        while (!list_empty(&b->items))
            answer(first(&b->items), NULL, err);
    } else {
        int rows = db_rows(results[0]);
        e->queue.pending += rows;
        e->queue.made += (uint64_t)rows;
        bool to_claim = false; /* the rest is planned for later */
        for (int i = 0; i < rows; i++) {
            struct uuid id;
            db_uuid(results[0], i, 0, &id);
            struct create_item *item = item_of(b, &id);
            to_claim = to_claim || !item || item->run_at <= time_now();
            if (item)
                made(item, db_time(results[0], i, 1));
        }
        if (to_claim && queue_free_workers(e) == 0)
            notify_work(e);
        if (to_claim)
            queue_wake(e);
    }
    if (!list_empty(&b->items)) {
        look_up(b);
        flush(e);
        return;
    }
    free(b);
    flush(e);
}

static void add(struct store_new *n, const struct create_item *item)
{
    const struct task_state *s = &item->s;
    db_column_uuid(&n->id, &s->id);
    db_column_text(&n->type, s->task_type);
    db_column_text(&n->name, s->name);
    db_column_i32(&n->priority, s->priority);
    db_column_text(&n->params, s->params);
    db_column_text(&n->metadata, s->metadata);
    db_column_text(&n->unique_key, item->unique_key);
    db_column_i64(&n->user_id, s->user_id);
    db_column_text(&n->exclusive, str_from(item->exclusive));
    if (item->run_at > 0)
        db_column_time(&n->run_at, item->run_at);
    else
        db_column_null(&n->run_at);
    db_column_i32(&n->timeout, s->timeout_s);
    db_column_i32(&n->max_retries, s->max_retries);
    db_column_time(&n->created_at, s->created_at);
}

static void write_some(struct engine *e)
{
    struct creator *c = &e->creator;
    struct create_batch *b = mem_alloc(sizeof *b);
    b->e = e;
    list_init(&b->items);
    struct store_new columns;
    store_new_init(&columns);
    int count = 0;
    bool alone = false;
    while (count < TOGETHER && !alone && !list_empty(&c->waiting)) {
        struct create_item *item = first(&c->waiting);
        alone = item->tries >= TRIES_MAX;
        if (alone && count > 0)
            break;
        list_remove(&item->link);
        list_add_tail(&b->items, &item->link);
        add(&columns, item);
        count++;
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_create(u, &columns);
    store_new_release(&columns);
    c->in_flight++;
    engine_submit(e, u, on_written, b);
}

static void flush(struct engine *e)
{
    while (!list_empty(&e->creator.waiting) && e->creator.in_flight < UNITS_MAX)
        write_some(e);
    engine_check_closed(e);
}

static void flush_later(struct engine *e, struct later *l)
{
    e->creator.flushing = false;
    flush(e);
}

static void flush_soon(struct engine *e)
{
    if (e->creator.flushing)
        return;
    e->creator.flushing = true;
    e->creator.later.run = flush_later;
    engine_later(e, &e->creator.later);
}

/* ---------------------------------------------------------------- is there room? */

static void admit(struct create_item *item)
{
    struct engine *e = item->e;
    item->open = true;
    e->creator.open++;
    list_add_tail(&e->creator.waiting, &item->link);
}

static bool room(const struct engine *e)
{
    return e->queue.pending + e->creator.open < e->o.queue_max;
}

/* The queue is full; but a task that is there already need not be made. */
static void refuse_full(struct create_item *item)
{
    if (!item->unique_key.p && !item->given_id) {
        full(&item->err);
        refuse(item);
        return;
    }
    struct create_batch *b = mem_alloc(sizeof *b);
    b->e = item->e;
    list_init(&b->items);
    item->only_look = true;
    list_add_tail(&b->items, &item->link);
    look_up(b);
}

static void on_counted(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct creator *c = &e->creator;
    c->counting = false;
    if (!err)
        e->queue.pending = db_i64(results[0], 0, 0) + (int64_t)(e->queue.made - c->made_before);
    while (!list_empty(&c->doubtful)) {
        struct create_item *item = first(&c->doubtful);
        list_remove(&item->link);
        if (err) {
            item->err = *err;
            refuse(item);
        } else if (room(e)) {
            admit(item);
        } else {
            c->full_until = engine_ms() + FULL_MS;
            refuse_full(item);
        }
    }
    flush(e);
}

static void doubt(struct create_item *item)
{
    struct engine *e = item->e;
    struct creator *c = &e->creator;
    if (engine_ms() < c->full_until) {
        refuse_full(item);
        return;
    }
    list_add_tail(&c->doubtful, &item->link);
    if (c->counting)
        return;
    c->counting = true;
    c->made_before = e->queue.made;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_count(u);
    engine_submit(e, u, on_counted, e);
}

void creator_room(struct engine *e)
{
    e->creator.full_until = 0;
}

/* ---------------------------------------------------------------- asked for */

static void invalid(struct create_item *item, const struct field_error *first_error)
{
    err_set(&item->err, ERR_VALIDATION_ERROR, "%.*s: %.*s", STR_ARG(first_error->field),
        STR_ARG(first_error->message));
    refuse(item);
}

void engine_create(struct engine *e, const struct task_new *n, engine_created_fn done, void *arg)
{
    struct create_item *item = mem_alloc(sizeof *item);
    item->e = e;
    item->done = done;
    item->arg = arg;
    list_init(&item->link);
    struct field_errors fe = {.arena = &item->arena};
    struct intake in;
    if (!intake_check(e, n, &in, &fe)) {
        invalid(item, fe.first);
        return;
    }
    if (e->life >= ENGINE_CLOSING) {
        err_set_passing(&item->err, ERR_SERVICE_UNAVAILABLE,
            TR("Сервер останавливается: повторите чуть позже",
                "The server is stopping: try again soon"));
        refuse(item);
        return;
    }
    item->given_id = !uuid_is_zero(&n->id);
    item->exclusive = in.kind->type->exclusive;
    item->unique_key = n->unique_key.p ? arena_str(&item->arena, n->unique_key) : STR_NULL;
    item->run_at = n->run_at;
    intake_fill(&item->s, &item->arena, n, &in);
    if (!room(e)) {
        doubt(item);
        return;
    }
    admit(item);
    flush_soon(e);
}

void creator_init(struct engine *e)
{
    list_init(&e->creator.waiting);
    list_init(&e->creator.doubtful);
    list_init(&e->creator.later.link);
}

bool creator_idle(const struct engine *e)
{
    return list_empty(&e->creator.waiting) && list_empty(&e->creator.doubtful) &&
           e->creator.in_flight == 0;
}
