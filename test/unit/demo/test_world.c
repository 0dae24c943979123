/* The generated company: repeatable, in order, with right identifiers and valid texts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/document.h"
#include "demo/set.h"
#include "obmen/utf8.h"

static struct demo_settings settings(uint64_t docs, uint64_t seed)
{
    return (struct demo_settings){
        .docs = docs, .seed = seed, .from = 20400, .to = 20764, .unposted = 30};
}

static struct demo_world *world_of(struct demo_settings s)
{
    struct err err = ERR_INIT;
    struct demo_world *w = demo_world_new(&s, &err);
    assert_non_null(w);
    return w;
}

static void the_same_seed_gives_the_same_documents(void **state)
{
    struct demo_world *a = world_of(settings(3000, 5)), *b = world_of(settings(3000, 5)),
                      *c = world_of(settings(3000, 6));
    int differ = 0;
    for (uint64_t i = 0; i < 3000; i++) {
        struct demo_doc x, y, z;
        char p[DEMO_TEXT_ROOM], q[DEMO_TEXT_ROOM];
        demo_doc_get(a, i, &x);
        demo_doc_get(b, i, &y);
        demo_doc_get(c, i, &z);
        assert_memory_equal(&x, &y, sizeof x);
        size_t n = (size_t)(demo_doc_purpose(a, &x, p) - p);
        assert_int_equal(n, demo_doc_purpose(b, &y, q) - q);
        assert_memory_equal(p, q, n);
        differ += !uuid_eq(&x.key, &z.key);
    }
    assert_int_equal(differ, 3000);
    demo_world_free(a);
    demo_world_free(b);
    demo_world_free(c);
}

static void tomorrow_has_todays_documents(void **state)
{
    struct demo_settings today = settings(20000, 3), tomorrow = today;
    tomorrow.from++;
    tomorrow.to++;
    struct demo_world *a = world_of(today), *b = world_of(tomorrow);
    uint64_t index, kept = 0, same = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        struct demo_doc x, y;
        demo_doc_get(a, i, &x);
        if (!demo_doc_find(b, x.set, &x.key, &index))
            continue;
        demo_doc_get(b, index, &y);
        kept++;
        same += x.second == y.second && x.amount == y.amount && x.number == y.number &&
                x.version == y.version;
    }
    assert_true(kept > 19500);
    assert_true(same > kept * 98 / 100); /* the oldest days make up for the difference */
    demo_world_free(a);
    demo_world_free(b);
}

static void documents_stand_in_order_and_keys_open(void **state)
{
    static const uint64_t sizes[] = {0, 1, 7, 500, 5000, 60000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct demo_world *w = world_of(settings(sizes[k], 11 + k));
        struct demo_doc before = {0}, d;
        uint64_t noon = 0, last = 0, posted = 0, local = 0;
        assert_int_equal(demo_total(w), sizes[k]);
        for (uint64_t i = 0; i < sizes[k]; i++, before = d) {
            demo_doc_get(w, i, &d);
            uint64_t found;
            assert_true(demo_doc_find(w, d.set, &d.key, &found));
            assert_int_equal(found, i);
            assert_false(demo_doc_find(w, (d.set + 1) % DEMO_DOC_SETS, &d.key, &found));
            if (i == 0 || before.set != d.set) {
                posted = local = 0;
            } else {
                assert_true(before.second <= d.second);
                if (before.second == d.second)
                    assert_true(memcmp(before.key.b, d.key.b, 16) < 0);
                if (before.second < d.second)
                    assert_int_equal(demo_local_at(w, d.set, d.second), local);
            }
            assert_int_equal(demo_posted_before(w, d.set, local), posted);
            assert_true(d.second >= 20400 * INT64_C(86400) && d.second < 20765 * INT64_C(86400));
            assert_int_equal(demo_second_of(w, d.set, local), d.second);
            assert_false(d.posted && d.marked);
            posted += d.posted;
            local++;
            noon += d.second % 86400 == 43200;
            last += d.second % 86400 == 86399;
        }
        if (sizes[k] >= 5000) {
            assert_true(noon > sizes[k] / 4);
            assert_true(last > 0);
            uint64_t live = 0;
            for (unsigned s = 0; s < DEMO_DOC_SETS; s++)
                live += demo_posted_before(w, s, demo_set_total(w, s));
            assert_in_range(live, sizes[k] * 96 / 100, sizes[k] * 98 / 100);
        }
        demo_world_free(w);
    }
}

