/* Tokens: what was written is read back; whatever else is refused. */
#include "check.h"
#include "auth/token.h"

static struct token_key key_of(const char *secret)
{
    struct token_key k;
    token_key_init(&k, str_from(secret));
    return k;
}

static struct token sample(void)
{
    return (struct token){
        .id = uuid_v7(), .user_id = 1234567890123LL, .version = 77, .expires_at = 2000};
}

static void round_trip(void **state)
{
    struct token_key k = key_of("one secret");
    struct token t = sample(), back = {.user_id = 0};
    char text[TOKEN_TEXT];
    token_write(&k, &t, text);
    assert_int_equal(strlen(text), TOKEN_TEXT - 1);
    assert_true(token_read(&k, str_from(text), 1999, &back));
    assert_true(uuid_eq(&t.id, &back.id));
    assert_int_equal(back.user_id, t.user_id);
    assert_int_equal(back.version, t.version);
    assert_int_equal(back.expires_at, t.expires_at);
}

static void ended(void **state)
{
    struct token_key k = key_of("one secret");
    struct token t = sample(), back;
    char text[TOKEN_TEXT];
    token_write(&k, &t, text);
    assert_true(token_read(&k, str_from(text), t.expires_at - 1, &back));
    assert_false(token_read(&k, str_from(text), t.expires_at, &back));
    assert_false(token_read(&k, str_from(text), t.expires_at + 1, &back));
}

static void other_secret(void **state)
{
    struct token_key ours = key_of("one secret"), theirs = key_of("one secre"), none = key_of("");
    struct token t = sample(), back;
    char text[TOKEN_TEXT];
    token_write(&theirs, &t, text);
    assert_false(token_read(&ours, str_from(text), 0, &back));
    token_write(&none, &t, text);
    assert_false(token_read(&ours, str_from(text), 0, &back));
    assert_true(token_read(&none, str_from(text), 0, &back));
}

static void every_bit_counts(void **state)
{
    struct token_key k = key_of("one secret");
    struct token t = sample(), back;
    char text[TOKEN_TEXT];
    token_write(&k, &t, text);
    for (size_t i = 0; i < TOKEN_TEXT - 1; i++)
        for (int bit = 0; bit < 8; bit++) {
            text[i] ^= (char)(1 << bit);
            assert_false(token_read(&k, str_from(text), 0, &back));
            text[i] ^= (char)(1 << bit);
        }
    assert_true(token_read(&k, str_from(text), 0, &back));
}

static void every_length_but_one(void **state)
{
    struct token_key k = key_of("one secret");
    struct token t = sample(), back;
    char text[2 * TOKEN_TEXT];
    token_write(&k, &t, text);
    memset(text + TOKEN_TEXT - 1, 'A', TOKEN_TEXT);
    for (size_t n = 0; n < 2 * TOKEN_TEXT - 1; n++)
        assert_int_equal(token_read(&k, (struct str){text, n}, 0, &back), n == TOKEN_TEXT - 1);
    assert_false(token_read(&k, STR_NULL, 0, &back));
}

static void no_letters_outside_the_alphabet(void **state)
{
    struct token_key k = key_of("one secret");
    struct token t = sample(), back;
    char text[TOKEN_TEXT];
    token_write(&k, &t, text);
    for (int c = 0; c < 256; c++) {
        char kept = text[40];
        text[40] = (char)c;
        assert_int_equal(
            token_read(&k, (struct str){text, TOKEN_TEXT - 1}, 0, &back), (char)c == kept);
        text[40] = kept;
    }
}

/* Fields of an honest token under somebody's own signature: the body alone proves nothing. */
static void grafted_body(void **state)
{
    struct token_key k = key_of("one secret"), mine = key_of("mine");
    struct token t = sample(), back;
    char honest[TOKEN_TEXT], forged[TOKEN_TEXT];
    token_write(&k, &t, honest);
    t.user_id = 1;
    token_write(&mine, &t, forged);
    memcpy(forged + 52, honest + 52, TOKEN_TEXT - 1 - 52);
    assert_false(token_read(&k, str_from(forged), 0, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(ended),
        cmocka_unit_test(other_secret), cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(every_length_but_one), cmocka_unit_test(no_letters_outside_the_alphabet),
        cmocka_unit_test(grafted_body)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
