/*
 * One answer of OData in JSON: a list's records, kept compactly in one arena while the body streams
 * by, or what the server complained about. Fields are looked up by name, in any order; unknown
 * ones, empty texts, nulls and deeper parts are not kept. Texts are as they came: UTF-8 is not
 * checked here.
 */
#ifndef ONEC_PAGE_H
#define ONEC_PAGE_H

#include "obmen/json.h"
#include "obmen/time.h"
#include "obmen/uuid.h"
#include "onec/names.h"

enum onec_kind { ONEC_BOOL = 1, ONEC_NUMBER, ONEC_STRING, ONEC_NESTED, ONEC_LONG };
enum {
    ONEC_TEXT_MAX = 64 * 1024
}; /* bytes of one field; longer: ONEC_LONG, only its head is kept */

struct onec_value {
    const char *p; /* text of a string or literal of a number, in the page's arena */
    uint32_t n;
    uint8_t field, kind;
    bool truth;
};

/* The table part, summed up while it streams by: rows are not kept. */
struct onec_rows {
    bool has_vat, bad_vat, has_rate, rates_differ;
    int64_t vat;          /* kopecks */
    struct str rate;      /* of all rows, as text (Бухгалтерия) … */
    struct uuid rate_key; /* … or as a reference (УТ), zero when none */
    struct uuid item_key; /* cash-flow item of all rows that name one, zero when none */
    bool items_differ;
};

struct onec_record {
    const struct onec_value *values;
    uint32_t count;
    struct onec_rows rows;
    /* filled by paging: */
    struct uuid id; /* Ref_Key, or a hash of the contents when it has none that can be read */
    bool has_key, dated, repeated;
    usec_t date;      /* of dated ones, whole seconds */
    int64_t position; /* among the records of its date, from 1 */
    /* filled by the reader: */
    bool there; /* stands in the ledger … */
    bool known; /* … just so */
};

struct onec_complaint {
    bool odata;     /* odata.error: the application answered */
    bool exception; /* exception: the platform answered */
    bool has_code;
    int code;       /* of odata.error; -1 also for "" */
    char text[256]; /* cleaned, at most 200 characters */
};

struct onec_page {
    struct arena arena;          /* owns all texts and values */
    struct onec_record *records; /* owned */
    int count, capacity, limit;
    bool is_list;             /* "value": […] came */
    bool too_many, too_large; /* why onec_page_feed stopped */
    struct onec_complaint complaint;
    struct onec_parser *parser; /* owned; NULL between answers */
};

/* limit: records that may come; one more stops the reading (too_many). */
void onec_page_init(struct onec_page *p, int limit);
void onec_page_release(struct onec_page *p);
/* Empties it, keeps memory. */
void onec_page_clear(struct onec_page *p);

/* begin, feed …, end: one body. -1: broken JSON (ret_err), or stopped (too_many, too_large). */
void onec_page_begin(struct onec_page *p);
int onec_page_feed(struct onec_page *p, struct str piece, struct err *ret_err);
int onec_page_end(struct onec_page *p, struct err *ret_err);

/* NULL when the record has no (non-empty) such field. */
const struct onec_value *onec_record_get(const struct onec_record *r, enum onec_field field);
/* A string or the literal of a number, trimmed right; STR_NULL when absent or of another kind. */
struct str onec_record_text(const struct onec_record *r, enum onec_field field);
/* A guid that says something: false when absent, malformed or all zero. */
bool onec_record_guid(const struct onec_record *r, enum onec_field field, struct uuid *ret_id);
/* A date that says something: false when absent, malformed or the empty date 0001-01-01. */
bool onec_record_date(const struct onec_record *r, enum onec_field field, usec_t *ret_wall);
/* True only for a real `true`. */
bool onec_record_true(const struct onec_record *r, enum onec_field field);
/* The kept fields as a JSON object, broken letters replaced: for the list of refused records. */
void onec_record_json(struct json_writer *w, const struct onec_record *r);

/* Foreign text made fit for a message or the log: one line, no control characters, broken letters
 * as ?, at most 200 characters. */
void onec_clean(char *out, size_t size, struct str text);

#endif
