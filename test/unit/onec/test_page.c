#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "onec/page.h"

/* What a page holds, as text to compare. */
static void dump(struct buf *out, const struct onec_page *p, int r, const struct err *err)
{
    buf_clear(out);
    buf_printf(out,
        "%d list=%d many=%d large=%d odata=%d exception=%d code=%d/%d text=%s json=%s\n", r,
        p->is_list, p->too_many, p->too_large, p->complaint.odata, p->complaint.exception,
        p->complaint.has_code, p->complaint.code, p->complaint.text, r < 0 ? err->message : "");
    for (int i = 0; i < p->count; i++) {
        const struct onec_record *rec = &p->records[i];
        struct json_writer w = json_writer(out);
        char key[UUID_TEXT];
        onec_record_json(&w, rec);
        uuid_format(&rec->rows.rate_key, key);
        buf_printf(out, " vat=%d/%d/%lld rate=%d/%d/%.*s/%s\n", rec->rows.has_vat,
            rec->rows.bad_vat, (long long)rec->rows.vat, rec->rows.has_rate, rec->rows.rates_differ,
            STR_ARG(rec->rows.rate), key);
    }
}

static void read_in_pieces(
    struct onec_page *p, struct str body, size_t first, size_t step, struct buf *out)
{
    struct err err = ERR_INIT;
    int r = 0;
    onec_page_begin(p);
    for (size_t at = 0; at < body.n && r == 0;) {
        size_t n = at == 0 && first ? first : step;
        if (n > body.n - at)
            n = body.n - at;
        r = onec_page_feed(p, (struct str){body.p + at, n}, &err);
        at += n;
    }
    if (r == 0)
        r = onec_page_end(p, &err);
    dump(out, p, r, &err);
}

/* The same however it is cut; the result of the whole body is in `whole`. */
static void check_cuts(struct str body, int limit, struct buf *whole)
{
    struct onec_page p;
    struct buf cut = BUF_INIT;
    onec_page_init(&p, limit);
    read_in_pieces(&p, body, 0, body.n, whole);
    read_in_pieces(&p, body, 0, 1, &cut);
    assert_true(str_eq(buf_str(whole), buf_str(&cut)));
    size_t stride = body.n > 3000 ? body.n / 500 : 1;
    for (size_t at = 1; at < body.n; at += stride) {
        read_in_pieces(&p, body, at, body.n, &cut);
        if (!str_eq(buf_str(whole), buf_str(&cut)))
            fail_msg("cut at %zu: %.*s", at, STR_ARG(buf_str(&cut)));
    }
    buf_release(&cut);
    onec_page_release(&p);
}

static void becomes(const char *body, const char *want)
{
    struct buf got = BUF_INIT;
    check_cuts(str_from(body), 1000, &got);
    if (!str_is(buf_str(&got), want))
        fail_msg("%s\n became\n%.*s\n not\n%s", body, STR_ARG(buf_str(&got)), want);
    buf_release(&got);
}

#define HEAD "0 list=1 many=0 large=0 odata=0 exception=0 code=0/0 text= json=\n"
#define NO_ROWS " vat=0/0/0 rate=0/0//00000000-0000-0000-0000-000000000000\n"

static void lists(void **state)
{
    becomes("{\"value\":[]}", HEAD);
    becomes("\xEF\xBB\xBF{\"odata.metadata\":\"x\",\"value\": [ ]}", HEAD);
    becomes("\xEF\xBB\xBF{\"value\":[{}]}", HEAD "{}" NO_ROWS);
    becomes("{\"odata.metadata\":\"http://h/"
            "$metadata#X\",\"value\":[{\"Ref_Key\":\"a\",\"Чужое\":{\"Date\":\"x\",\"b\":[1,{"
            "\"Date\":2}]},"
            "\"Date\":\"2025-01-01T00:00:00\",\"Posted\":true,\"DeletionMark\":false,"
            "\"СуммаДокумента\":12.5}],\"x\":[{\"Date\":1}]}",
        HEAD "{\"Ref_Key\":\"a\",\"Date\":\"2025-01-01T00:00:00\",\"Posted\":true,\"DeletionMark\":"
             "false,\"СуммаДокумента\":12.5}" NO_ROWS);
    /* any order, null and empty are no values, other types are kept as such */
    becomes("{\"value\":[{\"СуммаДокумента\":\"12\",\"Date\":null,\"Number\":\"\",\"Ref_Key\":[],"
            "\"Posted\":{},\"Комментарий\":1},"
            "{\"Number\":\"\\u0000 \\u0414\"}]}",
        HEAD
        "{\"СуммаДокумента\":\"12\",\"Ref_Key\":null,\"Posted\":null,\"Комментарий\":1}" NO_ROWS
        "{\"Number\":\"\\u0000 Д\"}" NO_ROWS);
}

