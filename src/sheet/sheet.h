/*
 * Tables on their way out, row by row, in the format that was asked for. Memory does not grow with
 * the number of rows.
 *
 *     s = sheet_open(loop, &about, ready, arg, &err);
 *     for (;;)
 *         switch (sheet_step(s)) {
 *         case SHEET_ROWS:    sheet_row(s, cells) for some hundred rows, or sheet_end(s); break;
 *         case SHEET_BYTES:   write(sheet_bytes(s)); break;
 *         case SHEET_BUSY:    return; // ready(arg) comes when it goes on
 *         case SHEET_ENDED:   all bytes were given
 *         case SHEET_FAILED:  sheet_err(s)
 *         }
 *     sheet_close(s); // in any state
 *
 * csv, jsonl and json give their bytes at once, xlsx after the end: Excel's files are written from
 * their middle, into a file without a name, by a thread of their own.
 */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include <uv.h>
#include "obmen/err.h"
#include "obmen/str.h"
#include "obmen/time.h"

enum sheet_format {
    SHEET_CSV,       /* RFC 4180: commas, points, ISO dates, keys as headings: for programs */
    SHEET_CSV_EXCEL, /* BOM, semicolons, decimal commas, 31.12.2025, titles: for Excel in Russia */
    SHEET_JSONL,     /* one object a line */
    SHEET_JSON,      /* an array of the same objects */
    SHEET_XLSX,
};
const char *sheet_media_type(enum sheet_format f);
const char *sheet_extension(enum sheet_format f); /* "csv" */

enum sheet_type {
    SHEET_TEXT,
    SHEET_INT,
    SHEET_AMOUNT, /* kopecks; a string in JSON */
    SHEET_NUMBER, /* text of a number: "0.98" */
    SHEET_DATE,   /* usec_t, its midnight */
    SHEET_WALL,   /* usec_t, a wall clock */
    SHEET_MOMENT, /* usec_t, UTC */
    SHEET_BOOL,
    SHEET_RAW, /* text that is JSON; a string in the other formats */
};

struct sheet_word { /* what people read in place of a code */
    const char *code, *ru, *en;
};

struct sheet_column {
    const char *key; /* in JSON and for programs */
    const char *title_ru, *title_en;
    enum sheet_type type;
    int width; /* letters, in xlsx; 0: as its type needs */
    const struct sheet_word
        *words; /* of a TEXT that is a code, for Excel; the last one's code is NULL */
};

/* One value; all zero: none. Texts are borrowed until sheet_row returns. */
struct sheet_cell {
    bool set;
    struct str text; /* TEXT, NUMBER, RAW */
    int64_t n;       /* INT, AMOUNT, DATE, WALL, MOMENT, BOOL */
};
static inline struct sheet_cell sheet_text(struct str s) /* NULL pointer: none */
{
    return (struct sheet_cell){.set = s.p != NULL, .text = s};
}
static inline struct sheet_cell sheet_int(int64_t n)
{
    return (struct sheet_cell){.set = true, .n = n};
}

struct sheet_about {
    enum sheet_format format;
    const char *title; /* of the page in xlsx, up to 28 letters */
    const struct sheet_column *columns;
    int count;
    int max_rows; /* of a page in xlsx, the heading included; 0: Excel's limit. Then another page */
};

enum sheet_step { SHEET_ROWS, SHEET_BYTES, SHEET_BUSY, SHEET_ENDED, SHEET_FAILED };

struct sheet;
/* about's columns must outlive the sheet. NULL (passing) when too many xlsx are being written.
 * ready: from the loop, once after each SHEET_BUSY; never after sheet_close. */
struct sheet *sheet_open(uv_loop_t *loop, const struct sheet_about *about, void (*ready)(void *arg),
    void *arg, struct err *ret_err);
void sheet_row(struct sheet *s, const struct sheet_cell *cells); /* copies */
void sheet_end(struct sheet *s);
enum sheet_step sheet_step(struct sheet *s);
struct str sheet_bytes(struct sheet *s); /* borrowed until the next call */
const struct err *sheet_err(const struct sheet *s);
void sheet_close(struct sheet *s); /* accepts NULL */

#endif
