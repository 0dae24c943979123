/* What was odd about a file and tolerated: each kind once, with how often, where first, and what
 * stood there. Bounded, whatever the file. */
#ifndef BANKFILE_WARNING_H
#define BANKFILE_WARNING_H

#include <stdint.h>
#include "obmen/json.h"

/* X(name, Russian, English) */
#define BANKFILE_WARNINGS(X)                                                                       \
    X(ENCODING_SAID, "в заголовке названа другая кодировка", "the header names another encoding")  \
    X(ENCODING_MIXED, "часть строк в другой кодировке", "some lines are in another encoding")      \
    X(LETTER_LOST, "есть байты, которые ничего не значат", "there are bytes that mean nothing")    \
    X(NO_SIGNATURE, "нет строки 1CClientBankExchange: файл прочитан как часть выписки",            \
        "there is no line 1CClientBankExchange: read as a part of a statement")                    \
    X(NO_END, "нет строки КонецФайла: возможно, файл скачан не до конца",                          \
        "there is no line КонецФайла: perhaps the download was cut")                               \
    X(AFTER_END, "после строки КонецФайла есть ещё строки", "there are lines after КонецФайла")    \
    X(LINE, "строка без знака «=» пропущена", "a line without \"=\" was skipped")                  \
    X(LINE_CUT, "слишком длинная строка обрезана", "a line that is too long was cut")              \
    X(UNCLOSED, "секция не закрыта", "a section is not closed")                                    \
    X(STRAY_END, "конец секции, которая не начата", "the end of a section that was not begun")     \
    X(PURPOSE_BROKEN, "назначение платежа с переносом строки", "a purpose with a line break")      \
    X(HEADER_DATE, "неверная дата в заголовке", "a wrong date in the header")                      \
    X(NO_ACCOUNT, "в заголовке и секциях нет ни одного счёта",                                     \
        "neither the header nor a section names an account")                                       \
    X(SECTION, "секция счёта неполна или неверна", "an account section is incomplete or wrong")    \
    X(BALANCE, "остатки и обороты секции не сходятся", "balances and turnovers do not add up")     \
    X(TURNOVER, "сумма документов не равна оборотам секции",                                       \
        "the documents do not add up to the turnovers")                                            \
    X(BY_DATES, "направление определено по датам: счёта нет среди своих",                          \
        "the direction was taken from the dates: no account is known as one's own")                \
    X(DATE_REPLACED, "неверная дата документа, взята другая",                                      \
        "a wrong date of a document; another one was taken")                                       \
    X(NOT_POSTED, "нет даты проводки: возможно, банк ещё не исполнил документ",                    \
        "no posting date: perhaps the bank has not carried it out yet")                            \
    X(OUTSIDE, "дата проводки вне периода выписки", "posted outside the statement's period")       \
    X(INN, "ИНН: неверная длина или контрольные цифры", "INN: wrong length or check digits")

enum bankfile_warning {
#define X(name, ru, en) BANKFILE_W_##name,
    BANKFILE_WARNINGS(X)
#undef X
        BANKFILE_W_COUNT
};

struct bankfile_warnings {
    struct {
        int64_t count, line; /* line: of the first */
        char sample[120];
    } of[BANKFILE_W_COUNT];
};

/* line 0: none in particular. sample: what stood there, may be STR_NULL. */
void bankfile_warn(
    struct bankfile_warnings *w, enum bankfile_warning what, int64_t line, struct str sample);
/* [{"code","message","count","line","sample"}] */
void bankfile_warnings_json(const struct bankfile_warnings *w, struct json_writer *out);
const char *bankfile_warning_text(enum bankfile_warning what);
const char *bankfile_warning_name(enum bankfile_warning what); /* "NO_END" */

#endif
