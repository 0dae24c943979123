/* What becomes of an attempt that failed. */
#include "task/inside.h"

#define RETRY_BASE_MS 1000
#define RETRY_CAP_MS 60000

/*
 * Only what may pass is tried again. An attempt that moved the checkpoint starts the count anew, so a long import over a
 * bad line goes on for as long as it gets on; the overall limit ends one that moves a little for ever. max_retries 0
 * means: never.
 */
struct verdict retry_decide(const struct err *err, bool progressed, int retry_count, int failures, int max_retries)
{
    struct verdict v = {.retry_count = progressed ? 0 : retry_count, .failures = failures + 1};
    v.again = err->passing && v.retry_count < max_retries && v.failures < ENGINE_FAILURES_MAX;
    if (!v.again)
        return v;
    v.delay_ms = backoff_ms((unsigned)v.retry_count, RETRY_BASE_MS, RETRY_CAP_MS, err->retry_after_ms);
    if (!progressed)
        v.retry_count++;
    return v;
}
