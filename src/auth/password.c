#include "auth/password.h"
#include <sodium.h>
#include <stdio.h>
#include "obmen/utf8.h"

enum { PASSES = 2, MEMORY = 19 * 1024 * 1024 };

int password_allowed(struct str password, struct err *ret_err)
{
    if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
        return err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Пароль должен быть длиной от %d до %d байт", "A password must have %d to %d bytes"),
            PASSWORD_MIN, PASSWORD_MAX);
    if (!utf8_valid(password) || memchr(password.p, 0, password.n))
        return err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Пароль должен быть текстом в UTF-8", "A password must be text in UTF-8"));
    return 0;
}

int password_hash(struct str password, char ret_hash[PASSWORD_HASH], struct err *ret_err)
{
    char made[crypto_pwhash_STRBYTES];
    _Static_assert(sizeof(made) <= PASSWORD_HASH, "room for what libsodium writes");

    if (crypto_pwhash_str_alg(
            made, password.p, password.n, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("Не хватает памяти, чтобы обработать пароль",
                "Not enough memory to hash the password"));
    memcpy(ret_hash, made, sizeof(made));
    return 0;
}

bool password_matches(const char *hash, struct str password)
{
    return crypto_pwhash_str_verify(hash, password.p, password.n) == 0;
}

void password_dummy(char ret_hash[PASSWORD_HASH])
{
    unsigned char salt[crypto_pwhash_SALTBYTES], sum[32];
    char salt_text[32], sum_text[64];

    randombytes_buf(salt, sizeof(salt));
    randombytes_buf(sum, sizeof(sum));
    sodium_bin2base64(salt_text, sizeof(salt_text), salt, sizeof(salt),
        sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(
        sum_text, sizeof(sum_text), sum, sizeof(sum), sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    snprintf(ret_hash, PASSWORD_HASH, "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", MEMORY / 1024, PASSES,
        salt_text, sum_text);
}

void password_generate(char ret_password[21])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    for (int i = 0; i < 20; i++)
        ret_password[i] = letters[randombytes_uniform(sizeof(letters) - 1)];
    ret_password[20] = 0;
}
