/* One document of the demo company: everything about it but its texts. */
#ifndef DEMO_DOCUMENT_H
#define DEMO_DOCUMENT_H

#include "demo/world.h"

/* What --bad-record-every does to a document, in turn. */
enum demo_damage {
    DAMAGE_NONE,
    DAMAGE_NO_KEY,
    DAMAGE_ZERO_AMOUNT,
    DAMAGE_BAD_AMOUNT,
    DAMAGE_NO_DATE,
    DAMAGE_BROKEN_UTF8,
    DAMAGE_EMPTY_DATE,
    DAMAGE_AMOUNT_TEXT,
    DAMAGE_NULL_AMOUNT,
    DAMAGE_EMPTY_KEY,
    DAMAGE_NUL,
    DAMAGE_LONG_FRACTION,
    DAMAGES
};
const char *demo_damage_name(enum demo_damage d); /* "no_key" */

struct demo_doc {
    unsigned set;
    uint64_t index;
    int64_t day;    /* it was written for, since 1970 */
    int64_t second; /* Date: wall clock since 1970 */
    uint32_t rank;
    int64_t number; /* running number of the year */
    struct uuid key;
    uint64_t chance[3];
    bool deleted, posted, marked;
    bool away;        /* deleted or moved: not where the unchanged document stood */
    uint32_t written; /* changes since the world began */
    uint32_t version; /* DataVersion */
    const struct demo_operation *op;
    enum demo_damage damage;
    int org, account;    /* ours */
    int other_account;   /* ours on the other side, or -1 */
    int party;           /* counterparty, or -1 */
    bool lost_party;     /* the reference is broken: no such object in the catalogue */
    bool typed;          /* by hand: no statement text */
    bool foreign;        /* not in roubles */
    int64_t amount, vat; /* kopecks */
    int vat_rate;        /* percent; 0: none */
};

/* index below demo_total(w). */
void demo_doc_get(const struct demo_world *w, uint64_t index, struct demo_doc *ret);
/* The document of a key. False: no such document, or deleted. */
bool demo_doc_find(
    const struct demo_world *w, unsigned set, const struct uuid *key, uint64_t *ret_index);
/* The category a careful accountant would give. */
const char *demo_truth(const struct demo_world *w, uint64_t index);

/* Texts, raw UTF-8, written at out; return the end. Room of DEMO_TEXT_ROOM is enough for each. */
#define DEMO_TEXT_ROOM 4096
char *demo_doc_number(const struct demo_doc *d, char *out); /* padded with blanks as 1C does */
char *demo_doc_purpose(const struct demo_world *w, const struct demo_doc *d, char *out);
char *demo_doc_statement(
    const struct demo_world *w, const struct demo_doc *d, char *out); /* ДанныеВыписки */

#endif
