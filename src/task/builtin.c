/* Two small task types for people who try things out and for tests: sleep and echo. */
#include "task/inside.h"

/* ---------------------------------------------------------------- sleep */

#define SLEEP_TICK_MS 20
#define SLEEP_SAVE_MS 5000

/* Time and records that an earlier attempt has put behind it are not slept again. */
struct sleeper {
    int64_t total_ms, records, done;
    int64_t before_ms;  /* slept by earlier attempts */
    int64_t started_ms; /* this attempt */
    int64_t saved_ms;
};

static int64_t slept(const struct sleeper *z)
{
    int64_t ms = z->before_ms + engine_ms() - z->started_ms;
    return ms < z->total_ms ? ms : z->total_ms;
}

static int sleep_load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct sleeper *z = obm_state(t);
    int64_t seconds = 0;
    json_i64(json_get(obm_params(t), "seconds"), &seconds);
    json_i64(json_get(obm_params(t), "records"), &z->records);
    json_i64(json_get(checkpoint, "done"), &z->done);
    json_i64(json_get(checkpoint, "slept_ms"), &z->before_ms);
    z->total_ms = seconds * 1000;
    z->started_ms = engine_ms();
    z->saved_ms = z->before_ms;
    obm_total(t, z->records);
    return 0;
}

static void sleep_save(struct obm_task *t, struct json_writer *w)
{
    struct sleeper *z = obm_state(t);
    z->saved_ms = slept(z);
    jw_ki64(w, "done", z->done);
    jw_ki64(w, "slept_ms", z->saved_ms);
}

static enum obm_step sleep_step(struct obm_task *t)
{
    struct sleeper *z = obm_state(t);
    if (obm_committing(t))
        return OBM_WAIT;
    int64_t ms = slept(z);
    int64_t due = z->total_ms == 0
                      ? z->records
                      : (int64_t)((double)z->records * (double)ms / (double)z->total_ms);
    if (due > z->done || ms - z->saved_ms >= SLEEP_SAVE_MS) {
        int64_t n = due - z->done > OBM_STEP_RECORDS ? OBM_STEP_RECORDS : due - z->done;
        z->done += n;
        obm_count(t, (struct obm_stats){.fetched = n, .unchanged = n});
        obm_commit(t, NULL, NULL, NULL);
        return OBM_WAIT;
    }
    if (ms >= z->total_ms)
        return OBM_DONE;
    int64_t left = z->total_ms - ms, next = SLEEP_SAVE_MS - (ms - z->saved_ms);
    if (z->done < z->records) {
        next = (int64_t)((double)(z->done + 1) * (double)z->total_ms / (double)z->records) + 1 - ms;
        next = next < SLEEP_TICK_MS ? SLEEP_TICK_MS : next;
    }
    return obm_sleep(t, left < next ? left : next);
}

static const struct obm_phase sleep_phases[] = {{"sleep", sleep_step}, {0}};

static const struct obm_task_type sleep_type = {
    .name = "sleep",
    .title_ru = "Проверка: подождать",
    .title_en = "Test: sleep",
    .params_schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
        "\"seconds\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":86400,\"default\":1},"
        "\"records\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000,\"default\":0}}}",
    .phases = sleep_phases,
    .state_size = sizeof(struct sleeper),
    .load = sleep_load,
    .save = sleep_save,
    .timeout_s = 2 * 86400,
};

/* ---------------------------------------------------------------- echo */

static enum obm_step echo_step(struct obm_task *t)
{
    return OBM_DONE;
}

static void echo_report(struct obm_task *t, struct json_writer *w)
{
    jw_kstr(w, "message", json_text(json_get(obm_params(t), "message")));
}

static const struct obm_phase echo_phases[] = {{"echo", echo_step}, {0}};

static const struct obm_task_type echo_type = {
    .name = "echo",
    .title_ru = "Проверка: повторить сообщение",
    .title_en = "Test: echo",
    .params_schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
                     "\"message\":{\"type\":\"string\",\"maxLength\":10000,\"default\":\"\"}}}",
    .phases = echo_phases,
    .report = echo_report,
};

void engine_register_builtin(struct engine *e)
{
    engine_register(e, &sleep_type);
    engine_register(e, &echo_type);
}
