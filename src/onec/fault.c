#include "onec/fault.h"

enum {
    CODE_METADATA = 18,
    CODE_NO_SET = 8,
    CODE_NO_INSTANCE = 9,
    CODE_NO_RIGHT = 20,
    CODE_EXCEPTION = -1
};

static void foreign_cause(const struct onec_answer *a, struct err *e)
{
    char text[256];
    const struct onec_complaint *c = onec_answer_complaint(a);
    if (c->odata && c->has_code)
        err_cause(e, "HTTP %d, odata.error %d: %s", a->status, c->code, c->text);
    else if (c->odata || c->exception)
        err_cause(e, "HTTP %d: %s", a->status, c->text);
    else {
        onec_clean(text, sizeof text, (struct str){a->head, a->head_n});
        err_cause(e, "HTTP %d: %s", a->status, text);
    }
}

#define STOP(a, e, ...)                                                                            \
    (err_set((e), ERR_ONEC_API_ERROR, __VA_ARGS__), foreign_cause((a), (e)), ONEC_STOP)
#define PASSING(a, e, verdict, ...)                                                                \
    (err_set_passing((e), ERR_ONEC_API_ERROR, __VA_ARGS__), foreign_cause((a), (e)), (verdict))

int onec_fault_not_configured(struct err *e)
{
    return err_set(e, ERR_ONEC_API_ERROR, "%s",
        TR("Адрес базы 1С не задан: укажите OBMEN_1C_URL (например "
           "http://сервер/база/odata/standard.odata), "
           "OBMEN_1C_USERNAME и OBMEN_1C_PASSWORD и перезапустите сервер.",
            "The address of the 1C base is not set: give OBMEN_1C_URL (such as "
            "http://host/base/odata/standard.odata), "
            "OBMEN_1C_USERNAME and OBMEN_1C_PASSWORD and start the server again."));
}

int onec_fault_not_published(const char *set, struct err *e)
{
    return err_set(e, ERR_ONEC_API_ERROR,
        TR("Объекта %s нет в составе OData этой базы: администратор 1С добавляет его в «Настройка "
           "состава стандартного "
           "интерфейса OData».",
            "\"%s\" is not published through OData by this base: a 1C administrator adds it to the "
            "composition of the "
            "standard OData interface."),
        set);
}

enum onec_verdict onec_fault_transport(const struct err *fault, struct err *e)
{
    if (fault->passing)
        err_set_passing(e, ERR_ONEC_API_ERROR, TR("1С недоступна. %s", "1C cannot be reached. %s"),
            fault->message);
    else
        err_set(e, ERR_ONEC_API_ERROR,
            TR("Запрос к 1С невозможен: %s Проверьте OBMEN_1C_URL.",
                "1C cannot be asked: %s Check OBMEN_1C_URL."),
            fault->message);
    if (fault->cause[0])
        err_cause(e, "%s", fault->cause);
    e->cancelled = fault->cancelled;
    return fault->passing ? ONEC_AGAIN : ONEC_STOP;
}

static bool mentions(const char *text, const char *ru, const char *en)
{
    return strstr(text, ru) || strcasestr(text, en);
}

/* A message of the platform below the application. Whatever it is, it may pass; the words tell who
 * can help. */
static enum onec_verdict platform(const struct onec_answer *a, const char *text, struct err *e)
{
    if (mentions(text, "иценз", "licen"))
        return PASSING(a, e, ONEC_AGAIN_SLOWLY, "%s",
            TR("Нет свободной лицензии 1С: завершите лишние сеансы или добавьте лицензии.",
                "1C has no free licence: end sessions that are not needed or add licences."));
    if (mentions(text, "локирован", "block") || mentions(text, "обслуживани", "locked") ||
        mentions(text, "запрещен", "maintenance"))
        return PASSING(a, e, ONEC_AGAIN_SLOWLY, "%s",
            TR("База 1С закрыта для входа (идут работы): дождитесь их конца или снимите блокировку "
               "сеансов.",
                "The 1C base is closed for maintenance: wait for its end or lift the block on "
                "sessions."));
    return PASSING(a, e, ONEC_AGAIN,
        TR("Платформа 1С сообщает об ошибке: %s", "The 1C platform reports: %s"), text);
}

