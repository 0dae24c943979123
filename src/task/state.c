/* What the world sees of a task: its names, its standard sentences, its JSON. */
#include "task/state.h"
#include "task/progress.h"

static const char *const status_names[] = {
    "pending", "running", "completed", "failed", "cancelled"};
static const char *const priority_names[] = {"critical", "high", "normal", "low"};

const char *task_status_name(enum task_status s)
{
    return status_names[s];
}

bool task_status_parse(struct str name, enum task_status *ret)
{
    for (int i = 0; i <= TASK_CANCELLED; i++)
        if (str_is(name, status_names[i])) {
            *ret = (enum task_status)i;
            return true;
        }
    return false;
}

const char *task_priority_name(enum task_priority p)
{
    return priority_names[p];
}

bool task_priority_parse(struct str name, enum task_priority *ret)
{
    for (int i = 0; i <= TASK_LOW; i++)
        if (str_is(name, priority_names[i])) {
            *ret = (enum task_priority)i;
            return true;
        }
    return false;
}

/* Its counters are of what would be done. */
static bool is_dry_run(const struct task_state *s)
{
    bool dry = false;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    if (s->params.n && memmem(s->params.p, s->params.n, "dry_run", strlen("dry_run")))
        json_bool(json_get(json_parse(&a, s->params, &err), "dry_run"), &dry);
    arena_release(&a);
    return dry;
}

/* "(220 создано, 230 обновлено)": only what there is. */
static void add_counters(struct buf *b, const struct obm_stats *s, bool dry)
{
    const struct {
        int64_t n;
        const char *word;
    } parts[] = {
        {s->created, dry ? TR("появится", "would be new") : TR("создано", "created")},
        {s->updated, dry ? TR("изменится", "would change") : TR("обновлено", "updated")},
        {s->unchanged, TR("без изменений", "unchanged")},
        {s->skipped, TR("пропущено", "skipped")},
        {s->failed, TR("не принято", "refused")},
        {s->deactivated, dry ? TR("снимется", "would be deactivated") : TR("снято", "deactivated")},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].n != 0) {
            buf_adds(b, any ? ", " : " (");
            buf_add_i64(b, parts[i].n);
            buf_addc(b, ' ');
            buf_adds(b, parts[i].word);
            any = true;
        }
    if (any)
        buf_addc(b, ')');
}

static void add_processed(struct buf *b, const struct task_state *s, bool dry)
{
    buf_adds(b, TR("обработано ", "processed "));
    buf_add_i64(b, s->stats.fetched);
    if (s->total > 0) {
        buf_adds(b, TR(" из ", " of "));
        buf_add_i64(b, s->total);
    }
    add_counters(b, &s->stats, dry);
}

void task_standard_message(struct buf *b, const struct task_state *s)
{
    size_t at = b->n;
    bool some = s->stats.fetched > 0 || s->stats.deactivated > 0, dry = is_dry_run(s);
    switch (s->status) {
    case TASK_PENDING:
        if (s->cancel_requested)
            buf_adds(b, TR("Отменяется", "Being cancelled"));
        else if (s->attempt > 0)
            buf_adds(b, TR("Ждёт продолжения", "Waiting to go on"));
        else if (s->run_at > s->created_at)
            buf_adds(b, TR("Запланировано", "Planned"));
        else
            buf_adds(b, TR("В очереди", "In the queue"));
        if (some) {
            buf_adds(b, ": ");
            add_processed(b, s, dry);
        }
        return;
    case TASK_RUNNING:
        if (s->cancel_requested)
            buf_adds(b, TR("Отменяется", "Being cancelled"));
        else if (!some)
            buf_adds(b, TR("Выполняется", "Running"));
        else {
            add_processed(b, s, dry);
            /* The sentence begins with it. */
            const char *upper = TR("Обработано ", "Processed ");
            memcpy(b->p + at, upper, strlen(upper));
        }
        return;
    case TASK_COMPLETED:
        buf_adds(b, dry ? TR("Проверено, ничего не записано", "Looked at, not stored")
                        : TR("Готово", "Done"));
        break;
    case TASK_FAILED:
        buf_adds(b, TR("Не удалось", "Failed"));
        break;
    case TASK_CANCELLED:
        buf_adds(b, TR("Отменено", "Cancelled"));
        break;
    }
    if (some) {
        buf_adds(b, ": ");
        add_processed(b, s, dry);
    }
}

static void kstr_or_null(struct json_writer *w, const char *key, struct str s)
{
    if (s.p)
        jw_kstr(w, key, s);
    else
        jw_knull(w, key);
}

