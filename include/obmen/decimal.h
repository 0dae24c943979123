/* Amounts: whole kopecks in 64 bits. Binary floating point never touches them. */
#ifndef OBMEN_DECIMAL_H
#define OBMEN_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"

#define DECIMAL_TEXT 32

/* "1234.5", "-0.07", "20000", "1.2E3" (JSON numbers as 1C writes them), blanks around are fine.
 * False when it is no number, has more than two significant decimals, or more than 15 digits
 * before the point (numeric(17,2)). */
bool decimal_parse(struct str s, int64_t *ret_kopecks);
/* Sums of what files say: as far as 64 bits go, and no further (92 quadrillion rubles). */
int64_t decimal_add(int64_t kopecks, int64_t more);
int64_t decimal_subtract(int64_t kopecks, int64_t less);
/* "1234.50" */
void decimal_format(int64_t kopecks, char out[DECIMAL_TEXT]);

#endif
