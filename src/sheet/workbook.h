/* An Excel workbook on libxlsxwriter, rows at once to disk. Blocking: for a thread. */
#ifndef SHEET_WORKBOOK_H
#define SHEET_WORKBOOK_H

#include "obmen/buf.h"
#include "sheet/sheet.h"

#define WORKBOOK_TEXT_MAX 32767 /* bytes of a cell; Excel's limit is as many letters */

struct workbook;
/* Written to a file without a name, so that nothing is left of it, whatever happens. */
struct workbook *workbook_begin(const struct sheet_about *about, struct err *ret_err);
/* Texts of the cells end with NUL. */
int workbook_row(struct workbook *w, const struct sheet_cell *cells, struct err *ret_err);
/* Puts the file together. No row any more. */
int workbook_finish(struct workbook *w, struct err *ret_err);
/* Appends the next bytes of the finished file; none at its end. */
int workbook_read(struct workbook *w, struct buf *out, struct err *ret_err);
void workbook_free(struct workbook *w); /* in any state */

#endif
