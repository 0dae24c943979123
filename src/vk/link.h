/*
 * One task's way to VK: one request at a time, within the token's limit, repeated until it is
 * answered or there is no sense in it. The owner fills in calls, starts, and polls at each step.
 *
 *   IDLE ─ask─► QUEUED ─slot─► CALLING ─good─► DONE ─taken─► IDLE
 *                 ▲               │  └─stop, later, too often─► FAILED ─taken─► IDLE
 *                 └─time─ RESTING ◄┘passing
 *
 * Too large an answer makes batch_max and page_max smaller; then the owner gets no result and plans
 * its calls anew.
 */
#ifndef VK_LINK_H
#define VK_LINK_H

#include "obmen/task.h"
#include "vk/answer.h"
#include "vk/call.h"
#include "vk/service.h"

enum vk_link_state { VK_IDLE, VK_QUEUED, VK_CALLING, VK_RESTING, VK_DONE, VK_FAILED };
enum vk_progress { VK_WAITING, VK_READY, VK_BROKEN };

struct vk_link {
    struct vk *service;
    struct obm_task *task;
    enum vk_link_state state;
    struct vk_call calls[VK_CALLS_MAX]; /* what is asked */
    int count;                          /* of calls; 0 with batch: may execute be called */
    bool batch;                         /* through execute */
    int batch_max, page_max;            /* what the owner may ask for at once */
    int slot;                           /* of the limit, while CALLING */
    struct http_call *call;
    struct vk_answer answer; /* READY: its results, good until the next start */
    struct buf url, body;
    unsigned tries, thrice; /* since the last good answer */
    int64_t again_at, called_at;
    int64_t parse_ns; /* spent on the present burst of the body */
    bool paused, complained;
    struct err err;
    int64_t requests, retries;
};

void vk_link_init(struct vk_link *l, struct vk *service, struct obm_task *task);
void vk_link_release(struct vk_link *l);

/* Between IDLE and vk_link_start: a call to fill in. */
struct vk_call *vk_link_add(struct vk_link *l, const char *method);
/* batch: all calls in one execute. Else there is one. */
void vk_link_start(struct vk_link *l, bool batch);
/* READY and BROKEN (ret_err) are said once; the link is idle then. WAITING: the task is woken when
 * there is something new. READY with answer.count 0: plan anew. */
enum vk_progress vk_link_poll(struct vk_link *l, struct err *ret_err);

/* Whether the token may call execute; asks when it is not known yet (one request). */
enum vk_progress vk_link_detect(struct vk_link *l, struct err *ret_err);

#endif
