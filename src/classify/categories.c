/* The tree of categories as people read and change it. */
#include <stdlib.h>

#include "classify/store.h"
#include "obmen/arena.h"
#include "obmen/json.h"

#define COLUMNS                                                                                    \
    "c.id, c.code, c.name, c.kind, c.parent_id, c.source, c.is_active, c.same_as, c.is_folder"
static const struct db_stmt list = {"classify_categories_list",
    "SELECT " COLUMNS
    " FROM categories c ORDER BY c.parent_id NULLS FIRST, c.source NULLS FIRST, c.id"};
static const struct db_stmt add = {"classify_category_add",
    "INSERT INTO categories AS c (code, name, kind, parent_id) SELECT coalesce($1::text,"
    " 'OWN_' || upper(substr(md5(random()::text), 1, 8))), $2::text, $3::text, $4::bigint "
    "RETURNING " COLUMNS};
static const struct db_stmt change = {"classify_category_change",
    "UPDATE categories c SET name = coalesce($2::text, c.name), kind = coalesce($3::text, c.kind),"
    " is_active = coalesce($4::boolean, c.is_active) WHERE c.id = $1::bigint AND (c.source IS NULL "
    "OR"
    " ($2::text IS NULL AND $3::text IS NULL)) RETURNING " COLUMNS};
static const struct db_stmt source = {
    "classify_category_source", "SELECT source FROM categories WHERE id = $1::bigint"};

struct tree {
    ledger_json_fn done;
    void *arg;
    bool whole; /* the tree, not one row */
};

static void write_members(struct json_writer *w, const struct db_result *r, int row)
{
    jw_ki64(w, "id", db_i64(r, row, 0));
    jw_kstr(w, "code", db_text(r, row, 1));
    jw_kstr(w, "name", db_text(r, row, 2));
    jw_kstr(w, "kind", db_text(r, row, 3));
    jw_kraw(w, "parent_id", db_text(r, row, 4));
    jw_kstr(w, "source", db_text(r, row, 5));
    jw_kbool(w, "is_active", db_bool(r, row, 6));
    jw_kraw(w, "same_as", db_text(r, row, 7));
    jw_kbool(w, "is_folder", db_bool(r, row, 8));
}

enum {
    DEPTH_MAX = 20
}; /* deeper ones are shown as roots; each is written once, whatever it says */

struct written {
    const struct db_result *rows;
    bool *done;
};

/* Rows of one parent stand together: the first of them, or -1. */
static int first_child(const struct db_result *r, int64_t parent)
{
    int low = 0, high = db_rows(r);
    while (low < high) {
        int middle = (low + high) / 2;
        if (!db_is_null(r, middle, 4) && db_i64(r, middle, 4) >= parent)
            high = middle;
        else
            low = middle + 1;
    }
    return low < db_rows(r) && db_i64(r, low, 4) == parent ? low : -1;
}

static void write_category(struct json_writer *w, struct written *t, int row, int depth)
{
    int64_t id = db_i64(t->rows, row, 0);
    t->done[row] = true;
    jw_object(w);
    write_members(w, t->rows, row);
    jw_key(w, "children");
    jw_array(w);
    for (int i = depth < DEPTH_MAX ? first_child(t->rows, id) : -1;
         i >= 0 && i < db_rows(t->rows) && db_i64(t->rows, i, 4) == id; i++)
        if (!t->done[i])
            write_category(w, t, i, depth + 1);
    jw_array_end(w);
    jw_object_end(w);
}

static void write_tree(struct json_writer *w, const struct db_result *r)
{
    int count = db_rows(r);
    struct written t = {r, mem_alloc((size_t)count + 1)};
    jw_object(w);
    jw_key(w, "categories");
    jw_array(w);
    for (int i = 0; i < count; i++)
        if (db_is_null(r, i, 4))
            write_category(w, &t, i, 0);
    for (int i = 0; i < count; i++)
        if (!t.done[i])
            write_category(w, &t, i, 0);
    jw_array_end(w);
    jw_ki64(w, "total", count);
    jw_object_end(w);
    free(t.done);
}

static bool why_not(
    const struct tree *t, struct db_result *const *results, const struct err *err, struct err *why)
{
    *why = ERR_INIT;
    if (err)
        *why = *err;
    if (err && strcmp(err->sqlstate, "23505") == 0)
        err_set(why, ERR_CONFLICT, "%s",
            TR("Категория с таким кодом уже есть.", "There is a category with this code."));
    else if (err && strcmp(err->sqlstate, "23503") == 0)
        err_set(why, ERR_VALIDATION_ERROR, "%s",
            TR("Нет категории, в которую её нужно поместить (parent_id).",
                "There is no category to put it into (parent_id)."));
    else if (!err && !t->whole && db_rows(results[0]) == 0 && db_rows(results[1]) > 0)
        err_set(why, ERR_CONFLICT, "%s",
            TR("Эта категория приходит из 1С: имя и вид меняют там.",
                "This category comes from 1C: name and kind are changed there."));
    else if (!err && !t->whole && db_rows(results[0]) == 0)
        err_set(why, ERR_NOT_FOUND, "%s", TR("Такой категории нет", "There is no such category"));
    return why->code != ERR_NONE;
}

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct tree *t = arg;
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    struct err why;
    bool bad = why_not(t, results, err, &why);
    if (!bad && t->whole) {
        write_tree(&w, results[0]);
    } else if (!bad) {
        jw_object(&w);
        write_members(&w, results[0], 0);
        jw_object_end(&w);
    }
    t->done(t->arg, bad ? STR_NULL : buf_str(&json), bad ? &why : NULL);
    buf_release(&json);
    free(t);
}

static void submit(struct db_unit *u, bool whole, ledger_json_fn done, void *arg)
{
    struct tree *t = mem_alloc(sizeof *t);
    *t = (struct tree){done, arg, whole};
    db_submit(u, on_done, t);
}

void categories_tree(struct db *db, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &list);
    submit(u, true, done, arg);
}

static void add_source(struct db_unit *u, int64_t id)
{
    db_add(u, &source);
    db_bind_i64(u, id);
}

void category_add(struct db *db, const struct category_fields *f, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &add);
    db_bind_filled(u, f->code);
    db_bind_text(u, f->name);
    db_bind_text(u, f->kind);
    db_bind_id(u, f->parent_id);
    add_source(u, 0);
    submit(u, false, done, arg);
}

void category_change(
    struct db *db, int64_t id, const struct category_fields *f, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &change);
    db_bind_i64(u, id);
    db_bind_filled(u, f->name);
    db_bind_filled(u, f->kind);
    if (f->has_active)
        db_bind_bool(u, f->active);
    else
        db_bind_null(u);
    add_source(u, id);
    submit(u, false, done, arg);
}
