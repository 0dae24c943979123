#include "vk/wall.h"

#include <stdio.h>

#include "obmen/time.h"
#include "vk/text.h"

enum { OVERLAP = 3, OVERLAP_FROM = 10 };
#define FAR INT64_C(7258118400000000) /* later than any date that is stored */

void vk_wall_init(struct vk_wall *w)
{
    w->rows = vk_posts_new();
    db_column_init(&w->met_ids, DB_INT8);
    db_column_init(&w->gone, DB_INT8);
    if (w->ended)
        w->state = VK_WALL_ENDED;
}

void vk_wall_release(struct vk_wall *w)
{
    if (!w->rows)
        return;
    vk_posts_free(w->rows);
    db_column_release(&w->met_ids);
    db_column_release(&w->gone);
    arena_release(&w->texts);
}

void vk_wall_save(const struct vk_wall *w, struct json_writer *out)
{
    jw_object(out);
    jw_ki64(out, "offset", w->offset);
    jw_ki64(out, "last_date", w->last_date);
    jw_kbool(out, "ended", w->ended);
    jw_ki64(out, "posts", w->posts);
    jw_ki64(out, "expected", w->expected);
    jw_key(out, "recent");
    jw_array(out);
    for (int i = 0; i < w->recent_count; i++)
        jw_i64(out, w->recent[i]);
    jw_array_end(out);
    jw_object_end(out);
}

void vk_wall_load(struct vk_wall *w, const struct json *j)
{
    const struct json *recent = json_get(j, "recent");
    w->offset = vk_number(j, "offset");
    w->last_date = vk_number(j, "last_date");
    json_bool(json_get(j, "ended"), &w->ended);
    w->posts = vk_number(j, "posts");
    w->expected = vk_number(j, "expected");
    for (const struct json *id = recent ? recent->child : NULL;
         id && w->recent_count < VK_WALL_PAGE; id = id->next)
        json_i64(id, &w->recent[w->recent_count++]);
}

/* ---- asking ---- */

static enum obm_step ask(struct vk_wall *w)
{
    char post[64];
    if (w->only_post) {
        struct vk_call *c = vk_link_add(w->link, "wall.getById");
        snprintf(post, sizeof post, "%lld_%lld", (long long)w->owner_id, (long long)w->only_post);
        vk_call_text(c, "posts", post);
        vk_link_start(w->link, false);
    } else {
        int batch = obm_batch_size(w->task);
        w->page = w->link->page_max < batch ? w->link->page_max : batch;
        struct vk_call *c = vk_link_add(w->link, "wall.get");
        vk_call_number(c, "owner_id", w->owner_id);
        vk_call_number(c, "offset", w->offset);
        vk_call_number(c, "count", w->page);
        vk_call_text(c, "filter", "all");
        vk_link_start(w->link, false);
    }
    w->state = VK_WALL_ASKING;
    return OBM_MORE;
}

