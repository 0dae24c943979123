/* Reading groups, posts and comments for the API. */
#include "vk/query.h"

#include "vk/query_call.h"
#include "vk/words.h"

/* ---- groups ---- */

#define GROUP_MATCHES                                                                              \
    " ($1::text IS NULL OR g.name ILIKE $1 OR g.screen_name ILIKE $1 OR g.id::text ILIKE $1)"

/* Comments are counted in one go over those of the page: group by group they would be looked up row
 * by row. */
static const struct db_stmt groups = {"vk_groups_list",
    "WITH page AS MATERIALIZED (SELECT * FROM vk_groups g WHERE" GROUP_MATCHES
    "  ORDER BY lower(g.name), g.id LIMIT $2::integer OFFSET $3::integer),"
    " counted AS (SELECT c.owner_id, count(*) AS comments FROM vk_comments c"
    "  WHERE c.owner_id = ANY (ARRAY(SELECT -page.id FROM page)) GROUP BY c.owner_id)"
    " SELECT json_build_object('id', g.id, 'screen_name', g.screen_name, 'name', g.name,"
    " 'is_closed', g.is_closed, 'deactivated', g.deactivated,"
    " 'posts', (SELECT count(*) FROM vk_posts p WHERE p.owner_id = -g.id),"
    " 'comments', coalesce(k.comments, 0),"
    " 'parsed_at', " VK_MOMENT("g.parsed_at") ", 'analyzed_at', " VK_MOMENT(
        "g.analyzed_at") ","
                         " 'parsed_task_id', g.parsed_task_id, 'url', 'https://vk.com/club' || "
                         "g.id)"
                         " FROM page g LEFT JOIN counted k ON k.owner_id = -g.id ORDER BY "
                         "lower(g.name), g.id"};
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

/* $1 owner, $2 post, $3 pattern */
#define MATCHES(row, post)                                                                         \
    " ($1::bigint IS NULL OR " row ".owner_id = $1) AND ($2::bigint IS NULL OR " post " = $2)"     \
    " AND ($3::text IS NULL OR " row ".text ILIKE $3)"

/* In which a keyword was found: by its id, or as stems. From what was found, not from all texts. */
#define HAS_KEYWORD(row, given, stems)                                                             \
    " AND (" row ".owner_id, " row ".id) IN (SELECT m.owner_id, m.item_id FROM vk_matches m"       \
    " WHERE m.keyword_id = ANY (ARRAY(SELECT k.id FROM vk_keywords k"                              \
    " WHERE k.normal = " stems "::text OR k.id::text = " given "::text)))"

/* A page is found by its keys alone: what was passed over is not put together. */
#define PAGE(table, post, keyword)                                                                 \
    " FROM (SELECT r.owner_id, r.id FROM " table " r WHERE" MATCHES("r", post) keyword             \
        " ORDER BY r.date DESC, r.id DESC LIMIT $4::integer OFFSET $5::integer) page JOIN " table  \
        " r ON r.owner_id = page.owner_id AND r.id = page.id ORDER BY r.date DESC, r.id DESC"
#define COUNT(table, post, keyword)                                                                \
    "SELECT count(*) FROM " table " r WHERE" MATCHES("r", post) keyword

#define FOUND(row)                                                                                 \
    "(SELECT coalesce(json_agg(json_build_object('keyword_id', m.keyword_id, 'keyword',"           \
    "  k.keyword, 'start', m.position, 'length', m.length, 'context', m.context)"                  \
    "  ORDER BY m.position, m.keyword_id), '[]') FROM vk_matches m JOIN vk_keywords k"             \
    "  ON k.id = m.keyword_id WHERE " row ".match_count > 0 AND m.owner_id = " row                 \
    ".owner_id AND m.item_id = " row ".id)"

#define POST                                                                                       \
    "SELECT json_build_object('id', r.id, 'group_id', -r.owner_id, 'author_id', r.from_id,"        \
    " 'published_at', " VK_MOMENT("r.date") ", 'edited_at', " VK_MOMENT(                           \
        "r.edited") ","                                                                            \
                    " 'text', r.text, 'post_type', r.post_type, 'is_pinned', r.is_pinned, "        \
                    "'is_ad', r.is_ad,"                                                            \
                    " 'is_deleted', r.is_deleted, 'likes', r.likes, 'reposts', r.reposts, "        \
                    "'views', r.views,"                                                            \
                    " 'comments', r.comments_count, 'comments_stored', (SELECT count(*) FROM "     \
                    "vk_comments c"                                                                \
                    "  WHERE c.owner_id = r.owner_id AND c.post_id = r.id),"                       \
                    " 'access_error', r.access_error, 'attachments', coalesce(r.attachments, "     \
                    "'[]'),"                                                                       \
                    " 'copy_of', r.copy_of, 'matches', " FOUND(                                    \
                        "r") ","                                                                   \
                             " 'url', 'https://vk.com/wall' || r.owner_id || '_' || r.id,"         \
                             " 'updated_at', " VK_MOMENT("r.updated_at") ")"

