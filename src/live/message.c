/* What the server says, encoded once for all who read it. */
#include "live/internal.h"

static struct ws_frame *framed(struct buf *b)
{
    struct ws_frame *f = ws_frame_text(buf_str(b));
    buf_release(b);
    return f;
}

struct ws_frame *message_update(const struct task_state *s)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "{\"type\":\"task_update\",\"data\":");
    task_state_json(&b, s);
    buf_addc(&b, '}');
    return framed(&b);
}

struct ws_frame *message_removed(const struct uuid *id)
{
    struct buf b = BUF_INIT;
    char text[UUID_TEXT];
    uuid_format(id, text);
    buf_printf(&b, "{\"type\":\"task_removed\",\"data\":{\"task_id\":\"%s\"}}", text);
    return framed(&b);
}

const struct task_state *newest_state(struct live *l, const struct task_state *s)
{
    const struct task_state *known = engine_peek(l->engine, &s->id);
    return known && known->seq > s->seq ? known : s;
}

struct ws_frame *message_list(struct live *l, const struct task_state *const *tasks, int count)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "{\"type\":\"task_list\",\"data\":[");
    for (int i = 0; i < count; i++) {
        if (i)
            buf_addc(&b, ',');
        task_state_json(&b, newest_state(l, tasks[i]));
    }
    buf_adds(&b, "]}");
    return framed(&b);
}

struct ws_frame *message_error(const struct err *e)
{
    struct buf b = BUF_INIT;
    struct json_writer w = json_writer(&b);
    jw_object(&w);
    jw_kcstr(&w, "type", "error");
    jw_key(&w, "data");
    jw_object(&w);
    jw_kcstr(&w, "code", err_code_name(e->code));
    jw_kcstr(&w, "detail", e->message);
    jw_object_end(&w);
    jw_object_end(&w);
    return framed(&b);
}

void no_such_task(struct err *ret_err)
{
    err_set(ret_err, ERR_NOT_FOUND, "%s", TR("Такой задачи нет", "There is no such task"));
}

bool may_see(const struct principal *who, int64_t task_user_id)
{
    return who->role >= ROLE_MANAGER || who->user_id == task_user_id;
}

int64_t owner_filter(const struct principal *who)
{
    return who->role >= ROLE_MANAGER ? 0 : who->user_id;
}
