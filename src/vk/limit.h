/*
 * Requests per second of one token, kept whatever the network does: a request holds one of `rate`
 * slots from before it is sent until a second after its answer came. VK saw it in between, so any
 * two that held the same slot are seen at least a second apart, and no second sees more than
 * `rate`. Pure: the caller brings the time.
 */
#ifndef VK_LIMIT_H
#define VK_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#define VK_RATE_MAX 1000

struct vk_limit {
    int rate;
    int busy;             /* slots whose answer has not come */
    int64_t *free_at;     /* owned, rate of them: ms when a slot is free again; INT64_MAX: in use */
    int64_t narrow_until; /* until then only half of them are given out */
    int64_t closed_until; /* and until then none */
};

void vk_limit_init(struct vk_limit *l, int rate);
void vk_limit_release(struct vk_limit *l);
/* A slot's number, or -1: ask again after *ret_wait_ms (an estimate, at least 1). */
int vk_limit_take(struct vk_limit *l, int64_t now_ms, int64_t *ret_wait_ms);
/* The answer came, or the request came to nothing. */
void vk_limit_give(struct vk_limit *l, int slot, int64_t now_ms);
/* VK said that it was too much after all: a second of silence, then half the rate for a while. */
void vk_limit_narrow(struct vk_limit *l, int64_t now_ms);
/* Somebody else may have used the token until just now. */
void vk_limit_close(struct vk_limit *l, int64_t until_ms);

#endif
