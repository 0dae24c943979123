#include "base/err_advice.h"

static const struct err_advice all[ERR_CODE_COUNT] = {
    [ERR_VALIDATION_ERROR] = {ERR_RETRY_NO,
        "Исправьте запрос: errors называет каждое поле и что в нём не так (400: не разобрать, 422: "
        "разобрано, но неверно).",
        "Correct the request: `errors` names each field and what is wrong with it (400: cannot be "
        "parsed, 422: parsed but wrong)."},
    [ERR_AUTHENTICATION_ERROR] = {ERR_RETRY_NO,
        "Войдите снова: токен не передан, истёк или отозван; либо неверны имя или пароль.",
        "Sign in again: the token is missing, expired or revoked; or the name or password is "
        "wrong."},
    [ERR_AUTHORIZATION_ERROR] = {ERR_RETRY_NO,
        "Попросите администратора о роли, которой это разрешено. При вызове с cookie нужен Origin "
        "этого сервера.",
        "Ask an administrator for a role that may do this. A call with the cookie needs this "
        "server's Origin."},
    [ERR_NOT_FOUND] = {ERR_RETRY_NO,
        "Проверьте адрес и идентификатор. Чужие задачи для роли USER не существуют.",
        "Check the address and the id. For the role USER other people's tasks do not exist."},
    [ERR_METHOD_NOT_ALLOWED] = {ERR_RETRY_NO, "Используйте метод из заголовка Allow.",
        "Use a method that the header Allow names."},
    [ERR_REQUEST_TIMEOUT] = {ERR_RETRY_CALLER,
        "Запрос не пришёл целиком за отведённое время: проверьте сеть и повторите.",
        "The request did not come whole in the time allowed: check the network and send it again."},
    [ERR_CONFLICT] = {ERR_RETRY_NO,
        "Прочитайте состояние заново: оно уже не то (задача завершилась, имя занято, запись "
        "изменилась).",
        "Read the state again: it is no longer what you took it for (the task has ended, the name "
        "is taken, the record has changed)."},
    [ERR_PAYLOAD_TOO_LARGE] = {ERR_RETRY_NO, "Уменьшите тело запроса: до 1 МиБ, файл до 64 МиБ.",
        "Send less: up to 1 MiB, a file up to 64 MiB."},
    [ERR_URI_TOO_LONG] = {ERR_RETRY_NO, "Сократите адрес: строка запроса до 8 КиБ.",
        "Shorten the address: the request line has up to 8 KiB."},
    [ERR_UNSUPPORTED_MEDIA_TYPE] = {ERR_RETRY_NO,
        "Передайте тело в типе, который назван в ответе (обычно application/json).",
        "Send the body in the type that the answer names (mostly application/json)."},
    [ERR_RATE_LIMIT_ERROR] = {ERR_RETRY_CALLER,
        "Подождите столько секунд, сколько сказано в Retry-After; предел задаёт OBMEN_RATE. После "
        "10 неудачных входов имя закрыто на 5 минут.",
        "Wait for the seconds that Retry-After says; OBMEN_RATE sets the limit. After 10 failed "
        "sign-ins a name is closed for 5 minutes."},
    [ERR_HEADERS_TOO_LARGE] = {ERR_RETRY_NO, "Уменьшите заголовки: до 32 КиБ и 100 полей.",
        "Send fewer headers: up to 32 KiB and 100 fields."},
    [ERR_DATABASE_ERROR] = {ERR_RETRY_ITSELF,
        "Проверьте PostgreSQL: работает ли, есть ли место, хватает ли соединений. Задачи ждут и "
        "продолжают сами; ошибка 500 без повтора — сообщите разработчикам.",
        "Look at PostgreSQL: does it run, has it room, are there connections left. Tasks wait and "
        "go on by themselves; a 500 that is not retried belongs to the developers."},
    [ERR_CACHE_ERROR] = {ERR_RETRY_ITSELF,
        "Проверьте Redis и OBMEN_REDIS_URL. Всё работает и без него, только медленнее: ответом на "
        "запрос этот код не бывает, он стоит в журнале и в /health/detailed.",
        "Look at Redis and OBMEN_REDIS_URL. Everything works without it, only slower: no request "
        "is answered with this code, it stands in the log and in /health/detailed."},
    [ERR_ONEC_API_ERROR] = {ERR_RETRY_ITSELF,
        "Прочитайте сообщение: 1С недоступна (повторяется само), не принимает имя или пароль, не "
        "публикует OData или нужный объект (исправьте и повторите задачу).",
        "Read the message: 1C is away (retried by itself), refuses the name or password, does not "
        "publish OData or an object (correct it and retry the task)."},
    [ERR_VK_API_ERROR] = {ERR_RETRY_ITSELF,
        "Прочитайте сообщение: VK недоступен или просит реже (повторяется само), токен отозван, "
        "сообщество закрыто, нужна капча (исправьте и повторите задачу).",
        "Read the message: VK is away or asks for less (retried by itself), the token is revoked, "
        "the group is private, a captcha is wanted (correct it and retry the task)."},
    [ERR_SERVICE_UNAVAILABLE] = {ERR_RETRY_CALLER,
        "Повторите через Retry-After секунд: сервер запускается, останавливается или перегружен, "
        "либо очередь задач полна (OBMEN_QUEUE_MAX).",
        "Send it again after Retry-After seconds: the server starts, stops or has too much to do, "
        "or the queue is full (OBMEN_QUEUE_MAX)."},
    [ERR_INTERNAL_ERROR] = {ERR_RETRY_NO,
        "Ошибка в программе: передайте разработчикам request_id или номер задачи и строки журнала "
        "с ним.",
        "A fault of the program: give its developers the request_id or the task's id and the lines "
        "of the log that have it."},
    [ERR_TASK_TIMEOUT] = {ERR_RETRY_ITSELF,
        "Задача не уложилась в timeout. Сделанное сохранено: повторите её (продолжит с места) или "
        "задайте больший timeout.",
        "The task did not end within its timeout. What was done is kept: retry it (it goes on from "
        "there), or give it a larger timeout."},
};

const struct err_advice *err_advice(enum err_code code)
{
    return &all[code];
}
