/* parse_comments: a community's wall, or one post: posts, comments, threads. */
#include "vk/parse.h"

#include <stdio.h>

#include "obmen/time.h"
#include "vk/text.h"

enum { HANDOVER_MS = 1100 };

static void set_up(struct vk_parse *s)
{
    int64_t owner = -s->group_id;
    if (s->set_up)
        return;
    s->set_up = true;
    s->wall.task = s->tops.task = s->threads.task = s->task;
    s->wall.link = s->tops.link = s->threads.link = &s->link;
    s->wall.owner_id = s->tops.owner_id = s->threads.owner_id = owner;
    s->wall.only_post = s->tops.only_post = s->threads.only_post = s->post_id;
    s->tops.full = s->threads.full = s->full;
    s->tops.kind = VK_TOP_LEVELS;
    s->threads.kind = VK_THREADS;
    vk_wall_init(&s->wall);
    vk_levels_init(&s->tops);
    vk_levels_init(&s->threads);
}

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct vk_parse *s = obm_state(t);
    const struct json *params = obm_params(t);
    s->service = obm_ctx(t);
    if (!vk_configured(s->service))
        return vk_fault_not_configured(ret_err);
    if (!vk_group_param(json_get(params, "group_id"), &s->asked_id, &s->asked_name))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("group_id: нужен номер сообщества или его короткое имя.",
                "group_id: a community's number or its short name is needed."));
    json_i64(json_get(params, "post_id"), &s->post_id);
    json_bool(json_get(params, "full"), &s->full);
    s->task = t;
    vk_link_init(&s->link, s->service, t);
    if (!checkpoint)
        return 0;
    /* another node may have asked until just now */
    vk_limit_close(&s->service->limit, time_mono_ms() + HANDOVER_MS);
    s->group_id = vk_number(checkpoint, "group_id");
    s->group_name = arena_str(obm_arena(t), json_text(json_get(checkpoint, "group_name")));
    s->requests_before = vk_number(checkpoint, "requests");
    s->retries_before = vk_number(checkpoint, "retries");
    vk_wall_load(&s->wall, json_get(checkpoint, "wall"));
    vk_cursor_load(&s->tops.cursor, json_get(checkpoint, "comments"));
    vk_cursor_load(&s->threads.cursor, json_get(checkpoint, "threads"));
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct vk_parse *s = obm_state(t);
    jw_ki64(w, "group_id", s->group_id);
    jw_kstr(w, "group_name", s->group_name);
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_key(w, "wall");
    vk_wall_save(&s->wall, w);
    jw_key(w, "comments");
    vk_cursor_save(&s->tops.cursor, w);
    jw_key(w, "threads");
    vk_cursor_save(&s->threads.cursor, w);
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct vk_parse *s = obm_state(t);
    const struct vk_cursor *tops = &s->tops.cursor, *threads = &s->threads.cursor;
    if (!s->task)
        return;
    if (s->group_id)
        jw_ki64(w, "group_id", s->group_id);
    jw_kstr(w, "group_name", s->group_name);
    jw_ki64(w, "posts", s->wall.posts);
    jw_ki64(w, "posts_read", tops->posts);
    jw_ki64(w, "posts_without_access", tops->refused);
    jw_ki64(w, "threads_read", threads->posts);
    jw_ki64(w, "comments", tops->comments + threads->comments);
    jw_ki64(w, "requests", s->requests_before + s->link.requests);
    jw_ki64(w, "retries", s->retries_before + s->link.retries);
    jw_kcstr(w, "token",
        s->service->execute == VK_EXECUTE_YES  ? "execute"
        : s->service->execute == VK_EXECUTE_NO ? "service"
                                               : "unknown");
}

static void cleanup(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    if (!s->task)
        return;
    vk_wall_release(&s->wall);
    vk_levels_release(&s->tops);
    vk_levels_release(&s->threads);
    vk_link_release(&s->link);
}

/* ---- connect: is the token to be had, and what may it do ---- */

/* One token, many nodes: only one of them reads at a time (exclusive), and it lets the second pass
 * in which the one before may have asked. */
static const struct db_stmt just_ended = {"vk_parse_just_ended",
    "SELECT EXISTS (SELECT FROM tasks WHERE task_type = 'parse_comments' AND task_id <> $1::uuid"
    " AND completed_at > clock_timestamp() - interval '1100 ms')"};

static void on_just_ended(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_parse *s = arg;
    if (err)
        s->err = *err;
    else if (db_bool(results[0], 0, 0))
        vk_limit_close(&s->service->limit, time_mono_ms() + HANDOVER_MS);
    s->ready = true;
}

static enum obm_step link_step(struct vk_parse *s, enum vk_progress progress)
{
    if (progress == VK_BROKEN)
        return obm_fail(s->task, &s->err);
    return progress == VK_READY ? OBM_NEXT : OBM_WAIT;
}

