#include "vk/group.h"

#include "vk/text.h"

bool vk_group_read(struct arena *a, const struct json *response, struct vk_group *g)
{
    /* up to 5.131 the answer is the list itself */
    const struct json *list =
        json_is(response, JSON_ARRAY) ? response : json_get(response, "groups");
    const struct json *group = json_is(list, JSON_ARRAY) ? list->child : NULL;
    struct str screen_name = json_text(json_get(group, "screen_name"));
    struct str deactivated = json_text(json_get(group, "deactivated"));
    int64_t closed = vk_number(group, "is_closed");
    *g = (struct vk_group){.id = vk_number(group, "id"),
        .name = vk_text(a, json_text(json_get(group, "name"))),
        .screen_name = screen_name.n ? vk_text(a, screen_name) : STR_NULL,
        .is_closed = closed == 1 || closed == 2 ? (int)closed : 0,
        .deactivated = deactivated.n ? vk_text(a, deactivated) : STR_NULL};
    return g->id > 0;
}

static const struct db_stmt upsert = {"vk_group_upsert",
    "INSERT INTO vk_groups AS g (id, name, screen_name, is_closed, deactivated)"
    " VALUES ($1::bigint, $2::text, $3::text, $4::integer, $5::text)"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, screen_name = excluded.screen_name,"
    "  is_closed = excluded.is_closed, deactivated = excluded.deactivated, updated_at = now()"
    " WHERE (g.name, g.screen_name, g.is_closed, g.deactivated) IS DISTINCT FROM"
    "  (excluded.name, excluded.screen_name, excluded.is_closed, excluded.deactivated)"};

void vk_group_write(const struct vk_group *g, struct db_unit *u)
{
    db_add(u, &upsert);
    db_bind_i64(u, g->id);
    db_bind_text(u, g->name);
    db_bind_text(u, g->screen_name);
    db_bind_i32(u, g->is_closed);
    db_bind_text(u, g->deactivated);
}
