/* Words the generated names are made of. */
#ifndef DEMO_WORDS_H
#define DEMO_WORDS_H

#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/str.h"

/* "Вектор-Сервис": of a company, by chance. */
struct str demo_company_name(struct arena *a, uint64_t chance);
/* "Кузнецова Анна Сергеевна" and, in ret_short, "Кузнецова А.С." */
struct str demo_person_name(struct arena *a, uint64_t chance, struct str *ret_short);
/* Capital letters as banks write names: ASCII and Russian. */
struct str demo_upper(struct arena *a, struct str s);

extern const char *const demo_months[12]; /* "январь" */

#endif
