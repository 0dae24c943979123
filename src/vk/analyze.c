/* analyze_comments: finds the keywords in a community's posts and comments, marks where they stand,
 * and counts. What has been analysed with the same keywords is not analysed again. */
#include "vk/analyze.h"

#include "vk/marks.h"
#include "vk/stored_group.h"
#include "vk/text.h"

enum { PAGE = 100 };

struct item {
    int64_t id, post_id;
    usec_t date;
    struct str text; /* NULL: done before */
    bool before;     /* analysed, with whatever keywords */
};

struct analyze {
    struct obm_task *task; /* NULL until loaded */
    int64_t asked_id;
    struct str asked_name;
    struct vk_keywords keywords;
    struct vk_marks *marks; /* owned */
    bool loaded, asked;     /* the keywords */
    /* checkpoint */
    int64_t group_id, version, total;
    int64_t last[2]; /* posts, comments: done up to this id */
    int64_t matches, marked;
    /* the present page */
    struct arena texts;
    struct item page[PAGE];
    int count, at;
    bool reading, ended;
    struct obm_stats add;
    struct buf summary; /* JSON members for the result */
    struct err err;
};

static int load(struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct analyze *s = obm_state(t);
    if (!vk_stored_group_params(t, &s->asked_id, &s->asked_name, ret_err))
        return -1;
    s->task = t;
    s->marks = vk_marks_new();
    vk_keywords_init(&s->keywords);
    s->group_id = vk_number(checkpoint, "group_id");
    s->version = vk_number(checkpoint, "version");
    s->total = vk_number(checkpoint, "total");
    s->last[VK_POSTS] = vk_number(checkpoint, "last_post");
    s->last[VK_COMMENTS] = vk_number(checkpoint, "last_comment");
    s->matches = vk_number(checkpoint, "matches");
    s->marked = vk_number(checkpoint, "marked");
    return 0;
}

static void save(struct obm_task *t, struct json_writer *w)
{
    const struct analyze *s = obm_state(t);
    jw_ki64(w, "group_id", s->group_id);
    jw_ki64(w, "version", s->version);
    jw_ki64(w, "total", s->total);
    jw_ki64(w, "last_post", s->last[VK_POSTS]);
    jw_ki64(w, "last_comment", s->last[VK_COMMENTS]);
    jw_ki64(w, "matches", s->matches);
    jw_ki64(w, "marked", s->marked);
}

static void cleanup(struct obm_task *t)
{
    struct analyze *s = obm_state(t);
    vk_keywords_release(&s->keywords);
    vk_marks_free(s->marks);
    arena_release(&s->texts);
    buf_release(&s->summary);
}

/* ---- keywords: also after a crash, when they must be the same as before ---- */

static const struct db_stmt read_keywords = {"vk_analyze_keywords",
    "SELECT id, normal FROM vk_keywords WHERE is_active ORDER BY id LIMIT 10001"};
/* The first number is the way of looking: raised when it changes, so that all is analysed anew. */
static const struct db_stmt read_version = {"vk_analyze_version",
    "SELECT hashtextextended('1;' || coalesce(string_agg(id || ':' || normal, ';' ORDER BY id), "
    "''), 0)"
    " FROM vk_keywords WHERE is_active"};
static const struct db_stmt count_items = {"vk_analyze_count",
    "SELECT (SELECT count(*) FROM vk_posts WHERE owner_id = -g.id)"
    " + (SELECT count(*) FROM vk_comments WHERE owner_id = -g.id) FROM vk_groups g"
    " WHERE g.id = $1::bigint OR ($1 IS NULL AND lower(g.screen_name) = lower($2::text)) LIMIT 1"};

static void on_keywords(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct analyze *s = arg;
    s->asked = false;
    if (err) {
        s->err = *err;
        return;
    }
    int count = db_rows(results[0]);
    int64_t version = db_i64(results[1], 0, 0);
    if (db_rows(results[2]) == 0) {
        vk_stored_group_missing(&s->err);
        return;
    }
    if (count > VK_KEYWORDS_MAX) {
        err_set(&s->err, ERR_VALIDATION_ERROR,
            TR("Ключевых слов больше %d: отключите лишние.",
                "There are more than %d keywords: switch some off."),
            VK_KEYWORDS_MAX);
        return;
    }
    for (int i = 0; i < count; i++)
        vk_keywords_add(&s->keywords, db_i64(results[0], i, 0), db_text(results[0], i, 1));
    /* changed in the middle: what is behind is found anew by the next analysis */
    s->version = version;
    s->group_id = db_i64(results[2], 0, 0);
    s->total = db_i64(results[3], 0, 0);
    s->loaded = true;
}

