/* The statements over stored_files and file_chunks. */
#ifndef FILE_STORE_H
#define FILE_STORE_H

#include "file/file.h"

void store_file_add(struct db_unit *u, const struct uuid *id, const struct file_new *about);
void store_chunk_add(struct db_unit *u, const struct uuid *id, int64_t pos, struct str bytes);
/* sha256 STR_NULL: it is not complete. */
void store_grown_add(struct db_unit *u, const struct uuid *id, int64_t size, struct str sha256);
void store_remove_add(struct db_unit *u, const struct uuid *id);

#endif
