#ifndef ONEC_CURRENCY_H
#define ONEC_CURRENCY_H

#include "obmen/str.h"

/* The letters of ISO 4217 for a currency of 1C: its Code is the number as text ("643"), its
 * Description a name such as "руб." or "RUB". What is not known comes back as its number. Static or
 * borrowed. */
struct str onec_currency(struct str code, struct str description);

#endif
