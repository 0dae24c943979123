#include "bankfile/value.h"

#include "obmen/err.h"

#include <stdio.h>

#include "obmen/decimal.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of a blank that may separate thousands; 0: none stands here. */
static size_t blank(struct str s)
{
    if (str_starts(s, STR(" ")))
        return 1;
    if (str_starts(s, STR("\xC2\xA0")))
        return 2;
    return str_starts(s, STR("\xE2\x80\xAF")) ? 3 : 0;
}

enum bankfile_amount bankfile_amount(struct str s, bool sign, int64_t *ret_kopecks)
{
    char text[64];
    size_t n = 0, whole = 0, decimals = 0;
    bool point = false;
    s = str_trim(s);
    if (s.n == 0)
        return AMOUNT_ABSENT;
    if (s.p[0] == '-' && sign) {
        text[n++] = '-';
        s = (struct str){s.p + 1, s.n - 1};
    }
    if (s.n == 0 || !digit(s.p[0]))
        return AMOUNT_BAD;
    while (s.n > 0) {
        size_t skip = blank(s);
        if (skip > 0) {
            s = (struct str){s.p + skip, s.n - skip};
            if (point || s.n == 0)
                return AMOUNT_BAD;
            continue;
        }
        char c = *s.p;
        if ((c == '.' || c == ',') && !point) {
            point = true;
            c = '.';
        } else if (!digit(c)) {
            return AMOUNT_BAD;
        } else if (point) {
            decimals++;
        } else if (whole > 0 || c != '0') {
            whole++;
        }
        if (n == sizeof text)
            return AMOUNT_LARGE;
        text[n++] = c;
        s = (struct str){s.p + 1, s.n - 1};
    }
    if (point && decimals == 0)
        n--; /* "15000." */
    if (decimals > 2)
        return AMOUNT_DECIMALS;
    if (whole > 15)
        return AMOUNT_LARGE;
    return decimal_parse((struct str){text, n}, ret_kopecks) ? AMOUNT_OK : AMOUNT_BAD;
}

/* ---- dates ---- */

static bool number(struct str s, size_t at, size_t n, int *ret)
{
    *ret = 0;
    if (at + n > s.n)
        return false;
    for (size_t i = at; i < at + n; i++) {
        if (!digit(s.p[i]))
            return false;
        *ret = *ret * 10 + (s.p[i] - '0');
    }
    return true;
}

bool bankfile_date(struct str s, usec_t *ret_date)
{
    int day, month, year;
    size_t end;
    s = str_trim(s);
    if (s.n >= 8 && s.p[2] == '.' && s.p[5] == '.') {
        if (!number(s, 0, 2, &day) || !number(s, 3, 2, &month))
            return false;
        if (s.n >= 10 && number(s, 6, 4, &year)) {
            end = 10;
        } else if (number(s, 6, 2, &year)) {
            year += 2000;
            end = 8;
        } else {
            return false;
        }
    } else if (s.n >= 10 && s.p[4] == '-' && s.p[7] == '-') {
        if (!number(s, 0, 4, &year) || !number(s, 5, 2, &month) || !number(s, 8, 2, &day))
            return false;
        end = 10;
    } else {
        return false;
    }
    if (end < s.n && s.p[end] != ' ' && s.p[end] != 'T')
        return false;
    char text[16];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
    return year >= 1990 && year <= 2100 && time_parse_date(str_from(text), ret_date);
}

bool bankfile_moment(struct str day, struct str time, usec_t *ret_moment)
{
    char text[16];
    int hour, minute, second = 0;
    if (!bankfile_date(day, ret_moment))
        return false;
    time = str_trim(time);
    snprintf(text, sizeof text, "%.*s", (int)(time.n < sizeof text ? time.n : 0), time.p);
    if (sscanf(text, "%2d:%2d:%2d", &hour, &minute, &second) >= 2 && hour >= 0 && hour < 24 &&
        minute >= 0 && minute < 60 && second >= 0 && second < 60)
        *ret_moment += (hour * 3600LL + minute * 60 + second) * USEC_PER_SEC;
    return true;
}

/* ---- names ---- */

static struct str after(struct str s, size_t n)
{
    return str_trim((struct str){s.p + n, s.n - n});
}

static size_t digits(struct str s)
{
    size_t n = 0;
    while (n < s.n && digit(s.p[n]))
        n++;
    return n;
}

struct str bankfile_name(struct str s, struct str *ret_inn, struct str *ret_kpp)
{
    *ret_inn = *ret_kpp = STR_NULL;
    s = str_trim(s);
    struct str rest = s;
    bool word = str_starts(rest, STR("ИНН"));
    if (word)
        rest = after(rest, sizeof "ИНН" - 1);
    if (word && str_starts(rest, STR(":")))
        rest = after(rest, 1);
    size_t n = digits(rest);
    bool parted = n == rest.n || rest.p[n] == ' ' || rest.p[n] == ',' || rest.p[n] == '/';
    /* hand-made files have 13; without the word only a right length counts */
    if (!parted || (n != 10 && n != 12 && !(word && n >= 5 && n <= 13)))
        return s;
    struct str inn = {rest.p, n}, kpp = STR_NULL;
    rest = after(rest, n);
    if (str_starts(rest, STR("/"))) {
        rest = after(rest, 1);
        n = digits(rest);
        kpp = (struct str){rest.p, n};
        rest = after(rest, n);
    }
    if (str_starts(rest, STR(",")))
        rest = after(rest, 1);
    if (rest.n == 0 && !word)
        return s; /* a name that is only a number */
    *ret_inn = inn;
    if (kpp.n == 9)
        *ret_kpp = kpp;
    return rest;
}

/* ---- currency ---- */

const char *bankfile_currency(struct str account)
{
    static const char *const codes[][2] = {{"810", "RUB"}, {"643", "RUB"}, {"840", "USD"},
        {"978", "EUR"}, {"156", "CNY"}, {"398", "KZT"}, {"933", "BYN"}, {"826", "GBP"},
        {"756", "CHF"}, {"392", "JPY"}, {"784", "AED"}, {"949", "TRY"}, {"051", "AMD"},
        {"417", "KGS"}, {"860", "UZS"}, {"356", "INR"}};
    if (str_starts(account, STR("KZ")))
        return "KZT";
    if (account.n == 20 && digits(account) == 20)
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            if (memcmp(account.p + 5, codes[i][0], 3) == 0)
                return codes[i][1];
    return "RUB";
}

const char *bankfile_account_fault(struct str number)
{
    bool good = number.n > 0 && number.n <= 34;
    for (size_t i = 0; good && i < number.n; i++)
        good = (number.p[i] >= '0' && number.p[i] <= '9') ||
               (number.p[i] >= 'A' && number.p[i] <= 'Z');
    return good ? NULL
                : TR("номер счёта: цифры (у IBAN и буквы), до 34",
                      "an account number: digits (and letters of an IBAN), up to 34");
}
