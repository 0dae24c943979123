#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "onec/names.h"

static void every_field_is_found_by_its_name(void **state)
{
    for (int f = 1; f < ONEC_FIELDS; f++) {
        const char *name = onec_field_name(f);
        assert_true(name[0]);
        assert_int_equal(onec_field(str_from(name)), f);
    }
}

static void near_misses_are_none_of_ours(void **state)
{
    char text[200];
    for (int f = 1; f < ONEC_FIELDS; f++) {
        struct str name = str_from(onec_field_name(f));
        /* cut at each byte, and each byte changed */
        for (size_t n = 0; n < name.n; n++) {
            enum onec_field other = onec_field((struct str){name.p, n});
            assert_true(
                other == ONEC_NO_FIELD || str_is((struct str){name.p, n}, onec_field_name(other)));
            memcpy(text, name.p, name.n);
            text[n] ^= 0x20;
            struct str changed = {text, name.n};
            other = onec_field(changed);
            assert_true(other == ONEC_NO_FIELD || str_is(changed, onec_field_name(other)));
        }
    }
    assert_int_equal(onec_field(STR("УдалитьЮрФизЛицо")), ONEC_NO_FIELD);
    assert_int_equal(onec_field(STR("Контрагент@navigationLinkUrl")), ONEC_NO_FIELD);
    assert_int_equal(onec_field(STR_NULL), ONEC_NO_FIELD);
}

static void sets_of_both_families(void **state)
{
    for (int family = 0; family < ONEC_FAMILIES; family++)
        for (int set = 0; set < ONEC_SETS; set++)
            assert_non_null(onec_set_name(family, set));
    assert_string_equal(
        onec_set_name(ONEC_FAMILY_BP, ONEC_BANK_IN), "Document_ПоступлениеНаРасчетныйСчет");
    assert_string_equal(onec_set_name(ONEC_FAMILY_UT, ONEC_BANK_OUT),
        "Document_СписаниеБезналичныхДенежныхСредств");
    assert_string_equal(onec_family_name(ONEC_FAMILY_BP), "bp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_field_is_found_by_its_name),
        cmocka_unit_test(near_misses_are_none_of_ours), cmocka_unit_test(sets_of_both_families)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
