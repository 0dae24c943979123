/*
 * Tables as text. Programs get RFC 4180 (commas). A browser's download (a link, not a script:
 * Sec-Fetch-Mode says so) is for Excel, which in Russia wants semicolons and a byte order mark.
 */
#ifndef API_CSV_H
#define API_CSV_H

#include "http/server.h"
#include "obmen/buf.h"
#include "obmen/json.h"
#include "obmen/uuid.h"

struct csv {
    char separator;
    bool mark; /* begins with a byte order mark */
};
struct csv csv_for(const struct http_request *req);
/* A cell is quoted where needed; for Excel, text that it would run as a formula gets an apostrophe,
 * and digits that it would make a number of are kept (sheet/csv.h). j: a member of a JSON row; NULL
 * and null are empty, objects are their JSON. */
void csv_cell(struct buf *out, const struct csv *c, bool first, struct str text);
void csv_json_cell(struct buf *out, const struct csv *c, bool first, const struct json *j);

/* Answers with the refused records of a task, page by page. limit -1: all. */
void csv_errors(struct http_request *req, const struct uuid *task_id, int64_t limit, int offset);

#endif
