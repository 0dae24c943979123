#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "onec/session.h"
#include "onec/sync.h"

static struct onec_answer answer;
#define LONGEST_SET "Document_ПоступлениеБезналичныхДенежныхСредств"

/* One answer, in pieces of `step` bytes. */
static enum onec_verdict judged(enum onec_body want, struct onec_page *page, int status,
    struct str body, size_t step, const struct err *fault, struct err *err)
{
    struct http_answer head = {.status = status, .retry_after_ms = status == 503 ? 7000 : 0};
    *err = ERR_INIT;
    onec_answer_begin(&answer, want, page);
    if (status)
        onec_answer_head(&answer, &head);
    bool go_on = true;
    for (size_t at = 0; go_on && at < body.n; at += step)
        go_on = onec_answer_data(
            &answer, (struct str){body.p + at, step < body.n - at ? step : body.n - at});
    struct err stopped = {.cancelled = true, .code = ERR_INTERNAL_ERROR};
    return onec_answer_judge(&answer, go_on ? fault : &stopped, LONGEST_SET, err);
}

static const char html[] =
    "<!DOCTYPE html>\n<html><title>Вход</title><body>Введите имя и пароль</body></html>";
#define ODATA(code, text)                                                                          \
    "\xEF\xBB\xBF{\"odata.error\":{\"code\":\"" code                                               \
    "\",\"message\":{\"lang\":\"ru\",\"value\":\"" text "\"}}}"
#define XML(code, text)                                                                            \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<m:error "                                        \
    "xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">"                  \
    "<m:code>" code "</m:code><m:message xml:lang=\"ru\">" text "</m:message></m:error>"
#define PLATFORM(text) "{\"exception\":{\"descr\":\"Ошибка\",\"inner\":{\"descr\":\"" text "\"}}}"

static void verdicts(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum onec_verdict want;
        const char *word; /* in the sentence */
    } t[] = {
        {200, "{\"value\":[]}", ONEC_GOOD, NULL},
        {200, "\xEF\xBB\xBF\r\n {\"value\":[{}]}", ONEC_GOOD, NULL},
        {200, "", ONEC_AGAIN, "пуст"},
        {200, "\xEF\xBB\xBF", ONEC_AGAIN, "пуст"},
        {200, html, ONEC_AGAIN, "веб-страница"},
        {200, "{\"value\":[{\"a\":1},{\"b\"", ONEC_AGAIN, "оборван"},
        {200, "{\"value\":1}", ONEC_AGAIN, "не похож"},
        {200, "{\"value\":[1,2]}", ONEC_AGAIN, "не похож"},
        {200, "{\"value\":[{},{},{},{}]}", ONEC_STOP, "$top"},
        {200, ODATA("-1", "Блокировка"), ONEC_AGAIN_THRICE, "Блокировка"},
        {200, PLATFORM("что-то"), ONEC_AGAIN, "что-то"},
        {400, ODATA("14", "Error parsing $filter query option"), ONEC_STOP, "код 14"},
        {400, ODATA("10", "нет свойства"), ONEC_STOP, "код 10"},
        {400, PLATFORM("Не найдена лицензия на сервере"), ONEC_AGAIN_SLOWLY, "лиценз"},
        {400, html, ONEC_STOP, "400"},
        {401, html, ONEC_STOP, "OBMEN_1C_PASSWORD"},
        {401, "", ONEC_STOP, "OBMEN_1C_PASSWORD"},
        {401, ODATA("20", "нет прав"), ONEC_STOP, "нет права"},
        {403, ODATA("20", "нет прав"), ONEC_STOP, LONGEST_SET},
        {403, html, ONEC_STOP, "403"},
        {401, XML("20", "Нет прав"), ONEC_STOP, "нет права"},
        {404, XML("8", "Нет"), ONEC_STOP, "состав"},
        {500, XML("", "Взаимная блокировка"), ONEC_AGAIN_THRICE, "Взаимная блокировка"},
        {200, XML("-1", "x"), ONEC_AGAIN_THRICE, "x"},
        {404, ODATA("8", "\\\"X\\\" entity is not found"), ONEC_STOP, "состав"},
        {404, html, ONEC_STOP, "OBMEN_1C_URL"},
        {404, "", ONEC_STOP, "OBMEN_1C_URL"},
        {405, ODATA("19", "x"), ONEC_STOP, "код 19"},
        {406, "", ONEC_AGAIN_SLOWLY, "сеанс"},
        {408, "", ONEC_AGAIN, "408"},
        {413, html, ONEC_STOP, "длин"},
        {414, html, ONEC_STOP, "длин"},
        {429, "", ONEC_AGAIN, "429"},
        {500, ODATA("-1", "deadlock"), ONEC_AGAIN_THRICE, "deadlock"},
        {500, ODATA("", "deadlock"), ONEC_AGAIN_THRICE, "deadlock"},
        {500, ODATA("18", "x"), ONEC_STOP, "одинаковыми именами"},
        {500, PLATFORM("Не найдена свободная лицензия"), ONEC_AGAIN_SLOWLY, "лиценз"},
        {500, PLATFORM("no free license"), ONEC_AGAIN_SLOWLY, "лиценз"},
        {500, PLATFORM("Начало сеанса с информационной базой запрещено. Обслуживание."),
            ONEC_AGAIN_SLOWLY, "закрыта"},
        {500, PLATFORM("Сервер СУБД недоступен"), ONEC_AGAIN, "СУБД"},
        {500, html, ONEC_AGAIN, "500"},
        {501, ODATA("0", "option"), ONEC_STOP, "501"},
        {502, html, ONEC_AGAIN, "502"},
        {503, html, ONEC_AGAIN, "503"},
        {504, "", ONEC_AGAIN, "504"},
        {301, html, ONEC_STOP, "301"},
    };
    struct onec_page page;
    struct err err;
    onec_page_init(&page, 3);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct str body = str_from(t[i].body);
        for (size_t step = 1; step <= body.n + 1; step++) {
            enum onec_verdict got =
                judged(ONEC_BODY_LIST, &page, t[i].status, body, step, NULL, &err);
            if (got != t[i].want || (t[i].word && !strstr(err.message, t[i].word)))
                fail_msg("%d %s by %zu: %d %s", t[i].status, t[i].body, step, got, err.message);
            if (got == ONEC_GOOD)
                continue;
            assert_int_equal(err.code, ERR_ONEC_API_ERROR);
            assert_true(strlen(err.message) < sizeof err.message - 3); /* not cut */
            assert_int_equal(err.passing, got != ONEC_STOP);
            assert_int_equal(err.retry_after_ms, t[i].status == 503 ? 7000 : 0);
        }
    }
    onec_page_release(&page);
}

