/* What is hidden in the log, and what is left alone. */
#include "cmocka_all.h"
#include <stdlib.h>
#include "base/log_mask.h"
#include "obmen/arena.h"

static const struct {
    const char *text, *shown; /* shown NULL: left alone */
} cases[] = {
    /* secrets */
    {"Authorization: Bearer eyJhbGciOi.x-y_z", "Authorization: Bearer ***"},
    {"Authorization: basic ZGVtbzpkZW1v, next", "Authorization: basic ***, next"},
    {"password=hunter2&user=me", "password=***&user=me"},
    {"{\"password\":\"hunter2\",\"a\":1}", "{\"password\":\"***\",\"a\":1}"},
    {"Token: abc", "Token: ***"},
    {"?access_token=abc.def&v=5", "?access_token=***&v=5"},
    {"token: Bearer 0123456789abcdef end", "token: Bearer *** end"},
    {"redis://me:secret@host:6379/1", "redis://***@host:6379/1"},
    {"postgresql://u:p%40@h/db and password = 'x y'",
        "postgresql://***@h/db and password = '*** y'"},
    {"my_secret=1 OBMEN_SECRET=2", "my_secret=*** OBMEN_SECRET=***"},
    /* persons */
    {"INN 7707083893 and 500100732259", "INN ***893 and ***259"},
    {"Key (account)=(40702810900000012345) exists", "Key (account)=(***2345) exists"},
    {"ivan.petrov+x@mail.example.ru wrote", "***@mail.example.ru wrote"},
    {"call +79161234567 now", "call +***567 now"},
    {"7707083893", "***893"},
    /* neither */
    {"", NULL},
    {"basic errors are listed", NULL},
    {"the password is wrong", NULL},
    {"no token", NULL},
    {"token=", NULL},
    {"http://host:8001/path?x=1", NULL},
    {"http://host/a@b", NULL},
    {"01a226a2-f9be-74cc-b059-770708389312", NULL},
    {"1234567890123 bytes, 123456789 too", NULL},
    {"1795943140.123", NULL},
    {"К100-0000012345", NULL},
    {"x@y", NULL},
    {"@", NULL},
    {"://", NULL},
    {"Bearer ", NULL},
};

static void hides_and_leaves_alone(void **state)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = BUF_INIT;
        bool hidden = log_mask(str_from(cases[i].text), &b);
        buf_addc(&b, 0);
        if (hidden != (cases[i].shown != NULL))
            fail_msg("%s: %s", cases[i].text, b.p);
        if (hidden)
            assert_string_equal(b.p, cases[i].shown);
        buf_release(&b);
    }
}

/* Any cut of a text is masked without reading past its end (the sanitizers watch). */
static void any_cut(void **state)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t n = 0; n < strlen(cases[i].text); n++) {
            char *copy = mem_alloc(n + 1);
            char *exact = memcpy(copy + 1, cases[i].text, n);
            struct buf b = BUF_INIT;
            log_mask((struct str){exact, n}, &b);
            buf_release(&b);
            free(copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hides_and_leaves_alone), cmocka_unit_test(any_cut)};
    return RUN(tests);
}
