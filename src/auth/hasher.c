/*
 * A job's way:  WAITING (in h->waiting) → may_start? → RUNNING (in a thread) → done, freed
 *                                             └ no → freed
 */
#include <sodium.h>
#include <stdlib.h>
#include "auth/password.h"
#include "obmen/arena.h"

struct hash_job {
    struct list link;
    struct hasher *h;
    uv_work_t work;
    char *password; /* owned, wiped */
    size_t password_n;
    char hash[PASSWORD_HASH]; /* given to verify, or made */
    bool verify, counted, ok;
    struct address_key from;
    const struct hash_events *events;
    void *arg;
};

void hasher_init(struct hasher *h, uv_loop_t *loop)
{
    *h = (struct hasher){.loop = loop};
    list_init(&h->waiting);
}

static void job_free(struct hash_job *j)
{
    sodium_memzero(j->password, j->password_n);
    free(j->password);
    sodium_memzero(j->hash, sizeof(j->hash));
    free(j);
}

static void take_from_queue(struct hash_job *j)
{
    list_remove(&j->link);
    j->h->waiting_count--;
}

static void in_thread(uv_work_t *work)
{
    struct hash_job *j = container_of(work, struct hash_job, work);
    struct str password = {j->password, j->password_n};
    struct err err;
    j->ok = j->verify ? password_matches(j->hash, password)
                      : password_hash(password, j->hash, &err) == 0;
}

static void start_next(struct hasher *h);

static void after_thread(uv_work_t *work, int status)
{
    struct hash_job *j = container_of(work, struct hash_job, work);
    struct hasher *h = j->h;
    bool more = !list_empty(&h->waiting); /* their owner is still there, and so is h */

    h->running--;
    j->events->done(j->arg, status == 0 && j->ok, j->hash);
    job_free(j);
    if (more)
        start_next(h); /* after `done`, so that may_start knows of this one's failure */
}

static void start_next(struct hasher *h)
{
    while (h->running < HASHER_RUNNING && !list_empty(&h->waiting)) {
        struct hash_job *j = container_of(h->waiting.next, struct hash_job, link);
        take_from_queue(j);
        if (j->events->may_start && !j->events->may_start(j->arg)) {
            job_free(j);
            continue;
        }
        h->running++;
        uv_queue_work(h->loop, &j->work, in_thread, after_thread);
    }
}

void hasher_stop(struct hasher *h)
{
    while (!list_empty(&h->waiting)) {
        struct hash_job *j = container_of(h->waiting.next, struct hash_job, link);
        take_from_queue(j);
        j->events->done(j->arg, false, NULL);
        job_free(j);
    }
}

static bool has_room(const struct hasher *h, const struct address_key *from)
{
    if (h->waiting_count >= HASHER_WAITING)
        return false;
    if (!from)
        return true;
    int same = 0;
    LIST_EACH(item, &h->waiting)
    {
        const struct hash_job *j = container_of(item, struct hash_job, link);
        same += j->counted && memcmp(&j->from, from, sizeof(*from)) == 0;
    }
    return same < HASHER_PER_ADDRESS;
}

static struct hash_job *job_new(struct hasher *h, struct str password,
    const struct address_key *from, const struct hash_events *events, void *arg,
    struct err *ret_err)
{
    if (!has_room(h, from)) {
        err_set_passing(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Слишком много входов одновременно: повторите через несколько секунд",
                "Too many sign-ins at once: try again in a few seconds"));
        ret_err->retry_after_ms = 2000;
        return NULL;
    }
    struct hash_job *j = mem_alloc(sizeof(*j));
    j->h = h;
    list_init(&j->link);
    j->password = mem_alloc(password.n + 1);
    j->password_n = password.n;
    if (password.n)
        memcpy(j->password, password.p, password.n);
    j->counted = from != NULL;
    if (from)
        j->from = *from;
    j->events = events;
    j->arg = arg;
    return j;
}

static int enqueue(struct hash_job *j)
{
    list_add_tail(&j->h->waiting, &j->link);
    j->h->waiting_count++;
    start_next(j->h);
    return 0;
}

int hasher_verify(struct hasher *h, struct str password, const char *hash,
    const struct address_key *from, const struct hash_events *events, void *arg,
    struct err *ret_err)
{
    struct hash_job *j = job_new(h, password, from, events, arg, ret_err);
    if (!j)
        return -1;
    j->verify = true;
    struct str text = str_from(hash);
    memcpy(j->hash, text.p, text.n < sizeof(j->hash) - 1 ? text.n : sizeof(j->hash) - 1);
    return enqueue(j);
}

int hasher_hash(struct hasher *h, struct str password, const struct hash_events *events, void *arg,
    struct err *ret_err)
{
    struct hash_job *j = job_new(h, password, NULL, events, arg, ret_err);
    return j ? enqueue(j) : -1;
}
