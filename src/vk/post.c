#include "vk/post.h"

#include <stdlib.h>

#include "vk/text.h"

/* A repost: where it comes from and what it says. */
static struct str copy_of(struct arena *a, const struct json *history)
{
    const struct json *first = json_at(history, 0);
    if (!json_is(history, JSON_ARRAY) || !first)
        return STR_NULL;
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    jw_object(&w);
    jw_ki64(&w, "owner_id", vk_number(first, "owner_id"));
    jw_ki64(&w, "id", vk_number(first, "id"));
    jw_kstr(&w, "text", vk_text(a, json_text(json_get(first, "text"))));
    jw_object_end(&w);
    struct str kept = arena_str(a, buf_str(&text));
    buf_release(&text);
    return kept;
}

bool vk_post_read(struct arena *a, const struct json *item, struct vk_post *p, struct err *why)
{
    *p = (struct vk_post){.id = vk_number(item, "id"),
        .from_id = vk_number(item, "from_id"),
        .text = vk_text(a, json_text(json_get(item, "text"))),
        .is_pinned = vk_flag(item, "is_pinned"),
        .is_ad = vk_flag(item, "marked_as_ads"),
        .is_deleted = vk_flag(item, "is_deleted"),
        .likes = vk_number(json_get(item, "likes"), "count"),
        .reposts = vk_number(json_get(item, "reposts"), "count"),
        .views = vk_number(json_get(item, "views"), "count"),
        .comments_count = vk_number(json_get(item, "comments"), "count")};
    if (p->id <= 0)
        return err_set(why, ERR_VALIDATION_ERROR, "%s",
                   TR("У записи нет номера (id).", "The post has no id.")),
               false;
    if (!vk_date(item, "date", &p->date))
        return err_set(why, ERR_VALIDATION_ERROR, "%s",
                   TR("У записи нет даты или она невозможна.",
                       "The post has no date, or an impossible one.")),
               false;
    vk_date(item, "edited", &p->edited);
    if (p->comments_count < 0)
        p->comments_count = 0;
    struct str type = json_text(json_get(item, "post_type"));
    p->post_type = type.n ? vk_text(a, type) : STR_NULL;
    p->attachments = vk_attachments(a, json_get(item, "attachments"));
    p->copy_of = copy_of(a, json_get(item, "copy_history"));
    return true;
}

/* The order of the columns is that of the parameters $3 …. */
enum column {
    C_ID,
    C_FROM,
    C_DATE,
    C_EDITED,
    C_TEXT,
    C_TYPE,
    C_PINNED,
    C_AD,
    C_DELETED,
    C_LIKES,
    C_REPOSTS,
    C_VIEWS,
    C_COMMENTS,
    C_ATTACHMENTS,
    C_COPY,
    COLUMNS
};

static const enum db_elem column_elem[COLUMNS] = {
    [C_ID] = DB_INT8,
    [C_FROM] = DB_INT8,
    [C_DATE] = DB_TIMESTAMPTZ,
    [C_EDITED] = DB_TIMESTAMPTZ,
    [C_TEXT] = DB_TEXT,
    [C_TYPE] = DB_TEXT,
    [C_PINNED] = DB_BOOL,
    [C_AD] = DB_BOOL,
    [C_DELETED] = DB_BOOL,
    [C_LIKES] = DB_INT8,
    [C_REPOSTS] = DB_INT8,
    [C_VIEWS] = DB_INT8,
    [C_COMMENTS] = DB_INT8,
    [C_ATTACHMENTS] = DB_TEXT,
    [C_COPY] = DB_TEXT,
};

static const struct db_stmt upsert = {"vk_post_upsert",
    "WITH input AS ("
    " SELECT DISTINCT ON (i.id) i.* FROM unnest($3::bigint[], $4::bigint[], $5::timestamptz[],"
    "  $6::timestamptz[], $7::text[], $8::text[], $9::boolean[], $10::boolean[], $11::boolean[],"
    "  $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::text[], $17::text[])"
    "  AS i(id, author, at, edited, body, type, pinned, ad, deleted, likes, reposts, views,"
    "  comments, attachments, copied)"
    "), stored AS ("
    " INSERT INTO vk_posts AS p (owner_id, id, from_id, date, edited, text, post_type, is_pinned,"
    "  is_ad, is_deleted, likes, reposts, views, comments_count, attachments, copy_of,"
    "  created_task_id, changed_task_id)"
    " SELECT $1::bigint, i.id, i.author, i.at, i.edited, i.body, i.type, i.pinned, i.ad,"
    "  i.deleted, i.likes, i.reposts, i.views, i.comments, i.attachments::jsonb, i.copied::jsonb,"
    "  $2::uuid, $2::uuid"
    " FROM input i LEFT JOIN LATERAL"
    "  (SELECT * FROM vk_posts b WHERE b.owner_id = $1 AND b.id = i.id LIMIT 1) b ON true"
    " WHERE b.id IS NULL OR (b.from_id, b.date, b.edited, b.text, b.post_type, b.is_pinned,"
    "   b.is_ad, b.is_deleted, b.likes, b.reposts, b.views, b.comments_count, b.attachments,"
    "   b.copy_of) IS DISTINCT FROM (i.author, i.at, i.edited, i.body, i.type, i.pinned, i.ad,"
    "   i.deleted, i.likes, i.reposts, i.views, i.comments, i.attachments::jsonb, i.copied::jsonb)"
    " ON CONFLICT (owner_id, id) DO UPDATE SET"
    "  from_id = excluded.from_id, date = excluded.date, edited = excluded.edited,"
    "  text = excluded.text, post_type = excluded.post_type, is_pinned = excluded.is_pinned,"
    "  is_ad = excluded.is_ad, is_deleted = excluded.is_deleted, likes = excluded.likes,"
    "  reposts = excluded.reposts, views = excluded.views,"
    "  comments_count = excluded.comments_count, attachments = excluded.attachments,"
    "  copy_of = excluded.copy_of,"
    "  analyzed = CASE WHEN p.text = excluded.text THEN p.analyzed END,"
    "  changed_task_id = excluded.changed_task_id, updated_at = now()"
    " RETURNING (xmax = 0) AS created)"
    " SELECT obm_tally(count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created),"
    "  cardinality($3::bigint[]) - count(*), 0) FROM stored"};

