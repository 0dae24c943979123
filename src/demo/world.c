#include "demo/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"

#include "demo/identifiers.h"
#include "demo/random.h"

#define DAY 86400

uint64_t demo_chance_of(
    const struct demo_world *w, unsigned set, unsigned day_of_key, uint32_t rank)
{
    return demo_mix(demo_mix2(w->keys.seed + set, day_of_key) + rank);
}

static unsigned key_day(int64_t day)
{
    return (unsigned)(day - DEMO_EPOCH);
}

static uint32_t day_chance(const struct demo_world *w, unsigned set, int64_t day)
{
    return (uint32_t)demo_mix2(w->keys.seed ^ (set + 1), (uint64_t)day);
}

struct place {
    int64_t day;
    uint32_t rank, count;
};

static struct place place_of(const struct demo_world *w, unsigned set, uint64_t local)
{
    const struct demo_days *d = &w->days[set];
    int i = demo_days_of(d, local);
    return (struct place){
        d->first + i, (uint32_t)(local - d->start[i]), (uint32_t)(d->start[i + 1] - d->start[i])};
}

static int64_t second_at(const struct demo_world *w, unsigned set, struct place p)
{
    uint64_t chance = demo_chance_of(w, set, key_day(p.day), p.rank);
    return p.day * DAY +
           demo_second(set, p.rank, p.count, (uint32_t)(chance >> 32), day_chance(w, set, p.day));
}

int64_t demo_second_of(const struct demo_world *w, unsigned set, uint64_t local)
{
    return second_at(w, set, place_of(w, set, local));
}

static bool posted_by(const struct demo_world *w, uint64_t chance)
{
    return demo_below(chance, 1000) >= (uint32_t)w->s.unposted;
}

bool demo_posted_of(const struct demo_world *w, unsigned set, uint64_t local)
{
    struct place p = place_of(w, set, local);
    return posted_by(w, demo_chance_of(w, set, key_day(p.day), p.rank));
}

struct uuid demo_key_of(const struct demo_world *w, unsigned set, uint64_t local)
{
    struct place p = place_of(w, set, local);
    return demo_key_make(&w->keys, (struct demo_id){set, key_day(p.day), p.rank});
}

uint64_t demo_local_at(const struct demo_world *w, unsigned set, int64_t second)
{
    const struct demo_days *d = &w->days[set];
    if (second <= d->first * DAY)
        return 0;
    if (second >= (d->first + d->count) * DAY)
        return d->start[d->count];
    int64_t day = second / DAY;
    int i = (int)(day - d->first);
    struct place p = {day, 0, (uint32_t)(d->start[i + 1] - d->start[i])};
    uint32_t low = 0, high = p.count; /* the first rank at or after the second is in [low, high] */
    while (low < high) {
        p.rank = low + (high - low) / 2;
        if (second_at(w, set, p) < second)
            low = p.rank + 1;
        else
            high = p.rank;
    }
    return d->start[i] + low;
}

uint64_t demo_posted_before(const struct demo_world *w, unsigned set, uint64_t local)
{
    uint64_t block = local / DEMO_BLOCK, posted = w->live[set][block];
    for (uint64_t l = block * DEMO_BLOCK; l < local;) {
        struct place p = place_of(w, set, l);
        for (; p.rank < p.count && l < local; p.rank++, l++)
            posted += posted_by(w, demo_chance_of(w, set, key_day(p.day), p.rank));
    }
    return posted;
}

static void count_posted(struct demo_world *w, unsigned set)
{
    uint64_t total = demo_set_total(w, set), local = 0;
    w->live[set] = mem_alloc((total / DEMO_BLOCK + 1) * sizeof(uint32_t));
    uint32_t posted = 0;
    const struct demo_days *d = &w->days[set];
    for (int i = 0; i < d->count; i++) {
        uint64_t seed = demo_mix2(w->keys.seed + set, key_day(d->first + i));
        for (uint64_t rank = 0; local < d->start[i + 1]; rank++, local++) {
            if (local % DEMO_BLOCK == 0)
                w->live[set][local / DEMO_BLOCK] = posted;
            posted += posted_by(w, demo_mix(seed + rank));
        }
    }
    if (total % DEMO_BLOCK == 0)
        w->live[set][total / DEMO_BLOCK] = posted;
}