static void transport(void **state)
{
    struct err fault = ERR_INIT, err;
    err_set_passing(&fault, ERR_INTERNAL_ERROR, "refused");
    assert_int_equal(judged(ONEC_BODY_LIST, NULL, 0, STR(""), 1, &fault, &err), ONEC_AGAIN);
    assert_true(err.passing && err.code == ERR_ONEC_API_ERROR && strstr(err.message, "refused"));
    assert_int_equal(
        judged(ONEC_BODY_LIST, NULL, 200, STR("{\"value\":[{"), 3, &fault, &err), ONEC_AGAIN);
    fault = ERR_INIT;
    err_set(&fault, ERR_INTERNAL_ERROR, "bad certificate");
    assert_int_equal(judged(ONEC_BODY_LIST, NULL, 0, STR(""), 1, &fault, &err), ONEC_STOP);
    assert_false(err.passing);
}

static void counts(void **state)
{
    static const struct {
        const char *body;
        int64_t count; /* -1: not one */
    } t[] = {{"0", 0},
        {"\xEF\xBB\xBF"
         "12345\r\n",
            12345},
        {"12 ", 12}, {"", -1}, {"12.5", -1}, {"-3", -1}, {"<html>", -1}, {"{\"value\":[]}", -1},
        {"99999999999999999999", -1}};
    struct err err;
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        for (size_t step = 1; step < 10; step++) {
            enum onec_verdict got =
                judged(ONEC_BODY_COUNT, NULL, 200, str_from(t[i].body), step, NULL, &err);
            assert_int_equal(got == ONEC_GOOD, t[i].count >= 0);
            if (t[i].count >= 0)
                assert_int_equal(answer.count, t[i].count);
        }
}

