/*
 * GET /tasks/{id}/errors?format=csv: a page at a time, the next one when the reader has taken the
 * one before.
 *
 *     FETCHING → (first page: begin) → WAITING for more → FETCHING … → ended
 *         └ gone meanwhile: ended when the page comes    └ gone: ended
 */
#include <stdlib.h>
#include "api/api.h"
#include "api/csv.h"

enum { PAGE = 100 };

static const char *const columns[] = {
    "ordinal", "external_id", "stage", "code", "message", "record"};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct export
{
    struct http_request *req;
    struct engine *engine;
    struct uuid task_id;
    struct csv csv;
    int64_t left; /* -1: all */
    int offset, asked;
    bool begun, fetching, gone;
};

static void end(struct export *e, bool ok)
{
    http_stream_end(e->req, ok);
    free(e);
}

static void fetch(struct export *e);

static void on_more(void *arg)
{
    struct export *e = arg;
    if (!e->fetching)
        fetch(e);
}

static void on_gone(void *arg)
{
    struct export *e = arg;
    e->gone = true;
    if (!e->fetching)
        end(e, false);
}

static void begin(struct export *e)
{
    static const struct http_stream_events events = {on_more, on_gone};
    struct buf head = BUF_INIT;

    http_add_header(e->req, "Content-Disposition", STR("attachment; filename=\"errors.csv\""));
    e->begun = true;
    http_stream_begin(e->req, 200, "text/csv; charset=utf-8", &events, e);
    if (e->csv.mark)
        buf_adds(&head, "\xEF\xBB\xBF");
    for (int i = 0; i < COLUMNS; i++)
        csv_cell(&head, &e->csv, i == 0, str_from(columns[i]));
    buf_adds(&head, "\r\n");
    http_stream_write(e->req, buf_str(&head));
    buf_release(&head);
}

/* Rows written, -1 when it is not what the engine promises. */
static int write_rows(struct export *e, struct str page)
{
    struct arena memory = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct err err;
    int rows = -1;
    const struct json *errors = json_get(json_parse(&memory, page, &err), "errors");

    if (errors) {
        rows = (int)errors->count;
        for (const struct json *row = errors->child; row; row = row->next) {
            for (int i = 0; i < COLUMNS; i++)
                csv_json_cell(&out, &e->csv, i == 0, json_get(row, columns[i]));
            buf_adds(&out, "\r\n");
        }
        http_stream_write(e->req, buf_str(&out));
    }
    buf_release(&out);
    arena_release(&memory);
    return rows;
}

static void on_page(void *arg, struct str page, const struct err *err)
{
    struct export *e = arg;

    if (err && !e->begun) {
        http_reply_error(e->req, err);
        free(e);
        return;
    }
    if (!e->begun)
        begin(e);
    e->fetching = false;
    int rows = err || e->gone ? -1 : write_rows(e, page);
    if (rows < 0) {
        end(e, false);
        return;
    }
    e->offset += rows;
    if (e->left > 0)
        e->left -= rows;
    if (rows < e->asked || e->left == 0)
        end(e, true);
}

static void fetch(struct export *e)
{
    e->fetching = true;
    e->asked = e->left >= 0 && e->left < PAGE ? (int)e->left : PAGE;
    engine_errors(e->engine, &e->task_id, e->asked, e->offset, on_page, e);
}

void csv_errors(struct http_request *req, const struct uuid *task_id, int64_t limit, int offset)
{
    struct export *e = mem_alloc(sizeof(*e));
    *e = (struct export){.req = req,
        .engine = api_call(req)->api->engine,
        .task_id = *task_id,
        .csv = csv_for(req),
        .left = limit,
        .offset = offset};
    fetch(e);
}
