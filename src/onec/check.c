/* The connection test: one look at the service document, once, without retries. */
#include <stdlib.h>

#include "onec/answer.h"
#include "onec/fault.h"
#include "onec/service.h"
#include "onec/sync.h"

enum { TEST_TIMEOUT_MS = 20000 };

struct check {
    struct onec *service;
    struct onec_answer answer;
    onec_test_fn done;
    void *arg;
    struct buf details;
};

static void write_details(
    const struct check *c, const enum onec_family *family, struct json_writer *w)
{
    const struct onec *s = c->service;
    jw_object(w);
    jw_kstr(w, "url", s->base);
    jw_kcstr(w, "username", s->username);
    jw_kcstr(w, "profile", family ? onec_family_name(*family) : NULL);
    jw_key(w, "entities");
    jw_object(w);
    enum onec_family names = family ? *family : s->family;
    for (int set = 0; set <= ONEC_CURRENCIES; set++) {
        /* both kinds of accounts are one catalogue in Бухгалтерия */
        if (set == ONEC_THEIR_ACCOUNTS && names == ONEC_FAMILY_BP)
            continue;
        jw_kbool(w, onec_set_name(names, set), (c->answer.sets[names] >> set & 1) != 0);
    }
    jw_object_end(w);
    jw_object_end(w);
}

static void tell(struct check *c, bool success, const char *message, const enum onec_family *family)
{
    struct json_writer w = json_writer(&c->details);
    write_details(c, family, &w);
    c->done(c->arg, success, message, buf_str(&c->details));
}

/* What an import needs and this base does not show; STR_NULL: nothing. */
static struct str missing(
    struct arena *a, const struct onec_answer *answer, enum onec_family family)
{
    struct str list = STR_NULL;
    for (int set = 0; set < ONEC_SETS; set++) {
        bool needed = set <= ONEC_ORGANIZATIONS || set == ONEC_CURRENCIES;
        if (!needed || (answer->sets[family] >> set & 1))
            continue;
        list = arena_printf(
            a, "%.*s%s%s", STR_ARG(list), list.n ? ", " : "", onec_set_name(family, set));
    }
    return list;
}

static void tell_good(struct check *c, enum onec_family family)
{
    struct arena a = ARENA_INIT;
    struct str lacking = missing(&a, &c->answer, family);
    if (!lacking.n) {
        tell(c, true, TR("Соединение с 1С установлено.", "1C is connected."), &family);
    } else {
        struct str text = arena_printf(&a,
            TR("1С отвечает, но в состав интерфейса OData не включены: %s. Добавьте их в "
               "«Настройка состава стандартного "
               "интерфейса OData».",
                "1C answers, but its OData interface lacks: %s. Add them to the composition of the "
                "standard OData interface."),
            lacking.p);
        tell(c, false, text.p, &family);
    }
    arena_release(&a);
}

static bool on_head(void *arg, const struct http_answer *head)
{
    struct check *c = arg;
    onec_answer_head(&c->answer, head);
    return true;
}

static bool on_data(void *arg, struct str piece)
{
    struct check *c = arg;
    return onec_answer_data(&c->answer, piece);
}

static void on_done(void *arg, const struct http_answer *head, const struct err *fault)
{
    struct check *c = arg;
    struct onec *s = c->service;
    struct err err = ERR_INIT;
    enum onec_family family = s->family;
    /* without an address the client has refused the call, so that the answer comes later in this
     * case, too */
    bool good = onec_configured(s) ? onec_answer_judge(&c->answer, fault, NULL, &err) == ONEC_GOOD
                                   : onec_fault_not_configured(&err) == 0;
    if (good && s->any_family)
        good = onec_choose_family(&c->answer, &family, &err) == 0;
    onec_heard(s, good ? NULL : &err);
    if (good)
        tell_good(c, family);
    else
        tell(c, false, err.message, s->any_family ? NULL : &family);
    onec_answer_release(&c->answer);
    buf_release(&c->details);
    free(c);
    onec_background_end(s);
}

void onec_test(struct onec *s, onec_test_fn done, void *arg)
{
    static const struct http_call_events events = {on_head, on_data, on_done};
    const char *headers[] = {"Accept: application/json", NULL};
    struct check *c = mem_alloc(sizeof *c);
    c->service = s;
    c->done = done;
    c->arg = arg;
    onec_answer_init(&c->answer);
    onec_answer_begin(&c->answer, ONEC_BODY_SETS, NULL);
    onec_background_begin(s);
    s->figures.requests++;
    struct http_call_options options = onec_call_options(s, s->base.p, headers);
    if (options.timeout_ms > TEST_TIMEOUT_MS)
        options.timeout_ms = TEST_TIMEOUT_MS;
    http_call_start(s->http, &options, &events, c);
}