static void service_documents(void **state)
{
    static const char atom[] =
        "<?xml version=\"1.0\"?>\n<service xmlns=\"http://www.w3.org/2007/app\" "
        "xml:base=\"http://h/odata/standard.odata\">"
        "<workspace><collection "
        "href=\"Document_ПоступлениеНаРасчетныйСчет\"><atom:title>Document_"
        "ПоступлениеНаРасчетныйСчет"
        "</atom:title></collection><collection href=\"Catalog_Контрагенты\"/><collection "
        "href=\"Catalog_КонтрагентыДругие\"/>"
        "</workspace></service>\n";
    static const char json[] =
        "\xEF\xBB\xBF{\"odata.metadata\":\"http://h/"
        "$metadata\",\"value\":[{\"name\":\"Catalog_Валюты\",\"url\":"
        "\"Catalog_Валюты\"},{\"name\":\"Document_СписаниеБезналичныхДенежныхСредств\"}]}";
    static const char empty[] =
        "<service "
        "xmlns=\"http://www.w3.org/2007/app\"><workspace><atom:title>Default</atom:title></"
        "workspace></service>";
    struct err err;
    enum onec_family family;
    for (size_t step = 1; step < sizeof atom; step += step < 200 ? 1 : 37) {
        assert_int_equal(
            judged(ONEC_BODY_SETS, NULL, 200, str_from(atom), step, NULL, &err), ONEC_GOOD);
        assert_int_equal(answer.sets[ONEC_FAMILY_BP], 1u << ONEC_BANK_IN | 1u << ONEC_CONTRACTORS);
        assert_int_equal(answer.sets[ONEC_FAMILY_UT], 1u << ONEC_CONTRACTORS);
        assert_int_equal(onec_choose_family(&answer, &family, &err), 0);
        assert_int_equal(family, ONEC_FAMILY_BP);
        assert_int_equal(
            judged(ONEC_BODY_SETS, NULL, 200, str_from(json), step, NULL, &err), ONEC_GOOD);
        assert_int_equal(answer.sets[ONEC_FAMILY_UT], 1u << ONEC_BANK_OUT | 1u << ONEC_CURRENCIES);
        assert_int_equal(onec_choose_family(&answer, &family, &err), 0);
        assert_int_equal(family, ONEC_FAMILY_UT);
    }
    assert_int_equal(judged(ONEC_BODY_SETS, NULL, 200, STR(empty), 7, NULL, &err), ONEC_GOOD);
    assert_int_equal(onec_choose_family(&answer, &family, &err), -1);
    assert_non_null(strstr(err.message, "ни один объект"));
    assert_int_equal(judged(ONEC_BODY_SETS, NULL, 200,
                         STR("{\"value\":[{\"name\":\"Catalog_Склады\"}]}"), 7, NULL, &err),
        ONEC_GOOD);
    assert_int_equal(onec_choose_family(&answer, &family, &err), -1);
    assert_non_null(strstr(err.message, "Document_ПоступлениеНаРасчетныйСчет"));
    assert_true(strlen(err.message) < sizeof err.message - 3);
    /* cut, or something else */
    assert_int_equal(
        judged(ONEC_BODY_SETS, NULL, 200, (struct str){atom, sizeof atom - 20}, 7, NULL, &err),
        ONEC_AGAIN);
    assert_int_equal(judged(ONEC_BODY_SETS, NULL, 200, str_from(html), 7, NULL, &err), ONEC_AGAIN);
}

/* ---- sessions ---- */

static void head(struct onec_session *s, int status, const char *cookie)
{
    struct http_answer a = {.status = status, .set_cookie = str_from(cookie)};
    onec_session_head(s, &a);
}

static enum onec_session_verdict retry(struct onec_session *s, int status, const char *body)
{
    struct err err;
    judged(ONEC_BODY_LIST, NULL, status, str_from(body), 5, NULL, &err);
    return onec_session_judge(s, &answer);
}

static void one_session(void **state)
{
    struct onec_session s = {0};
    assert_string_equal(onec_session_header(&s), "IBSession: start");
    head(&s, 200, "ibsession=abc");
    assert_false(retry(&s, 200, "{\"value\":[]}"));
    assert_string_equal(onec_session_header(&s), "Cookie: ibsession=abc");
    head(&s, 200, "ibsession=other"); /* nobody asked */
    assert_string_equal(onec_session_header(&s), "Cookie: ibsession=abc");
    /* the application's own answers come through a living session */
    assert_false(retry(&s, 404, ODATA("8", "x")));
    assert_false(retry(&s, 500, ODATA("-1", "x")));
    assert_false(retry(&s, 503, html));
    /* a stale cookie: once */
    assert_int_equal(retry(&s, 400, html), ONEC_SESSION_REPLACE);
    assert_string_equal(s.cookie, "Cookie: ibsession=abc"); /* for the farewell */
    assert_string_equal(onec_session_header(&s), "IBSession: start");
    head(&s, 200, "ibsession=def");
    assert_false(retry(&s, 404, html));
    assert_string_equal(onec_session_header(&s), "Cookie: ibsession=def");
    assert_false(retry(&s, 404, html));
    assert_false(retry(&s, 200, "{\"value\":[]}"));
    assert_int_equal(retry(&s, 404, html), ONEC_SESSION_REPLACE);
}

static void servers_without_sessions(void **state)
{
    struct onec_session s = {0};
    onec_session_header(&s);
    head(&s, 200, NULL);
    assert_null(onec_session_header(&s));
    s = (struct onec_session){0};
    onec_session_header(&s);
    head(&s, 200, "vrs_session=1"); /* not the one we asked for */
    assert_null(onec_session_header(&s));
    s = (struct onec_session){0};
    onec_session_header(&s);
    head(&s, 406, NULL);
    assert_int_equal(retry(&s, 406, ""), ONEC_SESSION_AGAIN);
    assert_null(onec_session_header(&s));
    onec_session_renew(&s);
    assert_string_equal(onec_session_header(&s), "IBSession: start");
    /* a failed request may have opened one all the same: it must be finished */
    head(&s, 500, "ibsession=x");
    assert_int_equal(s.state, ONEC_SESSION_OPEN);
    s = (struct onec_session){0};
    onec_session_header(&s);
    head(&s, 500, NULL);
    assert_string_equal(onec_session_header(&s), "IBSession: start");
}

static int begin(void **state)
{
    onec_answer_init(&answer);
    return 0;
}

static int end(void **state)
{
    onec_answer_release(&answer);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(transport),
        cmocka_unit_test(counts), cmocka_unit_test(service_documents),
        cmocka_unit_test(one_session), cmocka_unit_test(servers_without_sessions)};
    return cmocka_run_group_tests(tests, begin, end);
}
