/* Real statements that nobody here wrote (../shared/data/bankexchange, not copied here): how many
 * documents, and to the kopeck how much. */
#include "../base/cmocka_all.h"
#include <unistd.h>

#include "dump.h"

static char folder[1024];

static struct dump read_sample(const char *name, struct str account)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct buf bytes = read_file(path);
    if (!bytes.n)
        fail_msg("%s can't be read", path);
    struct dump whole = {.parser.fragment_ok = account.n > 0};
    struct dump apart = {.parser.fragment_ok = account.n > 0};
    if (account.n) {
        dump_own(&whole, account);
        dump_own(&apart, account);
    }
    dump_piece(&whole, buf_str(&bytes));
    dump_end(&whole);
    for (size_t i = 0; i < bytes.n; i++)
        dump_piece(&apart, (struct str){bytes.p + i, 1});
    dump_end(&apart);
    assert_true(str_eq(buf_str(&whole.text), buf_str(&apart.text)));
    dump_release(&apart);
    buf_release(&bytes);
    if (getenv("OBMEN_TEST_SHOW"))
        printf("== %s\n%.*s", name, STR_ARG(buf_str(&whole.text)));
    return whole;
}

struct expectation {
    const char *name, *account;
    enum bankfile_encoding encoding;
    struct totals totals;
    const char *warned; /* codes, each ended by a blank */
};

static const struct expectation expectations[] = {
    {"all_fields_v103_utf8_no_eol.txt", "", BANKFILE_UTF8, {1, 2, 2, 4, 0, 0, 4, 2020, 2020},
        "ENCODING_SAID INN "},
    {"derived_cp866_says_dos.txt", "", BANKFILE_DOS, {1, 1, 2, 2, 0, 0, 0, 2000000, 1500000},
        "INN "},
    {"doncombank_v102_broken_header.txt", "", BANKFILE_WINDOWS,
        {1, 1, 14, 14, 0, 0, 0, 0, 13902086}, ""},
    {"gpb_v101_blank_line_in_header.txt", "", BANKFILE_WINDOWS, {1, 1, 1, 1, 0, 0, 0, 0, 10815912},
        "INN "},
    {"minimal_three_lines.txt", "", BANKFILE_WINDOWS, {1, 0, 0, 0, 0, 0, 0, 0, 0}, ""},
    {"oebs_export_treasury_utf8.txt", "", BANKFILE_UTF8, {1, 0, 1, 1, 0, 0, 0, 0, 1},
        "ENCODING_SAID NOT_POSTED "},
    {"rshb_v102_headerless_fragment.txt", "40702810266000000335", BANKFILE_WINDOWS,
        {1, 0, 16, 16, 0, 0, 0, 7238469820, 7902965310}, "NO_SIGNATURE "},
    {"synthetic_v102_two_docs.txt", "", BANKFILE_WINDOWS, {1, 1, 2, 2, 0, 0, 0, 2000000, 1500000},
        "INN "},
    {"vtb24_v102_one_day_cp1251.txt", "", BANKFILE_WINDOWS,
        {1, 1, 13, 13, 0, 0, 0, 4000000, 4118400}, "BY_DATES INN "},
};

static void samples(void **state)
{
    const char *data = getenv("OBMEN_SHARED_DATA");
    snprintf(folder, sizeof folder, "%s/bankexchange", data ? data : "/nonexistent");
    if (!data)
        snprintf(folder, sizeof folder, "%s/../../../shared/data/bankexchange",
            getenv("OBMEN_TEST_DATA"));
    if (access(folder, R_OK) != 0) {
        print_message("no real samples here (%s)\n", folder);
        skip();
    }
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        const struct expectation *e = &expectations[i];
        struct dump d = read_sample(e->name, str_from(e->account));
        struct buf warned = BUF_INIT;
        for (int k = 0; k < BANKFILE_W_COUNT; k++)
            if (d.parser.warnings.of[k].count)
                buf_printf(&warned, "%s ", bankfile_warning_name((enum bankfile_warning)k));
        const struct totals *t = &d.totals;
        if (memcmp(t, &e->totals, sizeof *t) != 0 || !str_is(buf_str(&warned), e->warned) ||
            d.parser.lines.encoding != e->encoding)
            print_message("%s: {%d, %d, %d, %d, %d, %d, %d, %lld, %lld}, %s, \"%.*s\"\n", e->name,
                t->headers, t->accounts, t->documents, t->rows, t->refused, t->skipped, t->internal,
                (long long)t->in, (long long)t->out,
                bankfile_encoding_name(d.parser.lines.encoding), STR_ARG(buf_str(&warned)));
        assert_memory_equal(t, &e->totals, sizeof *t);
        assert_true(str_is(buf_str(&warned), e->warned));
        assert_int_equal(d.parser.lines.encoding, e->encoding);
        buf_release(&warned);
        dump_release(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(samples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
