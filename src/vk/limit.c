#include "vk/limit.h"

#include <stdlib.h>

#include "obmen/arena.h"

enum { SECOND_MS = 1000, NARROW_MS = 15000, ASK_AGAIN_MS = 50 };

void vk_limit_init(struct vk_limit *l, int rate)
{
    rate = rate < 1 ? 1 : rate > VK_RATE_MAX ? VK_RATE_MAX : rate;
    *l = (struct vk_limit){.rate = rate, .free_at = mem_alloc((size_t)rate * sizeof *l->free_at)};
}

void vk_limit_release(struct vk_limit *l)
{
    free(l->free_at);
    l->free_at = NULL;
}

static int wait_for(int64_t ms, int64_t *ret_wait_ms)
{
    *ret_wait_ms = ms < 1 ? 1 : ms;
    return -1;
}

int vk_limit_take(struct vk_limit *l, int64_t now_ms, int64_t *ret_wait_ms)
{
    int allowed = now_ms < l->narrow_until ? (l->rate + 1) / 2 : l->rate;
    int held = 0, slot = -1;
    int64_t next = INT64_MAX;
    if (now_ms < l->closed_until)
        return wait_for(l->closed_until - now_ms, ret_wait_ms);
    for (int i = 0; i < l->rate; i++) {
        if (l->free_at[i] <= now_ms) {
            slot = slot < 0 ? i : slot;
            continue;
        }
        held++;
        next = l->free_at[i] < next ? l->free_at[i] : next;
    }
    if (slot < 0 || held >= allowed)
        return wait_for(next == INT64_MAX ? ASK_AGAIN_MS : next - now_ms, ret_wait_ms);
    l->free_at[slot] = INT64_MAX;
    l->busy++;
    return slot;
}

void vk_limit_give(struct vk_limit *l, int slot, int64_t now_ms)
{
    /* the clock's last millisecond may have been a part of one */
    l->free_at[slot] = now_ms + SECOND_MS + 1;
    l->busy--;
}

void vk_limit_narrow(struct vk_limit *l, int64_t now_ms)
{
    vk_limit_close(l, now_ms + SECOND_MS + 1);
    l->narrow_until = now_ms + NARROW_MS;
}

void vk_limit_close(struct vk_limit *l, int64_t until_ms)
{
    if (until_ms > l->closed_until)
        l->closed_until = until_ms;
}
