/* The keywords: listed, added, changed, removed. */
#include "vk/query_call.h"
#include "vk/words.h"

/* but: a condition more on the matches that count */
#define SHOWN(but)                                                                                 \
    "json_build_object('id', k.id, 'keyword', k.keyword, 'is_active', k.is_active, 'matches',"     \
    " (SELECT count(*) FROM vk_matches m WHERE m.keyword_id = k.id" but                            \
    "), 'created_at', " VK_MOMENT("k.created_at") ", 'updated_at', " VK_MOMENT("k.updated_at") ")"

#define KEYWORD_MATCHES " ($1::text IS NULL OR k.keyword ILIKE $1)"

static const struct db_stmt keywords = {"vk_keywords_list",
    "SELECT " SHOWN("") " FROM vk_keywords k WHERE" KEYWORD_MATCHES
                        " ORDER BY lower(k.keyword), k.id LIMIT $2::integer OFFSET $3::integer"};
static const struct db_stmt keyword_count = {
    "vk_keywords_count", "SELECT count(*) FROM vk_keywords k WHERE" KEYWORD_MATCHES};
static const struct db_stmt get = {
    "vk_keyword_get", "SELECT " SHOWN("") " FROM vk_keywords k WHERE k.id = $1::bigint"};
static const struct db_stmt add = {"vk_keyword_add",
    "INSERT INTO vk_keywords AS k (keyword, normal, is_active)"
    " VALUES ($1::text, $2::text, $3::boolean) RETURNING " SHOWN("")};

/* Posts and comments are no longer marked for the keywords of `gone`. */
#define UNMARK(table)                                                                              \
    "UPDATE " table " t SET match_count = t.match_count - n.count FROM (SELECT m.owner_id,"        \
    " m.item_id, count(*)::integer AS count FROM vk_matches m JOIN gone ON gone.id = m.keyword_id" \
    " GROUP BY m.owner_id, m.item_id) n WHERE t.owner_id = n.owner_id AND t.id = n.item_id"        \
    " RETURNING 1"
#define UNMARK_BOTH ", posts AS (" UNMARK("vk_posts") "), comments AS (" UNMARK("vk_comments") ")"

/* What was found with other words is found no longer; what the new words find is for the next
 * analysis. */
static const struct db_stmt change = {"vk_keyword_change",
    "WITH gone AS (SELECT id FROM vk_keywords WHERE id = $1::bigint AND normal <> "
    "$3::text)" UNMARK_BOTH ", matches AS (DELETE FROM vk_matches m USING gone"
    " WHERE m.keyword_id = gone.id RETURNING 1)"
    " UPDATE vk_keywords k SET keyword = coalesce($2::text, k.keyword),"
    " normal = coalesce($3, k.normal), is_active = coalesce($4::boolean, k.is_active),"
    " updated_at = now() WHERE k.id = $1 RETURNING " SHOWN(" AND NOT EXISTS (SELECT FROM gone)")};
static const struct db_stmt drop = {"vk_keyword_delete",
    "WITH gone AS (SELECT id FROM vk_keywords WHERE id = $1::bigint)" UNMARK_BOTH
    " DELETE FROM vk_keywords WHERE id = $1 RETURNING ''"};

static struct str normal_of(struct arena *a, struct str keyword)
{
    struct vk_stemmer *stemmer = vk_stemmer_new();
    struct str normal = vk_words_normal(stemmer, a, keyword);
    vk_stemmer_free(stemmer);
    return normal;
}

bool vk_keyword_allowed(struct str keyword)
{
    struct arena memory = ARENA_INIT;
    bool allowed = normal_of(&memory, keyword).n > 0;
    arena_release(&memory);
    return allowed;
}

void vk_list_keywords(
    struct db *db, struct str q, int limit, int offset, vk_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &keywords);
    vk_bind_part(u, q);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &keyword_count);
    vk_bind_part(u, q);
    db_submit(u, vk_query_done, vk_query_new("keywords", done, arg));
}

void vk_get_keyword(struct db *db, int64_t id, vk_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &get);
    db_bind_i64(u, id);
    db_submit(u, vk_query_done, vk_query_new(NULL, done, arg));
}

void vk_add_keyword(struct db *db, struct str keyword, bool is_active, vk_json_fn done, void *arg)
{
    struct arena memory = ARENA_INIT;
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &add);
    db_bind_text(u, keyword);
    db_bind_text(u, normal_of(&memory, keyword));
    db_bind_bool(u, is_active);
    arena_release(&memory);
    db_submit(u, vk_query_done, vk_query_new(NULL, done, arg));
}

void vk_change_keyword(struct db *db, int64_t id, struct str keyword, const bool *is_active,
    vk_json_fn done, void *arg)
{
    struct arena memory = ARENA_INIT;
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &change);
    db_bind_i64(u, id);
    db_bind_filled(u, keyword);
    db_bind_text(u, keyword.n ? normal_of(&memory, keyword) : STR_NULL);
    if (is_active)
        db_bind_bool(u, *is_active);
    else
        db_bind_null(u);
    arena_release(&memory);
    db_submit(u, vk_query_done, vk_query_new(NULL, done, arg));
}

void vk_delete_keyword(struct db *db, int64_t id, vk_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &drop);
    db_bind_i64(u, id);
    db_submit(u, vk_query_done, vk_query_new(NULL, done, arg));
}
