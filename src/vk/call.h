/* What is asked of VK: calls of methods, encoded as a form, or as the code of one execute. */
#ifndef VK_CALL_H
#define VK_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "obmen/buf.h"

struct vk_arg {
    const char *key;  /* static */
    const char *text; /* static or of the caller, NUL-ended; NULL: number */
    int64_t number;
};

#define VK_ARGS_MAX 10
struct vk_call {
    const char *method; /* static: "wall.getComments" */
    int count;
    struct vk_arg args[VK_ARGS_MAX];
};

void vk_call_number(struct vk_call *c, const char *key, int64_t value);
void vk_call_text(struct vk_call *c, const char *key, const char *value);

/* The body of a POST to base/method. */
void vk_call_form(struct buf *out, const struct vk_call *call);
/* The body of a POST to base/execute: a list of what each call gives. count 0: only whether it may
 * be called at all. */
void vk_call_execute(struct buf *out, const struct vk_call *calls, int count);

#endif
