#include "obmen/backoff.h"

#include <sodium.h>

int64_t backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, int64_t at_least_ms)
{
    if (base_ms < 1)
        base_ms = 1;
    if (cap_ms < 1)
        cap_ms = 1;
    if (cap_ms > UINT32_MAX - 1)
        cap_ms = UINT32_MAX - 1;
    int64_t ceiling = attempt < 32 && base_ms <= (cap_ms >> attempt) ? base_ms << attempt : cap_ms;
    /* Full jitter: clients that failed together do not come back together. */
    int64_t ms = randombytes_uniform((uint32_t)ceiling + 1);
    if (ms < 1)
        ms = 1;
    return ms < at_least_ms ? at_least_ms : ms;
}
