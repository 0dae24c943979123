#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "classify/pattern.h"
#include "readable.h"

/* "аренд$ б|в" for each alternative "[!]phrase" joined by " + ". */
static char *parsed(enum pattern_kind kind, const char *text, struct arena *a)
{
    struct pattern p;
    struct err err;
    struct buf out = BUF_INIT;
    if (pattern_parse(&p, a, kind, str_from(text), &err) < 0)
        return NULL;
    for (int i = 0; i < p.count; i++)
        for (int k = 0; k < p.alternatives[i].count; k++) {
            const struct pattern_term *t = &p.alternatives[i].terms[k];
            buf_adds(&out, k ? " + " : i ? " | " : "");
            buf_adds(&out, t->not ? "!" : "");
            readable(&out, t->phrase);
            out.n--; /* its end */
        }
    char *copy = arena_cstr(a, buf_str(&out));
    buf_release(&out);
    return copy;
}

static void is(enum pattern_kind kind, const char *text, const char *want)
{
    struct arena a = ARENA_INIT;
    char *got = parsed(kind, text, &a);
    if (!got || strcmp(got, want) != 0)
        fail_msg("'%s' is '%s', not '%s'", text, got ? got : "(refused)", want);
    arena_release(&a);
}

static void keywords(void **state)
{
    is(PATTERN_KEYWORD, "Аренд", "аренд");
    is(PATTERN_KEYWORD, "  услуг   связи ", "услуг связи");
    is(PATTERN_KEYWORD, "=рко", "рко$");
    is(PATTERN_KEYWORD, "за товар", "за$ товар");
    is(PATTERN_KEYWORD, "=з/п", "з$ п$");
    is(PATTERN_KEYWORD, "процент + депозит", "процент + депозит");
    is(PATTERN_KEYWORD, "депозит + !процент", "депозит + !процент");
    is(PATTERN_KEYWORD, "!процент + депозит", "депозит + !процент");
    is(PATTERN_KEYWORD, "заработн | зарплат", "заработн | зарплат");
    is(PATTERN_KEYWORD, "счёт N", "счет #$");
    is(PATTERN_KEYWORD, "12", "12$");
}

static void names(void **state)
{
    is(PATTERN_NAME, "ООО \"Ромашка\"", "ромашка$");
    is(PATTERN_NAME, "Ромашка ООО", "ромашка$");
    is(PATTERN_NAME, "Вектор*", "вектор");
    is(PATTERN_NAME, "Вектор-Серв*", "вектор$ серв");
    is(PATTERN_NAME, "ИП Иванов Иван", "иванов$ иван$");
}

static void refused(void **state)
{
    static const char *const keyword[] = {"", "  ", "|", "аренд |", "| аренд", "+ аренд",
        "аренд + ", "!аренд", "!а + !б", "а", "=", "!", "...", "а б в г д е ж з и к",
        "a1+b1+c1+d1+e1+f1+g1+h1+i1"};
    struct arena a = ARENA_INIT;
    struct pattern p;
    struct err err;
    for (size_t i = 0; i < sizeof keyword / sizeof *keyword; i++) {
        err = ERR_INIT;
        if (pattern_parse(&p, &a, PATTERN_KEYWORD, str_from(keyword[i]), &err) == 0)
            fail_msg("'%s' was taken", keyword[i]);
        assert_int_equal(err.code, ERR_VALIDATION_ERROR);
        assert_true(strlen(err.message) > 10);
    }
    assert_int_equal(pattern_parse(&p, &a, PATTERN_NAME, STR("ООО"), &err), -1);
    struct buf many = BUF_INIT;
    for (int i = 0; i < PATTERN_ALTERNATIVES; i++)
        buf_adds(&many, "слово|");
    buf_adds(&many, "слово");
    assert_int_equal(pattern_parse(&p, &a, PATTERN_KEYWORD, buf_str(&many), &err), -1);
    buf_clear(&many);
    while (many.n <= PATTERN_MAX)
        buf_adds(&many, "длинное слово ");
    assert_int_equal(pattern_parse(&p, &a, PATTERN_KEYWORD, buf_str(&many), &err), -1);
    buf_release(&many);
    arena_release(&a);
}

static void what_would_never_fit(void **state)
{
    static const struct {
        enum pattern_kind kind;
        const char *text;
        bool possible;
    } patterns[] = {
        {PATTERN_KEYWORD, "аренд + !аренд", false},
        {PATTERN_KEYWORD, "!аренд + арендн", false},
        {PATTERN_KEYWORD, "аренд + !арендн", true},
        {PATTERN_KEYWORD, "=аренда + !аренд", false},
        {PATTERN_KEYWORD, "аренд + !=аренда", true},
        {PATTERN_KEYWORD, "=рко + !=рко", false},
        {PATTERN_KEYWORD, "услуг связи + !связ", false},
        {PATTERN_KEYWORD, "услугами связи + !услуг связ", false},
        {PATTERN_KEYWORD, "услуг связи + !связи услуг", true},
        {PATTERN_KEYWORD, "услуг + !услуг связи", true},
        {PATTERN_KEYWORD, "налог | процент + депозит + !депоз", false},
        {PATTERN_KEYWORD, "депозит + !процент | процент + !депозит", true},
        {PATTERN_NAME, "Ромашка + !ООО Ромашка", false},
        {PATTERN_NAME, "Ромашка* + !Ромашка", true},
    };
    struct arena a = ARENA_INIT;
    struct pattern p;
    struct err err;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        assert_int_equal(
            pattern_parse(&p, &a, patterns[i].kind, str_from(patterns[i].text), &err), 0);
        if ((pattern_check(&p, &err) == 0) != patterns[i].possible)
            fail_msg("'%s'", patterns[i].text);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keywords), cmocka_unit_test(names),
        cmocka_unit_test(refused), cmocka_unit_test(what_would_never_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
