/* Cells of a table as text. */
#ifndef SHEET_CSV_H
#define SHEET_CSV_H

#include "obmen/buf.h"
#include "sheet/sheet.h"

/* Quoted where needed. For Excel, text that it would run as a formula gets an apostrophe, and
 * digits that it would make a number of (accounts, 044525225) stand as ="044525225"; programs get
 * what there is. */
void csv_text(struct buf *out, char separator, bool excel, struct str text);

/* A typed value; excel: as Excel in Russia reads it. */
void csv_value(struct buf *out, char separator, bool excel, enum sheet_type type,
    const struct sheet_cell *cell);

#endif
