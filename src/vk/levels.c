#include "vk/levels_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "obmen/time.h"
#include "vk/text.h"

enum { INLINE = 10 }; /* replies that come with a comment */

void vk_levels_init(struct vk_levels *l)
{
    l->rows = vk_comments_new();
    for (int i = 0; i < 7; i++)
        db_column_init(&l->ended[i], i == 6 ? DB_TEXT : DB_INT8);
}

void vk_levels_release(struct vk_levels *l)
{
    if (!l->rows)
        return;
    vk_comments_free(l->rows);
    for (int i = 0; i < 7; i++)
        db_column_release(&l->ended[i]);
    arena_release(&l->texts);
}

/* ---- what is to be read ---- */

static void on_list(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_levels *l = arg;
    if (err) {
        l->err = *err;
        return;
    }
    vk_levels_list_read(l, results[0]);
    if (!l->cursor.begun && l->kind == VK_TOP_LEVELS) {
        l->total = obm_stats(t).fetched + db_i64(results[1], 0, 0);
        obm_total(t, l->total);
    }
    struct vk_cursor *c = &l->cursor;
    if (l->count == 0 || l->list[0].post != c->post || l->list[0].comment != c->comment)
        c->reading = false; /* there is no need of it any more */
    c->begun = true;
    l->state = l->count ? VK_PLAN : VK_ENDED;
}

static enum obm_step list(struct vk_levels *l)
{
    struct db_unit *u = obm_unit(l->task);
    vk_levels_list_add(l, u);
    if (!l->cursor.begun && l->kind == VK_TOP_LEVELS)
        vk_levels_expected_add(l, u);
    l->state = VK_LISTING;
    obm_query(l->task, u, on_list, l);
    return OBM_WAIT;
}

/* ---- the calls ---- */

static void add_call(struct vk_levels *l, const struct vk_level *level, int64_t offset)
{
    int i = l->link->count, page = l->link->page_max;
    struct vk_call *c = vk_link_add(l->link, "wall.getComments");
    vk_call_number(c, "owner_id", l->owner_id);
    vk_call_number(c, "post_id", level->post);
    if (level->comment)
        vk_call_number(c, "comment_id", level->comment);
    vk_call_number(c, "offset", offset);
    vk_call_number(c, "count", page);
    vk_call_text(c, "sort", "asc");
    vk_call_number(c, "preview_length", 0);
    vk_call_number(c, "need_likes", 1);
    if (!level->comment)
        vk_call_number(c, "thread_items_count", INLINE);
    l->asked[i].post = level->post;
    l->asked[i].comment = level->comment;
    l->asked[i].offset = offset;
    l->asked[i].page = page;
}

/* How far a level may go: what the last answer said, else all that VK counts for it. */
static int64_t expected_end(const struct vk_cursor *c, const struct vk_level *level)
{
    if (c->way == VK_HEAD && level->old_level < c->level_count)
        return level->old_level + VK_PAGE_OVERLAP;
    if (c->level_count)
        return c->level_count;
    return c->way == VK_TAIL ? level->old_level + level->total - level->seen : level->total;
}

static enum obm_step plan(struct vk_levels *l)
{
    bool batch = l->link->service->execute == VK_EXECUTE_YES;
    int max = batch ? l->link->batch_max : 1, step = vk_page_step(l->link->page_max);
    if (l->at == l->count) {
        l->state = VK_LIST;
        return OBM_MORE;
    }
    struct vk_cursor c = l->cursor;
    if (!c.reading)
        vk_level_begin(&c, &l->list[l->at], l->full);
    l->cursor = c;
    for (int i = l->at; i < l->count && l->link->count < max; i++) {
        const struct vk_level *level = &l->list[i];
        if (i > l->at)
            vk_level_begin(&c, level, l->full);
        int64_t offset = c.offset, end = expected_end(&c, level);
        do {
            add_call(l, level, offset);
            offset += step;
        } while (offset + VK_PAGE_OVERLAP < end && l->link->count < max);
    }
    vk_link_start(l->link, batch);
    l->state = VK_ASKING;
    return OBM_MORE;
}

/* ---- commits ---- */

static bool batch_open(const struct vk_levels *l)
{
    return l->taken > 0 || l->ended[0].count > 0;
}

