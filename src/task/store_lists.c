/* Statements that list and count tasks, their refused records and their log. None of them reads
 * more than it shows when a million tasks have ended: every list walks an index, what is ended is
 * summed up from task_totals, a span of time is a span of ids, and what no index knows (words, the
 * orders other than by age) is looked for among the newest only. */
#include "task/store_rows.h"

/* Planned anew for each call, with its values: which index leads to the newest ones depends on what
 * is asked for. */
static const struct db_stmt planned_anew = {
    "task_planned_anew", "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"};

/* $1 type, $2 statuses, $3 person, $4 $5 made between, $6 $7 ids between; then what a statement
 * needs more: the page $8 $9, the words behind it. */
#define FILTER                                                                                     \
    "($1::text IS NULL OR t.task_type = $1) AND ($2::int4 = 0 OR ($2 >> t.status) & 1 = 1) "       \
    "AND ($3::int8 = 0 OR t.user_id = $3) AND ($4::timestamptz IS NULL OR t.created_at >= $4) "    \
    "AND ($5::timestamptz IS NULL OR t.created_at < $5) "                                          \
    "AND ($6::uuid IS NULL OR t.task_id >= $6) AND ($7::uuid IS NULL OR t.task_id <= $7) "
#define WORDS(n)                                                                                   \
    "(" n "::text IS NULL OR position(lower(" n                                                    \
    ") IN lower(concat_ws(' ', t.name, t.task_type, t.error, t.task_id::text))) > 0) "
#define PAGE "LIMIT $8::int4 OFFSET $9::int4"
#define LIST(name, also, order)                                                                    \
    {                                                                                              \
        "task_list_" name,                                                                         \
            "SELECT " STATE_COLUMNS " FROM tasks t WHERE " FILTER also "ORDER BY " order " " PAGE  \
    }

/* Which part of the table holds what is asked for: each has an index of its own. */
enum part { PART_ALL, PART_ALIVE, PART_ENDED, PART_ENDED_BADLY, PARTS };
#define ALIVE "AND t.status < 2 "
#define ENDED "AND t.status >= 2 "
#define ENDED_BADLY "AND t.status >= 3 "
#define BY(name, order)                                                                            \
    {                                                                                              \
        [PART_ALL] = LIST(name, "", order), [PART_ALIVE] = LIST("alive_" name, ALIVE, order),      \
        [PART_ENDED] = LIST("ended_" name, ENDED, order),                                          \
        [PART_ENDED_BADLY] = LIST("badly_" name, ENDED_BADLY, order),                              \
    }
#define NEWEST "t.task_id DESC"
#define OLDEST "t.task_id"
#define PRIORITY "t.priority, t.task_id DESC"
#define COMPLETED "t.completed_at DESC NULLS LAST, t.task_id DESC"

static const struct db_stmt lists[][PARTS] = {
    [TASK_SORT_NEWEST] = BY("newest", NEWEST),
    [TASK_SORT_OLDEST] = BY("oldest", OLDEST),
};

/* Of one kind or person, alive or ended: the indexes know the two apart. */
#define NEWEST_OF(part)                                                                            \
    "(SELECT task_id FROM tasks t WHERE " FILTER part                                              \
    "ORDER BY task_id DESC LIMIT $8::int4 + $9::int4)"
static const struct db_stmt newest_of_some = {"task_list_newest_of_some",
    "SELECT " STATE_COLUMNS " FROM tasks t WHERE t.task_id IN ("
    "SELECT task_id FROM (" NEWEST_OF(ALIVE) " UNION ALL " NEWEST_OF(
        ENDED) ") AS newest ORDER BY task_id DESC " PAGE ") ORDER BY t.task_id DESC"};

/* What no index knows: 10,000 of those alive and as many that ended are looked through, from that
 * end of the list that is asked for; openapi.yaml tells people. */
#define SOME_OF(part, order)                                                                       \
    "(SELECT * FROM tasks t WHERE " FILTER part "ORDER BY " order " LIMIT 10000)"
#define SOME(order) "(" SOME_OF(ALIVE, order) " UNION ALL " SOME_OF(ENDED, order) ")"
#define SEARCH(name, some, order)                                                                  \
    {                                                                                              \
        "task_search_" name, "SELECT " STATE_COLUMNS " FROM " some                                 \
                             " AS t WHERE " WORDS("$10") "ORDER BY " order " " PAGE                \
    }
