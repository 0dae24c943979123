/* Words, their forms, and keywords in texts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "obmen/buf.h"
#include "vk/keywords.h"

static struct arena memory;
static struct vk_stemmer *stemmer;

static struct str normal(const char *text)
{
    return vk_words_normal(stemmer, &memory, str_from(text));
}

static void same(const char *a, const char *b)
{
    struct str x = normal(a), y = normal(b);
    if (!str_eq(x, y) || !x.n)
        fail_msg("%s is %.*s, %s is %.*s", a, STR_ARG(x), b, STR_ARG(y));
}

static void other(const char *a, const char *b)
{
    if (str_eq(normal(a), normal(b)))
        fail_msg("%s and %s are the same", a, b);
}

static void forms(void **state)
{
    same("банк", "БАНКОМ");
    same("банк", "банками");
    same("кредит", "Кредиты");
    same("режим", "режимами");
    same("депозит", "депозитов");
    same("план", "планы");
    same("говорить", "говорю");
    same("ёлка", "елки");
    same("ЁЛКА", "ёлкой");
    same("Отчёт", "отчета");
    same("кредитная карта", "КРЕДИТНОЙ  картой");
    same("delivery", "Deliveries");
    same("и\xCC\x86од", "йод");         /* и with a breve */
    same("е\xCC\x88лка", "ёлка");       /* е with a diaeresis */
    same("до\xC2\xADговор", "договор"); /* a soft hyphen */
    same("за\xE2\x80\x8Bказ", "заказ"); /* a zero-width blank */
    same("\"банк\"", "банк");
    same("1С", "1с");
    other("банк", "банка-копилка");
    other("банк", "банан");
    other("кредит", "карта");
    assert_int_equal(normal("").n, 0);
    assert_int_equal(normal("!!! … 🙂").n, 0);
}

static void positions(void **state)
{
    const struct vk_word *w;
    int n = vk_words(stemmer, &memory, STR("🙂 Привет, мир! Да"), &w);
    assert_int_equal(n, 3);
    assert_int_equal(w[0].position, 2);
    assert_int_equal(w[0].length, 6);
    assert_int_equal(w[1].position, 10);
    assert_false(w[1].apart);
    assert_int_equal(w[2].position, 15);
    assert_true(w[2].apart);
    assert_int_equal(vk_words(stemmer, &memory, STR("\xFF\xFE банк \xD0"), &w), 1);
}

static struct vk_keywords with(const char *const *words)
{
    struct vk_keywords k;
    vk_keywords_init(&k);
    for (int i = 0; words[i]; i++)
        vk_keywords_add(&k, i + 1, normal(words[i]));
    return k;
}

static void matches(void **state)
{
    static const char *const words[] = {"банк", "кредитная карта", "карта", "ёлка", NULL};
    struct vk_keywords k = with(words);
    const struct vk_match *m;
    int n = vk_keywords_find(
        &k, &memory, STR("Банком выдана кредитной картой… ёлки. Кредитная. Карта!"), &m);
    assert_int_equal(n, 5);
    assert_int_equal(m[0].keyword_id, 1);
    assert_int_equal(m[0].position, 0);
    assert_int_equal(m[0].length, 6);
    assert_int_equal(m[1].keyword_id, 2); /* the phrase, and the word in it */
    assert_int_equal(m[1].position, 14);
    assert_int_equal(m[1].length, 16);
    assert_int_equal(m[2].keyword_id, 3);
    assert_int_equal(m[2].position, 24);
    assert_int_equal(m[3].keyword_id, 4);
    assert_int_equal(m[4].keyword_id, 3); /* no phrase goes across a sentence's end */
    assert_true(str_is(m[0].context, "Банком выдана кредитной картой… ёлки. Кредитная. Карта!") ||
                str_starts(m[0].context, STR("Банком выдана")));
    assert_int_equal(vk_keywords_find(&k, &memory, STR(""), &m), 0);
    assert_int_equal(vk_keywords_find(&k, &memory, STR("кредитная"), &m), 0);
    vk_keywords_release(&k);
}

/* Nouns that end like verbs, whatever the case; and verbs that end like them. */
static void two_stems(void **state)
{
    static const char *const words[] = {"кредит", "говорить", "депозит", "канал", NULL};
    static const char *const texts[][2] = {{"кредит", "1"}, {"кредита", "1"}, {"кредитом", "1"},
        {"кредиты", "1"}, {"говорит", "2"}, {"говорят", "2"}, {"депозит", "3"}, {"депозиты", "3"},
        {"депозитами", "3"}, {"канал", "4"}, {"канала", "4"}, {"каналом", "4"}, {"банк", ""}};
    struct vk_keywords k = with(words);
    const struct vk_match *m;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int n = vk_keywords_find(&k, &memory, str_from(texts[i][0]), &m);
        if (n != (texts[i][1][0] != 0) || (n && m[0].keyword_id != texts[i][1][0] - '0'))
            fail_msg("%s: %d", texts[i][0], n);
    }
    vk_keywords_release(&k);
}

static void bounded(void **state)
{
    static const char *const words[] = {"банк", NULL};
    struct vk_keywords k = with(words);
    const struct vk_match *m;
    struct buf text = BUF_INIT;
    for (int i = 0; i < 3000; i++)
        buf_adds(&text, "банк ");
    assert_int_equal(vk_keywords_find(&k, &memory, buf_str(&text), &m), VK_MATCHES_MAX);
    for (int i = 0; i < VK_MATCHES_MAX; i++)
        assert_true(m[i].context.n < 400 && m[i].context.n > 50);
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_adds(&text, "я"); /* one endless word */
    assert_int_equal(vk_keywords_find(&k, &memory, buf_str(&text), &m), 0);
    buf_release(&text);
    vk_keywords_release(&k);
}

static void none(void **state)
{
    struct vk_keywords k;
    const struct vk_match *m;
    vk_keywords_init(&k);
    vk_keywords_add(&k, 1, STR(""));
    assert_int_equal(k.count, 0);
    assert_int_equal(vk_keywords_find(&k, &memory, STR("банк"), &m), 0);
    vk_keywords_release(&k);
    vk_keywords_release(&k); /* twice is harmless */
}

static int start(void **state)
{
    stemmer = vk_stemmer_new();
    return 0;
}

static int end(void **state)
{
    vk_stemmer_free(stemmer);
    arena_release(&memory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(positions),
        cmocka_unit_test(matches), cmocka_unit_test(two_stems), cmocka_unit_test(bounded),
        cmocka_unit_test(none)};
    return cmocka_run_group_tests(tests, start, end);
}
