/* PostgreSQL's binary forms of values. */
#ifndef PG_BINARY_H
#define PG_BINARY_H

#include <endian.h>
#include <stdint.h>
#include <string.h>
#include "obmen/db.h"
#include "obmen/time.h"

static inline void binary_put32(char *p, int32_t v)
{
    uint32_t be = htobe32((uint32_t)v);
    memcpy(p, &be, 4);
}

static inline void binary_put64(char *p, int64_t v)
{
    uint64_t be = htobe64((uint64_t)v);
    memcpy(p, &be, 8);
}

static inline void binary_put_double(char *p, double v)
{
    int64_t bits;
    memcpy(&bits, &v, 8);
    binary_put64(p, bits);
}

int64_t binary_time(usec_t t); /* µs since 2000; what does not fit is ±infinity */
int32_t binary_date(usec_t t); /* days since 2000 */
int32_t binary_elem_oid(enum db_elem e);

#endif
