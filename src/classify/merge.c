/* Cash-flow items of 1C that are the same as another category. */
#include <stdlib.h>

#include "classify/store.h"
#include "ledger/history.h"
#include "obmen/arena.h"
#include "obmen/json.h"

enum { R_SIGN, R_ITEM, R_TARGET, R_MARKED, R_RULES, R_MAPPINGS, R_ROWS };

static const struct db_stmt item = {"classify_merge_item",
    "SELECT c.source IS NOT NULL AND NOT c.is_folder FROM categories c WHERE c.id = $1::bigint"
    " FOR UPDATE"};
static const struct db_stmt target = {"classify_merge_target",
    "SELECT FROM categories t WHERE t.id = $1::bigint AND t.id <> $2::bigint AND t.is_active"
    " AND t.same_as IS NULL AND NOT t.is_folder FOR UPDATE"};
/* Those that were the same as this one, too. The rest asks whether this came true. */
static const struct db_stmt mark = {"classify_merge_mark",
    "UPDATE categories c SET same_as = $2::bigint"
    " WHERE (c.id = $1::bigint OR (c.same_as = $1 AND $2::bigint IS NOT NULL))"
    "  AND EXISTS (SELECT FROM categories i WHERE i.id = $1 AND i.source IS NOT NULL"
    "   AND NOT i.is_folder)"
    "  AND ($2::bigint IS NULL OR EXISTS (SELECT FROM categories t WHERE t.id = $2::bigint"
    "   AND t.id <> $1 AND t.is_active AND t.same_as IS NULL AND NOT t.is_folder))"};
#define MERGED "(SELECT same_as FROM categories WHERE id = $1::bigint)"
static const struct db_stmt rules = {"classify_merge_rules",
    "UPDATE categorization_rules SET category_id = " MERGED ", changed_by = $2::bigint,"
    " updated_at = now() WHERE category_id = $1 AND " MERGED " IS NOT NULL"};
static const struct db_stmt mappings = {"classify_merge_mappings",
    "UPDATE business_operation_mappings SET category_id = " MERGED ", changed_by = $2::bigint,"
    " updated_at = now() WHERE category_id = $1 AND " MERGED " IS NOT NULL"};
/* Who decided, and why, stays: it is the same category. */
static const struct db_stmt rows = {"classify_merge_rows",
    "WITH chosen AS MATERIALIZED (SELECT b.id FROM bank_transactions b"
    "  WHERE (b.category_id = $1::bigint OR b.suggested_category_id = $1) AND " MERGED
    "  IS NOT NULL ORDER BY b.id LIMIT $2::integer FOR UPDATE)"
    " UPDATE bank_transactions b SET category_id = CASE WHEN b.category_id = $1 THEN " MERGED
    "  ELSE b.category_id END, suggested_category_id = CASE WHEN b.suggested_category_id = $1"
    "  THEN " MERGED " ELSE b.suggested_category_id END,"
    "  updated_at = greatest(now(), b.updated_at + interval '1 microsecond')"
    " FROM chosen WHERE b.id = chosen.id"};

struct merging {
    ledger_json_fn done;
    void *arg;
    bool apart;
};

static bool why_not(const struct merging *m, struct db_result *const *results, struct err *why)
{
    if (db_rows(results[R_ITEM]) == 0)
        err_set(why, ERR_NOT_FOUND, "%s", TR("Такой категории нет", "There is no such category"));
    else if (!db_bool(results[R_ITEM], 0, 0))
        err_set(why, ERR_CONFLICT, "%s",
            TR("Объединяют только статьи 1С, и не папки.",
                "Only cash-flow items of 1C can be merged, and no folders."));
    else if (!m->apart && db_rows(results[R_TARGET]) == 0)
        err_set_field(why, "into_id", "%s",
            TR("такой категории нет, она не действует, сама объединена с другой или это папка",
                "there is no such category, it is not in use, is merged itself, or is a folder"));
    else
        return false;
    return true;
}

static void on_merged(void *arg, struct db_result *const *results, const struct err *err)
{
    struct merging *m = arg;
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    struct err why = ERR_INIT;
    if (!err && why_not(m, results, &why))
        err = &why;
    if (!err) {
        int64_t moved = db_affected(results[R_ROWS]);
        jw_object(&w);
        jw_ki64(&w, "moved", moved);
        jw_kbool(&w, "more", moved == MERGE_ROWS);
        jw_object_end(&w);
    }
    m->done(m->arg, err ? STR_NULL : buf_str(&json), err);
    buf_release(&json);
    free(m);
}

void category_merge(
    struct db *db, int64_t id, int64_t into, int64_t user_id, ledger_json_fn done, void *arg)
{
    struct merging *m = mem_alloc(sizeof *m);
    *m = (struct merging){done, arg, into == 0};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_sign_add(u, user_id);
    db_add(u, &item);
    db_bind_i64(u, id);
    db_add(u, &target);
    db_bind_id(u, into);
    db_bind_i64(u, id);
    db_add(u, &mark);
    db_bind_i64(u, id);
    db_bind_id(u, into);
    const struct db_stmt *const lists[] = {&rules, &mappings};
    for (int i = 0; i < 2; i++) {
        db_add(u, lists[i]);
        db_bind_i64(u, id);
        db_bind_i64(u, user_id);
    }
    db_add(u, &rows);
    db_bind_i64(u, id);
    db_bind_i32(u, MERGE_ROWS);
    db_submit(u, on_merged, m);
}
