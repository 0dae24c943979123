#include "ledger/inn.h"

#include <stdint.h>

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static int weighted(struct str digits, const int *weights, int count, int modulus)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += (digits.p[i] - '0') * weights[i];
    return sum % modulus;
}

static uint64_t number(struct str digits)
{
    uint64_t v = 0;
    for (size_t i = 0; i < digits.n; i++)
        v = v * 10 + (uint64_t)(digits.p[i] - '0');
    return v;
}

bool inn_valid(struct str inn)
{
    /* the weights of 10 and of both digits of 12 are tails of one row */
    static const int weights[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    if (!all_digits(inn) || number(inn) == 0)
        return false;
    if (inn.n == 10)
        return weighted(inn, weights + 2, 9, 11) % 10 == inn.p[9] - '0';
    if (inn.n == 12)
        return weighted(inn, weights + 1, 10, 11) % 10 == inn.p[10] - '0' &&
               weighted(inn, weights, 11, 11) % 10 == inn.p[11] - '0';
    return false;
}

bool kpp_valid(struct str kpp)
{
    if (kpp.n != 9)
        return false;
    for (int i = 0; i < 9; i++) {
        bool digit = kpp.p[i] >= '0' && kpp.p[i] <= '9';
        bool reason = (i == 4 || i == 5) && kpp.p[i] >= 'A' && kpp.p[i] <= 'Z';
        if (!digit && !reason)
            return false;
    }
    return true;
}

bool ogrn_valid(struct str ogrn)
{
    if (!all_digits(ogrn) || (ogrn.n != 13 && ogrn.n != 15))
        return false;
    uint64_t head = number((struct str){ogrn.p, ogrn.n - 1});
    return (int)(head % (ogrn.n == 13 ? 11 : 13) % 10) == ogrn.p[ogrn.n - 1] - '0';
}

bool bik_valid(struct str bik)
{
    return bik.n == 9 && all_digits(bik);
}

enum account_check account_check(struct str account, struct str bik)
{
    static const int weights[23] = {
        7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1};
    if (account.n != 20 || !all_digits(account) || !bik_valid(bik))
        return ACCOUNT_WRONG;
    if (str_starts(account, STR("03")))
        return ACCOUNT_UNCHECKED;
    struct str office = {bik.p + 6, 3};
    bool central = str_is(office, "000") || str_is(office, "001") || str_is(office, "002");
    char key[23];
    if (central || str_starts(account, STR("30101")) || str_starts(account, STR("40102"))) {
        key[0] = '0';
        key[1] = bik.p[4];
        key[2] = bik.p[5];
    } else {
        memcpy(key, office.p, 3);
    }
    memcpy(key + 3, account.p, 20);
    return weighted((struct str){key, 23}, weights, 23, 10) == 0 ? ACCOUNT_VALID : ACCOUNT_WRONG;
}

struct str inn_restore(struct arena *a, struct str inn)
{
    if ((inn.n != 9 && inn.n != 11) || !all_digits(inn))
        return inn;
    char longer[12];
    longer[0] = '0';
    memcpy(longer + 1, inn.p, inn.n);
    struct str whole = {longer, inn.n + 1};
    return inn_valid(whole) ? arena_str(a, whole) : inn;
}
