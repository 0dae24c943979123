/* What files in archives are called. */
#include "../base/cmocka_all.h"

#include "bankfile/entry_name.h"

static void is_called(const char *path, const char *wanted)
{
    struct buf name = BUF_INIT;
    bool own = bankfile_entry_name(str_from(path), &name);
    if (own != (wanted != NULL) || (own && !str_is(buf_str(&name), wanted)))
        fail_msg("%s is called %.*s%s", path, STR_ARG(buf_str(&name)), own ? "" : " (left out)");
    buf_release(&name);
}

/* Files of one name in different folders are told apart; no path leads out of the archive. */
static void paths(void **state)
{
    is_called("kl_to_1c.txt", "kl_to_1c.txt");
    is_called("ВТБ/kl_to_1c.txt", "ВТБ/kl_to_1c.txt");
    is_called("ВТБ\\март\\kl_to_1c.txt", "ВТБ/март/kl_to_1c.txt");
    is_called("./kl_to_1c.txt", "kl_to_1c.txt");
    is_called("../../etc/x.txt", "etc/x.txt");
    is_called("/abs//y.txt", "abs/y.txt");
    is_called("a/../b/./c.txt", "a/b/c.txt");
    is_called(".банк/x.txt", ".банк/x.txt");
    is_called("..doc/x.txt", "..doc/x.txt");
}

static void no_files(void **state)
{
    is_called(".DS_Store", NULL);
    is_called("a/.hidden", NULL);
    is_called("./a/._x.txt", NULL);
    is_called("__MACOSX/._x.txt", NULL);
    is_called("__MACOSX/a/x.txt", NULL);
    is_called("a/..", NULL);
    is_called("a/", NULL);
    is_called("a\\b\\", NULL);
    is_called("..", NULL);
    is_called(".", NULL);
    is_called("", NULL);
}

/* Выписка за март.txt, Сбербанк выписка.txt, май.txt, счёт № 5 «Ромашка».txt, ё.txt: in both. */
static void encodings(void **state)
{
    is_called("\x82\xEB\xAF\xA8\xE1\xAA\xA0 \xA7\xA0 \xAC\xA0\xE0\xE2.txt", "Выписка за март.txt");
    is_called("\xC2\xFB\xEF\xE8\xF1\xEA\xE0 \xE7\xE0 \xEC\xE0\xF0\xF2.txt", "Выписка за март.txt");
    is_called("\x91\xA1\xA5\xE0\xA1\xA0\xAD\xAA/\xA2.txt", "Сбербанк/в.txt");
    is_called("\xD1\xE1\xE5\xF0\xE1\xE0\xED\xEA/\xE2.txt", "Сбербанк/в.txt");
    is_called("\xAC\xA0\xA9.txt", "май.txt");
    is_called("\xEC\xE0\xE9.txt", "май.txt");
    is_called("\xE1\xE7\xF1\xE2 \xFC 5.txt", "счёт № 5.txt");
    is_called("\xF1\xF7\xB8\xF2 \xB9 5 \xAB\xD0\xEE\xEC\xE0\xF8\xEA\xE0\xBB.txt",
        "счёт № 5 «Ромашка».txt");
    is_called("\xC2\xD2\xC1 \x97 2024.txt", "ВТБ — 2024.txt");
    is_called("\x82\x92\x81.txt", "ВТБ.txt");
    is_called("\xE1\x81 \x82\xE2\xAE\xE0\xAD\xA8\xAA.txt", "сБ Вторник.txt");
}

static void is_told(size_t archive, size_t name, size_t told_archive, size_t told_name)
{
    char a[600], n[600], out[256];
    memset(a, 'a', archive);
    memset(n, 'n', name);
    bankfile_entry_told((struct str){a, archive}, (struct str){n, name}, out, sizeof out);
    assert_int_equal(strspn(out, "a"), told_archive);
    assert_int_equal(out[told_archive], '/');
    assert_int_equal(strspn(out + told_archive + 1, "n"), told_name);
    assert_int_equal(strlen(out), told_archive + 1 + told_name);
}

/* Too long a name keeps its end: that is what differs. */
static void lengths(void **state)
{
    char out[17];
    is_told(3, 5, 3, 5);
    is_told(100, 154, 100, 154);
    is_told(255, 10, 244, 10);
    is_told(255, 255, 127, 127);
    is_told(10, 500, 10, 244);
    bankfile_entry_told(STR("март.zip"), STR("апрель/x.txt"), out, sizeof out);
    assert_string_equal(out, "мар/ь/x.txt"); /* letters stay whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(paths), cmocka_unit_test(no_files),
        cmocka_unit_test(encodings), cmocka_unit_test(lengths)};
    return RUN(tests);
}
