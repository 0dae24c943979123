/* Transactions as a table: the columns of an export, and what a row says in them. */
#ifndef EXTRACT_TABLE_H
#define EXTRACT_TABLE_H

#include "ledger/row.h"
#include "sheet/sheet.h"

#define EXTRACT_COLUMNS 34
extern const struct sheet_column extract_columns[EXTRACT_COLUMNS];
/* r has the columns of row.h. Texts are borrowed from it. */
void extract_cells(const struct db_result *r, int row, struct sheet_cell cells[EXTRACT_COLUMNS]);

#endif