#define COMMENT                                                                                    \
    "SELECT json_build_object('id', r.id, 'group_id', -r.owner_id, 'post_id', r.post_id,"          \
    " 'parent_id', nullif(r.parent_id, 0), 'author_id', r.from_id, 'author_name', NULL,"           \
    " 'published_at', " VK_MOMENT(                                                                 \
        "r.date") ", 'text', r.text, 'likes', r.likes,"                                            \
                  " 'is_deleted', r.is_deleted, 'is_post_author', r.is_post_author,"               \
                  " 'reply_to_comment', r.reply_to_comment, 'reply_to_user', r.reply_to_user,"     \
                  " 'replies', r.thread_count, 'attachments', coalesce(r.attachments, '[]'),"      \
                  " 'matches', " FOUND(                                                            \
                      "r") ", 'url', 'https://vk.com/wall' || r.owner_id || '_' || r.post_id"      \
                           "  || '?reply=' || r.id || CASE WHEN r.parent_id > 0 THEN '&thread=' "  \
                           "|| r.parent_id"                                                        \
                           "  ELSE '' END, 'updated_at', " VK_MOMENT("r.updated_at") ")"

#define WITH_KEYWORD HAS_KEYWORD("r", "$6", "$7")
#define COUNT_WITH_KEYWORD HAS_KEYWORD("r", "$4", "$5")

struct listing {
    const char *noun;
    struct db_stmt rows, count, keyword_rows, keyword_count;
};

static const struct listing posts = {"posts", {"vk_posts_list", POST PAGE("vk_posts", "r.id", "")},
    {"vk_posts_count", COUNT("vk_posts", "r.id", "")},
    {"vk_posts_of_keyword", POST PAGE("vk_posts", "r.id", WITH_KEYWORD)},
    {"vk_posts_of_keyword_count", COUNT("vk_posts", "r.id", COUNT_WITH_KEYWORD)}};

static const struct listing comments = {"comments",
    {"vk_comments_list", COMMENT PAGE("vk_comments", "r.post_id", "")},
    {"vk_comments_count", COUNT("vk_comments", "r.post_id", "")},
    {"vk_comments_of_keyword", COMMENT PAGE("vk_comments", "r.post_id", WITH_KEYWORD)},
    {"vk_comments_of_keyword_count", COUNT("vk_comments", "r.post_id", COUNT_WITH_KEYWORD)}};

static void bind_filter(struct db_unit *u, const struct vk_filter *f)
{
    db_bind_id(u, -f->group_id);
    db_bind_id(u, f->post_id);
    vk_bind_part(u, f->q);
}

static void bind_keyword(struct db_unit *u, const struct vk_filter *f, struct str stems)
{
    db_bind_text(u, f->keyword);
    db_bind_text(u, stems);
}

static void list_keyword(struct db_unit *u, const struct listing *l, const struct vk_filter *f)
{
    struct arena memory = ARENA_INIT;
    struct vk_stemmer *stemmer = vk_stemmer_new();
    struct str stems = vk_words_normal(stemmer, &memory, f->keyword);
    vk_stemmer_free(stemmer);
    db_add(u, &l->keyword_rows);
    bind_filter(u, f);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, f->offset);
    bind_keyword(u, f, stems);
    db_add(u, &l->keyword_count);
    bind_filter(u, f);
    bind_keyword(u, f, stems);
    arena_release(&memory);
}

static void list(
    struct db *db, const struct listing *l, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    if (f->keyword.n) {
        list_keyword(u, l, f);
    } else {
        db_add(u, &l->rows);
        bind_filter(u, f);
        db_bind_i32(u, f->limit);
        db_bind_i32(u, f->offset);
        db_add(u, &l->count);
        bind_filter(u, f);
    }
    db_submit(u, vk_query_done, vk_query_new(l->noun, done, arg));
}

void vk_list_posts(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    list(db, &posts, f, done, arg);
}

void vk_list_comments(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg)
{
    list(db, &comments, f, done, arg);
}
