#include "task/timing.h"

static const char *const use_names[] = {NULL, "source", "database", "pause"};

static int64_t stored_us(const struct json *object, const char *name)
{
    int64_t ms = 0;
    json_i64(json_get(object, name), &ms);
    return ms * 1000;
}

void timing_load(
    struct timing *tm, struct arena *a, const struct obm_phase *phases, struct str stored)
{
    int count = 0;
    while (phases[count].name)
        count++;
    *tm = (struct timing){
        .phases = phases, .phase_us = arena_alloc(a, (size_t)count * sizeof *tm->phase_us)};
    struct err err;
    const struct json *j = stored.p ? json_parse(a, stored, &err) : NULL;
    int64_t waited = 0;
    for (int use = TIMING_SOURCE; use < TIMING_USES; use++)
        waited += tm->us[use] = stored_us(json_get(j, "waiting_ms"), use_names[use]);
    tm->us[TIMING_WORK] = stored_us(j, "total_ms") - waited;
    for (int i = 0; i < count; i++)
        tm->phase_us[i] = stored_us(json_get(j, "phases_ms"), phases[i].name);
}

void timing_add(struct timing *tm, int phase, enum timing_use use, int64_t now_ns)
{
    int64_t us = (now_ns - tm->at_ns) / 1000;
    tm->at_ns += us * 1000;
    tm->us[use] += us;
    tm->phase_us[phase] += us;
}

struct str timing_json(const struct timing *tm, struct buf *out)
{
    int64_t total = 0;
    for (int use = 0; use < TIMING_USES; use++)
        total += tm->us[use];
    if (total < 1000)
        return STR_NULL;
    size_t from = out->n;
    struct json_writer w = json_writer(out);
    jw_object(&w);
    jw_ki64(&w, "total_ms", total / 1000);
    jw_key(&w, "phases_ms");
    jw_object(&w);
    for (int i = 0; tm->phases[i].name; i++)
        if (tm->phase_us[i] > 0)
            jw_ki64(&w, tm->phases[i].name, tm->phase_us[i] / 1000);
    jw_object_end(&w);
    jw_key(&w, "waiting_ms");
    jw_object(&w);
    for (int use = TIMING_SOURCE; use < TIMING_USES; use++)
        jw_ki64(&w, use_names[use], tm->us[use] / 1000);
    jw_object_end(&w);
    jw_object_end(&w);
    return (struct str){out->p + from, out->n - from};
}