static void table_parts(void **state)
{
    becomes("{\"value\":[{\"РасшифровкаПлатежа\":[{\"LineNumber\":\"1\",\"СуммаНДС\":10.5,"
            "\"СтавкаНДС\":\"НДС20\"},"
            "{\"СуммаНДС\":\"2\",\"СтавкаНДС\":\"НДС20\",\"Вложено\":[{\"СуммаНДС\":100}]}],"
            "\"Number\":\"7\"}]}",
        HEAD
        "{\"Number\":\"7\"} vat=1/0/1250 rate=1/0/НДС20/00000000-0000-0000-0000-000000000000\n");
    becomes("{\"value\":[{\"РасшифровкаПлатежа\":[{\"СуммаНДС\":1,\"СтавкаНДС\":\"НДС20\"},{"
            "\"СуммаНДС\":1,\"СтавкаНДС\":\"НДС10\"}]},"
            "{\"РасшифровкаПлатежа\":[{\"СуммаНДС\":\"много\"}]},{\"РасшифровкаПлатежа\":null},{"
            "\"РасшифровкаПлатежа\":[]},"
            "{\"РасшифровкаПлатежа\":[{\"СтавкаНДС_Key\":\"a07e35f0-1c26-1ccd-831b-7d02b09c9280\"},"
            "{\"СтавкаНДС_Key\":\"00000000-0000-0000-0000-000000000000\"}]}]}",
        HEAD "{} vat=1/0/200 rate=1/1/НДС20/00000000-0000-0000-0000-000000000000\n"
             "{} vat=1/1/0 rate=0/0//00000000-0000-0000-0000-000000000000\n"
             "{}" NO_ROWS "{}" NO_ROWS
             "{} vat=0/0/0 rate=1/0//a07e35f0-1c26-1ccd-831b-7d02b09c9280\n");
}

static void complaints(void **state)
{
    becomes("\xEF\xBB\xBF{\"odata.error\":{\"code\":\"8\",\"message\":{\"lang\":\"ru\",\"value\":"
            "\"нет\\n  такого\"}}}",
        "0 list=0 many=0 large=0 odata=1 exception=0 code=1/8 text=нет такого json=\n");
    becomes("{\"odata.error\":{\"code\":\"\",\"message\":{\"value\":\"x\"}}}",
        "0 list=0 many=0 large=0 odata=1 exception=0 code=1/-1 text=x json=\n");
    becomes("{\"odata.error\":{\"message\":{\"value\":\"x\"},\"code\":\"-1\"}}",
        "0 list=0 many=0 large=0 odata=1 exception=0 code=1/-1 text=x json=\n");
    becomes("{\"odata.error\":{\"code\":14}}",
        "0 list=0 many=0 large=0 odata=1 exception=0 code=1/14 text= json=\n");
    becomes("{\"exception\":{\"descr\":\"outer\",\"inner\":{\"descr\":\"inner\",\"inner\":null}}}",
        "0 list=0 many=0 large=0 odata=0 exception=1 code=0/0 text=inner json=\n");
    becomes("{\"exception\":{\"inner\":{\"inner\":{\"descr\":\"deep\"}},\"x\":[{}]},\"value\":[]}",
        "0 list=1 many=0 large=0 odata=0 exception=1 code=0/0 text=deep json=\n");
}

static void other_shapes(void **state)
{
    struct buf got = BUF_INIT;
    static const char *const no_lists[] = {"{}", "[]", "[{\"value\":[]}]", "{\"value\":{}}",
        "{\"value\":1}", "{\"a\":{\"value\":[{}]}}"};
    for (size_t i = 0; i < sizeof no_lists / sizeof *no_lists; i++)
        becomes(no_lists[i], "0 list=0 many=0 large=0 odata=0 exception=0 code=0/0 text= json=\n");
    /* a list of something else stops the reading and is no list */
    static const char *const odd[] = {
        "{\"value\":[1]}", "{\"value\":[null]}", "{\"value\":[[]]}", "{\"value\":[{},\"x\"]}"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        check_cuts(str_from(odd[i]), 10, &got);
        assert_true(str_starts(buf_str(&got), STR("-1 list=0")));
    }
    check_cuts(STR("{\"value\":[{},{},{}]}"), 2, &got);
    assert_true(str_starts(buf_str(&got), STR("-1 list=1 many=1")));
    static const char *const cut[] = {
        "{\"value\":[{\"Date\":\"2025", "{\"value\":[{}", "{\"value\":[]", "", "{\"value\":[{}]}}"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        check_cuts(str_from(cut[i]), 10, &got);
        assert_true(str_starts(buf_str(&got), STR("-1 ")));
    }
    buf_release(&got);
}

static void long_texts_keep_their_head(void **state)
{
    struct buf body = BUF_INIT;
    struct onec_page p;
    struct err err;
    onec_page_init(&p, 10);
    for (int extra = 0; extra < 2; extra++) {
        buf_clear(&body);
        buf_adds(&body, "{\"value\":[{\"НазначениеПлатежа\":\"");
        for (int i = 0; i < ONEC_TEXT_MAX / 2 + extra; i++)
            buf_adds(&body, "я");
        buf_adds(&body, "\"}]}");
        onec_page_begin(&p);
        assert_int_equal(onec_page_feed(&p, buf_str(&body), &err), 0);
        assert_int_equal(onec_page_end(&p, &err), 0);
        const struct onec_value *v = onec_record_get(&p.records[0], ONEC_F_PURPOSE);
        assert_int_equal(v->kind, extra ? ONEC_LONG : ONEC_STRING);
        assert_int_equal(v->n, extra ? 200 : ONEC_TEXT_MAX);
    }
    buf_release(&body);
    onec_page_release(&p);
}

