/* The files of a page as the program holds them. */
#ifndef HTTP_PAGE_FILES_H
#define HTTP_PAGE_FILES_H

#include "obmen/arena.h"
#include "obmen/err.h"
#include "obmen/str.h"

struct page_file {
    struct str path;          /* "/assets/index-1a2b.js" */
    struct str plain, br, gz; /* NULL pointer: there is no such form */
    const char *tag;          /* changes with the contents */
};

/* Sorted by path. Made by page_embed.py. */
extern const struct page_file page_embedded[];
extern const int page_embedded_count;

/* Reads a folder into the arena, sorted by path. page_folder.c */
int page_read_folder(struct arena *a, const char *folder, const struct page_file **ret_files,
    int *ret_count, struct err *ret_err);

#endif
