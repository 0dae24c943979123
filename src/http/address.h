/* Addresses of peers: text and bytes, blocks of trusted proxies, listening addresses. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <netinet/in.h>
#include "obmen/arena.h"
#include "obmen/err.h"
#include "obmen/str.h"

/* IPv6, or IPv4 in its mapped form ::ffff:a.b.c.d, so that one peer has one form. */
struct address {
    uint8_t b[16];
};
#define ADDRESS_TEXT 46 /* INET6_ADDRSTRLEN */

struct address address_of(const struct sockaddr *sa);
/* A numeric address, also in brackets and with a port behind it, as proxies write it. */
bool address_parse(struct str s, struct address *ret);
/* "10.0.0.1" for mapped ones. */
void address_format(const struct address *a, char out[ADDRESS_TEXT]);
bool address_is_loopback(const struct address *a);
/* What the limit per address counts by: an IPv4 address, or the /64 of an IPv6 one, which one host
 * owns whole. */
struct address address_host(const struct address *a);

struct address_block {
    struct address address;
    int bits; /* of the 128 */
};
struct address_blocks {
    struct address_block *block; /* in the arena */
    int count;
};
/* "10.0.0.0/8, ::1": comma-separated, NULL or empty: none. */
int address_blocks_parse(
    struct arena *a, const char *text, struct address_blocks *ret, struct err *ret_err);
bool address_blocks_have(const struct address_blocks *blocks, const struct address *a);

/* The client behind trusted proxies: walks X-Forwarded-For from its right end while the address
 * reached is a trusted proxy's; stops at what is no address. */
struct address address_forwarded(
    const struct address_blocks *trusted, struct address direct, struct str forwarded_for);

/* "127.0.0.1:8001", "[::]:8001", "localhost:0". */
int address_listen(struct str text, struct sockaddr_storage *ret, struct err *ret_err);

#endif