static enum obm_step connect_to_vk(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (obm_phase_entered(t) == 0) {
        struct db_unit *u = obm_unit(t);
        db_add(u, &just_ended);
        db_bind_uuid(u, obm_id(t));
        obm_query(t, u, on_just_ended, s);
        return OBM_WAIT;
    }
    if (!s->ready)
        return OBM_WAIT;
    return link_step(s, vk_link_detect(&s->link, &s->err));
}

/* ---- group ---- */

static int no_group(const struct vk_parse *s, struct err *e)
{
    char asked[80];
    if (s->asked_id)
        snprintf(asked, sizeof asked, "%lld", (long long)s->asked_id);
    else
        snprintf(asked, sizeof asked, "%.*s", STR_ARG(s->asked_name));
    return err_set(e, ERR_NOT_FOUND,
        TR("Сообщества «%s» в VK нет: проверьте group_id.",
            "There is no community \"%s\" in VK: check group_id."),
        asked);
}

static enum obm_step group_read(struct vk_parse *s)
{
    const struct vk_result *r = &s->link.answer.results[0];
    struct vk_group g;
    if (s->link.answer.count == 0)
        return OBM_MORE;
    if (!r->node) {
        s->err = r->err;
        if (r->code == 100 || r->code == 104 || r->code == 113 || r->code == 125)
            no_group(s, &s->err);
        return obm_fail(s->task, &s->err);
    }
    if (!vk_group_read(obm_arena(s->task), r->node, &g)) {
        no_group(s, &s->err);
        return obm_fail(s->task, &s->err);
    }
    s->group_id = g.id;
    s->group_name = g.name;
    struct db_unit *u = obm_unit(s->task);
    vk_group_write(&g, u);
    if (g.deactivated.n)
        err_set(&s->err, ERR_VK_API_ERROR,
            TR("Сообщество «%.*s» в VK %s: читать нечего.",
                "The community \"%.*s\" is %s by VK: there is nothing to read."),
            STR_ARG(g.name),
            str_is(g.deactivated, "banned") ? TR("заблокировано", "banned")
                                            : TR("удалено", "deleted"));
    obm_commit(s->task, u, NULL, NULL);
    return s->err.code ? OBM_WAIT : OBM_NEXT;
}

static enum obm_step find_group(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    if (obm_committing(t))
        return OBM_WAIT;
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->link.state == VK_IDLE) {
        struct vk_call *c = vk_link_add(&s->link, "groups.getById");
        if (s->asked_id)
            vk_call_number(c, "group_id", s->asked_id);
        else
            vk_call_text(c, "group_id", arena_cstr(obm_arena(t), s->asked_name));
        vk_link_start(&s->link, false);
    }
    switch (vk_link_poll(&s->link, &s->err)) {
    case VK_READY:
        return group_read(s);
    case VK_BROKEN:
        return obm_fail(t, &s->err);
    case VK_WAITING:
        return OBM_WAIT;
    }
    return OBM_WAIT;
}

/* ---- wall, comments, threads ---- */

static enum obm_step read_wall(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    set_up(s);
    return vk_wall_step(&s->wall);
}

static enum obm_step read_levels(struct vk_parse *s, struct vk_levels *l)
{
    set_up(s);
    if (s->service->execute == VK_EXECUTE_UNKNOWN) {
        enum obm_step step = link_step(s, vk_link_detect(&s->link, &s->err));
        return step == OBM_NEXT ? OBM_MORE : step;
    }
    return vk_levels_step(l);
}

static enum obm_step read_comments(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    return read_levels(s, &s->tops);
}

static enum obm_step read_threads(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    return read_levels(s, &s->threads);
}

/* ---- finish ---- */

static const struct db_stmt finished = {"vk_parse_finished",
    "UPDATE vk_groups SET parsed_at = now(), parsed_task_id = $2::uuid WHERE id = $1::bigint"};

static enum obm_step finish(struct obm_task *t)
{
    struct vk_parse *s = obm_state(t);
    if (obm_phase_entered(t) > 0)
        return obm_committing(t) ? OBM_WAIT : OBM_NEXT;
    obm_total(t, obm_stats(t).fetched);
    if (s->post_id)
        return OBM_NEXT;
    struct db_unit *u = obm_unit(t);
    db_add(u, &finished);
    db_bind_i64(u, s->group_id);
    db_bind_uuid(u, obm_id(t));
    obm_commit(t, u, NULL, NULL);
    return OBM_WAIT;
}

static const struct obm_phase phases[] = {{"connect", connect_to_vk}, {"group", find_group},
    {"wall", read_wall}, {"comments", read_comments}, {"threads", read_threads}, {"finish", finish},
    {0}};

struct obm_task_type vk_parse_comments = {
    .name = "parse_comments",
    .title_ru = "Комментарии VK: чтение",
    .title_en = "VK comments: reading",
    .params_schema = "{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"group_id\"],\"properties\":{"
                     "\"group_id\":{\"title\":\"Number, short name or address of a community\"},"
                     "\"post_id\":{\"type\":\"integer\",\"minimum\":1},"
                     "\"full\":{\"type\":\"boolean\",\"default\":false}}}",
    .phases = phases,
    .state_size = sizeof(struct vk_parse),
    .timeout_s = 300,
    .exclusive = "vk",
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};