static void ktime(struct json_writer *w, const char *key, usec_t t)
{
    if (t == 0) {
        jw_knull(w, key);
        return;
    }
    char text[TIME_TEXT];
    time_format_utc(t, text);
    jw_kcstr(w, key, text);
}

void task_stats_json(struct json_writer *w, const struct obm_stats *s)
{
    jw_object(w);
    jw_ki64(w, "fetched", s->fetched);
    jw_ki64(w, "created", s->created);
    jw_ki64(w, "updated", s->updated);
    jw_ki64(w, "unchanged", s->unchanged);
    jw_ki64(w, "skipped", s->skipped);
    jw_ki64(w, "failed", s->failed);
    jw_ki64(w, "deactivated", s->deactivated);
    jw_object_end(w);
}

void task_state_json(struct buf *out, const struct task_state *s)
{
    struct json_writer w = json_writer(out);
    char id[UUID_TEXT];
    uuid_format(&s->id, id);
    jw_object(&w);
    jw_kcstr(&w, "task_id", id);
    jw_kstr(&w, "task_type", s->task_type);
    jw_kstr(&w, "name", s->name);
    jw_kcstr(&w, "status", task_status_name(s->status));
    jw_ki64(&w, "progress", s->progress);
    jw_ki64(&w, "total", s->total);
    jw_ki64(&w, "processed", s->stats.fetched);
    if (s->message.n > 0) {
        jw_kstr(&w, "message", s->message);
    } else {
        struct buf message = BUF_INIT;
        task_standard_message(&message, s);
        jw_kstr(&w, "message", buf_str(&message));
        buf_release(&message);
    }
    if (s->result.p)
        jw_kraw(&w, "result", s->result);
    else
        jw_knull(&w, "result");
    kstr_or_null(&w, "error", s->error);
    if (s->error_code != ERR_NONE)
        jw_kcstr(&w, "error_code", err_code_name(s->error_code));
    else
        jw_knull(&w, "error_code");
    ktime(&w, "created_at", s->created_at);
    ktime(&w, "started_at", s->started_at);
    ktime(&w, "completed_at", s->completed_at);
    jw_kraw(&w, "metadata", s->metadata.n > 0 ? s->metadata : STR("{}"));
    jw_kcstr(&w, "priority", task_priority_name(s->priority));
    jw_ki64(&w, "retry_count", s->retry_count);
    jw_ki64(&w, "max_retries", s->max_retries);
    jw_ki64(&w, "timeout", s->timeout_s);
    ktime(&w, "run_at", s->run_at);
    jw_kbool(&w, "cancel_requested", s->cancel_requested);
    jw_ki64(&w, "user_id", s->user_id);
    kstr_or_null(&w, "node", s->node);
    jw_ki64(&w, "attempt", s->attempt);
    kstr_or_null(&w, "phase", s->phase);
    kstr_or_null(&w, "wait_reason", s->wait_reason);
    jw_key(&w, "stats");
    task_stats_json(&w, &s->stats);
    jw_key(&w, "rate");
    if (s->rate >= 0)
        jw_double(&w, s->rate, 1);
    else
        jw_null(&w);
    jw_key(&w, "eta_seconds");
    if (s->eta_seconds >= 0)
        jw_i64(&w, s->eta_seconds);
    else
        jw_null(&w);
    if (s->timing.p)
        jw_kraw(&w, "timing", s->timing);
    else
        jw_knull(&w, "timing");
    jw_ki64(&w, "seq", s->seq);
    jw_object_end(&w);
}

struct task_state *task_state_copy(struct arena *a, const struct task_state *s)
{
    if (a->head == NULL &&
        a->next_size == 0) /* one block that just fits: states are kept by the thousand */
        a->next_size = sizeof *s + s->task_type.n + s->name.n + s->message.n + s->params.n +
                       s->metadata.n + s->result.n + s->error.n + s->wait_reason.n + s->node.n +
                       s->phase.n + s->timing.n + 128;
    struct task_state *c = arena_alloc(a, sizeof *c);
    *c = *s;
    struct str *texts[] = {&c->task_type, &c->name, &c->message, &c->params, &c->metadata,
        &c->result, &c->error, &c->wait_reason, &c->node, &c->phase, &c->timing};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i]->p)
            *texts[i] = arena_str(a, *texts[i]);
    return c;
}

void task_state_derive(struct task_state *s)
{
    s->eta_seconds =
        s->status == TASK_RUNNING ? progress_eta(s->rate, s->stats.fetched, s->total) : -1;
}

bool task_counters_add_up(const struct obm_stats *s)
{
    return s->fetched == s->created + s->updated + s->unchanged + s->skipped + s->failed;
}