static const struct db_stmt suspects = {"vk_post_suspects",
    "SELECT p.id FROM vk_posts p WHERE p.owner_id = $1::bigint"
    " AND p.date BETWEEN $2::timestamptz AND $3::timestamptz AND NOT p.is_deleted"
    " AND p.id <> ALL ($4::bigint[]) AND p.id > $5::bigint ORDER BY p.id LIMIT 100"};

static const struct db_stmt gone = {"vk_post_gone",
    "WITH gone AS ("
    " UPDATE vk_posts SET is_deleted = true, is_pinned = false, changed_task_id = $3::uuid,"
    "  updated_at = now()"
    " WHERE owner_id = $1::bigint AND id = ANY ($2::bigint[]) AND NOT is_deleted RETURNING 1)"
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"};

struct vk_posts {
    struct db_column columns[COLUMNS];
};

struct vk_posts *vk_posts_new(void)
{
    struct vk_posts *b = mem_alloc(sizeof *b);
    for (int c = 0; c < COLUMNS; c++)
        db_column_init(&b->columns[c], column_elem[c]);
    return b;
}

void vk_posts_free(struct vk_posts *b)
{
    for (int c = 0; b && c < COLUMNS; c++)
        db_column_release(&b->columns[c]);
    free(b);
}

void vk_posts_clear(struct vk_posts *b)
{
    for (int c = 0; c < COLUMNS; c++)
        db_column_clear(&b->columns[c]);
}

int vk_posts_count(const struct vk_posts *b)
{
    return b->columns[C_ID].count;
}

void vk_posts_add(struct vk_posts *b, const struct vk_post *p)
{
    struct db_column *to = b->columns;
    db_column_i64(&to[C_ID], p->id);
    db_column_i64(&to[C_FROM], p->from_id);
    db_column_time(&to[C_DATE], p->date);
    if (p->edited)
        db_column_time(&to[C_EDITED], p->edited);
    else
        db_column_null(&to[C_EDITED]);
    db_column_text(&to[C_TEXT], p->text);
    db_column_text(&to[C_TYPE], p->post_type);
    db_column_bool(&to[C_PINNED], p->is_pinned);
    db_column_bool(&to[C_AD], p->is_ad);
    db_column_bool(&to[C_DELETED], p->is_deleted);
    db_column_i64(&to[C_LIKES], p->likes);
    db_column_i64(&to[C_REPOSTS], p->reposts);
    db_column_i64(&to[C_VIEWS], p->views);
    db_column_i64(&to[C_COMMENTS], p->comments_count);
    db_column_text(&to[C_ATTACHMENTS], p->attachments);
    db_column_text(&to[C_COPY], p->copy_of);
}

void vk_posts_write(
    struct vk_posts *b, struct db_unit *u, int64_t owner_id, const struct uuid *task_id)
{
    db_add(u, &upsert);
    db_bind_i64(u, owner_id);
    db_bind_uuid(u, task_id);
    for (int c = 0; c < COLUMNS; c++)
        db_bind_column(u, &b->columns[c]);
}

void vk_posts_suspects_add(struct db_unit *u, int64_t owner_id, usec_t from, usec_t to,
    const struct db_column *met, int64_t after)
{
    db_add(u, &suspects);
    db_bind_i64(u, owner_id);
    db_bind_time(u, from);
    db_bind_time(u, to);
    db_bind_column(u, met);
    db_bind_i64(u, after);
}

void vk_posts_gone_add(
    struct db_unit *u, int64_t owner_id, const struct db_column *ids, const struct uuid *task_id)
{
    db_add(u, &gone);
    db_bind_i64(u, owner_id);
    db_bind_column(u, ids);
    db_bind_uuid(u, task_id);
}
