#include "auth/token.h"

enum { FORMAT = 1, BODY = 37, MAC = crypto_auth_hmacsha256_BYTES, BYTES = BODY + MAC };

void token_key_init(struct token_key *k, struct str secret)
{
    static const char purpose[] = "obmen sign-in token 1";
    unsigned char key[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state s;

    crypto_auth_hmacsha256_init(&s, (const unsigned char *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&s, (const unsigned char *)purpose, sizeof(purpose) - 1);
    crypto_auth_hmacsha256_final(&s, key);
    crypto_auth_hmacsha256_init(&k->start, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    sodium_memzero(&s, sizeof(s));
}

static void put(unsigned char **at, uint64_t v, int bytes)
{
    while (bytes-- > 0)
        *(*at)++ = (unsigned char)(v >> (8 * bytes));
}

static uint64_t get(const unsigned char **at, int bytes)
{
    uint64_t v = 0;
    while (bytes-- > 0)
        v = v << 8 | *(*at)++;
    return v;
}

static void sign(const struct token_key *k, const unsigned char *body, unsigned char *ret_mac)
{
    crypto_auth_hmacsha256_state s = k->start;
    crypto_auth_hmacsha256_update(&s, body, BODY);
    crypto_auth_hmacsha256_final(&s, ret_mac);
}

void token_write(const struct token_key *k, const struct token *t, char out[TOKEN_TEXT])
{
    unsigned char raw[BYTES], *at = raw;

    *at++ = FORMAT;
    memcpy(at, t->id.b, sizeof(t->id.b));
    at += sizeof(t->id.b);
    put(&at, (uint64_t)t->user_id, 8);
    put(&at, (uint32_t)t->version, 4);
    put(&at, (uint64_t)t->expires_at, 8);
    sign(k, raw, at);
    sodium_bin2base64(out, TOKEN_TEXT, raw, sizeof(raw), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium's reader takes half a microsecond; the text is what the client sent, so a table gives
 * away nothing. */
static int letter(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

static bool decode(struct str text, unsigned char raw[BYTES])
{
    if (text.n != TOKEN_TEXT - 1)
        return false;
    for (size_t i = 0, o = 0; i < text.n; i += 4, o += 3) {
        int a = letter((unsigned char)text.p[i]), b = letter((unsigned char)text.p[i + 1]),
            c = letter((unsigned char)text.p[i + 2]), d = letter((unsigned char)text.p[i + 3]);
        if ((a | b | c | d) < 0)
            return false;
        raw[o] = (unsigned char)(a << 2 | b >> 4);
        raw[o + 1] = (unsigned char)(b << 4 | c >> 2);
        raw[o + 2] = (unsigned char)(c << 6 | d);
    }
    return true;
}

bool token_read(const struct token_key *k, struct str text, usec_t now, struct token *ret)
{
    unsigned char raw[BYTES], mac[MAC];

    if (!decode(text, raw))
        return false;
    sign(k, raw, mac);
    if (sodium_memcmp(mac, raw + BODY, MAC) != 0 || raw[0] != FORMAT)
        return false;

    const unsigned char *at = raw + 1;
    memcpy(ret->id.b, at, sizeof(ret->id.b));
    at += sizeof(ret->id.b);
    ret->user_id = (int64_t)get(&at, 8);
    ret->version = (int32_t)get(&at, 4);
    ret->expires_at = (usec_t)get(&at, 8);
    return ret->expires_at > now;
}
