#include "vk/fault.h"

#include <stdio.h>

#include "obmen/utf8.h"

enum { FLOOD_MS = 10 * 60 * 1000, DAY_LIMIT_MS = 3 * 3600 * 1000 };

#define TOKEN_RU "задайте новый OBMEN_VK_TOKEN и перезапустите сервер, затем повторите задачу"
#define TOKEN_EN "set a new OBMEN_VK_TOKEN, start the server again and retry the task"
#define PROGRAM_RU "сообщите разработчику"
#define PROGRAM_EN "tell the developer"

/* domain knowledge: which code means what; those that are not here stop the task */
static const struct {
    int code;
    enum vk_verdict verdict;
    const char *ru, *en;
} codes[] = {
    {1, VK_AGAIN_THRICE, "Неизвестная ошибка на стороне VK.", "An unknown error on VK's side."},
    {3, VK_STOP, "VK не знает вызванного метода: " PROGRAM_RU ".",
        "VK does not know the method that was called: " PROGRAM_EN "."},
    {5, VK_STOP,
        "VK не принимает токен (отозван, истёк или выдан для другого адреса): " TOKEN_RU ".",
        "VK refuses the token (revoked, expired, or given to another address): " TOKEN_EN "."},
    {6, VK_SLOWER, "Слишком много запросов к VK в секунду.", "Too many requests to VK a second."},
    {7, VK_SKIP, "Нет прав на это действие в VK.", "VK gives no permission for this."},
    {8, VK_STOP, "VK не понимает запрос (возможно, версия API отключена): " PROGRAM_RU ".",
        "VK does not understand the request (perhaps its API version was retired): " PROGRAM_EN
        "."},
    {9, VK_LATER, "VK остановил однотипные запросы (flood control): продолжение позже.",
        "VK stopped requests that are too much alike (flood control): to be continued later."},
    {10, VK_AGAIN, "Внутренняя ошибка сервера VK.", "An internal error of VK's server."},
    {13, VK_SMALLER, "VK: слишком большой ответ или долгий расчёт.",
        "VK: the answer is too big or took too long to make."},
    {14, VK_STOP,
        "VK требует ввести капчу, сервер этого сделать не может: зайдите в VK от имени владельца "
        "токена и введите её или " TOKEN_RU ".",
        "VK wants a captcha solved, which a server can't do: open VK as the token's owner and "
        "solve "
        "it, or " TOKEN_EN "."},
    {15, VK_SKIP,
        "VK закрыл доступ: это закрытое или частное сообщество либо стена скрыта. Откройте стену "
        "или возьмите токен участника сообщества.",
        "VK denies access: the community is closed or private, or its wall is hidden. Open the "
        "wall, or use the token of a member."},
    {17, VK_STOP,
        "VK требует подтвердить вход в браузере: войдите в VK владельцем токена или " TOKEN_RU ".",
        "VK wants a validation in the browser: sign in to VK as the token's owner, or " TOKEN_EN
        "."},
    {18, VK_SKIP, "Страница VK удалена или заблокирована.", "The VK page is deleted or banned."},
    {19, VK_SKIP, "Содержимое VK заблокировано.", "The content is blocked by VK."},
    {20, VK_SKIP, "Этот метод VK не для приложений такого рода.",
        "This VK method is not for applications of this kind."},
    {23, VK_SKIP, "Метод VK отключён.", "The VK method is disabled."},
    {24, VK_STOP, "VK требует подтверждения пользователя: подтвердите в VK или " TOKEN_RU ".",
        "VK wants a confirmation by the user: give it in VK, or " TOKEN_EN "."},
    {25, VK_STOP, "VK требует подтвердить токен: подтвердите в VK или " TOKEN_RU ".",
        "VK wants the token confirmed: do so in VK, or " TOKEN_EN "."},
    {27, VK_STOP,
        "Токен сообщества не может читать стену и комментарии: нужен сервисный ключ приложения "
        "или токен пользователя; " TOKEN_RU ".",
        "A community token can't read walls and comments: a service token of an application or a "
        "user's token is needed; " TOKEN_EN "."},
    {28, VK_STOP, "VK не принимает ключ приложения для этого метода: " TOKEN_RU ".",
        "VK refuses the application's token for this method: " TOKEN_EN "."},
    {29, VK_LATER, "Исчерпан суточный лимит запросов VK: продолжение через несколько часов.",
        "VK's daily limit of requests is used up: to be continued in some hours."},
    {30, VK_SKIP, "Профиль VK закрыт.", "The VK profile is private."},
    {34, VK_STOP, "VK отключил эту версию API: " PROGRAM_RU ".",
        "VK retired this version of its API: " PROGRAM_EN "."},
    {35, VK_STOP, "VK отключил эту версию API: " PROGRAM_RU ".",
        "VK retired this version of its API: " PROGRAM_EN "."},
    {36, VK_AGAIN, "VK не успел выполнить метод.", "VK's method took too long."},
    {37, VK_SKIP, "Страница VK заблокирована.", "The VK page is banned."},
    {43, VK_AGAIN, "Раздел VK временно отключён.", "This section of VK is off for a while."},
    {100, VK_SKIP, "VK не принял параметр запроса: проверьте номер сообщества или записи.",
        "VK refused a parameter: check the community's or the post's number."},
    {104, VK_SKIP, "В VK этого нет (удалено).", "VK has it no more (deleted)."},
    {113, VK_SKIP, "Такой страницы в VK нет.", "There is no such page in VK."},
    {125, VK_SKIP, "Такого сообщества в VK нет: проверьте group_id.",
        "There is no such community in VK: check group_id."},
    {200, VK_SKIP, "Доступ к содержимому VK закрыт.", "VK denies access to the content."},
    {203, VK_SKIP, "Доступ к сообществу VK закрыт.", "VK denies access to the community."},
    {210, VK_SKIP, "Запись на стене VK недоступна (удалена или скрыта).",
        "The wall post is not accessible (deleted or hidden)."},
    {211, VK_SKIP, "Комментарий VK недоступен (удалён или скрыт).",
        "The comment is not accessible (deleted or hidden)."},
    {212, VK_SKIP, "Комментарии этой записи закрыты.", "The comments of this post are closed."},
    {3609, VK_STOP, "Токен VK нужно продлить: " TOKEN_RU ".",
        "The VK token needs an extension: " TOKEN_EN "."},
};

