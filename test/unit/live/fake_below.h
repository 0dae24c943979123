/*
 * What live stands on, under the test's control: an engine whose tasks are a table and whose
 * answers come when the test lets them, and accounts whose tokens are their names. Linked in place
 * of src/task and src/auth.
 */
#ifndef TEST_LIVE_FAKE_BELOW_H
#define TEST_LIVE_FAKE_BELOW_H

#include <stdlib.h>
#include "auth/auth.h"
#include "obmen/arena.h"
#include "task/engine.h"

/* ---- tasks ---- */

enum { FAKE_TASKS = 16 };

static struct fake_engine {
    struct task_state tasks[FAKE_TASKS]; /* task 0 has the id …-000000000000 and so on */
    int count;
    bool peek;   /* does the engine remember states? */
    bool hold;   /* answers wait for fake_answer_all */
    bool broken; /* the database is away */
    int gets, cancels, lists;
    int64_t cancelled_by;
    struct task_filter filter;
    struct fake_question {
        struct fake_question *next;
        enum { FAKE_GET, FAKE_CANCEL, FAKE_LIST } kind;
        struct uuid id;
        struct task_state then; /* as it was when asked */
        bool found;
        engine_state_fn state_done;
        engine_list_fn list_done;
        void *arg;
    } * questions;
} fake_engine;

static inline struct uuid fake_id(int i)
{
    struct uuid id = {.b = {1}};
    id.b[15] = (unsigned char)i;
    return id;
}

static inline struct task_state *fake_task(int i)
{
    return &fake_engine.tasks[i];
}

static struct task_state *fake_find(const struct uuid *id)
{
    for (int i = 0; i < fake_engine.count; i++)
        if (uuid_eq(&fake_engine.tasks[i].id, id))
            return &fake_engine.tasks[i];
    return NULL;
}

static inline void fake_add_task(int64_t user_id, enum task_status status, int64_t seq)
{
    struct task_state *s = &fake_engine.tasks[fake_engine.count];
    *s = (struct task_state){
        .id = fake_id(fake_engine.count), .user_id = user_id, .status = status, .seq = seq};
    fake_engine.count++;
}

/* Short: what the tests look for. A task with a name of so many bytes: so many blanks more. */
void task_state_json(struct buf *out, const struct task_state *s)
{
    buf_printf(
        out, "{%*s\"task\":%d,\"seq\":%lld}", (int)s->name.n, "", s->id.b[15], (long long)s->seq);
}

static struct fake_question *ask(int kind, const struct uuid *id, void *arg)
{
    struct fake_question *q = mem_alloc(sizeof *q), **last = &fake_engine.questions;
    struct task_state *s = id ? fake_find(id) : NULL;
    q->kind = kind;
    q->arg = arg;
    q->found = s != NULL;
    if (id)
        q->id = *id;
    if (s)
        q->then = *s;
    while (*last)
        last = &(*last)->next;
    *last = q;
    return q;
}

void engine_get(struct engine *e, const struct uuid *id, engine_state_fn done, void *arg)
{
    fake_engine.gets++;
    ask(FAKE_GET, id, arg)->state_done = done;
}

const struct task_state *engine_peek(struct engine *e, const struct uuid *id)
{
    return fake_engine.peek ? fake_find(id) : NULL;
}

void engine_cancel(
    struct engine *e, const struct uuid *id, int64_t by, engine_state_fn done, void *arg)
{
    fake_engine.cancels++;
    fake_engine.cancelled_by = by;
    ask(FAKE_CANCEL, id, arg)->state_done = done;
}

void engine_list(struct engine *e, const struct task_filter *f, engine_list_fn done, void *arg)
{
    fake_engine.lists++;
    fake_engine.filter = *f;
    ask(FAKE_LIST, NULL, arg)->list_done = done;
}

static void fake_answer(struct fake_question *q)
{
    struct err e = ERR_INIT;
    const struct task_state *all[FAKE_TASKS];
    int n = 0;
    if (fake_engine.broken)
        err_set_passing(&e, ERR_DATABASE_ERROR, "the database is away");
    else if (q->kind != FAKE_LIST && !q->found)
        err_set(&e, ERR_NOT_FOUND, "no such task");
    else if (q->kind == FAKE_CANCEL && task_ended(q->then.status))
        err_set(&e, ERR_CONFLICT, "it has ended");
    if (q->kind == FAKE_LIST) {
        static struct task_state then[FAKE_TASKS]; /* a snapshot that is one step old */
        for (int i = 0; i < fake_engine.count; i++) {
            if (fake_engine.filter.user_id &&
                fake_engine.filter.user_id != fake_engine.tasks[i].user_id)
                continue;
            then[n] = fake_engine.tasks[i];
            all[n] = &then[n];
            n++;
        }
        q->list_done(q->arg, all, n, n, e.code ? &e : NULL);
    } else {
        q->state_done(q->arg, e.code ? NULL : &q->then, e.code ? &e : NULL);
    }
}

static inline void fake_answer_all(void)
{
    struct fake_question *list = fake_engine.questions;
    fake_engine.questions = NULL;
    while (list) {
        struct fake_question *q = list;
        list = q->next;
        fake_answer(q);
        free(q);
    }
}

/* ---- accounts: "admin", "manager", "seven" (user 7), "eight" (user 8) ---- */

static struct fake_auth {
    bool ready;
    bool dead[4];
    void (*changed)(void *arg);
    void *arg;
} fake_auth;

bool auth_ready(const struct auth *a)
{
    return fake_auth.ready;
}

bool auth_check(struct auth *a, struct str token, struct principal *ret_who)
{
    static const char *const names[] = {"admin", "manager", "seven", "eight"};
    static const enum role roles[] = {ROLE_ADMIN, ROLE_MANAGER, ROLE_USER, ROLE_USER};
    static const int64_t ids[] = {1, 2, 7, 8};
    for (int i = 0; i < 4; i++) {
        if (!str_is(token, names[i]) || fake_auth.dead[i])
            continue;
        *ret_who = (struct principal){.user_id = ids[i], .role = roles[i]};
        return true;
    }
    return false;
}

bool auth_still(struct auth *a, const struct principal *who)
{
    static const int64_t ids[] = {1, 2, 7, 8};
    for (int i = 0; i < 4; i++)
        if (ids[i] == who->user_id)
            return !fake_auth.dead[i];
    return false;
}

void auth_on_change(struct auth *a, void (*changed)(void *arg), void *arg)
{
    fake_auth.changed = changed;
    fake_auth.arg = arg;
}

#endif
