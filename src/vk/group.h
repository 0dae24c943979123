/* A community: its card. */
#ifndef VK_GROUP_H
#define VK_GROUP_H

#include "obmen/db.h"
#include "obmen/json.h"

struct vk_group {
    int64_t id; /* positive */
    struct str name, screen_name;
    int is_closed; /* 0 open, 1 closed, 2 private */
    struct str deactivated;
};

/* The first of groups.getById's answer, in both of its shapes. Texts live in the arena. False: the
 * answer names none. */
bool vk_group_read(struct arena *a, const struct json *response, struct vk_group *ret);
void vk_group_write(const struct vk_group *g, struct db_unit *u);

#endif
