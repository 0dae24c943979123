#include "cmocka_all.h"
#include <string.h>
#include "obmen/time.h"
#include "obmen/uuid.h"

static void test_text(void **state)
{
    struct uuid id;
    char out[UUID_TEXT];
    assert_true(uuid_parse(STR("01890A5D-ac96-774b-BCCE-b302099a8057"), &id));
    assert_int_equal(id.b[0], 0x01);
    assert_int_equal(id.b[15], 0x57);
    uuid_format(&id, out);
    assert_string_equal(out, "01890a5d-ac96-774b-bcce-b302099a8057");
    static const char *const bad[] = {"", "01890a5d", "01890a5d-ac96-774b-bcce-b302099a805",
        "01890a5d-ac96-774b-bcce-b302099a80570", "01890a5dxac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a805g", "{1890a5d-ac96-774b-bcce-b302099a805}",
        "01890a5dac96-774b-bcce-b302099a8057-", "01890a5d-ac96-774b-bcce-b302099a80é"};
    for (size_t i = 0; i < COUNT(bad); i++)
        if (uuid_parse(str_from(bad[i]), &id))
            fail_msg("taken: %s", bad[i]);
    assert_int_equal(id.b[0], 0x01); /* untouched by failures */
}

static void test_zero(void **state)
{
    struct uuid id;
    assert_true(uuid_parse(STR("00000000-0000-0000-0000-000000000000"), &id));
    assert_true(uuid_is_zero(&id));
    id.b[15] = 1;
    assert_false(uuid_is_zero(&id));
}

static void test_v7(void **state)
{
    int64_t from = time_now() / 1000;
    struct uuid last = uuid_v7();
    for (int i = 0; i < 20000; i++) {
        struct uuid id = uuid_v7();
        assert_int_equal(id.b[6] >> 4, 7);
        assert_int_equal(id.b[8] >> 6, 2);
        assert_true(memcmp(last.b, id.b, 8) < 0); /* ordered even within a microsecond */
        last = id;
    }
    int64_t at = 0;
    for (int i = 0; i < 6; i++)
        at = at << 8 | last.b[i];
    assert_in_range(at, from, time_now() / 1000 + 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text), cmocka_unit_test(test_zero), cmocka_unit_test(test_v7)};
    return RUN(tests);
}
