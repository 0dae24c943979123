#include "vk/comment.h"

#include <stdlib.h>

#include "vk/text.h"

bool vk_comment_read(struct arena *a, const struct json *item, int64_t post_id, int64_t parent_id,
    struct vk_comment *c, struct err *why)
{
    const struct json *text = json_get(item, "text"), *thread = json_get(item, "thread");
    *c = (struct vk_comment){.id = vk_number(item, "id"),
        .post_id = post_id,
        .parent_id = parent_id,
        .from_id = vk_number(item, "from_id"),
        .likes = vk_number(json_get(item, "likes"), "count"),
        .reply_to_comment = vk_number(item, "reply_to_comment"),
        .reply_to_user = vk_number(item, "reply_to_user"),
        .is_post_author = vk_flag(item, "is_from_post_author"),
        .is_deleted = vk_flag(item, "deleted"),
        .thread_count = parent_id ? 0 : vk_number(thread, "count")};
    if (c->id <= 0)
        return err_set(why, ERR_VALIDATION_ERROR, "%s",
                   TR("У комментария нет номера (id).", "The comment has no id.")),
               false;
    if (!vk_date(item, "date", &c->date))
        return err_set(why, ERR_VALIDATION_ERROR, "%s",
                   TR("У комментария нет даты или она невозможна.",
                       "The comment has no date, or an impossible one.")),
               false;
    if (json_is(text, JSON_STRING))
        c->text = vk_text(a, text->text);
    else if (!c->is_deleted)
        return err_set(why, ERR_VALIDATION_ERROR, "%s",
                   TR("У комментария нет текста (text).", "The comment has no text member.")),
               false;
    if (c->thread_count < 0)
        c->thread_count = 0;
    c->attachments = vk_attachments(a, json_get(item, "attachments"));
    return true;
}

/* The order of the columns is that of the parameters $3 …. */
enum column {
    C_ID,
    C_POST,
    C_PARENT,
    C_FROM,
    C_DATE,
    C_TEXT,
    C_LIKES,
    C_REPLY_COMMENT,
    C_REPLY_USER,
    C_AUTHOR,
    C_DELETED,
    C_ATTACHMENTS,
    C_THREAD_COUNT,
    C_THREAD_READ, /* NULL: as before */
    C_THREAD_LAST,
    COLUMNS
};

static const enum db_elem column_elem[COLUMNS] = {
    [C_ID] = DB_INT8,
    [C_POST] = DB_INT8,
    [C_PARENT] = DB_INT8,
    [C_FROM] = DB_INT8,
    [C_DATE] = DB_TIMESTAMPTZ,
    [C_TEXT] = DB_TEXT,
    [C_LIKES] = DB_INT8,
    [C_REPLY_COMMENT] = DB_INT8,
    [C_REPLY_USER] = DB_INT8,
    [C_AUTHOR] = DB_BOOL,
    [C_DELETED] = DB_BOOL,
    [C_ATTACHMENTS] = DB_TEXT,
    [C_THREAD_COUNT] = DB_INT8,
    [C_THREAD_READ] = DB_INT8,
    [C_THREAD_LAST] = DB_INT8,
};

/* What stands as it came is found first and not touched. A deleted comment keeps the text and the
 * author that are known; a changed text is to be analysed anew. That a thread is to be read again
 * is a note of ours and no change of the comment. */
