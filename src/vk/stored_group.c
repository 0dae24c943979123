#include "vk/stored_group.h"

#include "vk/vk.h"

bool vk_stored_group_params(
    struct obm_task *t, int64_t *ret_id, struct str *ret_name, struct err *ret_err)
{
    if (vk_group_param(json_get(obm_params(t), "group_id"), ret_id, ret_name))
        return true;
    err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
        TR("group_id: нужен номер сообщества или его короткое имя.",
            "group_id: a community's number or its short name is needed."));
    return false;
}

static const struct db_stmt find = {"vk_stored_group",
    "SELECT id, name FROM vk_groups WHERE id = $1::bigint"
    " OR ($1 IS NULL AND lower(screen_name) = lower($2::text)) LIMIT 1"};

void vk_stored_group_add(struct db_unit *u, int64_t id, struct str name)
{
    db_add(u, &find);
    db_bind_id(u, id);
    db_bind_text(u, name);
}

int vk_stored_group_missing(struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "%s",
        TR("Это сообщество ещё не читали: сначала запустите чтение комментариев (parse_comments).",
            "This community has not been read yet: run the reading of comments (parse_comments) "
            "first."));
}
