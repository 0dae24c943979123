/* Whom the company pays and who pays it: its own organizations and accounts, banks, counterparties.
 */
#ifndef DEMO_PARTY_H
#define DEMO_PARTY_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/str.h"

struct demo_bank {
    const char *bik, *corr, *name, *city, *inn, *kpp;
};
extern const struct demo_bank demo_banks[];
extern const int demo_bank_count;
#define DEMO_OWN_BANKS                                                                             \
    5 /* the first ones: our own accounts are there, and they are counterparties, too */
#define DEMO_TREASURY 8 /* the office of the Bank of Russia that takes the taxes; the last one */

/* Counterparties of one role stand together, in this order. */
enum demo_role {
    ROLE_BANK,
    ROLE_TAX,
    ROLE_RENT,
    ROLE_UTIL,
    ROLE_COMM,
    ROLE_AD,
    ROLE_TRANSPORT,
    ROLE_SERVICE,
    ROLE_SUPPLIER,
    ROLE_CLIENT,
    ROLE_PERSON,
    ROLES,
    /* no counterparty of the catalogue */
    ROLE_OWN,   /* another account of the same organization */
    ROLE_GROUP, /* another of our organizations */
    ROLE_NONE,  /* cash between the desk and the bank */
};
enum demo_form { FORM_COMPANY, FORM_TRADER, FORM_PERSON, FORM_STATE, FORM_FOREIGN };

struct demo_party {
    enum demo_role role;
    enum demo_form form;
    int bank;      /* of its account */
    bool mistyped; /* the ИНН has a wrong check digit */
    bool marked;   /* DeletionMark */
    char inn[13], kpp[10], ogrn[16], account[21];
    struct str name;      /* as people look for it: Вектор ООО */
    struct str full;      /* ООО "Вектор" */
    struct str bank_name; /* as banks write it: ООО "ВЕКТОР" */
};

struct demo_own_account {
    int org, bank;
    const char *currency; /* ISO number */
    char number[21];
};
#define DEMO_ORGS 3
#define DEMO_OWN_ACCOUNTS 6

struct demo_parties {
    struct arena memory;
    struct demo_party org[DEMO_ORGS];
    struct demo_own_account account[DEMO_OWN_ACCOUNTS];
    int count;
    struct demo_party *party; /* count */
    int role_start[ROLES + 1];
};

#define DEMO_CONTRACTORS_MIN 60
#define DEMO_CONTRACTORS_MAX 200000

void demo_parties_init(struct demo_parties *p, uint64_t seed, int count);
void demo_parties_deinit(struct demo_parties *p);
/* A counterparty of the role; some are met much more often than others. */
int demo_party_pick(const struct demo_parties *p, enum demo_role role, uint32_t chance);

enum demo_folder { FOLDER_CLIENTS, FOLDER_SUPPLIERS, FOLDER_OTHERS, FOLDER_PERSONS, DEMO_FOLDERS };
extern const char *const demo_folders[DEMO_FOLDERS];
enum demo_folder demo_party_folder(enum demo_role role);

#endif