/* True when they are there; else *ret_step is what the phase says. */
static bool have_keywords(struct analyze *s, enum obm_step *ret_step)
{
    *ret_step = OBM_WAIT;
    if (s->err.code) {
        *ret_step = obm_fail(s->task, &s->err);
        return false;
    }
    if (s->loaded || s->asked)
        return s->loaded;
    struct db_unit *u = obm_unit(s->task);
    db_add(u, &read_keywords);
    db_add(u, &read_version);
    vk_stored_group_add(u, s->asked_id, s->asked_name);
    db_add(u, &count_items);
    db_bind_id(u, s->asked_id);
    db_bind_text(u, s->asked_name);
    s->asked = true;
    obm_query(s->task, u, on_keywords, s);
    return false;
}

static enum obm_step prepare(struct obm_task *t)
{
    struct analyze *s = obm_state(t);
    enum obm_step step;
    if (!have_keywords(s, &step))
        return step;
    obm_total(t, s->total);
    return OBM_NEXT;
}

/* ---- a page of items ---- */

static void on_page(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct analyze *s = arg;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    const struct db_result *r = results[0];
    s->count = db_rows(r) < PAGE ? db_rows(r) : PAGE;
    s->at = 0;
    s->ended = s->count == 0;
    for (int i = 0; i < s->count; i++)
        s->page[i] = (struct item){.id = db_i64(r, i, 0),
            .post_id = db_i64(r, i, 1),
            .date = db_time(r, i, 2),
            .text = db_is_null(r, i, 3) ? STR_NULL : arena_str(&s->texts, db_text(r, i, 3)),
            .before = db_bool(r, i, 4)};
}

static enum obm_step read_page(struct analyze *s, enum vk_item_kind kind)
{
    arena_reset(&s->texts);
    vk_marks_clear(s->marks);
    s->add = (struct obm_stats){0};
    struct db_unit *u = obm_unit(s->task);
    vk_marks_read_add(u, kind, -s->group_id, s->last[kind], s->version);
    s->reading = true;
    obm_query(s->task, u, on_page, s);
    return OBM_WAIT;
}

static void analyze_item(struct analyze *s, const struct item *item)
{
    const struct vk_match *matches;
    s->add.fetched++;
    if (!item->text.p) {
        s->add.unchanged++;
        return;
    }
    int count = vk_keywords_find(&s->keywords, &s->texts, item->text, &matches);
    vk_marks_add(s->marks, item->id, item->post_id, item->date, matches, count);
    s->matches += count;
    s->marked += count > 0;
    if (item->before)
        s->add.updated++;
    else
        s->add.created++;
}

static enum obm_step analyze_items(struct obm_task *t, enum vk_item_kind kind)
{
    struct analyze *s = obm_state(t);
    enum obm_step step;
    if (obm_committing(t) || s->reading)
        return OBM_WAIT;
    if (!have_keywords(s, &step))
        return step;
    if (s->ended) {
        s->ended = false;
        s->count = s->at = 0;
        return OBM_NEXT;
    }
    if (s->at == s->count)
        return read_page(s, kind);
    for (int i = 0; i < OBM_STEP_RECORDS && s->at < s->count; i++)
        analyze_item(s, &s->page[s->at++]);
    if (s->at < s->count)
        return OBM_MORE;
    struct db_unit *u = obm_unit(t);
    vk_marks_write(s->marks, u, kind, -s->group_id, s->version);
    s->last[kind] = s->page[s->count - 1].id;
    obm_count(t, s->add);
    obm_commit(t, u, NULL, NULL);
    return OBM_WAIT;
}

static enum obm_step posts(struct obm_task *t)
{
    return analyze_items(t, VK_POSTS);
}

static enum obm_step comments(struct obm_task *t)
{
    return analyze_items(t, VK_COMMENTS);
}

/* ---- what came out ---- */

