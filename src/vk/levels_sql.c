/* What is to be read, and what has been. */
#include "vk/levels.h"

/* $1 owner, $2 $3 from which level on, $4 full, $5 one post or 0 */
#define TO_READ                                                                                    \
    " p.owner_id = $1::bigint AND NOT p.is_deleted AND ($5::bigint = 0 OR p.id = $5)"              \
    " AND (p.read_count IS DISTINCT FROM p.comments_count OR $4::boolean)"                         \
    " AND (p.comments_count > 0 OR p.read_count > 0)"

static const struct db_stmt posts = {"vk_levels_posts",
    "SELECT p.id, 0::bigint, p.comments_count, coalesce(p.read_count, -1), p.level_total,"
    " p.level_read, p.level_last_id FROM vk_posts p WHERE" TO_READ
    " AND p.id >= $2::bigint AND $3::bigint >= 0 ORDER BY p.id LIMIT 50"};

static const struct db_stmt threads = {"vk_levels_threads",
    "SELECT c.post_id, c.id, c.thread_count, CASE WHEN c.thread_last_id = 0 THEN -1"
    " ELSE c.thread_read END, c.thread_read, c.thread_read, c.thread_last_id FROM vk_comments c"
    " WHERE c.owner_id = $1::bigint AND c.thread_count <> c.thread_read"
    " AND (c.post_id, c.id) >= ($2::bigint, $3::bigint) AND ($5::bigint = 0 OR c.post_id = $5)"
    " AND $4::boolean IS NOT NULL ORDER BY c.post_id, c.id LIMIT 50"};

static const struct db_stmt expected = {"vk_levels_expected",
    "SELECT coalesce(sum(CASE WHEN p.read_count IS NULL OR $4::boolean"
    " THEN p.comments_count ELSE abs(p.comments_count - p.read_count) END), 0)::bigint"
    " FROM vk_posts p WHERE" TO_READ " AND $2::bigint >= 0 AND $3::bigint >= 0"};

static const struct db_stmt posts_ended = {"vk_levels_posts_ended",
    "UPDATE vk_posts p SET read_count = CASE WHEN e.why IS NULL THEN e.total"
    "  ELSE p.read_count END, level_total = CASE WHEN e.why IS NULL THEN e.level_total"
    "  ELSE p.level_total END, level_read = CASE WHEN e.why IS NULL THEN e.level_read"
    "  ELSE p.level_read END, level_last_id = greatest(p.level_last_id, e.last),"
    "  access_error = e.why"
    " FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
    "  $7::bigint[], $8::text[]) AS e(post, comment, total, level_total, level_read, last, why)"
    " WHERE p.owner_id = $1::bigint AND p.id = e.post"};

static const struct db_stmt threads_ended = {"vk_levels_threads_ended",
    "UPDATE vk_comments c SET thread_read = e.total,"
    "  thread_last_id = greatest(c.thread_last_id, e.last)"
    " FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
    "  $7::bigint[], $8::text[]) AS e(post, comment, total, level_total, level_read, last, why)"
    " WHERE c.owner_id = $1::bigint AND c.id = e.comment"};

static void bind_list(const struct vk_levels *l, struct db_unit *u)
{
    db_bind_i64(u, l->owner_id);
    db_bind_i64(u, l->cursor.post);
    db_bind_i64(u, l->cursor.comment);
    db_bind_bool(u, l->full);
    db_bind_i64(u, l->only_post);
}

void vk_levels_list_add(const struct vk_levels *l, struct db_unit *u)
{
    db_add(u, l->kind == VK_TOP_LEVELS ? &posts : &threads);
    bind_list(l, u);
}

void vk_levels_expected_add(const struct vk_levels *l, struct db_unit *u)
{
    db_add(u, &expected);
    bind_list(l, u);
}

void vk_levels_list_read(struct vk_levels *l, const struct db_result *r)
{
    l->at = 0;
    l->count = db_rows(r);
    for (int i = 0; i < l->count; i++)
        l->list[i] = (struct vk_level){.post = db_i64(r, i, 0),
            .comment = db_i64(r, i, 1),
            .total = db_i64(r, i, 2),
            .seen = db_i64(r, i, 3),
            .old_total = db_i64(r, i, 4),
            .old_level = db_i64(r, i, 5),
            .old_last = db_i64(r, i, 6)};
}

void vk_levels_ended_write(struct vk_levels *l, struct db_unit *u)
{
    if (!l->ended[0].count)
        return;
    db_add(u, l->kind == VK_TOP_LEVELS ? &posts_ended : &threads_ended);
    db_bind_i64(u, l->owner_id);
    for (int i = 0; i < 7; i++)
        db_bind_column(u, &l->ended[i]);
}
