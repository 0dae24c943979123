/* A community as the database knows it, for tasks that read no VK. */
#ifndef VK_STORED_GROUP_H
#define VK_STORED_GROUP_H

#include "obmen/task.h"

/* group_id of the task's params as $1 (number or NULL) and $2 (short name or NULL). False: it is
 * neither (ret_err). */
bool vk_stored_group_params(
    struct obm_task *t, int64_t *ret_id, struct str *ret_name, struct err *ret_err);
/* One row or none: id, name. */
void vk_stored_group_add(struct db_unit *u, int64_t id, struct str name);
/* Not a row: what to do. */
int vk_stored_group_missing(struct err *ret_err);

#endif
