#include "onec/plan.h"

#include <sodium.h>
#include <stdlib.h>

#include "obmen/arena.h"

void onec_plan_all(struct onec_plan *p, int sets, usec_t from, usec_t end)
{
    onec_plan_release(p);
    *p = (struct onec_plan){.sets = sets, .from = from, .end = end};
}

void onec_plan_none(struct onec_plan *p, int sets, usec_t from, usec_t end)
{
    onec_plan_all(p, sets, from, end);
    p->stride = (size_t)(onec_plan_days(p) + 7) / 8;
    p->days = mem_alloc(p->stride * (size_t)sets + 1);
}

void onec_plan_release(struct onec_plan *p)
{
    free(p->days);
    p->days = NULL;
}

static bool marked(const struct onec_plan *p, int set, int64_t day)
{
    return p->days[(size_t)set * p->stride + (size_t)day / 8] >> (day % 8) & 1;
}

void onec_plan_mark(struct onec_plan *p, int set, int64_t day)
{
    p->days[(size_t)set * p->stride + (size_t)day / 8] |= (uint8_t)(1 << (day % 8));
}

static bool next_run(const struct onec_plan *p, int set, int64_t day, struct onec_span *ret)
{
    int64_t days = onec_plan_days(p);
    while (day < days && !marked(p, set, day))
        day++;
    if (day == days)
        return false;
    ret->set = set;
    ret->from = p->from + day * USEC_PER_DAY;
    while (day < days && marked(p, set, day))
        day++;
    ret->end = p->from + day * USEC_PER_DAY;
    return true;
}

bool onec_plan_next(const struct onec_plan *p, int set, usec_t at, struct onec_span *ret)
{
    for (; set < p->sets; set++, at = p->from) {
        if (p->days) {
            int64_t day = (at - p->from + USEC_PER_DAY - 1) / USEC_PER_DAY;
            if (next_run(p, set, day, ret))
                return true;
        } else if (at <= p->from) {
            *ret = (struct onec_span){set, p->from, p->end};
            return true;
        }
    }
    return false;
}

void onec_plan_save(const struct onec_plan *p, struct json_writer *w)
{
    if (!p->days) {
        jw_knull(w, "plan");
        return;
    }
    size_t bytes = p->stride * (size_t)p->sets;
    char *hex = mem_alloc(bytes * 2 + 1);
    sodium_bin2hex(hex, bytes * 2 + 1, p->days, bytes);
    jw_kcstr(w, "plan", hex);
    free(hex);
}

bool onec_plan_load(struct onec_plan *p, const struct json *object)
{
    const struct json *saved = json_get(object, "plan");
    struct str hex = json_text(saved);
    size_t bytes, read = 0;
    if (!saved || json_is(saved, JSON_NULL))
        return true;
    onec_plan_none(p, p->sets, p->from, p->end);
    bytes = p->stride * (size_t)p->sets;
    return hex.n == bytes * 2 &&
           sodium_hex2bin(p->days, bytes, hex.p, hex.n, NULL, &read, NULL) == 0 && read == bytes;
}
