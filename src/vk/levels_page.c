/* The records of a page, and what follows from them: taken, refused, marked as gone; the end of a
 * page and of a level. */
#include "vk/levels_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "vk/text.h"

int vk_page_step(int page)
{
    return page > VK_PAGE_OVERLAP_FROM ? page - VK_PAGE_OVERLAP : page;
}

void vk_level_begin(struct vk_cursor *c, const struct vk_level *level, bool full)
{
    bool tail = !full && level->seen >= 0 && level->old_last > 0 && level->old_level > 0 &&
                level->total >= level->seen;
    int64_t offset =
        tail && level->old_level > VK_PAGE_OVERLAP ? level->old_level - VK_PAGE_OVERLAP : 0;
    struct vk_cursor kept = *c;
    *c = (struct vk_cursor){.post = level->post,
        .comment = level->comment,
        .reading = true,
        .way = tail ? VK_TAIL : VK_WHOLE,
        .offset = offset,
        .until = INT64_MAX,
        .begun = true,
        .posts = kept.posts,
        .comments = kept.comments,
        .refused = kept.refused};
}

/* ---- the records ---- */

static void refuse(struct vk_levels *l, const struct json *item, const struct err *why)
{
    struct buf record = BUF_INIT;
    char id[64];
    snprintf(id, sizeof id, "%lld_%lld", (long long)l->owner_id, (long long)vk_number(item, "id"));
    json_write(&record, item);
    obm_refuse(l->task, l->cursor.comments, id, "convert", err_code_name(why->code), why->message,
        buf_str(&record));
    buf_release(&record);
    l->failed++;
}

/* Whether the replies of a comment came with it, all of them; *ret_last: the highest id. */
static bool whole_thread(const struct json *item, int64_t *ret_last)
{
    const struct json *thread = json_get(item, "thread"), *items = json_get(thread, "items");
    int64_t count = vk_number(thread, "count");
    *ret_last = 0;
    if (!json_is(items, JSON_ARRAY) || (int64_t)items->count < count)
        return false;
    for (const struct json *j = items->child; j; j = j->next) {
        int64_t id = vk_number(j, "id");
        *ret_last = id > *ret_last ? id : *ret_last;
    }
    return true;
}

static void take_thread(struct vk_levels *l, const struct json *item, struct vk_comment *c)
{
    int64_t last;
    if (!whole_thread(item, &last)) {
        c->thread = l->full ? VK_THREAD_UNREAD : VK_THREAD_AS_WAS;
        return;
    }
    c->thread = VK_THREAD_READ;
    c->thread_last_id = last;
    const struct json *items = json_get(json_get(item, "thread"), "items");
    for (const struct json *j = items->child; j; j = j->next)
        vk_comments_met(l->rows, vk_number(j, "id"));
    vk_comments_stretch(l->rows, &(struct vk_stretch){c->post_id, c->id, 1, INT64_MAX});
}

static void take(struct vk_levels *l, const struct json *item, int64_t parent)
{
    struct vk_comment c;
    struct err why = ERR_INIT;
    l->taken++;
    l->cursor.comments++;
    l->cursor.in_page = true;
    if (parent == l->cursor.comment && vk_number(item, "id") > 0)
        vk_comments_met(l->rows, vk_number(item, "id"));
    if (!vk_comment_read(&l->texts, item, l->cursor.post, parent, &c, &why)) {
        refuse(l, item, &why);
        return;
    }
    if (parent == 0)
        take_thread(l, item, &c);
    vk_comments_add(l->rows, &c);
}

/* ---- the end of a page, of a level ---- */

void vk_level_mark(struct vk_levels *l, int64_t to)
{
    struct vk_cursor *c = &l->cursor;
    if (to > c->flushed)
        vk_comments_stretch(l->rows, &(struct vk_stretch){c->post, c->comment, c->flushed + 1, to});
    c->flushed = to;
}

static void end_level(struct vk_levels *l, const char *why)
{
    struct vk_cursor *c = &l->cursor;
    const struct vk_level *level = &l->list[l->at++];
    db_column_i64(&l->ended[0], level->post);
    db_column_i64(&l->ended[1], level->comment);
    db_column_i64(&l->ended[2], level->total);
    db_column_i64(&l->ended[3], c->total_count);
    db_column_i64(&l->ended[4], c->level_count);
    db_column_i64(&l->ended[5], c->last);
    db_column_text(&l->ended[6], str_from(why));
    c->reading = false;
    c->posts += why == NULL;
    c->refused += why != NULL;
    if (l->kind == VK_TOP_LEVELS)
        c->post++;
    else
        c->comment++;
    l->place.open = false;
}

/* whole: it ended where VK had said; an empty page before that proves nothing about what is gone.
 */
static void level_read(struct vk_levels *l, bool whole)
{
    struct vk_cursor *c = &l->cursor;
    const struct vk_level *level = &l->list[l->at];
    int64_t grown = c->total_count - level->old_total;
    bool nothing = c->way == VK_TAIL && c->until == INT64_MAX;
    bool more = c->way == VK_TAIL && (nothing || grown != c->explained);
    if (whole && !nothing)
        vk_level_mark(l, c->way == VK_HEAD && c->until < INT64_MAX ? c->until - 1 : INT64_MAX);
    if (more) {
        c->way = VK_HEAD;
        c->offset = c->top = c->reply = c->flushed = 0;
        return;
    }
    end_level(l, NULL);
}

