#ifndef SHEET_INTERNAL_H
#define SHEET_INTERNAL_H

#include "obmen/buf.h"
#include "sheet/sheet.h"

struct xlsx; /* xlsx.c: one workbook and its thread */

struct sheet {
    struct sheet_about about;
    struct buf out; /* bytes that are ready */
    int64_t rows;
    bool lent; /* out was shown: the next call drops it */
    bool ended;
    bool waiting; /* BUSY was said: ready is due */
    struct err err;
    void (*ready)(void *arg);
    void *arg;
    struct xlsx *xlsx; /* NULL for formats that need no thread */
};

static inline const char *sheet_title(const struct sheet_column *c)
{
    return TR(c->title_ru, c->title_en);
}

/* sheet.c: a cell as people read it. */
struct sheet_cell sheet_in_words(const struct sheet_column *c, const struct sheet_cell *cell);

/* json.c */
void sheet_json_row(
    struct buf *out, const struct sheet_column *columns, int count, const struct sheet_cell *cells);

/* xlsx.c */
struct xlsx *xlsx_open(uv_loop_t *loop, struct sheet *s, struct err *ret_err);
void xlsx_row(struct xlsx *x, const struct sheet_cell *cells);
/* Fills s->out and s->err. */
enum sheet_step xlsx_step(struct xlsx *x);
void xlsx_close(struct xlsx *x);

#endif