static const struct db_stmt upsert = {"vk_comment_upsert",
    "WITH input AS ("
    " SELECT DISTINCT ON (i.id) i.* FROM unnest($3::bigint[], $4::bigint[], $5::bigint[],"
    "  $6::bigint[], $7::timestamptz[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[],"
    "  $12::boolean[], $13::boolean[], $14::text[], $15::bigint[], $16::bigint[], $17::bigint[])"
    "  AS i(id, post, parent, author, at, body, likes, reply_comment, reply_user, by_post_author,"
    "  deleted, attachments, thread_count, thread_read, thread_last)"
    "), seen AS ("
    " SELECT i.*, b.thread_read AS was_read, b.thread_last_id AS was_last, b.id IS NULL OR"
    "  (b.post_id, b.parent_id, b.date, b.likes, b.is_deleted, b.is_post_author,"
    "   b.thread_count) IS DISTINCT FROM (i.post, i.parent, i.at, i.likes, i.deleted,"
    "   i.by_post_author, i.thread_count)"
    "  OR b.text IS DISTINCT FROM CASE WHEN i.deleted THEN coalesce(nullif(i.body, ''), b.text)"
    "   ELSE i.body END"
    "  OR b.from_id IS DISTINCT FROM coalesce(i.author, b.from_id)"
    "  OR (NOT i.deleted AND b.attachments IS DISTINCT FROM i.attachments::jsonb) AS changed"
    " FROM input i LEFT JOIN LATERAL"
    "  (SELECT * FROM vk_comments b WHERE b.owner_id = $1 AND b.id = i.id LIMIT 1) b ON true"
    "), noted AS ("
    " UPDATE vk_comments c SET thread_read = i.thread_read,"
    "  thread_last_id = greatest(i.thread_last, c.thread_last_id)"
    " FROM seen i WHERE NOT i.changed AND i.thread_read <> i.was_read"
    "  AND c.owner_id = $1 AND c.id = i.id"
    "), stored AS ("
    " INSERT INTO vk_comments AS c (owner_id, id, post_id, parent_id, from_id, date, text, likes,"
    "  reply_to_comment, reply_to_user, is_post_author, is_deleted, attachments, thread_count,"
    "  thread_read, thread_last_id, created_task_id, changed_task_id)"
    " SELECT $1::bigint, i.id, i.post, i.parent, i.author, i.at, coalesce(i.body, ''), i.likes,"
    "  i.reply_comment, i.reply_user, i.by_post_author, i.deleted, i.attachments::jsonb,"
    "  i.thread_count, coalesce(i.thread_read, i.was_read, 0),"
    "  greatest(i.thread_last, i.was_last, 0), $2::uuid, $2::uuid"
    " FROM seen i WHERE i.changed"
    " ON CONFLICT (owner_id, id) DO UPDATE SET"
    "  post_id = excluded.post_id, parent_id = excluded.parent_id,"
    "  from_id = coalesce(excluded.from_id, c.from_id), date = excluded.date,"
    "  text = CASE WHEN excluded.is_deleted AND excluded.text = '' THEN c.text"
    "   ELSE excluded.text END,"
    "  likes = excluded.likes,"
    "  reply_to_comment = coalesce(excluded.reply_to_comment, c.reply_to_comment),"
    "  reply_to_user = coalesce(excluded.reply_to_user, c.reply_to_user),"
    "  is_post_author = excluded.is_post_author, is_deleted = excluded.is_deleted,"
    "  attachments = CASE WHEN excluded.is_deleted THEN c.attachments"
    "   ELSE excluded.attachments END,"
    "  thread_count = excluded.thread_count, thread_read = excluded.thread_read,"
    "  thread_last_id = excluded.thread_last_id,"
    "  analyzed = CASE WHEN c.text = excluded.text OR (excluded.is_deleted AND excluded.text = '')"
    "   THEN c.analyzed END,"
    "  changed_task_id = excluded.changed_task_id, updated_at = now()"
    " RETURNING (xmax = 0) AS created)"
    " SELECT obm_tally(count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created),"
    "  cardinality($3::bigint[]) - count(*), 0) FROM stored"};

