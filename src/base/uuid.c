#include "obmen/uuid.h"

#include <sodium.h>
#include <stdatomic.h>
#include "obmen/time.h"

struct uuid uuid_v7(void)
{
    /* 48 bits of milliseconds and 12 bits of their fraction; never the same twice nor backwards
     * within one process, whatever the clock does, so that rows made in one go keep their order. */
    static _Atomic uint64_t newest;
    uint64_t us = (uint64_t)time_now();
    uint64_t stamp = us / 1000 << 12 | (us % 1000 * 4096 / 1000);
    uint64_t seen = atomic_load(&newest);
    do
        if (stamp <= seen)
            stamp = seen + 1;
    while (!atomic_compare_exchange_weak(&newest, &seen, stamp));

    struct uuid id;
    for (int i = 0; i < 6; i++)
        id.b[i] = (uint8_t)(stamp >> (52 - 8 * i));
    id.b[6] = (uint8_t)(0x70 | (stamp >> 8 & 0x0F));
    id.b[7] = (uint8_t)stamp;
    randombytes_buf(id.b + 8, 8);
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
    return id;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uuid_parse(struct str s, struct uuid *ret_id)
{
    struct uuid id;
    if (s.n != UUID_TEXT - 1)
        return false;
    const char *p = s.p;
    for (int i = 0; i < 16; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
            return false;
        int high = hex(*p++), low = hex(*p++);
        if (high < 0 || low < 0)
            return false;
        id.b[i] = (uint8_t)(high << 4 | low);
    }
    *ret_id = id;
    return true;
}

void uuid_format(const struct uuid *id, char out[UUID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[id->b[i] >> 4];
        *out++ = digits[id->b[i] & 15];
    }
    *out = '\0';
}

bool uuid_is_zero(const struct uuid *id)
{
    static const struct uuid zero;
    return uuid_eq(id, &zero);
}
