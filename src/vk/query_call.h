/* One call of the read side: lives from its unit's submission to its callback. */
#ifndef VK_QUERY_CALL_H
#define VK_QUERY_CALL_H

#include "vk/query.h"

struct vk_query {
    vk_json_fn done;
    void *arg;
    const char *noun; /* "comments": a list, results are rows and their number; NULL: one row */
};

struct vk_query *vk_query_new(const char *noun, vk_json_fn done, void *arg);
/* db_done_fn: rows are JSON texts already. One row: NOT_FOUND when there is none, CONFLICT when it
 * would stand there twice. */
void vk_query_done(void *arg, struct db_result *const *results, const struct err *err);

/* A LIKE pattern of a part; what LIKE would read as signs of its own is escaped. */
void vk_bind_part(struct db_unit *u, struct str part);

/* A moment of SQL as JSON shows it. */
#define VK_MOMENT(column)                                                                          \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

#endif