void vk_fault_clean(char *out, size_t size, struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 1 < size;) {
        struct str rest = {text.p + i, text.n - i};
        size_t letter = utf8_letter(rest);
        if (letter > 1 && n + letter < size) {
            memcpy(out + n, rest.p, letter);
            n += letter;
        } else if (letter <= 1) {
            unsigned char c = (unsigned char)rest.p[0];
            out[n++] = letter == 0 ? '?' : c < 0x20 || c == 0x7F ? ' ' : (char)c;
        } else {
            break;
        }
        i += letter ? letter : 1;
    }
    out[n] = 0;
}

enum vk_verdict vk_fault_code(int code, const char *text, struct err *e)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].code != code)
            continue;
        enum vk_verdict verdict = codes[i].verdict;
        err_set(e, ERR_VK_API_ERROR, "%s", TR(codes[i].ru, codes[i].en));
        e->passing = verdict != VK_STOP && verdict != VK_SKIP;
        if (verdict == VK_LATER)
            e->retry_after_ms = code == 29 ? DAY_LIMIT_MS : FLOOD_MS;
        err_cause(e, "error_code %d: %s", code, text);
        return verdict;
    }
    err_set(
        e, ERR_VK_API_ERROR, TR("VK отказал (код %d): %s", "VK refused (code %d): %s"), code, text);
    err_cause(e, "error_code %d: %s", code, text);
    return VK_STOP;
}

enum vk_verdict vk_fault_transport(const struct err *fault, struct err *e)
{
    if (fault->passing)
        err_set_passing(e, ERR_VK_API_ERROR, TR("VK недоступен. %s", "VK cannot be reached. %s"),
            fault->message);
    else
        err_set(e, ERR_VK_API_ERROR,
            TR("Запрос к VK невозможен: %s Проверьте OBMEN_VK_URL.",
                "VK cannot be asked: %s Check OBMEN_VK_URL."),
            fault->message);
    if (fault->cause[0])
        err_cause(e, "%s", fault->cause);
    e->cancelled = fault->cancelled;
    return fault->passing ? VK_AGAIN : VK_STOP;
}

enum vk_verdict vk_fault_status(int status, int retry_after_ms, struct err *e)
{
    if (status == 408 || status == 429 || status >= 500) {
        err_set_passing(e, ERR_VK_API_ERROR,
            TR("VK отвечает %d: сервер занят или недоступен.",
                "VK answers %d: the server is busy or away."),
            status);
        e->retry_after_ms = retry_after_ms;
        return VK_AGAIN;
    }
    if (status == 413 || status == 414)
        return err_set_passing(e, ERR_VK_API_ERROR,
                   TR("VK не принимает запрос такой длины (%d).",
                       "VK refuses a request of that length (%d)."),
                   status),
               VK_SMALLER;
    err_set(e, ERR_VK_API_ERROR,
        TR("По адресу OBMEN_VK_URL отвечает не VK (ответ %d): проверьте адрес.",
            "It is not VK that answers at OBMEN_VK_URL (%d): check the address."),
        status);
    return VK_STOP;
}

enum vk_verdict vk_fault_body(const char *why, struct err *e)
{
    err_set_passing(e, ERR_VK_API_ERROR, "%s",
        TR("Ответ VK оборван или это не JSON: проверьте сеть и OBMEN_VK_URL.",
            "VK's answer is cut or no JSON: check the network and OBMEN_VK_URL."));
    err_cause(e, "%s", why);
    return VK_AGAIN;
}

int vk_fault_not_configured(struct err *e)
{
    return err_set(e, ERR_VK_API_ERROR, "%s",
        TR("Токен VK не задан: укажите OBMEN_VK_TOKEN (сервисный ключ приложения или токен "
           "пользователя) и перезапустите сервер.",
            "The VK token is not set: give OBMEN_VK_TOKEN (a service token of an application or a "
            "user's token) and start the server again."));
}
