/*
 * What companies do with money: one row per kind of payment, with the names 1C gives it, how often
 * it happens, whom it concerns, what its purpose says, and the category a careful accountant would
 * give it (the truth).
 */
#ifndef DEMO_OPERATION_H
#define DEMO_OPERATION_H

#include <stdint.h>
#include "demo/calendar.h"
#include "demo/party.h"

enum demo_vat_mode { VAT_NONE, VAT_GOODS, VAT_SILENT };
/* A special account of the bank on the other side. */
enum demo_bank_account { AT_PARTY, AT_INCOME, AT_CARDS, AT_DEPOSIT, AT_LOAN, DEMO_BANK_ACCOUNTS };
extern const char
    *const demo_bank_account_groups[DEMO_BANK_ACCOUNTS]; /* eight digits; NULL for AT_PARTY */

#define DEMO_PURPOSES 5
struct demo_operation {
    unsigned set; /* enum demo_kind of the documents */
    uint16_t weight[DEMO_DAY_CLASSES];
    enum demo_role role;
    const char *ut, *bp; /* ХозяйственнаяОперация, ВидОперации */
    const char *truth;   /* category code */
    int item;            /* number in demo_items */
    uint32_t median;     /* roubles */
    enum demo_vat_mode vat;
    enum demo_bank_account at;
    const char *kbk; /* of tax payments, else NULL */
    /* %n number  %d recent date  %c contract  %D its date  %g goods  %s service  %m month  %y its
     * year  %q quarter %k long number  %a small sum  %v VAT clause  %0 clause without VAT */
    const char *purposes[DEMO_PURPOSES];
};
extern const struct demo_operation demo_operations[];
extern const int demo_operation_count;

/* Cash-flow items. */
struct demo_item {
    const char *name, *predefined; /* predefined: "" when a person made it */
    int parent;                    /* number of the folder, -1 at the top */
    bool folder, marked;           /* marked for deletion */
};
extern const struct demo_item demo_items[];
extern const int demo_item_count;

#endif
