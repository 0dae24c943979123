/* Comments as rows of an export. */
#ifndef VK_EXPORT_ROWS_H
#define VK_EXPORT_ROWS_H

#include "obmen/db.h"
#include "sheet/sheet.h"

#define VK_EXPORT_PAGE 50
extern const struct sheet_column vk_export_columns[];
extern const int vk_export_column_count;

/* Adds a reading of the owner's comments, ids above `after`: VK_EXPORT_PAGE rows at most. */
void vk_export_read_add(struct db_unit *u, int64_t owner_id, int64_t after);
/* The number of the comment in a row. */
int64_t vk_export_id(const struct db_result *r, int row);
/* A row into the sheet; row and result as vk_export_read_add brought them. */
void vk_export_row(struct sheet *s, const struct db_result *r, int row);

#endif