#define SEARCH_BY(name, from, order)                                                               \
    {                                                                                              \
        [PART_ALL] = SEARCH(name, SOME(from), order),                                              \
        [PART_ALIVE] = SEARCH("alive_" name, SOME_OF(ALIVE, from), order),                         \
        [PART_ENDED] = SEARCH("ended_" name, SOME_OF(ENDED, from), order),                         \
        [PART_ENDED_BADLY] = SEARCH("badly_" name, SOME_OF(ENDED_BADLY, from), order),             \
    }
static const struct db_stmt searches[][PARTS] = {
    [TASK_SORT_NEWEST] = SEARCH_BY("newest", NEWEST, NEWEST),
    [TASK_SORT_OLDEST] = SEARCH_BY("oldest", OLDEST, OLDEST),
    [TASK_SORT_PRIORITY] = SEARCH_BY("priority", NEWEST, PRIORITY),
    [TASK_SORT_COMPLETED] = SEARCH_BY("completed", NEWEST, COMPLETED),
};

#define FOUND(name, some)                                                                          \
    {                                                                                              \
        "task_found_" name, "SELECT count(*) FROM " some " AS t WHERE " WORDS("$8")                \
    }
#define FOUND_FROM(name, from)                                                                     \
    {                                                                                              \
        [PART_ALL] = FOUND(name, SOME(from)),                                                      \
        [PART_ALIVE] = FOUND("alive_" name, SOME_OF(ALIVE, from)),                                 \
        [PART_ENDED] = FOUND("ended_" name, SOME_OF(ENDED, from)),                                 \
        [PART_ENDED_BADLY] = FOUND("badly_" name, SOME_OF(ENDED_BADLY, from)),                     \
    }
static const struct db_stmt found[][PARTS] = {
    FOUND_FROM("newest", NEWEST),
    FOUND_FROM("oldest", OLDEST),
};

static const struct db_stmt count_all = {
    "task_list_count", "SELECT count(*) FROM tasks t WHERE " FILTER};
static const struct db_stmt count_alive = {
    "task_list_count_alive", "SELECT count(*) FROM tasks t WHERE " FILTER ALIVE};
static const struct db_stmt count_by_totals = {"task_list_total",
    "SELECT (SELECT count(*) FROM tasks t WHERE " FILTER ALIVE ") + "
    "(SELECT coalesce(sum(n), 0)::int8 FROM task_totals t WHERE ($1::text IS NULL OR t.task_type = "
    "$1) "
    "AND ($2::int4 = 0 OR ($2 >> t.status) & 1 = 1) AND ($3::int8 = 0 OR t.user_id = $3))"};

static enum part part_of(const struct task_filter *f)
{
    unsigned bad = 1u << TASK_FAILED | 1u << TASK_CANCELLED, ended = bad | 1u << TASK_COMPLETED;
    if (f->statuses == 0)
        return PART_ALL;
    if ((f->statuses & ended) == 0)
        return PART_ALIVE;
    if ((f->statuses & ~bad) == 0)
        return PART_ENDED_BADLY;
    return (f->statuses & ~ended) == 0 ? PART_ENDED : PART_ALL;
}

/* The words are the id of one task. */
static bool is_id(const struct task_filter *f, struct uuid *ret)
{
    return f->q.p && uuid_parse(f->q, ret);
}

/* What no index knows is asked for. */
static bool searches_for(const struct task_filter *f)
{
    struct uuid id;
    return (f->q.p && !is_id(f, &id)) || f->sort == TASK_SORT_PRIORITY ||
           f->sort == TASK_SORT_COMPLETED;
}

static void bind_time(struct db_unit *u, usec_t t)
{
    if (t)
        db_bind_time(u, t);
    else
        db_bind_null(u);
}

/* Ids are time-ordered. A task is made after its id: at once, or when a request with an
 * Idempotency-Key comes again, a day later. */
#define ID_AHEAD (25 * 3600 * USEC_PER_SEC)

static void bind_ids(struct db_unit *u, const struct task_filter *f)
{
    struct uuid one;
    if (is_id(f, &one)) {
        db_bind_uuid(u, &one);
        db_bind_uuid(u, &one);
        return;
    }
    struct uuid from = store_id_at(f->created_from - ID_AHEAD),
                to = store_id_at(f->created_to + USEC_PER_SEC);
    db_bind_uuid(u, f->created_from ? &from : NULL);
    db_bind_uuid(u, f->created_to ? &to : NULL);
}

static void bind_filter(struct db_unit *u, const struct task_filter *f)
{
    db_bind_text(u, f->task_type);
    db_bind_i32(u, (int32_t)f->statuses);
    db_bind_i64(u, f->user_id);
    bind_time(u, f->created_from);
    bind_time(u, f->created_to);
    bind_ids(u, f);
}

