/* What a file in an archive is called: its path there, told in UTF-8 behind the archive's name. */
#ifndef BANKFILE_ENTRY_NAME_H
#define BANKFILE_ENTRY_NAME_H

#include <stdbool.h>
#include "obmen/buf.h"
#include "obmen/str.h"

/* The path (of an archive of Windows in cp866 or windows-1251, whatever it says) into *ret, which
 * is overwritten: without "." and "..", which no archive has to say. False: a hidden file, what
 * macOS puts into archives, or no file at all. */
bool bankfile_entry_name(struct str path, struct buf *ret);

/* "archive.zip/folder/kl.txt" into out. Where that is too long the archive's name loses its end and
 * the path its beginning: what tells files of one archive apart stands at the end. */
void bankfile_entry_told(struct str archive, struct str name, char *out, size_t size);

#endif
