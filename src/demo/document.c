#include "demo/document.h"

#include <string.h>

#include "demo/random.h"

#define DAY 86400

static const char *const damage_names[] = {[DAMAGE_NONE] = "none",
    [DAMAGE_NO_KEY] = "no_key",
    [DAMAGE_ZERO_AMOUNT] = "zero_amount",
    [DAMAGE_BAD_AMOUNT] = "bad_amount",
    [DAMAGE_NO_DATE] = "no_date",
    [DAMAGE_BROKEN_UTF8] = "broken_utf8",
    [DAMAGE_EMPTY_DATE] = "empty_date",
    [DAMAGE_AMOUNT_TEXT] = "amount_as_text",
    [DAMAGE_NULL_AMOUNT] = "null_amount",
    [DAMAGE_EMPTY_KEY] = "empty_key",
    [DAMAGE_NUL] = "nul_in_text",
    [DAMAGE_LONG_FRACTION] = "three_decimals"};
_Static_assert(
    sizeof damage_names / sizeof *damage_names == DAMAGES, "each kind of damage has a name");

const char *demo_damage_name(enum demo_damage d)
{
    return d < DAMAGES ? damage_names[d] : "unknown";
}

static int own_account_of(int org, uint32_t chance)
{
    /* two accounts of the first two organizations, one of the third */
    static const int first[DEMO_ORGS] = {0, 2, 4};
    return first[org] + (org < 2 && chance % 5 < 2);
}

/* Sums as people write them: often whole roubles, sometimes whole hundreds. */
static int64_t rounded(int64_t kopecks, uint32_t chance)
{
    int64_t unit = chance % 10 < 4 ? 1 : chance % 10 < 8 ? 100 : 10000;
    kopecks -= kopecks % unit;
    return kopecks < unit ? unit : kopecks;
}

static int vat_rate_of(const struct demo_doc *d, uint32_t chance)
{
    if (d->op->vat != VAT_GOODS || d->foreign ||
        d->org == 2) /* the sole trader pays and bills no VAT */
        return 0;
    chance %= 100;
    if (chance < 80)
        return d->day >= 20454 ? 22 : d->day >= 17897 ? 20 : 18; /* 2026-01-01, 2019-01-01 */
    if (chance < 88)
        return 10;
    if (chance < 93 && d->day >= 20089) /* 2025-01-01 */
        return chance & 1 ? 5 : 7;
    return 0;
}

static void set_sides(const struct demo_world *w, struct demo_doc *d, uint64_t c)
{
    d->org = demo_below(c, 100) < 60 ? 0 : demo_below(c, 100) < 88 ? 1 : 2;
    d->account = own_account_of(d->org, (uint32_t)(c >> 32));
    d->other_account = d->party = -1;
    uint32_t who = (uint32_t)d->chance[2];
    switch (d->op->role) {
    case ROLE_OWN:
        if (d->org == 2) {
            d->org = 0;
            d->account = (int)(who & 1);
        }
        d->other_account = d->account ^ 1;
        break;
    case ROLE_GROUP:
        d->other_account = own_account_of((d->org + 1) % DEMO_ORGS, who);
        break;
    case ROLE_NONE:
        break;
    case ROLE_BANK: /* the bank that keeps the account */
        d->party = w->parties.role_start[ROLE_BANK] + w->parties.account[d->account].bank;
        break;
    default:
        d->party = demo_party_pick(&w->parties, d->op->role, who);
        if (d->set < DEMO_CASH_IN && (who >> 8) % 1000 < (uint32_t)w->s.foreign &&
            (d->op->role == ROLE_SUPPLIER || d->op->role == ROLE_CLIENT)) {
            d->org = 0;
            d->account = DEMO_OWN_ACCOUNTS - 1;
            d->foreign = true;
        }
    }
}