static void note_batch_begin(struct vk_levels *l)
{
    if (batch_open(l))
        return;
    l->batch_cursor = l->cursor;
    l->batch_place = l->place;
}

static void empty_batch(struct vk_levels *l)
{
    vk_comments_clear(l->rows);
    for (int i = 0; i < 7; i++)
        db_column_clear(&l->ended[i]);
    arena_reset(&l->texts);
    l->taken = l->failed = 0;
}

static void on_commit(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_levels *l = arg;
    if (!err) {
        if (l->solo > 0)
            l->solo--;
        empty_batch(l);
        return;
    }
    if (!db_bad_data(err)) {
        l->err = *err;
        return;
    }
    /* nothing of it has happened: once more from where it began, record by record */
    if (l->taken == 0) {
        l->err = *err;
        return;
    }
    if (l->taken > 1 || l->solo == 0) {
        l->solo = l->taken;
        l->cursor = l->batch_cursor;
        l->place = l->batch_place;
        l->at -= l->ended[0].count;
        empty_batch(l);
        return;
    }
    /* this is the one */
    char ordinal[32];
    snprintf(ordinal, sizeof ordinal, "%lld", (long long)l->cursor.top);
    vk_comments_clear(l->rows); /* levels that ended before it stay */
    obm_refuse(
        t, l->cursor.comments, ordinal, "store", err_code_name(err->code), err->message, STR_NULL);
    l->taken = l->failed = 1;
}

static void commit(struct vk_levels *l)
{
    struct db_unit *u = obm_unit(l->task);
    int64_t fetched = obm_stats(l->task).fetched + l->taken;
    vk_comments_write(l->rows, u, l->owner_id, obm_id(l->task));
    vk_levels_ended_write(l, u);
    obm_count(l->task, (struct obm_stats){.fetched = l->taken, .failed = l->failed});
    if (fetched > l->total && l->total > 0) {
        l->total = fetched; /* more than VK had counted */
        obm_total(l->task, fetched);
    }
    obm_commit(l->task, u, on_commit, l);
}

static enum obm_step walk(struct vk_levels *l)
{
    int full = l->solo > 0 ? 1 : obm_batch_size(l->task);
    for (int i = 0; i < OBM_STEP_RECORDS;) {
        struct vk_answer *a = &l->link->answer;
        if (l->taken >= full) {
            if (l->cursor.reading)
                vk_level_mark(l, l->cursor.top);
            commit(l);
            return OBM_WAIT;
        }
        if (l->place.result >= a->count || l->at == l->count) {
            if (batch_open(l)) {
                commit(l);
                return OBM_WAIT;
            }
            l->state = VK_PLAN;
            return OBM_MORE;
        }
        int r = l->place.result;
        const struct vk_level *level = &l->list[l->at];
        note_batch_begin(l);
        if (!l->place.open) {
            bool its = l->asked[r].post == level->post && l->asked[r].comment == level->comment;
            if (its && !l->cursor.reading)
                vk_level_begin(&l->cursor, level, l->full);
            if (!its || l->asked[r].offset != l->cursor.offset) {
                l->place.result++; /* its level ended earlier than was thought */
                continue;
            }
            if (!a->results[r].node) {
                vk_level_refused(l, &a->results[r]);
                l->place.result++;
                continue;
            }
            vk_page_open(l, a->results[r].node);
        }
        if (vk_page_next(l))
            i++;
        else
            vk_page_close(l, a->results[r].node, l->asked[r].page);
    }
    return OBM_MORE;
}

enum obm_step vk_levels_step(struct vk_levels *l)
{
    if (obm_committing(l->task))
        return OBM_WAIT;
    if (l->err.code)
        return obm_fail(l->task, &l->err);
    switch (l->state) {
    case VK_LIST:
        return list(l);
    case VK_LISTING:
        return OBM_WAIT;
    case VK_PLAN:
        return plan(l);
    case VK_ASKING:
        switch (vk_link_poll(l->link, &l->err)) {
        case VK_READY:
            l->place = (struct vk_place){0};
            l->state = VK_WALKING;
            return OBM_MORE;
        case VK_BROKEN:
            return obm_fail(l->task, &l->err);
        case VK_WAITING:
            return OBM_WAIT;
        }
        return OBM_WAIT;
    case VK_WALKING:
        return walk(l);
    case VK_ENDED:
        return OBM_NEXT;
    }
    return OBM_WAIT;
}
