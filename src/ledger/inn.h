/* Check digits of Russian identifiers. They warn, they never refuse a record: real data holds
 * foreign, broken and anonymised numbers. Texts are ASCII digits, trimmed by the caller. */
#ifndef LEDGER_INN_H
#define LEDGER_INN_H

#include <stdbool.h>
#include "obmen/arena.h"
#include "obmen/str.h"

/* 10 digits (organizations) or 12 (people) with right check digits, not all zero. */
bool inn_valid(struct str inn);
/* Nine characters: 4 digits, 2 of [0-9A-Z], 3 digits. */
bool kpp_valid(struct str kpp);
/* 13 or 15 digits. */
bool ogrn_valid(struct str ogrn);
/* Nine digits; there is no check digit. */
bool bik_valid(struct str bik);

enum account_check { ACCOUNT_VALID, ACCOUNT_WRONG, ACCOUNT_UNCHECKED };
/* 20 digits against the bank's BIK. Treasury accounts (03…) have no key that could be checked:
 * ACCOUNT_UNCHECKED. */
enum account_check account_check(struct str account, struct str bik);

/* An INN that lost its leading zero in a table (9 or 11 digits) gets it back when its check digits
 * are right then; anything else comes back as it is. */
struct str inn_restore(struct arena *a, struct str inn);

#endif
