/* Values of statement files. No I/O. */
#ifndef BANKFILE_VALUE_H
#define BANKFILE_VALUE_H

#include "obmen/str.h"
#include "obmen/time.h"

enum bankfile_amount { AMOUNT_OK, AMOUNT_ABSENT, AMOUNT_BAD, AMOUNT_DECIMALS, AMOUNT_LARGE };

/* "15000.00", "15000", "375.2", "15000,00", with blanks between thousands (also U+00A0, U+202F).
 * Whole kopecks, at most 15 digits before the point. sign: a leading minus is taken. */
enum bankfile_amount bankfile_amount(struct str s, bool sign, int64_t *ret_kopecks);
/* dd.mm.yyyy, dd.mm.yy (20yy), yyyy-mm-dd, with a time behind or not: its midnight. */
bool bankfile_date(struct str s, usec_t *ret_date);
/* The day and a time "hh:mm:ss", "h:mm"; without one that can be read, the day's midnight. */
bool bankfile_moment(struct str day, struct str time, usec_t *ret_moment);
/* A name without the «ИНН x/y» that banks put in front; *ret_inn, *ret_kpp: what was cut (STR_NULL:
 * nothing). All borrowed from s. */
struct str bankfile_name(struct str s, struct str *ret_inn, struct str *ret_kpp);
/* "RUB" by digits 6 … 8 of an account of 20 digits, "KZT" for an IBAN of Kazakhstan; "RUB" else. */
const char *bankfile_currency(struct str account);
/* NULL: it may be the number of an account. Else what such a one is, for a person. */
const char *bankfile_account_fault(struct str number);

#endif