static void foreign_keys_are_told_apart(void **state)
{
    struct demo_world *w = world_of(settings(1000, 1));
    struct demo_doc d;
    demo_doc_get(w, 77, &d);
    uint64_t index;
    for (int bit = 0; bit < 128; bit++) {
        struct uuid other = d.key;
        other.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (demo_doc_find(w, d.set, &other, &index))
            assert_int_not_equal(index, 77); /* another document of this world, or none */
        struct demo_id id;
        if (bit < 64)
            assert_false(demo_key_open(&w->keys, &other, &id));
    }
    assert_false(demo_doc_find(w, d.set, &(struct uuid){{0}}, &index));
    demo_world_free(w);
}

/* ---- identifiers, by the arithmetic of the rules and not of the generator ---- */

static int weighted(const char *s, const int *w, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += (s[i] - '0') * w[i];
    return sum % 11 % 10;
}

static bool inn_right(const char *s)
{
    static const int w10[] = {2, 4, 10, 3, 5, 9, 4, 6, 8}, w11[] = {7, 2, 4, 10, 3, 5, 9, 4, 6, 8},
                     w12[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    if (strlen(s) == 10)
        return weighted(s, w10, 9) == s[9] - '0';
    return strlen(s) == 12 && weighted(s, w11, 10) == s[10] - '0' &&
           weighted(s, w12, 11) == s[11] - '0';
}

static bool ogrn_right(const char *s)
{
    char head[16];
    size_t n = strlen(s);
    snprintf(head, sizeof head, "%.*s", (int)n - 1, s);
    unsigned long long v = strtoull(head, NULL, 10);
    return (n == 13 && v % 11 % 10 == (unsigned)(s[12] - '0')) ||
           (n == 15 && v % 13 % 10 == (unsigned)(s[14] - '0'));
}

static bool account_right(const char *account, const char *bik, bool correspondent)
{
    char all[24];
    snprintf(all, sizeof all, correspondent ? "0%.2s%s" : "%.3s%s",
        correspondent ? bik + 4 : bik + 6, account);
    static const int w[] = {7, 1, 3};
    int sum = 0;
    for (int i = 0; i < 23; i++)
        sum += (all[i] - '0') * w[i % 3] % 10;
    return strlen(account) == 20 && strlen(bik) == 9 && sum % 10 == 0;
}

static void check_party(const struct demo_party *p)
{
    if (p->form == FORM_FOREIGN) {
        assert_int_equal(strlen(p->inn), 5);
    } else {
        assert_int_equal(inn_right(p->inn), !p->mistyped);
        assert_int_equal(strlen(p->kpp), p->form == FORM_COMPANY || p->form == FORM_STATE ? 9 : 0);
    }
    if (p->ogrn[0])
        assert_true(ogrn_right(p->ogrn));
    assert_true(utf8_valid(p->name) && utf8_valid(p->full) && utf8_valid(p->bank_name) &&
                p->name.n && p->bank_name.n);
}

static void identifiers_have_right_check_digits(void **state)
{
    for (int i = 0; i < demo_bank_count; i++) {
        assert_true(account_right(
                        demo_banks[i].corr, demo_banks[i].bik, i != DEMO_TREASURY ? false : true) ||
                    account_right(demo_banks[i].corr, demo_banks[i].bik, true));
        if (demo_banks[i].inn[0])
            assert_true(inn_right(demo_banks[i].inn));
    }
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct demo_settings s = settings(100, seed);
        s.contractors = 1500;
        struct demo_world *w = world_of(s);
        int mistyped = 0, traders = 0;
        for (int i = 0; i < w->parties.count; i++) {
            const struct demo_party *p = &w->parties.party[i];
            check_party(p);
            mistyped += p->mistyped;
            traders += p->form == FORM_TRADER;
            if (p->bank != DEMO_TREASURY)
                assert_true(account_right(p->account, demo_banks[p->bank].bik, false));
        }
        assert_in_range(mistyped, 1, 20);
        assert_in_range(traders, 50, 600);
        for (int i = 0; i < DEMO_ORGS; i++)
            check_party(&w->parties.org[i]);
        for (int i = 0; i < DEMO_OWN_ACCOUNTS; i++)
            assert_true(account_right(
                w->parties.account[i].number, demo_banks[w->parties.account[i].bank].bik, false));
        for (int b = 0; b < DEMO_OWN_BANKS; b++)
            for (int at = AT_INCOME; at < DEMO_BANK_ACCOUNTS; at++)
                assert_true(account_right(w->bank_account[b][at], demo_banks[b].bik, false));
        demo_world_free(w);
    }
}