static const struct db_stmt mark_gone = {"vk_comment_gone",
    "WITH gone AS ("
    " UPDATE vk_comments c SET is_deleted = true, changed_task_id = $2::uuid, updated_at = now()"
    " FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])"
    "  AS s(post, parent, low, high)"
    " WHERE c.owner_id = $1::bigint AND c.post_id = s.post AND c.parent_id = s.parent"
    "  AND c.id BETWEEN s.low AND s.high AND NOT c.is_deleted AND c.id <> ALL ($3::bigint[])"
    " RETURNING 1)"
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"};

struct vk_comments {
    struct db_column columns[COLUMNS];
    struct db_column met;
    struct db_column stretches[4];
};

struct vk_comments *vk_comments_new(void)
{
    struct vk_comments *b = mem_alloc(sizeof *b);
    for (int c = 0; c < COLUMNS; c++)
        db_column_init(&b->columns[c], column_elem[c]);
    for (int c = 0; c < 4; c++)
        db_column_init(&b->stretches[c], DB_INT8);
    db_column_init(&b->met, DB_INT8);
    return b;
}

void vk_comments_free(struct vk_comments *b)
{
    if (!b)
        return;
    for (int c = 0; c < COLUMNS; c++)
        db_column_release(&b->columns[c]);
    for (int c = 0; c < 4; c++)
        db_column_release(&b->stretches[c]);
    db_column_release(&b->met);
    free(b);
}

void vk_comments_clear(struct vk_comments *b)
{
    for (int c = 0; c < COLUMNS; c++)
        db_column_clear(&b->columns[c]);
    for (int c = 0; c < 4; c++)
        db_column_clear(&b->stretches[c]);
    db_column_clear(&b->met);
}

int vk_comments_count(const struct vk_comments *b)
{
    return b->columns[C_ID].count;
}

void vk_comments_add(struct vk_comments *b, const struct vk_comment *c)
{
    struct db_column *to = b->columns;
    db_column_i64(&to[C_ID], c->id);
    db_column_i64(&to[C_POST], c->post_id);
    db_column_i64(&to[C_PARENT], c->parent_id);
    db_column_id(&to[C_FROM], c->from_id);
    db_column_time(&to[C_DATE], c->date);
    db_column_text(&to[C_TEXT], c->text);
    db_column_i64(&to[C_LIKES], c->likes);
    db_column_id(&to[C_REPLY_COMMENT], c->reply_to_comment);
    db_column_id(&to[C_REPLY_USER], c->reply_to_user);
    db_column_bool(&to[C_AUTHOR], c->is_post_author);
    db_column_bool(&to[C_DELETED], c->is_deleted);
    db_column_text(&to[C_ATTACHMENTS], c->attachments);
    db_column_i64(&to[C_THREAD_COUNT], c->thread_count);
    if (c->thread == VK_THREAD_AS_WAS)
        db_column_null(&to[C_THREAD_READ]);
    else
        db_column_i64(&to[C_THREAD_READ], c->thread == VK_THREAD_READ ? c->thread_count : -1);
    db_column_i64(&to[C_THREAD_LAST], c->thread == VK_THREAD_READ ? c->thread_last_id : 0);
}

void vk_comments_met(struct vk_comments *b, int64_t id)
{
    db_column_i64(&b->met, id);
}

void vk_comments_stretch(struct vk_comments *b, const struct vk_stretch *s)
{
    db_column_i64(&b->stretches[0], s->post_id);
    db_column_i64(&b->stretches[1], s->parent_id);
    db_column_i64(&b->stretches[2], s->from);
    db_column_i64(&b->stretches[3], s->to);
}

void vk_comments_write(
    struct vk_comments *b, struct db_unit *u, int64_t owner_id, const struct uuid *task_id)
{
    if (b->columns[C_ID].count) {
        db_add(u, &upsert);
        db_bind_i64(u, owner_id);
        db_bind_uuid(u, task_id);
        for (int c = 0; c < COLUMNS; c++)
            db_bind_column(u, &b->columns[c]);
    }
    if (b->stretches[0].count) {
        db_add(u, &mark_gone);
        db_bind_i64(u, owner_id);
        db_bind_uuid(u, task_id);
        db_bind_column(u, &b->met);
        for (int c = 0; c < 4; c++)
            db_bind_column(u, &b->stretches[c]);
    }
}
