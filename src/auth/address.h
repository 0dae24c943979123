/* Whom a limit per address counts: an IPv4 address, or the /64 of an IPv6 one (a home gets a whole
 * /64). */
#ifndef AUTH_ADDRESS_H
#define AUTH_ADDRESS_H

#include <stdint.h>
#include "obmen/str.h"

struct address_key {
    uint8_t b[16];
};
/* Any text gives a key; what is no address is counted under its hash. */
struct address_key address_key(struct str peer);

#endif
