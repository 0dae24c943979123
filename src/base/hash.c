#include "base/hash.h"

#include <pthread.h>
#include <sodium.h>

static unsigned char secret[crypto_shorthash_KEYBYTES];

static void make_secret(void)
{
    randombytes_buf(secret, sizeof secret);
}

uint64_t hash_bytes(const void *p, size_t n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint64_t h;
    pthread_once(&once, make_secret);
    crypto_shorthash((unsigned char *)&h, n ? p : (const void *)"", n, secret);
    return h;
}
