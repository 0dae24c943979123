#include "vk/levels.h"

#include <stdio.h>
#include <stdlib.h>

#include "obmen/time.h"
#include "vk/text.h"

enum {
    OVERLAP = 3,       /* records that two pages have in common: deletions shift them */
    OVERLAP_FROM = 10, /* of pages that are longer than this */
    INLINE = 10,       /* replies that come with a comment */
};

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

void vk_cursor_save(const struct vk_cursor *c, struct json_writer *w)
{
    static const char *const ways[] = {"whole", "tail", "head"};
    jw_object(w);
    jw_ki64(w, "post", c->post);
    jw_ki64(w, "comment", c->comment);
    jw_kbool(w, "reading", c->reading);
    jw_kcstr(w, "way", ways[c->way]);
    jw_ki64(w, "offset", c->offset);
    jw_ki64(w, "top", c->top);
    jw_ki64(w, "reply", c->reply);
    jw_ki64(w, "flushed", c->flushed);
    jw_ki64(w, "until", c->until);
    jw_ki64(w, "explained", c->explained);
    jw_ki64(w, "last", c->last);
    jw_ki64(w, "level_count", c->level_count);
    jw_ki64(w, "total_count", c->total_count);
    jw_kbool(w, "begun", c->begun);
    jw_kbool(w, "in_page", c->in_page);
    jw_ki64(w, "posts", c->posts);
    jw_ki64(w, "comments", c->comments);
    jw_ki64(w, "refused", c->refused);
    jw_object_end(w);
}

void vk_cursor_load(struct vk_cursor *c, const struct json *j)
{
    struct str way = json_text(json_get(j, "way"));
    *c = (struct vk_cursor){.way = str_is(way, "tail")   ? VK_TAIL
                                   : str_is(way, "head") ? VK_HEAD
                                                         : VK_WHOLE,
        .post = vk_number(j, "post"),
        .comment = vk_number(j, "comment"),
        .offset = vk_number(j, "offset"),
        .top = vk_number(j, "top"),
        .reply = vk_number(j, "reply"),
        .flushed = vk_number(j, "flushed"),
        .until = vk_number(j, "until"),
        .explained = vk_number(j, "explained"),
        .last = vk_number(j, "last"),
        .level_count = vk_number(j, "level_count"),
        .total_count = vk_number(j, "total_count"),
        .posts = vk_number(j, "posts"),
        .comments = vk_number(j, "comments"),
        .refused = vk_number(j, "refused")};
    json_bool(json_get(j, "reading"), &c->reading);
    json_bool(json_get(j, "begun"), &c->begun);
    json_bool(json_get(j, "in_page"), &c->in_page);
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

static int step_of(int page)
{
    return page > OVERLAP_FROM ? page - OVERLAP : page;
}

static void begin_level(struct vk_cursor *c, const struct vk_level *level, bool full)
{
    bool tail = !full && level->seen >= 0 && level->old_last > 0 && level->old_level > 0 &&
                level->total >= level->seen;
    int64_t offset = tail && level->old_level > OVERLAP ? level->old_level - OVERLAP : 0;
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
        return level->old_level + OVERLAP;
    if (c->level_count)
        return c->level_count;
    return c->way == VK_TAIL ? level->old_level + level->total - level->seen : level->total;
}

static enum obm_step plan(struct vk_levels *l)
{
    bool batch = l->link->service->execute == VK_EXECUTE_YES;
    int max = batch ? l->link->batch_max : 1, step = step_of(l->link->page_max);
    if (l->at == l->count) {
        l->state = VK_LIST;
        return OBM_MORE;
    }
    struct vk_cursor c = l->cursor;
    if (!c.reading)
        begin_level(&c, &l->list[l->at], l->full);
    l->cursor = c;
    for (int i = l->at; i < l->count && l->link->count < max; i++) {
        const struct vk_level *level = &l->list[i];
        if (i > l->at)
            begin_level(&c, level, l->full);
        int64_t offset = c.offset, end = expected_end(&c, level);
        do {
            add_call(l, level, offset);
            offset += step;
        } while (offset + OVERLAP < end && l->link->count < max);
    }
    vk_link_start(l->link, batch);
    l->state = VK_ASKING;
    return OBM_MORE;
}

/* ---- the records ---- */

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

/* What stands in the table up to `to` and was not met is gone. */
static void mark(struct vk_levels *l, int64_t to)
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
        mark(l, c->way == VK_HEAD && c->until < INT64_MAX ? c->until - 1 : INT64_MAX);
    if (more) {
        c->way = VK_HEAD;
        c->offset = c->top = c->reply = c->flushed = 0;
        return;
    }
    end_level(l, NULL);
}

static void refused_level(struct vk_levels *l, const struct vk_result *r)
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

static void open_page(struct vk_levels *l, const struct json *node)
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

static void close_page(struct vk_levels *l, const struct json *node, int page)
{
    struct vk_cursor *c = &l->cursor;
    const struct json *items = json_get(node, "items");
    bool empty = !json_is(items, JSON_ARRAY) || items->count == 0;
    bool met = c->way == VK_HEAD && c->top >= c->until - 1;
    bool last = c->offset + page >= c->level_count;
    l->place.open = c->in_page = false;
    l->place.result++;
    mark(l, c->top);
    if (empty || met || last) {
        level_read(l, met || last);
        return;
    }
    c->offset += step_of(page);
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

static bool next_record(struct vk_levels *l)
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

/* ---- commits ---- */

static bool bad_data(const struct err *err)
{
    return !err->passing && !err->cancelled &&
           (strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "23", 2) == 0 ||
               strncmp(err->sqlstate, "54", 2) == 0);
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
    if (!bad_data(err)) {
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
                mark(l, l->cursor.top);
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
                begin_level(&l->cursor, level, l->full);
            if (!its || l->asked[r].offset != l->cursor.offset) {
                l->place.result++; /* its level ended earlier than was thought */
                continue;
            }
            if (!a->results[r].node) {
                refused_level(l, &a->results[r]);
                l->place.result++;
                continue;
            }
            open_page(l, a->results[r].node);
        }
        if (next_record(l))
            i++;
        else
            close_page(l, a->results[r].node, l->asked[r].page);
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