static const struct db_stmt *list_of(const struct task_filter *f)
{
    enum part part = part_of(f);
    if (searches_for(f))
        return &searches[f->sort][part];
    bool some = part == PART_ALL && f->sort == TASK_SORT_NEWEST && (f->task_type.p || f->user_id);
    return some ? &newest_of_some : &lists[f->sort][part];
}

int store_list(struct db_unit *u, const struct task_filter *f)
{
    db_add(u, &planned_anew);
    int at = db_add(u, list_of(f));
    bind_filter(u, f);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, f->offset);
    if (searches_for(f))
        db_bind_text(u, f->q);
    return at;
}

static const struct db_stmt *count_of(const struct task_filter *f)
{
    enum part part = part_of(f);
    if (part == PART_ALIVE)
        return &count_alive;
    return f->q.p || f->created_from || f->created_to ? &count_all : &count_by_totals;
}

int store_list_count(struct db_unit *u, const struct task_filter *f)
{
    struct uuid id;
    bool words = f->q.p && !is_id(f, &id);
    int at = db_add(u, words ? &found[f->sort == TASK_SORT_OLDEST][part_of(f)] : count_of(f));
    bind_filter(u, f);
    if (words)
        db_bind_text(u, f->q);
    return at;
}

static const struct db_stmt task_errors = {"task_errors_list",
    "SELECT ordinal, external_id, stage, code, message, record, at FROM task_errors WHERE task_id "
    "= $1::uuid "
    "ORDER BY id LIMIT $2::int4 OFFSET $3::int4"};
static const struct db_stmt task_errors_count = {
    "task_errors_count", "SELECT count(*) FROM task_errors WHERE task_id = $1::uuid"};

void store_task_errors(struct db_unit *u, const struct uuid *id, int limit, int offset)
{
    db_add(u, &task_errors);
    db_bind_uuid(u, id);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &task_errors_count);
    db_bind_uuid(u, id);
}

static const struct db_stmt task_events = {"task_events_list",
    "SELECT at, event, phase, node, user_id, message FROM task_log WHERE task_id = $1::uuid "
    "ORDER BY id LIMIT $2::int4 OFFSET $3::int4"};
static const struct db_stmt task_events_count = {
    "task_events_count", "SELECT count(*) FROM task_log WHERE task_id = $1::uuid"};

void store_task_events(struct db_unit *u, const struct uuid *id, int limit, int offset)
{
    db_add(u, &task_events);
    db_bind_uuid(u, id);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &task_events_count);
    db_bind_uuid(u, id);
}

static const struct db_stmt stats_counts = {"task_stats_counts",
    "SELECT task_type, status, sum(n)::int8 FROM ("
    "  SELECT task_type, user_id, status, n FROM task_totals "
    "  UNION ALL SELECT task_type, user_id, status, 1 FROM tasks WHERE status < 2) AS x "
    "WHERE ($1::int8 = 0 OR user_id = $1) GROUP BY task_type, status HAVING sum(n) > 0 "
    "ORDER BY task_type, status"};
/* How long tasks take, by the newest of each kind: older ones say little about today. */
#define MEDIAN(name) "percentile_cont(" name ") WITHIN GROUP (ORDER BY seconds)"
#define SECONDS "extract(epoch FROM completed_at - started_at)::float8 AS seconds"
static const struct db_stmt stats_times = {"task_stats_times",
    "SELECT task_type, " MEDIAN("0.5") ", " MEDIAN(
        "0.95") " FROM (SELECT DISTINCT task_type FROM task_totals WHERE status = 2) AS types "
                "CROSS JOIN LATERAL "
                "(SELECT " SECONDS
                " FROM (SELECT * FROM tasks t WHERE t.task_type = types.task_type AND status "
                ">= 2 ORDER BY task_id DESC LIMIT 500) AS newest WHERE status = 2) AS x GROUP BY "
                "task_type"};
static const struct db_stmt stats_times_of_one = {"task_stats_times_of_one",
    "SELECT task_type, " MEDIAN("0.5") ", " MEDIAN(
        "0.95") " FROM (SELECT task_type, status, " SECONDS
                " FROM tasks WHERE user_id = $1::int8 AND status >= 2 ORDER BY task_id DESC LIMIT "
                "2000) AS x "
                "WHERE status = 2 GROUP BY task_type"};

void store_stats(struct db_unit *u, int64_t user_id)
{
    db_add(u, &stats_counts);
    db_bind_i64(u, user_id);
    if (user_id == 0) {
        db_add(u, &stats_times);
        return;
    }
    db_add(u, &stats_times_of_one);
    db_bind_i64(u, user_id);
}
