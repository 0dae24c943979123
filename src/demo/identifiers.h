/* Check digits of Russian identifiers: fills them in, so that the generated ones are right. */
#ifndef DEMO_IDENTIFIERS_H
#define DEMO_IDENTIFIERS_H

/* digits: 9 or 10 given; the last one or two of the 10 or 12 are set. */
void demo_inn_close(char *digits, int length);
/* ОГРН (13) or ОГРНИП (15): sets the last digit. */
void demo_ogrn_close(char *digits, int length);
/* A client's account of 20 digits at the commercial bank bik: sets the ninth digit. */
void demo_account_close(char *account, const char *bik);

#endif
