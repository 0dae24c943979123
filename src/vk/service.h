/* Inside of struct vk: shared by the files of this folder. */
#ifndef VK_SERVICE_H
#define VK_SERVICE_H

#include "obmen/err.h"
#include "vk/limit.h"
#include "vk/vk.h"

#define VK_VERSION "5.199"

struct vk {
    uv_loop_t *loop;           /* borrowed */
    struct arena memory;       /* owns the texts */
    struct str base;           /* "https://api.vk.com/method", without a slash at the end */
    struct str token;          /* STR_NULL: not configured */
    const char *authorization; /* "Authorization: Bearer …" */
    struct vk_limit limit;     /* of the token: shared by all tasks of the process */
    /* Found out by asking: user and community tokens may call execute, service tokens may not. */
    enum { VK_EXECUTE_UNKNOWN, VK_EXECUTE_YES, VK_EXECUTE_NO } execute;
    struct vk_figures figures;
};

void vk_heard(struct vk *service, const struct err *err); /* NULL: well */

#endif
