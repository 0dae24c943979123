/*
 * Entity sets as the OData interface shows them: names, fields in the order of list answers, and
 * the value of a field for one row. Which sets there are and what their fields are called depends
 * on the family of configurations.
 */
#ifndef DEMO_SET_H
#define DEMO_SET_H

#include "demo/document.h"

enum demo_type {
    TYPE_TEXT,
    TYPE_GUID,
    TYPE_BOOL,
    TYPE_DATE,
    TYPE_NUMBER,
    TYPE_INT64,
    TYPE_COMPOSITE,
    TYPE_ROWS
};

struct demo_value {
    enum demo_type type;
    bool null;       /* JSON null */
    bool absent;     /* damaged: the field is left out */
    const char *raw; /* damaged: written instead of the value; else NULL */
    struct str text; /* TYPE_TEXT, in the view's scratch or for ever */
    int64_t n;       /* hundredths, bool, seconds since 1970 (DEMO_NO_DATE), or the whole number of
                        TYPE_INT64 */
    struct uuid key; /* TYPE_GUID and, unless target is NULL, TYPE_COMPOSITE */
    const char *target; /* TYPE_COMPOSITE: set the key belongs to; NULL: undefined */
};
#define DEMO_NO_DATE INT64_MIN

struct demo_field {
    const char *name;
    unsigned char op;   /* enum demo_op */
    unsigned char type; /* enum demo_type */
    const char *target; /* of a reference: set it points to, NULL when that is not published */
};

struct demo_set {
    const char *name;
    enum demo_kind kind;
    const struct demo_field *fields;
    int field_count;
};
/* Sets of a family, documents first (index = number of the document set). */
const struct demo_set *demo_sets(enum demo_family family, int *ret_count);
const struct demo_set *demo_set_named(enum demo_family family, struct str name);
const struct demo_field *demo_field_named(const struct demo_set *set, struct str name);
/* Columns of the table part РасшифровкаПлатежа. */
const struct demo_field *demo_row_fields(enum demo_family family, int *ret_count);
static inline bool demo_set_is_documents(const struct demo_set *s)
{
    return s->kind < DEMO_DOC_SETS;
}

/* One row of one set, ready to be asked for values. Large: keep one and load rows into it. */
struct demo_view {
    const struct demo_world *w;
    const struct demo_set *set;
    uint64_t row;        /* documents: index; catalogues: number in the set */
    struct demo_doc doc; /* of document sets */
    int line;            /* of the table part, from 0 */
    size_t used;
    char scratch[4 * DEMO_TEXT_ROOM];
};
/* Rows of a catalogue. Document sets: see cursor.h. */
uint64_t demo_catalog_count(const struct demo_world *w, const struct demo_set *set);
void demo_view_load(
    struct demo_view *v, const struct demo_world *w, const struct demo_set *set, uint64_t row);
void demo_view_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret);
int demo_view_lines(const struct demo_view *v); /* rows of the table part */
struct uuid demo_view_key(struct demo_view *v);
/* The row of a key. False: no such object. */
bool demo_view_find(struct demo_view *v, const struct demo_world *w, const struct demo_set *set,
    const struct uuid *key);

/* Parts of the above. */
enum demo_op {
    /* of every row */
    OP_REF,
    OP_VERSION,
    OP_MARK,
    OP_FALSE,
    OP_TRUE,
    OP_EMPTY,
    OP_NO_KEY,
    OP_NO_DATE,
    OP_NO_ROWS,
    OP_ONE,
    OP_ZERO,
    OP_PREDEFINED_NAME,
    OP_PREDEFINED,
    /* documents */
    OP_NUMBER,
    OP_DATE,
    OP_POSTED,
    OP_AMOUNT,
    OP_PURPOSE,
    OP_OPERATION,
    OP_DOC_ORG,
    OP_ACCOUNT,
    OP_OTHER_ACCOUNT,
    OP_PARTY_ACCOUNT,
    OP_DOC_CURRENCY,
    OP_STATEMENT,
    OP_IN_NUMBER,
    OP_IN_DATE,
    OP_BANK_DATE,
    OP_CONTRACT,
    OP_CONTRACT_TYPE,
    OP_CONTRACT_KEY,
    OP_COMMENT,
    OP_PARTY_KEY,
    OP_PARTY,
    OP_PARTY_TYPE,
    OP_PARTNER,
    OP_DOC_ITEM,
    OP_ROWS,
    OP_USER,
    OP_DESK,
    OP_PERSON_NAME,
    /* its table part */
    OP_LINE,
    OP_LINE_AMOUNT,
    OP_LINE_VAT,
    OP_LINE_RATE,
    OP_LINE_RATE_NAME,
    OP_LINE_ITEM,
    /* catalogues */
    OP_CODE,
    OP_NAME,
    OP_FULL_NAME,
    OP_FOLDER,
    OP_PARENT,
    OP_INN,
    OP_KPP,
    OP_OGRN,
    OP_PERSON_KIND,
    OP_PERSON_KIND_UT,
    OP_HEAD,
    OP_INN_RIGHT,
    OP_MAIN_ACCOUNT,
    OP_PREFIX,
    OP_OWNER,
    OP_OWNER_TYPE,
    OP_OWNER_KEY,
    OP_BANK_ACCOUNT,
    OP_BANK,
    OP_CORR,
    OP_CITY,
    OP_CURRENCY,
    OP_RATE
};
void demo_document_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret);
void demo_catalog_value(struct demo_view *v, const struct demo_field *f, struct demo_value *ret);
struct demo_id demo_catalog_id(
    const struct demo_world *w, const struct demo_set *set, uint64_t row);
bool demo_catalog_row(
    const struct demo_world *w, const struct demo_set *set, struct demo_id id, uint64_t *ret_row);
struct uuid demo_ref(const struct demo_world *w, enum demo_kind kind, uint32_t number);
#define DEMO_FIRST_PARTY 16 /* number of the first counterparty in keys; folders come before */

#endif