static const struct db_stmt finished = {
    "vk_analyze_finished", "UPDATE vk_groups SET analyzed_at = now() WHERE id = $1::bigint"};
static const struct db_stmt by_keyword = {"vk_analyze_by_keyword",
    "SELECT coalesce(json_agg(x), '[]') FROM (SELECT k.id AS keyword_id, k.keyword,"
    "  count(m.*) AS matches, count(DISTINCT m.item_id) FILTER (WHERE NOT m.is_post) AS comments,"
    "  count(DISTINCT m.item_id) FILTER (WHERE m.is_post) AS posts"
    " FROM vk_keywords k LEFT JOIN vk_matches m ON m.keyword_id = k.id AND m.owner_id = "
    "$1::bigint"
    " WHERE k.is_active GROUP BY k.id ORDER BY count(m.*) DESC, k.keyword LIMIT 200) x"};
static const struct db_stmt by_post = {"vk_analyze_by_post",
    "SELECT coalesce(json_agg(x), '[]') FROM (SELECT post_id, count(*) AS matches,"
    "  count(DISTINCT item_id) FILTER (WHERE NOT is_post) AS comments"
    " FROM vk_matches WHERE owner_id = $1::bigint GROUP BY post_id"
    " ORDER BY count(*) DESC, post_id LIMIT 100) x"};
static const struct db_stmt by_day = {"vk_analyze_by_day",
    "SELECT coalesce(json_agg(x ORDER BY x.day), '[]') FROM (SELECT day, count(*) AS matches,"
    "  count(DISTINCT item_id) AS items FROM vk_matches WHERE owner_id = $1::bigint GROUP BY day"
    " ORDER BY day DESC LIMIT 366) x"};

static void on_summary(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct analyze *s = arg;
    s->reading = false;
    if (err) {
        s->err = *err;
        return;
    }
    static const char *const names[] = {"keywords", "posts", "days"};
    struct json_writer w = json_writer(&s->summary);
    jw_object(&w);
    for (int i = 0; i < 3; i++)
        jw_kraw(&w, names[i], db_text(results[i], 0, 0));
    jw_object_end(&w);
}

static enum obm_step finish(struct obm_task *t)
{
    static const struct db_stmt *const summaries[] = {&by_keyword, &by_post, &by_day};
    struct analyze *s = obm_state(t);
    if (s->err.code)
        return obm_fail(t, &s->err);
    if (s->reading || obm_committing(t))
        return OBM_WAIT;
    struct db_unit *u = obm_unit(t);
    if (s->summary.n == 0) {
        for (int i = 0; i < 3; i++) {
            db_add(u, summaries[i]);
            db_bind_i64(u, -s->group_id);
        }
        s->reading = true;
        obm_query(t, u, on_summary, s);
        return OBM_WAIT;
    }
    db_add(u, &finished);
    db_bind_i64(u, s->group_id);
    obm_total(t, obm_stats(t).fetched);
    obm_commit(t, u, NULL, NULL);
    return OBM_NEXT;
}

static void report(struct obm_task *t, struct json_writer *w)
{
    const struct analyze *s = obm_state(t);
    if (!s->task)
        return;
    jw_ki64(w, "group_id", s->group_id);
    jw_ki64(w, "keyword_count", s->keywords.count);
    jw_ki64(w, "new_matches", s->matches);
    jw_ki64(w, "newly_marked", s->marked);
    if (s->summary.n)
        jw_kraw(w, "summary", buf_str(&s->summary));
}

static const struct obm_phase phases[] = {
    {"prepare", prepare}, {"posts", posts}, {"comments", comments}, {"finish", finish}, {0}};

struct obm_task_type vk_analyze_comments = {
    .name = "analyze_comments",
    .title_ru = "Комментарии VK: поиск ключевых слов",
    .title_en = "VK comments: looking for keywords",
    .params_schema = "{\"type\":\"object\",\"additionalProperties\":false,"
                     "\"required\":[\"group_id\"],\"properties\":{"
                     "\"group_id\":{\"title\":\"Number, short name or address of a community\"}}}",
    .phases = phases,
    .state_size = sizeof(struct analyze),
    .timeout_s = 600,
    .load = load,
    .save = save,
    .report = report,
    .cleanup = cleanup,
};