static enum onec_verdict no_right(const struct onec_answer *a, const char *set, struct err *e)
{
    return STOP(a, e,
        TR("У пользователя 1С нет права на «%s»: дайте ему роль, которая позволяет это читать.",
            "The 1C user may not read \"%s\": give them a role that can."),
        set ? set : TR("запрошенные данные", "what was asked for"));
}

enum onec_verdict onec_fault_complaint(const struct onec_answer *a, const char *set, struct err *e)
{
    const struct onec_complaint *c = onec_answer_complaint(a);
    if (!c->odata)
        return platform(a, c->text, e);
    switch (c->code) {
    case CODE_NO_SET:
        onec_fault_not_published(set ? set : c->text, e);
        foreign_cause(a, e);
        return ONEC_STOP;
    case CODE_NO_RIGHT:
        return no_right(a, set, e);
    case CODE_METADATA:
        return STOP(a, e, "%s",
            TR("Интерфейс OData этой базы не работает: в конфигурации есть реквизиты с одинаковыми "
               "именами. Исправить "
               "может только разработчик конфигурации.",
                "OData of this base does not work: properties of one object have the same name. "
                "Only a developer of "
                "the configuration can repair it."));
    case CODE_EXCEPTION:
        return PASSING(a, e, ONEC_AGAIN_THRICE,
            TR("Ошибка внутри приложения 1С: %s", "An error inside the 1C application: %s"),
            c->text);
    default:
        return STOP(a, e,
            TR("1С не приняла запрос к «%s» (код %d: %s). Возможно, эта версия конфигурации не "
               "поддерживается.",
                "1C refused a request for \"%s\" (code %d: %s). Perhaps this version of the "
                "configuration is not supported."),
            set ? set : "OData", c->code, c->text);
    }
}

static enum onec_verdict unauthorized(const struct onec_answer *a, const char *set, struct err *e)
{
    const struct onec_complaint *c = onec_answer_complaint(a);
    if (c->odata && c->has_code && c->code == CODE_NO_RIGHT)
        return no_right(a, set, e);
    return STOP(a, e, "%s",
        TR("1С не приняла имя или пароль: проверьте OBMEN_1C_USERNAME и OBMEN_1C_PASSWORD. "
           "Повторов не будет, чтобы не "
           "заблокировать учётную запись.",
            "1C refused the name or the password: check OBMEN_1C_USERNAME and OBMEN_1C_PASSWORD. "
            "It is not tried again, "
            "so that the account is not locked."));
}

static enum onec_verdict not_found(const struct onec_answer *a, const char *set, struct err *e)
{
    const struct onec_complaint *c = onec_answer_complaint(a);
    if (c->odata && c->has_code && c->code > 0)
        return onec_fault_complaint(a, set, e);
    return STOP(a, e, "%s",
        TR("По адресу OBMEN_1C_URL нет базы 1С или для неё не опубликован интерфейс OData: "
           "проверьте адрес (он кончается на "
           "/odata/standard.odata) и публикацию на веб-сервере.",
            "There is no 1C base at OBMEN_1C_URL, or OData is not published for it: check the "
            "address (it ends in "
            "/odata/standard.odata) and the publication on the web server."));
}

