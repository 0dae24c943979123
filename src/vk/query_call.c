#include "vk/query_call.h"

#include <stdlib.h>

#include "obmen/json.h"

struct vk_query *vk_query_new(const char *noun, vk_json_fn done, void *arg)
{
    struct vk_query *q = mem_alloc(sizeof *q);
    *q = (struct vk_query){.done = done, .arg = arg, .noun = noun};
    return q;
}

static void write_list(struct buf *out, const char *noun, struct db_result *const *results)
{
    struct json_writer w = json_writer(out);
    jw_object(&w);
    jw_key(&w, noun);
    jw_array(&w);
    for (int i = 0; i < db_rows(results[0]); i++)
        jw_raw(&w, db_text(results[0], i, 0));
    jw_array_end(&w);
    jw_ki64(&w, "total", db_i64(results[1], 0, 0));
    jw_object_end(&w);
}

static void no_such_keyword(struct err *e)
{
    err_set(e, ERR_NOT_FOUND, "%s", TR("Такого ключевого слова нет", "There is no such keyword"));
}

static void same_keyword(struct err *e)
{
    err_set(e, ERR_CONFLICT, "%s",
        TR("Такое ключевое слово уже есть (возможно, в другой форме)",
            "This keyword stands there already (perhaps in another form)"));
}

void vk_query_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct vk_query *q = arg;
    struct buf json = BUF_INIT;
    struct err own;
    if (err && strcmp(err->sqlstate, "23505") == 0) {
        same_keyword(&own);
        err = &own;
    } else if (!err && q->noun) {
        write_list(&json, q->noun, results);
    } else if (!err && db_rows(results[0]) == 0) {
        no_such_keyword(&own);
        err = &own;
    } else if (!err) {
        buf_add_str(&json, db_text(results[0], 0, 0));
    }
    q->done(q->arg, err ? STR_NULL : buf_str(&json), err);
    buf_release(&json);
    free(q);
}

void vk_bind_part(struct db_unit *u, struct str part)
{
    struct buf pattern = BUF_INIT;
    buf_addc(&pattern, '%');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '%' || part.p[i] == '_' || part.p[i] == '\\')
            buf_addc(&pattern, '\\');
        buf_addc(&pattern, part.p[i]);
    }
    buf_addc(&pattern, '%');
    db_bind_text(u, part.n ? buf_str(&pattern) : STR_NULL);
    buf_release(&pattern);
}