static void fill_picks(struct demo_world *w)
{
    for (unsigned set = 0; set < DEMO_DOC_SETS; set++) {
        for (int class = 0; class < DEMO_DAY_CLASSES; class ++) {
            unsigned sum = 0, done = 0, at = 0;
            for (int i = 0; i < demo_operation_count; i++)
                if (demo_operations[i].set == set)
                    sum += demo_operations[i].weight[class];
            for (int i = 0; i < demo_operation_count; i++) {
                if (demo_operations[i].set != set)
                    continue;
                done += demo_operations[i].weight[class];
                while (at < done * 1024 / sum)
                    w->pick[set][class][at++] = (uint8_t)i;
            }
        }
    }
}

/* Amounts spread like those of real books: log-normal, a few are a hundred times the median. */
static void fill_factors(struct demo_world *w)
{
    for (int i = 0; i < 1024; i++) {
        double u = ((double)(demo_mix2(7, (uint64_t)i) >> 11) + 1) / 9007199254740993.0;
        double v = (double)(demo_mix2(8, (uint64_t)i) >> 11) / 9007199254740992.0;
        double f = exp(1.05 * sqrt(-2 * log(u)) * cos(6.283185307179586 * v)) * 1024;
        w->factor[i] = (uint32_t)(f < 12 ? 12 : f);
    }
}

static void fill_bank_accounts(struct demo_world *w)
{
    for (int b = 0; b < DEMO_OWN_BANKS; b++)
        for (int at = AT_INCOME; at < DEMO_BANK_ACCOUNTS; at++) {
            char *out = w->bank_account[b][at];
            memcpy(out, demo_bank_account_groups[at], 8);
            uint64_t chance = demo_mix2(w->s.seed, (uint64_t)(b * 16 + at));
            for (int i = 8; i < 20; i++, chance /= 10)
                out[i] = i < 13 ? '0' : (char)('0' + chance % 10);
            demo_account_close(out, demo_banks[b].bik);
        }
}

struct demo_world *demo_world_new(const struct demo_settings *s, struct err *ret_err)
{
    if (s->from > s->to || s->from < DEMO_EPOCH || s->to - DEMO_EPOCH >= DEMO_DAY_ADDED) {
        err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("период документов: с 2000-01-01, начало не позже конца",
                "the documents' period starts at 2000-01-01 or later and does not "
                "end before it starts"));
        return NULL;
    }
    struct demo_world *w = mem_alloc(sizeof *w);
    w->s = *s;
    if (w->s.contractors == 0) {
        uint64_t some = s->docs / 10;
        w->s.contractors = some < DEMO_CONTRACTORS_MIN ? DEMO_CONTRACTORS_MIN
                           : some > 2000               ? 2000
                                                       : (int)some;
    }
    uint64_t sizes[DEMO_DOC_SETS] = {[DEMO_BANK_OUT] = s->docs * 46 / 100,
        [DEMO_CASH_IN] = s->docs * 5 / 100,
        [DEMO_CASH_OUT] = s->docs * 7 / 100};
    sizes[DEMO_BANK_IN] =
        s->docs - sizes[DEMO_BANK_OUT] - sizes[DEMO_CASH_IN] - sizes[DEMO_CASH_OUT];
    uint32_t longest = 0;
    for (unsigned set = 0; set < DEMO_DOC_SETS; set++) {
        w->base[set + 1] = w->base[set] + sizes[set];
        demo_days_init(&w->days[set], set, s->from, (int)(s->to - s->from + 1), sizes[set]);
        uint32_t most = demo_days_longest(&w->days[set]);
        if (most > longest)
            longest = most;
    }
    if (longest > DEMO_RANK_MAX) {
        err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("слишком много документов на один день: задайте более длинный период или меньше "
               "документов",
                "too many documents in one day: give a longer period or fewer documents"));
        demo_world_free(w);
        return NULL;
    }
    /* From the settings alone, so that a day's keys stay the same while the period moves on. */
    uint64_t room = s->docs * 16 / (uint64_t)(s->to - s->from + 1) + 256;
    demo_keys_init(&w->keys, s->seed,
        room < longest         ? longest
        : room > DEMO_RANK_MAX ? DEMO_RANK_MAX
                               : (uint32_t)room);
    demo_parties_init(&w->parties, s->seed, w->s.contractors);
    fill_picks(w);
    fill_factors(w);
    fill_bank_accounts(w);
    for (unsigned set = 0; set < DEMO_DOC_SETS; set++)
        count_posted(w, set);
    return w;
}

void demo_world_free(struct demo_world *w)
{
    if (!w)
        return;
    demo_changes_deinit(w);
    for (unsigned set = 0; set < DEMO_DOC_SETS; set++) {
        demo_days_deinit(&w->days[set]);
        free(w->live[set]);
    }
    demo_parties_deinit(&w->parties);
    free(w);
}
