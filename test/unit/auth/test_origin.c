/* Cookies, bearer tokens and whose page sent a request: tables. */
#include "check.h"
#include "auth/origin.h"

static struct str text(const char *s)
{
    return s ? str_from(s) : STR_NULL;
}

static void tokens(void **state)
{
    static const struct {
        const char *authorization, *cookie;
        enum auth_carrier carrier;
        const char *token;
    } cases[] = {
        {NULL, NULL, AUTH_CARRIER_NONE, NULL},
        {"Bearer abc", NULL, AUTH_CARRIER_BEARER, "abc"},
        {"bearer  abc ", NULL, AUTH_CARRIER_BEARER, "abc"},
        {"Bearer", NULL, AUTH_CARRIER_BEARER, ""},
        {"Basic abc", NULL, AUTH_CARRIER_NONE, NULL},
        {"Bearers abc", NULL, AUTH_CARRIER_NONE, NULL},
        {NULL, "obmen_token=abc", AUTH_CARRIER_COOKIE, "abc"},
        {NULL, "a=b; obmen_token=abc; c=d", AUTH_CARRIER_COOKIE, "abc"},
        {NULL, "a=b;obmen_token=abc", AUTH_CARRIER_COOKIE, "abc"},
        {NULL, "obmen_token=first; obmen_token=second", AUTH_CARRIER_COOKIE, "first"},
        {NULL, "obmen_token=", AUTH_CARRIER_COOKIE, ""},
        {NULL, "obmen_token", AUTH_CARRIER_COOKIE, ""},
        {NULL, "xobmen_token=abc", AUTH_CARRIER_NONE, NULL},
        {NULL, "obmen_tokenx=abc", AUTH_CARRIER_NONE, NULL},
        {NULL, "a=obmen_token=abc", AUTH_CARRIER_NONE, NULL},
        {NULL, ";;=;", AUTH_CARRIER_NONE, NULL},
        {"Bearer abc", "obmen_token=def", AUTH_CARRIER_BEARER, "abc"},
        {"Basic abc", "obmen_token=def", AUTH_CARRIER_COOKIE, "def"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str token = STR_NULL;
        enum auth_carrier carrier =
            auth_token_of(text(cases[i].authorization), text(cases[i].cookie), &token);
        if (carrier != cases[i].carrier || !str_eq(token, text(cases[i].token)))
            fail_msg("case %zu: %d %.*s", i, (int)carrier, STR_ARG(token));
    }
}

static void sites(void **state)
{
    enum { U = AUTH_SITE_UNKNOWN, S = AUTH_SITE_SAME, F = AUTH_SITE_FOREIGN };
    static const struct {
        const char *origin, *fetch, *host;
        bool secure;
        int of_origin, of_both;
    } cases[] = {
        {NULL, NULL, "h:8001", false, U, U},
        {NULL, "same-origin", "h:8001", false, U, S},
        {NULL, "same-site", "h:8001", false, U, F},
        {NULL, "cross-site", "h:8001", false, U, F},
        {NULL, "none", "h:8001", false, U, F},
        {"http://h:8001", NULL, "h:8001", false, S, S},
        {"HTTP://H:8001", NULL, "h:8001", false, S, S},
        {"http://h:8001", "same-origin", "h:8001", false, S, S},
        {"http://h:8001", "cross-site", "h:8001", false, S, F},
        {"http://evil", "same-origin", "h:8001", false, F, F},
        {"http://h:8002", NULL, "h:8001", false, F, F},
        {"http://h", NULL, "h:8001", false, F, F},
        {"http://h", NULL, "h:80", false, S, S},
        {"http://h", NULL, "h:443", false, F, F},
        {"https://h", NULL, "h:443", true, S, S},
        {"https://h", NULL, "h", true, S, S},
        {"https://h", NULL, "h", false, F, F},
        {"http://h", NULL, "h", true, F, F},
        {"http://h.evil", NULL, "h", false, F, F},
        {"http://evil/http://h", NULL, "h", false, F, F},
        {"http://[::1]:8001", NULL, "[::1]:8001", false, S, S},
        {"null", NULL, "h", false, F, F},
        {"", NULL, "h", false, F, F},
        {"http://", NULL, "", false, F, F},
        {"http://h", NULL, NULL, false, F, F},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str origin = text(cases[i].origin), host = text(cases[i].host);
        if ((int)auth_site_of_origin(origin, host, cases[i].secure) != cases[i].of_origin ||
            (int)auth_site_of(origin, text(cases[i].fetch), host, cases[i].secure) !=
                cases[i].of_both)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tokens), cmocka_unit_test(sites)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