static void fields(void **state)
{
    struct onec_page p;
    struct err err;
    struct uuid id;
    usec_t t;
    onec_page_init(&p, 10);
    onec_page_begin(&p);
    assert_int_equal(
        onec_page_feed(&p,
            STR("{\"value\":[{\"Number\":\"К100-000001   \",\"Date\":\"0001-01-01T00:00:00\","
                "\"ДатаВходящегоДокумента\":\"2025-03-14T00:00:00\",\"Ref_Key\":\"00000000-0000-"
                "0000-0000-000000000000\","
                "\"Контрагент_Key\":\"A348AA8C-d629-11e5-0a9b-000c295e30eb\",\"Организация_Key\":"
                "\"a348\",\"Posted\":\"true\",\"Code\":643}]}"),
            &err),
        0);
    assert_int_equal(onec_page_end(&p, &err), 0);
    const struct onec_record *r = &p.records[0];
    assert_true(str_is(onec_record_text(r, ONEC_F_NUMBER), "К100-000001"));
    assert_true(str_is(onec_record_text(r, ONEC_F_CODE), "643"));
    assert_null(onec_record_text(r, ONEC_F_COMMENT).p);
    assert_false(onec_record_true(r, ONEC_F_POSTED));
    assert_false(onec_record_date(r, ONEC_F_DATE, &t));
    assert_true(onec_record_date(r, ONEC_F_INCOMING_DATE, &t));
    assert_false(onec_record_guid(r, ONEC_F_REF_KEY, &id));
    assert_false(onec_record_guid(r, ONEC_F_ORGANIZATION_KEY, &id));
    assert_true(onec_record_guid(r, ONEC_F_CONTRACTOR_KEY, &id));
    onec_page_release(&p);
}

static void cleaning(void **state)
{
    char out[256];
    onec_clean(out, sizeof out, STR("  <html>\r\n\t<b>Ошибка\x01</b>\xff\xd0 \xd0\x9e  "));
    assert_string_equal(out, "<html> <b>Ошибка </b>?? О");
    onec_clean(out, sizeof out, STR_NULL);
    assert_string_equal(out, "");
    char many[2000];
    memset(many, 'x', sizeof many);
    onec_clean(out, sizeof out, (struct str){many, sizeof many});
    assert_int_equal(strlen(out), 200);
    for (size_t i = 0; i + 1 < sizeof many; i += 2)
        memcpy(many + i, "я", 2);
    onec_clean(out, sizeof out, (struct str){many, sizeof many});
    assert_int_equal(strlen(out), 254); /* never cut inside a letter */
}

/* Real answers, when they are beside the source: any cut gives the same, nothing is refused. */
static void real_samples(void **state)
{
    char folder[1024], path[2048];
    const char *data = getenv("OBMEN_SHARED_DATA");
    struct str here = str_from(__FILE__); /* test/unit/onec/test_page.c of the source tree */
    while (here.n && here.p[here.n - 1] != '/')
        here.n--;
    if (data)
        snprintf(folder, sizeof folder, "%s/onec", data);
    else
        snprintf(folder, sizeof folder, "%.*s../../../../shared/data/onec", STR_ARG(here));
    DIR *dir = opendir(folder);
    if (!dir) {
        print_message("no samples in %s\n", folder);
        skip();
    }
    int lists_seen = 0, errors_seen = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        struct str name = str_from(entry->d_name), suffix = STR(".json");
        if (name.n < suffix.n ||
            !str_eq((struct str){name.p + name.n - suffix.n, suffix.n}, suffix))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        static char text[65536];
        size_t n = fread(text, 1, sizeof text, f);
        fclose(f);
        struct buf got = BUF_INIT;
        check_cuts((struct str){text, n}, 1000, &got);
        struct str all = buf_str(&got);
        if (!str_starts(all, STR("0 ")))
            fail_msg("%s: %.*s", entry->d_name, STR_ARG(all));
        bool error = str_starts(name, STR("error_"));
        errors_seen += error && memmem(all.p, all.n, "odata=1", 7) != NULL;
        if (strstr(entry->d_name, "_list")) {
            lists_seen++;
            assert_true(str_starts(all, STR("0 list=1")));
            assert_non_null(memmem(all.p, all.n, "\"Ref_Key\"", 9));
        }
        buf_release(&got);
    }
    closedir(dir);
    assert_true(lists_seen >= 4);
    assert_int_equal(errors_seen, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists), cmocka_unit_test(table_parts),
        cmocka_unit_test(complaints), cmocka_unit_test(other_shapes),
        cmocka_unit_test(long_texts_keep_their_head), cmocka_unit_test(fields),
        cmocka_unit_test(cleaning), cmocka_unit_test(real_samples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
