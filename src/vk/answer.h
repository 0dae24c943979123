/* One HTTP answer of VK while it streams in, and what to make of it: a result for each call that
 * was asked, or a verdict over all of them. */
#ifndef VK_ANSWER_H
#define VK_ANSWER_H

#include "obmen/http_client.h"
#include "vk/fault.h"
#include "vk/tree.h"

#define VK_CALLS_MAX 25 /* in one execute */

struct vk_result {
    const struct json *node; /* what the call gave; NULL: refused, as err says, for good */
    int code;                /* VK's error_code when refused */
    struct err err;
};

struct vk_answer {
    struct vk_tree tree; /* owns what the nodes point into */
    int status, retry_after_ms;
    int code; /* of the error that vk_answer_judge brought; 0: none of VK's */
    struct vk_result results[VK_CALLS_MAX];
    int count; /* results; fewer than asked: the calls behind them must be asked again */
};

void vk_answer_begin(struct vk_answer *a);
void vk_answer_head(struct vk_answer *a, const struct http_answer *head);
/* False: there is no sense in reading on. */
bool vk_answer_data(struct vk_answer *a, struct str piece);
/* After the last piece. fault: what on_done brought, or NULL. calls: how many were asked, through
 * execute when batch (else one). VK_GOOD: results stand, at least one. Else ret_err says why. */
enum vk_verdict vk_answer_judge(
    struct vk_answer *a, const struct err *fault, int calls, bool batch, struct err *ret_err);
void vk_answer_release(struct vk_answer *a);

#endif
