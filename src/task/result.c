/* What a task leaves behind when it ends, however it ends (`result`): made of its row each time it
 * is read, so that ending a task writes no more than what its type reports. */
#include "task/state.h"

static const char *const own[] = {
    "processed", "total", "phase", "duration_seconds", "timing", "stats"};

static bool is_own(struct str key)
{
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (str_is(key, own[i]))
            return true;
    return false;
}

static void add_report(struct json_writer *w, struct str report)
{
    struct arena arena = ARENA_INIT;
    struct err err;
    const struct json *j = report.n > 0 ? json_parse(&arena, report, &err) : NULL;
    for (const struct json *m = json_is(j, JSON_OBJECT) ? j->child : NULL; m; m = m->next) {
        if (is_own(m->key))
            continue;
        struct buf value = BUF_INIT;
        json_write(&value, m);
        jw_key(w, arena_cstr(&arena, m->key));
        jw_raw(w, buf_str(&value));
        buf_release(&value);
    }
    arena_release(&arena);
}

void task_result_json(struct buf *out, const struct task_state *s, struct str report)
{
    struct json_writer w = json_writer(out);
    jw_object(&w);
    add_report(&w, report);
    jw_ki64(&w, "processed", s->stats.fetched);
    jw_ki64(&w, "total", s->total);
    if (s->phase.p)
        jw_kstr(&w, "phase", s->phase);
    else
        jw_knull(&w, "phase");
    usec_t took =
        s->started_at && s->completed_at > s->started_at ? s->completed_at - s->started_at : 0;
    jw_key(&w, "duration_seconds");
    jw_double(&w, (double)took / 1e6, 3);
    if (s->timing.p)
        jw_kraw(&w, "timing", s->timing);
    else
        jw_knull(&w, "timing");
    jw_key(&w, "stats");
    task_stats_json(&w, &s->stats);
    jw_object_end(&w);
}
