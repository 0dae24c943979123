#include "api/reply.h"

void reply_json(void *arg, struct str json, const struct err *err)
{
    struct http_request *req = arg;
    if (err) {
        http_reply_error(req, err);
        return;
    }
    struct buf body = BUF_INIT;
    buf_add_str(&body, json);
    http_reply(req, 200, REPLY_JSON, body);
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