void vk_level_refused(struct vk_levels *l, const struct vk_result *r)
{
    char id[64];
    const struct vk_level *level = &l->list[l->at];
    snprintf(id, sizeof id, "%lld_%lld", (long long)l->owner_id,
        (long long)(level->comment ? level->comment : level->post));
    obm_refuse(l->task, l->cursor.comments, id, "comments", err_code_name(r->err.code),
        r->err.message, STR_NULL);
    end_level(l, r->err.message);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = vk_number(*(const struct json *const *)a, "id");
    int64_t y = vk_number(*(const struct json *const *)b, "id");
    return x < y ? -1 : x > y;
}

/* The first of a list, which is brought into the order of ids when VK did not do so: the cursor
 * counts on it. */
static const struct json *in_order(struct vk_levels *l, const struct json *list)
{
    if (!json_is(list, JSON_ARRAY) || !list->child)
        return NULL;
    size_t n = 0;
    bool ordered = true;
    struct json **items = arena_alloc(&l->texts, list->count * sizeof *items);
    for (struct json *j = list->child; j; j = j->next) {
        ordered = ordered && (n == 0 || by_id(&items[n - 1], &j) <= 0);
        items[n++] = j;
    }
    if (!ordered) {
        qsort(items, n, sizeof *items, by_id);
        for (size_t i = 0; i < n; i++)
            items[i]->next = i + 1 < n ? items[i + 1] : NULL;
        ((struct json *)list)->child = items[0]; /* the tree is the answer's own */
    }
    return items[0];
}

void vk_page_open(struct vk_levels *l, const struct json *node)
{
    struct vk_cursor *c = &l->cursor;
    const struct json *items = json_get(node, "items");
    int64_t count = vk_number(node, "count"), level = vk_number(node, "current_level_count");
    c->level_count = level > 0 ? level : count;
    if (c->level_count <= 0 && json_is(items, JSON_ARRAY) && items->count > 0)
        c->level_count = c->offset + (int64_t)items->count + 1; /* not said: until nothing comes */
    /* a thread is counted by its own level; old answers have but one number */
    c->total_count = l->kind == VK_THREADS ? c->level_count : count;
    l->place.open = true;
    l->place.owner = 0;
    l->place.reply = NULL;
    l->place.item = in_order(l, items);
    l->place.resumed = c->in_page;
}

void vk_page_close(struct vk_levels *l, const struct json *node, int page)
{
    struct vk_cursor *c = &l->cursor;
    const struct json *items = json_get(node, "items");
    bool empty = !json_is(items, JSON_ARRAY) || items->count == 0;
    bool met = c->way == VK_HEAD && c->top >= c->until - 1;
    bool last = c->offset + page >= c->level_count;
    l->place.open = c->in_page = false;
    l->place.result++;
    vk_level_mark(l, c->top);
    if (empty || met || last) {
        level_read(l, met || last);
        return;
    }
    c->offset += vk_page_step(page);
}

/* The next record of the open page: true when one was taken. */
static bool next_reply(struct vk_levels *l)
{
    struct vk_place *p = &l->place;
    struct vk_cursor *c = &l->cursor;
    while (p->reply) {
        const struct json *reply = p->reply;
        int64_t id = vk_number(reply, "id");
        p->reply = reply->next;
        if (id > 0 && id <= c->reply)
            continue; /* taken before a crash */
        take(l, reply, p->owner);
        c->reply = id > c->reply ? id : c->reply;
        return true;
    }
    p->owner = 0;
    return false;
}

bool vk_page_next(struct vk_levels *l)
{
    struct vk_place *p = &l->place;
    struct vk_cursor *c = &l->cursor;
    if (p->owner && next_reply(l))
        return true;
    while (p->item) {
        const struct json *item = p->item;
        int64_t id = vk_number(item, "id");
        p->item = item->next;
        if (id > 0 ? id < c->top : p->resumed)
            continue; /* taken before: pages overlap, and a crash has one read again */
        if (c->way == VK_HEAD && id >= c->until) {
            c->top = c->until - 1;
            p->item = NULL;
            return false;
        }
        bool again = id > 0 && id == c->top;
        int64_t last;
        if (l->kind == VK_TOP_LEVELS && whole_thread(item, &last)) {
            /* else all of it is read in its turn */
            p->reply = in_order(l, json_get(json_get(item, "thread"), "items"));
            p->owner = id;
        }
        if (again) {
            if (p->owner && next_reply(l))
                return true;
            continue;
        }
        if (c->way == VK_TAIL && c->until == INT64_MAX && id > 0) {
            c->until = id;
            c->flushed = id - 1;
        }
        take(l, item, c->comment);
        if (id > 0) {
            c->top = id;
            c->reply = 0;
            if (c->way == VK_TAIL && id > l->list[l->at].old_last)
                c->explained +=
                    1 +
                    (l->kind == VK_TOP_LEVELS ? vk_number(json_get(item, "thread"), "count") : 0);
            c->last = id > c->last ? id : c->last;
        }
        return true;
    }
    return false;
}
