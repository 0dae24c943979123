/* What VK says when it does not give what was asked for: may it pass, and what is a person to do.
 * The decision is by code; texts only choose words. Never shows request_params: the token may be
 * repeated there. */
#ifndef VK_FAULT_H
#define VK_FAULT_H

#include "obmen/err.h"
#include "obmen/str.h"

enum vk_verdict {
    VK_GOOD,
    VK_AGAIN,        /* passing: after a growing pause */
    VK_AGAIN_THRICE, /* passing, but not for ever */
    VK_SLOWER,       /* too many requests: after a second, then at half the rate */
    VK_SMALLER,      /* ask for less at once */
    VK_SKIP,         /* this post, comment or community can't be had; others can */
    VK_LATER,        /* the task ends for now and is tried again in minutes or hours */
    VK_STOP,         /* permanent */
};

/* error_code and error_msg (cleaned) of an answer. */
enum vk_verdict vk_fault_code(int code, const char *text, struct err *ret_err);
/* No complete answer came. */
enum vk_verdict vk_fault_transport(const struct err *fault, struct err *ret_err);
/* Something came that is not VK's JSON. retry_after_ms: 0 = not said. */
enum vk_verdict vk_fault_status(int status, int retry_after_ms, struct err *ret_err);
enum vk_verdict vk_fault_body(const char *why, struct err *ret_err);

int vk_fault_not_configured(struct err *ret_err);

/* For sentences and logs: one line, no control characters, at most size bytes. */
void vk_fault_clean(char *out, size_t size, struct str text);

#endif