static bool listed(const int64_t *ids, int count, int64_t id)
{
    for (int i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static int no_post(struct err *e)
{
    err_set(e, ERR_NOT_FOUND, "%s",
        TR("Такой записи на стене нет: она удалена, скрыта или номер post_id неверен.",
            "There is no such post on the wall: it is deleted, hidden, or post_id is wrong."));
    return -1;
}

/* groups.getById, wall.getById and old versions give a list; wall.get an object with items. */
static const struct json *items_of(const struct json *node)
{
    const struct json *items = json_is(node, JSON_ARRAY) ? node : json_get(node, "items");
    return json_is(items, JSON_ARRAY) ? items : NULL;
}

static enum obm_step answered(struct vk_wall *w)
{
    const struct vk_result *r = &w->link->answer.results[0];
    if (w->link->answer.count == 0) {
        w->state = VK_WALL_ASK;
        return OBM_MORE;
    }
    if (!r->node)
        return obm_fail(w->task, &r->err);
    const struct json *items = items_of(r->node);
    w->count = vk_number(r->node, "count");
    w->item = items ? items->child : NULL;
    if (w->only_post && !w->item) {
        no_post(&w->err);
        return obm_fail(w->task, &w->err);
    }
    /* hidden and deleted ones are missing on a page: only the count says where the wall ends */
    w->last_page = w->only_post || !w->item || w->offset + w->page >= w->count;
    w->high = w->last_date ? w->last_date : FAR;
    w->low = w->high;
    w->met_count = w->taken = w->failed = 0;
    w->after = 0;
    vk_posts_clear(w->rows);
    db_column_clear(&w->met_ids);
    db_column_clear(&w->gone);
    arena_reset(&w->texts);
    w->state = VK_WALL_CONVERT;
    return OBM_MORE;
}

/* ---- a page ---- */

static void refuse(struct vk_wall *w, int64_t id_number, const struct err *why)
{
    struct buf record = BUF_INIT;
    char id[64];
    snprintf(id, sizeof id, "%lld_%lld", (long long)w->owner_id, (long long)id_number);
    json_write(&record, w->item);
    obm_refuse(
        w->task, w->posts, id, "convert", err_code_name(why->code), why->message, buf_str(&record));
    buf_release(&record);
    w->failed++;
}

static void take(struct vk_wall *w)
{
    struct vk_post p;
    struct err why = ERR_INIT;
    bool sound = vk_post_read(&w->texts, w->item, &p, &why);
    if (p.id > 0) {
        if (w->met_count == VK_WALL_PAGE || listed(w->met, w->met_count, p.id))
            return;
        w->met[w->met_count++] = p.id;
        db_column_i64(&w->met_ids, p.id);
        if (sound && !p.is_pinned && p.date < w->low)
            w->low = p.date; /* a pinned post stands out of order */
        if (listed(w->recent, w->recent_count, p.id))
            return;
    }
    w->taken++;
    w->posts++;
    if (!sound) {
        refuse(w, p.id, &why);
        return;
    }
    w->expected += p.comments_count;
    vk_posts_add(w->rows, &p);
}

static enum obm_step convert(struct vk_wall *w)
{
    for (int i = 0; i < OBM_STEP_RECORDS && w->item; i++, w->item = w->item->next)
        take(w);
    if (w->item)
        return OBM_MORE;
    if (w->last_page)
        w->low = 0;
    w->state = w->only_post ? VK_WALL_STORE : VK_WALL_CHECK;
    return OBM_MORE;
}

/* ---- posts that should be there and are not ---- */

static void on_suspects(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_wall *w = arg;
    if (err) {
        w->err = *err;
        return;
    }
    w->suspect_count = 0;
    for (int i = 0; i < db_rows(results[0]) && i < VK_WALL_PAGE; i++) {
        w->after = db_i64(results[0], i, 0);
        w->suspects[w->suspect_count++] = w->after;
    }
    w->state = w->suspect_count ? VK_WALL_PROVE : VK_WALL_STORE;
    if (!w->suspect_count)
        return;
    struct vk_call *c = vk_link_add(w->link, "wall.getById");
    struct buf list = BUF_INIT;
    for (int i = 0; i < w->suspect_count; i++)
        buf_printf(
            &list, "%s%lld_%lld", i ? "," : "", (long long)w->owner_id, (long long)w->suspects[i]);
    vk_call_text(c, "posts", arena_cstr(&w->texts, buf_str(&list)));
    buf_release(&list);
}

static enum obm_step check(struct vk_wall *w)
{
    struct db_unit *u = obm_unit(w->task);
    for (int i = 0; w->after == 0 && i < w->recent_count; i++)
        db_column_i64(&w->met_ids, w->recent[i]);
    vk_posts_suspects_add(u, w->owner_id, w->low, w->high, &w->met_ids, w->after);
    w->state = VK_WALL_CHECKING;
    obm_query(w->task, u, on_suspects, w);
    return OBM_WAIT;
}

static enum obm_step proved(struct vk_wall *w)
{
    const struct vk_result *r = &w->link->answer.results[0];
    const struct json *items = w->link->answer.count ? items_of(r->node) : NULL;
    w->state = VK_WALL_CHECK;
    if (w->link->answer.count == 0 || !r->node)
        return OBM_MORE; /* not to be known now: they stay as they are */
    for (int i = 0; i < w->suspect_count; i++) {
        int64_t id = w->suspects[i];
        bool there = false;
        for (const struct json *j = items ? items->child : NULL; j && !there; j = j->next)
            there = vk_number(j, "id") == id && !vk_flag(j, "is_deleted");
        if (!there)
            db_column_i64(&w->gone, id);
    }
    return OBM_MORE;
}

/* ---- storing ---- */

static void on_commit(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_wall *w = arg;
    if (err)
        w->err = *err;
    else
        w->state = w->ended ? VK_WALL_ENDED : VK_WALL_ASK;
}

/* So many records are to be expected, as far as is known: what the posts seen have in comments is
 * taken for the rest of the wall too. */
static void expect(struct vk_wall *w)
{
    int64_t posts = w->count > w->posts ? w->count : w->posts;
    if (w->posts > 0 && !w->only_post)
        obm_total(w->task, posts + w->expected / w->posts * posts);
}

static enum obm_step store(struct vk_wall *w)
{
    struct db_unit *u = obm_unit(w->task);
    if (vk_posts_count(w->rows))
        vk_posts_write(w->rows, u, w->owner_id, obm_id(w->task));
    if (w->gone.count)
        vk_posts_gone_add(u, w->owner_id, &w->gone, obm_id(w->task));
    memcpy(w->recent, w->met, sizeof w->recent);
    w->recent_count = w->met_count;
    w->last_date = w->low ? w->low : w->last_date;
    w->offset += w->page > OVERLAP_FROM ? w->page - OVERLAP : w->page;
    w->ended = w->last_page;
    expect(w);
    obm_count(w->task, (struct obm_stats){.fetched = w->taken, .failed = w->failed});
    w->state = VK_WALL_STORING;
    obm_commit(w->task, u, on_commit, w);
    return OBM_WAIT;
}

static enum obm_step poll(struct vk_wall *w, enum obm_step (*ready)(struct vk_wall *))
{
    switch (vk_link_poll(w->link, &w->err)) {
    case VK_READY:
        return ready(w);
    case VK_BROKEN:
        return obm_fail(w->task, &w->err);
    case VK_WAITING:
        return OBM_WAIT;
    }
    return OBM_WAIT;
}

enum obm_step vk_wall_step(struct vk_wall *w)
{
    if (w->err.code)
        return obm_fail(w->task, &w->err);
    switch (w->state) {
    case VK_WALL_ASK:
        return ask(w);
    case VK_WALL_ASKING:
        return poll(w, answered);
    case VK_WALL_CONVERT:
        return convert(w);
    case VK_WALL_CHECK:
        return check(w);
    case VK_WALL_CHECKING:
        return OBM_WAIT;
    case VK_WALL_PROVE:
        vk_link_start(w->link, false);
        w->state = VK_WALL_PROVING;
        return OBM_MORE;
    case VK_WALL_PROVING:
        return poll(w, proved);
    case VK_WALL_STORE:
        return store(w);
    case VK_WALL_STORING:
        return OBM_WAIT;
    case VK_WALL_ENDED:
        return OBM_NEXT;
    }
    return OBM_WAIT;
}
