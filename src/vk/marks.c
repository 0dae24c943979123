#include "vk/marks.h"

#include <stdlib.h>

#define READ(name, table, post)                                                                    \
    {                                                                                              \
        name, "SELECT id, " post ", date, CASE WHEN analyzed IS DISTINCT FROM $3::bigint"          \
              " THEN text END, analyzed IS NOT NULL FROM " table                                   \
              " WHERE owner_id = $1::bigint AND id > $2::bigint ORDER BY id LIMIT 100"             \
    }

static const struct db_stmt read_items[] = {
    [VK_POSTS] = READ("vk_marks_posts", "vk_posts", "id"),
    [VK_COMMENTS] = READ("vk_marks_comments", "vk_comments", "post_id"),
};

static const struct db_stmt drop = {"vk_marks_drop",
    "DELETE FROM vk_matches m WHERE m.owner_id = $1::bigint AND m.item_id = ANY ($2::bigint[])"
    " AND NOT EXISTS (SELECT FROM unnest($3::bigint[], $4::bigint[], $5::integer[])"
    "  AS n(item, keyword, position) WHERE n.item = m.item_id AND n.keyword = m.keyword_id"
    "  AND n.position = m.position)"};

/* A keyword that was removed meanwhile has no matches; one that is used can't be removed meanwhile.
 */
static const struct db_stmt insert = {"vk_marks_insert",
    "INSERT INTO vk_matches AS m (owner_id, item_id, keyword_id, position, length, context,"
    "  post_id, is_post, day)"
    " SELECT $1::bigint, n.item, n.keyword, n.position, n.length, n.context, n.post,"
    "  $2::boolean, n.day FROM unnest($3::bigint[], $4::bigint[], $5::integer[], $6::integer[],"
    "  $7::text[], $8::bigint[], $9::date[])"
    "  AS n(item, keyword, position, length, context, post, day)"
    " JOIN (SELECT id FROM vk_keywords WHERE id = ANY ($4) ORDER BY id FOR KEY SHARE) k"
    "  ON k.id = n.keyword"
    " ON CONFLICT (owner_id, item_id, keyword_id, position) DO UPDATE SET"
    "  length = excluded.length, context = excluded.context, day = excluded.day"
    " WHERE (m.length, m.context, m.day) IS DISTINCT FROM"
    "  (excluded.length, excluded.context, excluded.day)"};

#define MARK(name, table)                                                                          \
    {                                                                                              \
        name, "UPDATE " table " t SET analyzed = $2::bigint, match_count = n.count"                \
              " FROM unnest($3::bigint[], $4::integer[]) AS n(id, count)"                          \
              " WHERE t.owner_id = $1::bigint AND t.id = n.id"                                     \
    }

static const struct db_stmt mark_items[] = {
    [VK_POSTS] = MARK("vk_marks_mark_posts", "vk_posts"),
    [VK_COMMENTS] = MARK("vk_marks_mark_comments", "vk_comments"),
};

enum { M_ITEM, M_KEYWORD, M_POSITION, M_LENGTH, M_CONTEXT, M_POST, M_DAY, MATCH_COLUMNS };

struct vk_marks {
    struct db_column ids, counts;
    struct db_column matches[MATCH_COLUMNS];
};

struct vk_marks *vk_marks_new(void)
{
    static const enum db_elem elems[MATCH_COLUMNS] = {
        DB_INT8, DB_INT8, DB_INT4, DB_INT4, DB_TEXT, DB_INT8, DB_DATE};
    struct vk_marks *m = mem_alloc(sizeof *m);
    db_column_init(&m->ids, DB_INT8);
    db_column_init(&m->counts, DB_INT4);
    for (int i = 0; i < MATCH_COLUMNS; i++)
        db_column_init(&m->matches[i], elems[i]);
    return m;
}

void vk_marks_free(struct vk_marks *m)
{
    if (!m)
        return;
    db_column_release(&m->ids);
    db_column_release(&m->counts);
    for (int i = 0; i < MATCH_COLUMNS; i++)
        db_column_release(&m->matches[i]);
    free(m);
}

void vk_marks_clear(struct vk_marks *m)
{
    db_column_clear(&m->ids);
    db_column_clear(&m->counts);
    for (int i = 0; i < MATCH_COLUMNS; i++)
        db_column_clear(&m->matches[i]);
}

void vk_marks_add(struct vk_marks *m, int64_t item_id, int64_t post_id, usec_t date,
    const struct vk_match *matches, int count)
{
    db_column_i64(&m->ids, item_id);
    db_column_i32(&m->counts, count);
    for (int i = 0; i < count; i++) {
        db_column_i64(&m->matches[M_ITEM], item_id);
        db_column_i64(&m->matches[M_KEYWORD], matches[i].keyword_id);
        db_column_i32(&m->matches[M_POSITION], matches[i].position);
        db_column_i32(&m->matches[M_LENGTH], matches[i].length);
        db_column_text(&m->matches[M_CONTEXT], matches[i].context);
        db_column_i64(&m->matches[M_POST], post_id);
        db_column_time(&m->matches[M_DAY], date - date % USEC_PER_DAY);
    }
}

void vk_marks_read_add(
    struct db_unit *u, enum vk_item_kind kind, int64_t owner_id, int64_t after, int64_t version)
{
    db_add(u, &read_items[kind]);
    db_bind_i64(u, owner_id);
    db_bind_i64(u, after);
    db_bind_i64(u, version);
}

void vk_marks_write(struct vk_marks *m, struct db_unit *u, enum vk_item_kind kind, int64_t owner_id,
    int64_t version)
{
    if (m->ids.count == 0)
        return;
    db_add(u, &drop);
    db_bind_i64(u, owner_id);
    db_bind_column(u, &m->ids);
    for (int i = M_ITEM; i <= M_POSITION; i++)
        db_bind_column(u, &m->matches[i]);
    if (m->matches[M_ITEM].count) {
        db_add(u, &insert);
        db_bind_i64(u, owner_id);
        db_bind_bool(u, kind == VK_POSTS);
        for (int i = 0; i < MATCH_COLUMNS; i++)
            db_bind_column(u, &m->matches[i]);
    }
    db_add(u, &mark_items[kind]);
    db_bind_i64(u, owner_id);
    db_bind_i64(u, version);
    db_bind_column(u, &m->ids);
    db_bind_column(u, &m->counts);
}
