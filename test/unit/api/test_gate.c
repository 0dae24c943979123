/* Who may pass: every kind of caller against every kind of route; and which origins are listed. */
#include "check.h"
#include "api/cors.h"
#include "api/gate.h"

enum caller {
    ANONYMOUS,
    BEARER_USER,
    BEARER_MANAGER,
    BEARER_ADMIN,
    COOKIE_USER,
    COOKIE_ADMIN,
    DEAD_COOKIE
};

static struct api_call call_of(enum caller c)
{
    static const struct api_call calls[] = {
        [ANONYMOUS] = {.carrier = AUTH_CARRIER_NONE},
        [BEARER_USER] = {.carrier = AUTH_CARRIER_BEARER, .signed_in = true, .who.role = ROLE_USER},
        [BEARER_MANAGER] = {.carrier = AUTH_CARRIER_BEARER,
            .signed_in = true,
            .who.role = ROLE_MANAGER},
        [BEARER_ADMIN] = {.carrier = AUTH_CARRIER_BEARER,
            .signed_in = true,
            .who.role = ROLE_ADMIN},
        [COOKIE_USER] = {.carrier = AUTH_CARRIER_COOKIE, .signed_in = true, .who.role = ROLE_USER},
        [COOKIE_ADMIN] = {.carrier = AUTH_CARRIER_COOKIE,
            .signed_in = true,
            .who.role = ROLE_ADMIN},
        [DEAD_COOKIE] = {.carrier = AUTH_CARRIER_COOKIE},
    };
    return calls[c];
}

static void rights(void **state)
{
    enum { PASS = GATE_PASS, IN = GATE_SIGN_IN, NO = GATE_FORBIDDEN, FAR = GATE_FOREIGN };
    enum { U = AUTH_SITE_UNKNOWN, S = AUTH_SITE_SAME, F = AUTH_SITE_FOREIGN };
    static const struct {
        unsigned flags;
        enum caller caller;
        bool changing;
        int site;
        bool trusted;
        int verdict;
    } cases[] = {
        /* routes that judge by themselves */
        {0, ANONYMOUS, false, U, false, PASS},
        {0, COOKIE_USER, true, F, false, PASS},
        {API_WHILE_DRAINING, ANONYMOUS, false, U, false, PASS},
        /* for anyone */
        {API_ANYONE, ANONYMOUS, false, U, false, PASS},
        {API_ANYONE, DEAD_COOKIE, false, F, false, PASS},
        {API_ANYONE, ANONYMOUS, true, U, false, PASS},
        {API_ANYONE, ANONYMOUS, true, S, false, PASS},
        {API_ANYONE, ANONYMOUS, true, F, false, FAR},
        {API_ANYONE, ANONYMOUS, true, F, true, PASS},
        /* signed in */
        {API_USER, ANONYMOUS, false, U, false, IN},
        {API_USER, DEAD_COOKIE, false, S, false, IN},
        {API_USER, DEAD_COOKIE, true, F, false, IN},
        {API_USER, BEARER_USER, false, U, false, PASS},
        {API_USER, BEARER_USER, true, U, false, PASS},
        {API_USER, BEARER_USER, true, F, false, PASS},
        {API_USER, COOKIE_USER, false, U, false, PASS},
        {API_USER, COOKIE_USER, false, F, false, PASS},
        {API_USER, COOKIE_USER, true, U, false, FAR},
        {API_USER, COOKIE_USER, true, F, false, FAR},
        {API_USER, COOKIE_USER, true, F, true, FAR},
        {API_USER, COOKIE_USER, true, S, false, PASS},
        /* by role */
        {API_MANAGER, ANONYMOUS, false, U, false, IN},
        {API_MANAGER, BEARER_USER, false, U, false, NO},
        {API_MANAGER, BEARER_MANAGER, false, U, false, PASS},
        {API_MANAGER, BEARER_ADMIN, true, U, false, PASS},
        {API_MANAGER, COOKIE_USER, true, S, false, NO},
        {API_MANAGER, COOKIE_ADMIN, true, S, false, PASS},
        {API_ADMIN, BEARER_USER, false, U, false, NO},
        {API_ADMIN, BEARER_MANAGER, true, U, false, NO},
        {API_ADMIN, BEARER_ADMIN, true, U, false, PASS},
        {API_ADMIN, COOKIE_ADMIN, true, U, false, FAR},
        {API_ADMIN | API_WHILE_DRAINING, BEARER_MANAGER, false, U, false, NO},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct api_call call = call_of(cases[i].caller);
        int verdict = (int)gate_judge(cases[i].flags, &call, cases[i].changing,
            (enum auth_site)cases[i].site, cases[i].trusted);
        if (verdict != cases[i].verdict)
            fail_msg("case %zu: %d, not %d", i, verdict, cases[i].verdict);
    }
}

static void listed_origins(void **state)
{
    static const struct {
        const char *list, *origin;
        bool allowed;
    } cases[] = {
        {NULL, "https://a.example", false},
        {"", "https://a.example", false},
        {"https://a.example", "https://a.example", true},
        {"https://a.example", "HTTPS://A.example", true},
        {"https://a.example", "http://a.example", false},
        {"https://a.example", "https://a.example:8443", false},
        {"https://a.example", "https://a.example.evil", false},
        {"https://a.example", "https://b.a.example", false},
        {"https://a.example, http://b:3000", "http://b:3000", true},
        {"https://a.example,,", "", false},
        {"https://a.example", "null", false},
        {"*", "https://anything", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (cors_allows(cases[i].list, str_from(cases[i].origin)) != cases[i].allowed)
            fail_msg("case %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rights), cmocka_unit_test(listed_origins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
