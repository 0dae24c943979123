/* Reading rows of tasks. */
#include "task/store_rows.h"
#include <stdio.h>

struct uuid store_id_at(usec_t at)
{
    uint64_t ms = at > 0 ? (uint64_t)at / 1000 : 0;
    struct uuid id = {{0}};
    for (int i = 0; i < 6; i++)
        id.b[i] = (uint8_t)(ms >> (8 * (5 - i)));
    return id;
}

static struct str text_in(struct arena *a, const struct db_result *r, int row, int col)
{
    struct str s = db_text(r, row, col);
    return s.p ? arena_str(a, s) : STR_NULL;
}

static struct obm_stats stats_at(const struct db_result *r, int row, int col)
{
    return (struct obm_stats){
        .fetched = db_i64(r, row, col),
        .created = db_i64(r, row, col + 1),
        .updated = db_i64(r, row, col + 2),
        .unchanged = db_i64(r, row, col + 3),
        .skipped = db_i64(r, row, col + 4),
        .failed = db_i64(r, row, col + 5),
        .deactivated = db_i64(r, row, col + 6),
    };
}

static enum err_code code_at(const struct db_result *r, int row, int col)
{
    struct str s = db_text(r, row, col);
    char name[40];
    snprintf(name, sizeof name, "%.*s", STR_ARG(s));
    return s.n > 0 ? err_code_from_name(name) : ERR_NONE;
}

void store_state(const struct db_result *r, int row, struct arena *a, struct task_state *ret)
{
    *ret = (struct task_state){
        .task_type = text_in(a, r, row, 1),
        .name = text_in(a, r, row, 2),
        .status = (enum task_status)db_i64(r, row, 3),
        .progress = (int)db_i64(r, row, 4),
        .total = db_i64(r, row, 5),
        .stats = stats_at(r, row, 6),
        .message = text_in(a, r, row, 13),
        .params = text_in(a, r, row, 14),
        .metadata = text_in(a, r, row, 15),
        .error = text_in(a, r, row, 17),
        .error_code = code_at(r, row, 18),
        .wait_reason = text_in(a, r, row, 19),
        .created_at = db_time(r, row, 20),
        .started_at = db_time(r, row, 21),
        .completed_at = db_time(r, row, 22),
        .run_at = db_time(r, row, 23),
        .priority = (enum task_priority)db_i64(r, row, 24),
        .retry_count = (int)db_i64(r, row, 25),
        .max_retries = (int)db_i64(r, row, 26),
        .timeout_s = (int)db_i64(r, row, 27),
        .attempt = (int)db_i64(r, row, 28),
        .cancel_requested = db_bool(r, row, 29),
        .user_id = db_i64(r, row, 30),
        .node = text_in(a, r, row, 31),
        .phase = text_in(a, r, row, 32),
        .rate = db_is_null(r, row, 33) ? -1 : db_double(r, row, 33),
        .seq = db_i64(r, row, 34),
        .timing = text_in(a, r, row, 36),
    };
    db_uuid(r, row, 0, &ret->id);
    if (!ret->wait_reason.p && db_bool(r, row, 35))
        ret->wait_reason =
            str_from(TR("Ждёт, пока закончится другая задача того же источника: они идут по одной",
                "Waits for another task of the same source to end: they run one at a time"));
    task_state_derive(ret);
    if (task_ended(ret->status)) {
        struct buf result = BUF_INIT;
        task_result_json(&result, ret, db_text(r, row, 16));
        ret->result = arena_str(a, buf_str(&result));
        buf_release(&result);
    }
}

void store_claimed(const struct db_result *r, int row, struct arena *a, struct store_claimed *ret)
{
    store_state(r, row, a, &ret->s);
    ret->token = db_i64(r, row, 37);
    ret->commit_no = db_i64(r, row, 38);
    ret->failures = (int)db_i64(r, row, 39);
    ret->checkpoint = text_in(a, r, row, 40);
}

void store_figures(const struct db_result *r, int row, struct store_figures *ret)
{
    *ret = (struct store_figures){
        .status = (enum task_status)db_i64(r, row, 1),
        .seq = db_i64(r, row, 2),
        .progress = (int)db_i64(r, row, 3),
        .total = db_i64(r, row, 4),
        .stats = stats_at(r, row, 5),
        .message = db_text(r, row, 12),
        .wait_reason = db_text(r, row, 13),
        .phase = db_text(r, row, 14),
        .rate = db_is_null(r, row, 15) ? -1 : db_double(r, row, 15),
        .cancel_requested = db_bool(r, row, 16),
        .run_at = db_time(r, row, 17),
        .completed_at = db_time(r, row, 18),
        .report = db_text(r, row, 19),
        .timing = db_text(r, row, 20),
    };
    db_uuid(r, row, 0, &ret->id);
}
