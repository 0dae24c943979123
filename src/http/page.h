/*
 * The page (SPEC §6): its files, embedded in the program when it was built or read once from a
 * folder (OBMEN_STATIC), with ETag, compressed forms made at build time, and security headers.
 * Answers from memory.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "obmen/err.h"
#include "http/server.h"

struct http_page;
/* folder NULL: the embedded files. Else reads the folder whole, blocking: before the loop runs.
 * Files are those of that moment; hidden ones and links that lead out of the folder are left out.
 */
struct http_page *http_page_open(const char *folder, struct err *ret_err);
/* After the server is closed: answers under way borrow the files. */
void http_page_free(struct http_page *page);

/* For http_router_fallback, ctx = the page. Unknown paths get index.html (the page's own routes),
 * but those of /api and /assets, and those that name a file (a dot in the last segment): 404. */
void http_page_handle(void *page, struct http_request *req);

/* One file that lives as long as the program (page_files.h), answered as those of the page are. */
struct page_file;
void http_page_reply_file(struct http_request *req, const struct page_file *file);

#endif
