/* libarchive, loaded when the first archive is read: it brings libxml2, ICU and the C++ runtime,
 * two MiB that a server which never sees a ZIP does not have to carry. */
#ifndef BANKFILE_LIBARCHIVE_H
#define BANKFILE_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

/* What is used of it; <archive.h> describes each. */
struct libarchive {
    __typeof__(archive_read_new) *read_new;
    __typeof__(archive_read_support_format_zip_seekable) *read_support_format_zip_seekable;
    __typeof__(archive_read_open_fd) *read_open_fd;
    __typeof__(archive_read_next_header) *read_next_header;
    __typeof__(archive_read_data) *read_data;
    __typeof__(archive_read_free) *read_free;
    __typeof__(archive_error_string) *error_string;
    __typeof__(archive_entry_pathname) *entry_pathname;
    __typeof__(archive_entry_pathname_utf8) *entry_pathname_utf8;
    __typeof__(archive_entry_filetype) *entry_filetype;
    __typeof__(archive_entry_is_encrypted) *entry_is_encrypted;
};

/* NULL: it cannot be loaded, *ret_why says why (valid for good). It stays until the program ends.
 * Reads files the first time: for the thread pool; any thread may ask. */
const struct libarchive *libarchive_get(const char **ret_why);

#endif
