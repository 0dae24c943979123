#include "auth/address.h"
#include <sodium.h>
#include <uv.h>

struct address_key address_key(struct str peer)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct address_key key = {{0}};
    char text[INET6_ADDRSTRLEN + 1];

    struct str plain = str_cut(&(struct str){peer.p, peer.n}, '%'); /* without a zone */
    if (plain.n < sizeof(text)) {
        memcpy(text, plain.p ? plain.p : "", plain.n);
        text[plain.n] = 0;
        if (uv_inet_pton(AF_INET, text, key.b + 12) == 0) {
            memcpy(key.b, mapped, sizeof(mapped));
            return key;
        }
        if (uv_inet_pton(AF_INET6, text, key.b) == 0) {
            if (memcmp(key.b, mapped, sizeof(mapped)) != 0)
                memset(key.b + 8, 0, 8);
            return key;
        }
    }
    crypto_generichash(key.b, sizeof(key.b), (const unsigned char *)peer.p, peer.n, NULL, 0);
    return key;
}
