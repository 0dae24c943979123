#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* SipHash with a key made at random by each process: nobody outside can choose bytes that collide.
 */
uint64_t hash_bytes(const void *p, size_t n);

#endif
