/* Reading groups, posts and comments for the API. */
#include "vk/query.h"

#include "vk/query_call.h"
#include "vk/words.h"

/* ---- groups ---- */

#define GROUP_MATCHES                                                                              \
    " ($1::text IS NULL OR g.name ILIKE $1 OR g.screen_name ILIKE $1 OR g.id::text ILIKE $1)"

static const struct db_stmt groups = {"vk_groups_list",
    "SELECT json_build_object('id', g.id, 'screen_name', g.screen_name, 'name', g.name,"
    " 'is_closed', g.is_closed, 'deactivated', g.deactivated,"
    " 'posts', (SELECT count(*) FROM vk_posts p WHERE p.owner_id = -g.id),"
    " 'comments', (SELECT count(*) FROM vk_comments c WHERE c.owner_id = -g.id),"
    " 'parsed_at', " VK_MOMENT("g.parsed_at") ", 'analyzed_at', " VK_MOMENT(
        "g.analyzed_at") ", 'parsed_task_id', g.parsed_task_id, 'url', 'https://vk.com/club' || "
                         "g.id)"
                         " FROM vk_groups g WHERE" GROUP_MATCHES
                         " ORDER BY lower(g.name), g.id LIMIT $2::integer OFFSET $3::integer"};
static const struct db_stmt group_count = {
    "vk_groups_count", "SELECT count(*) FROM vk_groups g WHERE" GROUP_MATCHES};

void vk_list_groups(struct db *db, struct str q, int limit, int offset, vk_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &groups);
    vk_bind_part(u, q);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &group_count);
    vk_bind_part(u, q);
    db_submit(u, vk_query_done, vk_query_new("groups", done, arg));
}

/* ---- posts and comments ---- */

/* $1 owner, $2 post, $3 pattern, $4 keyword, $5 the same as stems */
#define MATCHES(row, id, post)                                                                     \
    " ($1::bigint IS NULL OR " row ".owner_id = $1) AND ($2::bigint IS NULL OR " post " = $2)"     \
    " AND ($3::text IS NULL OR " row ".text ILIKE $3)"                                             \
    " AND ($4::text IS NULL OR EXISTS (SELECT FROM vk_matches m WHERE m.owner_id = " row           \
    ".owner_id AND m.item_id = " id " AND m.keyword_id = ANY (ARRAY(SELECT k.id FROM vk_keywords"  \
    " k WHERE k.normal = $5::text OR k.id::text = $4))))"

#define FOUND(row)                                                                                 \
    "(SELECT coalesce(json_agg(json_build_object('keyword_id', m.keyword_id, 'keyword',"           \
    "  k.keyword, 'start', m.position, 'length', m.length, 'context', m.context)"                  \
    "  ORDER BY m.position, m.keyword_id), '[]') FROM vk_matches m JOIN vk_keywords k"             \
    "  ON k.id = m.keyword_id WHERE " row ".match_count > 0 AND m.owner_id = " row                 \
    ".owner_id AND m.item_id = " row ".id)"

static const struct db_stmt posts = {"vk_posts_list",
    "SELECT json_build_object('id', p.id, 'group_id', -p.owner_id, 'author_id', p.from_id,"
    " 'published_at', " VK_MOMENT("p.date") ", 'edited_at', " VK_MOMENT(
        "p.edited") ", 'text', p.text, 'post_type', p.post_type, 'is_pinned', p.is_pinned, "
                    "'is_ad', p.is_ad,"
                    " 'is_deleted', p.is_deleted, 'likes', p.likes, 'reposts', p.reposts, 'views', "
                    "p.views,"
                    " 'comments', p.comments_count, 'comments_stored', (SELECT count(*) FROM "
                    "vk_comments c"
                    "  WHERE c.owner_id = p.owner_id AND c.post_id = p.id),"
                    " 'access_error', p.access_error, 'attachments', coalesce(p.attachments, '[]'),"
                    " 'copy_of', p.copy_of, 'matches', " FOUND(
                        "p") ", 'url', 'https://vk.com/wall' || p.owner_id || '_' || p.id,"
                             " 'updated_at', " VK_MOMENT(
                                 "p.updated_at") ")"
                                                 " FROM vk_posts p WHERE" MATCHES("p", "p.id",
                                                     "p.id") " ORDER BY p.date DESC, p.id DESC "
                                                             "LIMIT $6::integer OFFSET "
                                                             "$7::integer"};
static const struct db_stmt post_count = {
    "vk_posts_count", "SELECT count(*) FROM vk_posts p WHERE" MATCHES("p", "p.id", "p.id")};

static const struct db_stmt comments = {"vk_comments_list",
    "SELECT json_build_object('id', c.id, 'group_id', -c.owner_id, 'post_id', c.post_id,"
    " 'parent_id', nullif(c.parent_id, 0), 'author_id', c.from_id, 'author_name', NULL,"
    " 'published_at', " VK_MOMENT(
        "c.date") ", 'text', c.text, 'likes', c.likes,"
                  " 'is_deleted', c.is_deleted, 'is_post_author', c.is_post_author,"
                  " 'reply_to_comment', c.reply_to_comment, 'reply_to_user', c.reply_to_user,"
                  " 'replies', c.thread_count, 'attachments', coalesce(c.attachments, '[]'),"
                  " 'matches', " FOUND(
                      "c") ", 'url', 'https://vk.com/wall' || c.owner_id || '_' || c.post_id || "
                           "'?reply=' || c.id ||"
                           "  CASE WHEN c.parent_id > 0 THEN '&thread=' || c.parent_id ELSE '' END,"
                           " 'updated_at', " VK_MOMENT(
                               "c.updated_at") ")"
                                               " FROM vk_comments c WHERE" MATCHES("c", "c.id",
                                                   "c.post_id") " ORDER BY c.date DESC, c.id DESC "
                                                                "LIMIT $6::integer OFFSET "
                                                                "$7::integer"};
static const struct db_stmt comment_count = {"vk_comments_count",
    "SELECT count(*) FROM vk_comments c WHERE" MATCHES("c", "c.id", "c.post_id")};

static void bind_filter(struct db_unit *u, const struct vk_filter *f, struct str normal)
{
    vk_bind_id(u, -f->group_id);
    vk_bind_id(u, f->post_id);
    vk_bind_part(u, f->q);
    vk_bind_text(u, f->keyword);
    db_bind_text(u, normal);
}

static void list(struct db *db, const struct db_stmt *rows, const struct db_stmt *count,
    const char *noun, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    struct arena memory = ARENA_INIT;
    struct str normal = STR("");
    struct db_unit *u = db_unit_new(db, DB_USER);
    if (f->keyword.n) {
        struct vk_stemmer *stemmer = vk_stemmer_new();
        normal = vk_words_normal(stemmer, &memory, f->keyword);
        vk_stemmer_free(stemmer);
    }
    db_add(u, rows);
    bind_filter(u, f, normal);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, f->offset);
    db_add(u, count);
    bind_filter(u, f, normal);
    arena_release(&memory);
    db_submit(u, vk_query_done, vk_query_new(noun, done, arg));
}

void vk_list_posts(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    list(db, &posts, &post_count, "posts", f, done, arg);
}

void vk_list_comments(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    list(db, &comments, &comment_count, "comments", f, done, arg);
}
