/* Cells of a table as text. */
#ifndef SHEET_CSV_H
#define SHEET_CSV_H

#include "obmen/buf.h"
#include "sheet/sheet.h"

/* Quoted where needed. Text that a spreadsheet would run as a formula gets an apostrophe. */
void csv_text(struct buf *out, char separator, struct str text);

/* A typed value; excel: as Excel in Russia reads it. */
void csv_value(struct buf *out, char separator, bool excel, enum sheet_type type,
    const struct sheet_cell *cell);

#endif