static void set_facts(const struct demo_world *w, struct demo_doc *d)
{
    uint64_t c = d->chance[1];
    d->op = &demo_operations[w->pick[d->set][demo_day_class(d->day)][c & 1023]];
    set_sides(w, d, c >> 10);
    d->typed = d->set >= DEMO_CASH_IN || (d->party >= 0 && (c >> 44) % 16 == 1);
    d->lost_party = d->party >= 0 && !d->typed && (c >> 36) % 512 == 9;
    uint64_t c2 = demo_mix(d->chance[2]);
    d->amount = (int64_t)d->op->median * 100 * w->factor[c2 & 1023] / 1024;
    d->amount += d->amount * (int64_t)((c2 >> 10) & 255) / 2560;
    if (d->foreign)
        d->amount /= 90;
    d->amount = rounded(d->amount, (uint32_t)(c2 >> 20));
    d->amount += 100 * (int64_t)d->written; /* a change is seen in the amount, too */
    d->vat_rate = vat_rate_of(d, (uint32_t)(c2 >> 40));
    d->vat = d->vat_rate
                 ? (d->amount * d->vat_rate * 2 + 100 + d->vat_rate) / (2 * (100 + d->vat_rate))
                 : 0;
}

/* Where an unchanged or added document stands; returns the day its key speaks of. */
static unsigned place(const struct demo_world *w, uint64_t index, struct demo_doc *d)
{
    uint64_t base_total = w->base[DEMO_DOC_SETS];
    d->index = index;
    if (index >= base_total) {
        const struct demo_added *a = &w->changes.added[index - base_total];
        d->set = a->set;
        d->day = a->day;
        d->rank = (uint32_t)(index - base_total);
        d->number = 900001 + (int64_t)d->rank;
        d->second = a->day * DAY + a->second;
        return DEMO_DAY_ADDED;
    }
    while (index >= w->base[d->set + 1])
        d->set++;
    uint64_t local = index - w->base[d->set];
    const struct demo_days *days = &w->days[d->set];
    int i = demo_days_of(days, local);
    d->day = days->first + i;
    d->rank = (uint32_t)(local - days->start[i]);
    d->number = days->number[i] + d->rank + 1;
    return (unsigned)(d->day - DEMO_EPOCH);
}

void demo_doc_get(const struct demo_world *w, uint64_t index, struct demo_doc *ret)
{
    struct demo_doc *d = ret;
    memset(d, 0, sizeof *d);
    unsigned key_day = place(w, index, d);
    d->chance[0] = demo_chance_of(w, d->set, key_day, d->rank);
    d->chance[1] = demo_mix(d->chance[0]);
    d->chance[2] = demo_mix(d->chance[1]);
    d->key = demo_key_make(&w->keys, (struct demo_id){d->set, key_day, d->rank});
    uint32_t lot = demo_below(d->chance[0], 1000);
    d->posted = key_day == DEMO_DAY_ADDED || lot >= (uint32_t)w->s.unposted;
    d->marked = !d->posted && lot % 3 == 0;
    if (key_day != DEMO_DAY_ADDED)
        d->second = demo_second_of(w, d->set, index - w->base[d->set]);
    const struct demo_change *change = demo_change_of(w, index);
    if (change) {
        d->deleted = change->deleted;
        d->away = change->deleted || change->days != 0;
        d->posted = d->posted && !change->unposted;
        d->second += (int64_t)change->days * DAY;
    }
    d->written = demo_written(w, index);
    d->version = 1 + (uint32_t)(d->chance[2] >> 60) + d->written;
    if (w->s.bad_every && index % w->s.bad_every == w->s.bad_every - 1)
        d->damage = (enum demo_damage)(1 + index / w->s.bad_every % (DAMAGES - 1));
    set_facts(w, d);
}

bool demo_doc_find(
    const struct demo_world *w, unsigned set, const struct uuid *key, uint64_t *ret_index)
{
    struct demo_id id;
    if (!demo_key_open(&w->keys, key, &id) || id.kind != set)
        return false;
    uint64_t index;
    if (id.day == DEMO_DAY_ADDED) {
        if (id.rank >= w->changes.added_count || w->changes.added[id.rank].set != set)
            return false;
        index = w->base[DEMO_DOC_SETS] + id.rank;
    } else {
        const struct demo_days *d = &w->days[set];
        int64_t i = (int64_t)id.day + DEMO_EPOCH - d->first;
        if (i < 0 || i >= d->count || id.rank >= d->start[i + 1] - d->start[i])
            return false;
        index = w->base[set] + d->start[i] + id.rank;
    }
    const struct demo_change *change = demo_change_of(w, index);
    if (change && change->deleted)
        return false;
    *ret_index = index;
    return true;
}

const char *demo_truth(const struct demo_world *w, uint64_t index)
{
    struct demo_doc d;
    demo_doc_get(w, index, &d);
    return d.op->truth;
}