enum onec_verdict onec_fault_status(const struct onec_answer *a, const char *set, struct err *e)
{
    const struct onec_complaint *c = onec_answer_complaint(a);
    int status = a->status;
    enum onec_verdict verdict;
    if (status == 401)
        return unauthorized(a, set, e);
    if (status == 404)
        return not_found(a, set, e);
    if (status == 403)
        return c->odata && c->code == CODE_NO_RIGHT
                   ? no_right(a, set, e)
                   : STOP(a, e, "%s",
                         TR("Сервер 1С запретил доступ (403): проверьте права пользователя и "
                            "настройки публикации.",
                             "The 1C server forbids access (403): check the user's rights and the "
                             "publication's settings."));
    if (status == 408 || status == 429 || (status >= 502 && status <= 504)) {
        verdict = PASSING(a, e, ONEC_AGAIN,
            TR("1С отвечает %d: сервер занят или недоступен.",
                "1C answers %d: the server is busy or away."),
            status);
        e->retry_after_ms = a->retry_after_ms;
        return verdict;
    }
    if ((c->exception && (status == 400 || status >= 500)) || (c->odata && status != 501)) {
        verdict = onec_fault_complaint(a, set, e);
        e->retry_after_ms = a->retry_after_ms;
        return verdict;
    }
    if (status == 406)
        return PASSING(a, e, ONEC_AGAIN_SLOWLY, "%s",
            TR("1С не может начать сеанс: возможно, нет свободной лицензии.",
                "1C cannot start a session: perhaps there is no free licence."));
    if (status >= 500 && status != 501 && status != 505) {
        verdict = PASSING(a, e, ONEC_AGAIN,
            TR("Сервер 1С отвечает %d: смотрите журнал веб-сервера и технологический журнал 1С.",
                "The 1C server answers %d: see the logs of the web server and of 1C."),
            status);
        e->retry_after_ms = a->retry_after_ms;
        return verdict;
    }
    if (status >= 300 && status < 400)
        return STOP(a, e,
            TR("Сервер 1С отвечает перенаправлением (%d): укажите в OBMEN_1C_URL окончательный "
               "адрес.",
                "The 1C server redirects (%d): put the final address into OBMEN_1C_URL."),
            status);
    if (status == 413 || status == 414)
        return STOP(a, e,
            TR("Веб-сервер 1С не принимает запрос такой длины (%d): увеличьте предел длины адреса "
               "(maxQueryString, "
               "LimitRequestLine).",
                "The web server before 1C refuses a request of that length (%d): raise its limit "
                "(maxQueryString, "
                "LimitRequestLine)."),
            status);
    return STOP(a, e,
        TR("1С не приняла запрос: ответ %d.", "1C refused the request: it answers %d."), status);
}

enum onec_verdict onec_fault_body(const struct onec_answer *a, struct err *e)
{
    if (a->shape == ONEC_SHAPE_NONE)
        return PASSING(
            a, e, ONEC_AGAIN, "%s", TR("1С прислала пустой ответ.", "1C sent an empty answer."));
    if (a->shape == ONEC_SHAPE_TEXT)
        return PASSING(a, e, ONEC_AGAIN, "%s",
            TR("Вместо данных 1С пришла веб-страница или текст: проверьте OBMEN_1C_URL; возможно, "
               "отвечает прокси или сам "
               "веб-сервер.",
                "A web page or text came instead of 1C's data: check OBMEN_1C_URL; perhaps a proxy "
                "or the web server "
                "itself answers."));
    if (a->broken && a->json_error.message[0]) {
        err_set_passing(e, ERR_ONEC_API_ERROR, "%s",
            TR("Ответ 1С оборван или испорчен: проверьте сеть и веб-сервер.",
                "1C's answer is cut or damaged: check the network and the web server."));
        err_cause(e, "%s", a->json_error.message);
        return ONEC_AGAIN;
    }
    return PASSING(a, e, ONEC_AGAIN, "%s",
        TR("Ответ 1С не похож на данные OData: проверьте OBMEN_1C_URL.",
            "1C's answer is no OData: check OBMEN_1C_URL."));
}

enum onec_verdict onec_fault_too_many(int limit, struct err *e)
{
    err_set(e, ERR_ONEC_API_ERROR,
        TR("1С прислала больше %d записей, чем было запрошено: сервер не выполняет $top, загрузка "
           "остановлена.",
            "1C sent more than the %d records that were asked for: the server ignores $top; "
            "stopped."),
        limit);
    return ONEC_STOP;
}

enum onec_verdict onec_fault_too_large(struct err *e)
{
    err_set(e, ERR_ONEC_API_ERROR, "%s",
        TR("Страница данных 1С слишком велика: уменьшите OBMEN_1C_PAGE.",
            "A page of 1C's data is too large: lower OBMEN_1C_PAGE."));
    return ONEC_STOP;
}
