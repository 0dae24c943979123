/*
 * What a token is: 69 bytes in base64url (92 letters, no padding, so each byte string has one text
 * only): format 1 | token id 16 | user id 8 | user's version 4 | end, µs since 1970 8 | HMAC-SHA256
 * of these 32 Pure functions: whether the token was signed out and what its user may do is asked
 * elsewhere (memory.h).
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <sodium.h>
#include "obmen/time.h"
#include "obmen/uuid.h"

struct token {
    struct uuid id;
    int64_t user_id;
    int32_t version;
    usec_t expires_at;
};
#define TOKEN_TEXT 93 /* NUL included */

struct token_key {
    crypto_auth_hmacsha256_state
        start; /* the key is already worked in: half the cost of each check */
};
/* The signing key is derived from the secret, so that the same secret may serve other purposes
 * later. */
void token_key_init(struct token_key *k, struct str secret);
void token_write(const struct token_key *k, const struct token *t, char out[TOKEN_TEXT]);
/* False: not ours, changed, cut, or ended before now. */
bool token_read(const struct token_key *k, struct str text, usec_t now, struct token *ret);

#endif