static void texts_are_valid_and_of_real_length(void **state)
{
    struct demo_settings s = settings(20000, 9);
    s.foreign = 20;
    struct demo_world *w = world_of(s);
    char text[DEMO_TEXT_ROOM];
    int taxes = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        struct demo_doc d;
        demo_doc_get(w, i, &d);
        struct str purpose = {text, (size_t)(demo_doc_purpose(w, &d, text) - text)};
        assert_true(purpose.n > 10 && purpose.n < 600 && utf8_valid(purpose));
        for (size_t k = 0; k + 1 < purpose.n; k++) /* no slot was left open */
            assert_false(text[k] == '%' && strchr("ndcDgsmyqkav0", text[k + 1]));
        struct str statement = {text, (size_t)(demo_doc_statement(w, &d, text) - text)};
        assert_true(statement.n < 2000 && utf8_valid(statement));
        assert_int_equal(statement.n == 0, d.typed);
        struct str number = {text, (size_t)(demo_doc_number(&d, text) - text)};
        assert_true(number.n >= 11 && utf8_valid(number));
        assert_true(d.amount > 0 && d.vat >= 0 && d.vat < d.amount);
        assert_true(d.op->set == d.set && d.op->truth[0]);
        taxes += d.op->kbk != NULL;
    }
    assert_in_range(taxes, 100, 4000);
    demo_world_free(w);
}

static void every_damage_comes_in_turn(void **state)
{
    struct demo_settings s = settings(1000, 2);
    s.bad_every = 10;
    struct demo_world *w = world_of(s);
    int seen[DAMAGES] = {0};
    for (uint64_t i = 0; i < 1000; i++) {
        struct demo_doc d;
        demo_doc_get(w, i, &d);
        assert_int_equal(d.damage != DAMAGE_NONE, i % 10 == 9);
        seen[d.damage]++;
    }
    for (int k = 1; k < DAMAGES; k++)
        assert_in_range(seen[k], 9, 10);
    demo_world_free(w);
}

static void impossible_settings_are_refused(void **state)
{
    struct err err = ERR_INIT;
    struct demo_settings s = settings(10, 1);
    s.to = s.from - 1;
    assert_null(demo_world_new(&s, &err));
    assert_int_equal(err.code, ERR_VALIDATION_ERROR);
    s = settings(100000000, 1);
    s.to = s.from;
    err = ERR_INIT;
    assert_null(demo_world_new(&s, &err));
    assert_int_equal(err.code, ERR_VALIDATION_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_documents),
        cmocka_unit_test(tomorrow_has_todays_documents),
        cmocka_unit_test(documents_stand_in_order_and_keys_open),
        cmocka_unit_test(foreign_keys_are_told_apart),
        cmocka_unit_test(identifiers_have_right_check_digits),
        cmocka_unit_test(texts_are_valid_and_of_real_length),
        cmocka_unit_test(every_damage_comes_in_turn),
        cmocka_unit_test(impossible_settings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
