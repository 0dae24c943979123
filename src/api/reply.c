#include "api/reply.h"

static void reply(struct http_request *req, int status, struct str json, const struct err *err)
{
    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    buf_add_str(&body, json);
    http_reply(req, status, json.n ? REPLY_JSON : NULL, body);
}

void reply_json(void *req, struct str json, const struct err *err)
{
    reply(req, 200, json, err);
}

void reply_created(void *req, struct str json, const struct err *err)
{
    reply(req, 201, json, err);
}

void reply_deleted(void *req, struct str json, const struct err *err)
{
    reply(req, 204, STR_NULL, err);
}

void reply_accepted(struct http_request *req, const struct uuid *task_id, bool deduplicated)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    char id[UUID_TEXT];

    uuid_format(task_id, id);
    jw_object(&w);
    jw_kcstr(&w, "task_id", id);
    jw_kcstr(&w, "message",
        deduplicated ? TR("Такая задача уже есть и ещё не завершена",
                           "Such a task is there already and has not ended")
                     : TR("Задача принята", "The task was accepted"));
    if (deduplicated)
        jw_kbool(&w, "deduplicated", true);
    jw_object_end(&w);
    http_add_header(req, "Location", arena_printf(&req->arena, "/api/v1/tasks/%s", id));
    http_reply(req, deduplicated ? 200 : 202, REPLY_JSON, body);
}
