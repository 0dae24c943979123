/* Every file of test/data/bankfile, one for each oddity of real banks: what is read of it is what
 * the .out beside it says, fed whole, cut at each byte, and byte by byte. */
#include "../base/cmocka_all.h"
#include "dump.h"

static const char *folder(void)
{
    static char path[512];
    const char *data = getenv("OBMEN_TEST_DATA");
    assert_non_null(data);
    snprintf(path, sizeof path, "%s/bankfile", data);
    return path;
}

/* cut: bytes of the first piece; step: of each further one */
static struct buf dump(struct str bytes, size_t cut, size_t step, bool fragment)
{
    struct dump d = {.parser.fragment_ok = fragment};
    dump_piece(&d, (struct str){bytes.p, cut});
    for (size_t at = cut; at < bytes.n; at += step)
        dump_piece(&d, (struct str){bytes.p + at, step < bytes.n - at ? step : bytes.n - at});
    dump_end(&d);
    struct buf text = buf_take(&d.text);
    dump_release(&d);
    return text;
}

static void same(const char *name, size_t cut, struct str want, struct buf got)
{
    if (!str_eq(want, buf_str(&got)))
        fail_msg(
            "%s, cut %zu:\n%.*s\nwanted:\n%.*s", name, cut, STR_ARG(buf_str(&got)), STR_ARG(want));
    buf_release(&got);
}

static void check_file(const char *name)
{
    char path[1024], out[1040];
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    snprintf(out, sizeof out, "%s.out", path);
    bool fragment = strstr(name, "fragment_with_account") != NULL;
    struct buf bytes = read_file(path), want = read_file(out);
    struct str b = buf_str(&bytes);
    assert_true(b.n > 0);
    if (getenv("OBMEN_TEST_WRITE")) { /* a new fixture: what is written is to be read by a person */
        buf_release(&want);
        want = dump(b, b.n, 1, fragment);
        FILE *f = fopen(out, "wb");
        fwrite(want.p, 1, want.n, f);
        fclose(f);
    }
    same(name, b.n, buf_str(&want), dump(b, b.n, 1, fragment));
    same(name, 0, buf_str(&want), dump(b, 0, 1, fragment));
    for (size_t cut = 1; cut < b.n; cut++)
        same(name, cut, buf_str(&want), dump(b, cut, b.n, fragment));
    buf_release(&bytes);
    buf_release(&want);
}

static void files_are_read_as_written_down(void **state)
{
    struct dirent **names;
    int n = scandir(folder(), &names, NULL, alphasort), seen = 0;
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        size_t length = strlen(names[i]->d_name);
        if (length > 4 && strcmp(names[i]->d_name + length - 4, ".txt") == 0) {
            check_file(names[i]->d_name);
            seen++;
        }
        free(names[i]);
    }
    free(names);
    assert_true(seen >= 15);
}

/* One long line, one long document and a deep file keep memory where it is. */
static void memory_is_bounded(void **state)
{
    struct dump d = {0};
    dump_piece(&d, STR("1CClientBankExchange\nСекцияДокумент=x\nНазначениеПлатежа="));
    char block[8192];
    memset(block, 'a', sizeof block);
    for (int i = 0; i < 1000; i++)
        dump_piece(&d, (struct str){block, sizeof block});
    dump_piece(&d, STR("\n"));
    for (int i = 0; i < 100000; i++)
        dump_piece(&d, STR("Ключ=значение\nПлательщик=значение подлиннее\n"));
    assert_true(d.parser.fields.text.cap <= 2 * BANKFILE_TEXT_MAX);
    assert_true(d.parser.lines.part.cap <= 4 * BANKFILE_LINE_MAX);
    dump_piece(&d, STR("КонецДокумента\nКонецФайла\n"));
    dump_end(&d);
    assert_int_equal(d.totals.documents, 1);
    assert_int_equal(d.totals.refused, 1);
    assert_int_equal(d.parser.warnings.of[BANKFILE_W_LINE_CUT].count, 1);
    dump_release(&d);
}

/* Wherever the limit falls in a letter of two, three or four bytes, the line stays what it is: also
 * one of UTF-8 in a file of another encoding. */
static void a_long_line_is_cut_between_letters(void **state)
{
    static const char *const letters[] = {"ы", "№", "\xF0\x9F\x98\x80"};
    static const char *const heads[] = {"", "\xEF\xBB\xBF", "\xCF\xEB\xE0\xF2=\xFB\n"};
    for (size_t i = 0; i < 3 * 3 * 4; i++) {
        const char *letter = letters[i % 3], *head = heads[i / 3 % 3];
        struct bankfile_lines lines = {0};
        struct buf file = BUF_INIT;
        struct str line;
        buf_add_str(&file, str_from(head));
        buf_add_str(&file, str_from(&"xxx"[3 - i / 9]));
        while (file.n < BANKFILE_LINE_MAX + 64)
            buf_add_str(&file, str_from(letter));
        buf_addc(&file, '\n');
        struct str input = buf_str(&file);
        do {
            bool got = bankfile_lines_next(&lines, &input, &line);
            assert_true(got || bankfile_lines_last(&lines, &line));
        } while (!lines.cut);
        size_t skip = i / 9;
        assert_true(line.n > BANKFILE_LINE_MAX - 8 && line.n <= BANKFILE_LINE_MAX);
        assert_int_equal((line.n - skip) % strlen(letter), 0);
        for (size_t at = skip; at < line.n; at += strlen(letter))
            assert_memory_equal(line.p + at, letter, strlen(letter));
        bankfile_lines_release(&lines);
        buf_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_are_read_as_written_down),
        cmocka_unit_test(memory_is_bounded), cmocka_unit_test(a_long_line_is_cut_between_letters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
