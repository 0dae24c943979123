#include "demo/identifiers.h"

#include <stdint.h>

static char weighted(const char *digits, const char *weights, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += (digits[i] - '0') * weights[i];
    return (char)('0' + sum % 11 % 10);
}

void demo_inn_close(char *digits, int length)
{
    static const char w[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    if (length == 10) {
        digits[9] = weighted(digits, w + 2, 9);
    } else {
        digits[10] = weighted(digits, w + 1, 10);
        digits[11] = weighted(digits, w, 11);
    }
}

void demo_ogrn_close(char *digits, int length)
{
    uint64_t n = 0;
    for (int i = 0; i < length - 1; i++)
        n = n * 10 + (uint64_t)(digits[i] - '0');
    digits[length - 1] = (char)('0' + n % (length == 13 ? 11 : 13) % 10);
}

void demo_account_close(char *account, const char *bik)
{
    static const char w[] = {7, 1, 3};
    account[8] = '0';
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (bik[6 + i] - '0') * w[i];
    for (int i = 0; i < 20; i++)
        sum += (account[i] - '0') * w[(i + 3) % 3];
    /* position 11 of the 23 digits has the weight 3, and 3 * 7 = 1 (mod 10) */
    account[8] = (char)('0' + (10 - sum % 10) % 10 * 7 % 10);
}
