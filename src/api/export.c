/*
 * GET /bank-transactions/export: every row that the filter lets through, as a file.
 *
 *     FETCHING the first page → begin → the sheet takes its rows → FETCHING …
 *                                       └ gives bytes → WRITING, until the peer has taken them
 *                                       └ is busy (xlsx) → until it is ready
 *     the last page → the sheet's last bytes → ended;  the peer leaves: ended at once
 *
 * The next page is fetched when there is nothing else to do, so memory holds one page, whatever the
 * number of rows and the speed of the reader. Other orders than by date have no index to go along:
 * their ids are asked for first, eight bytes a row.
 */
#include "api/attachment.h"
#include "api/csv.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/transaction_filter.h"
#include "ledger/pages.h"
#include "extract/table.h"
#include "obmen/log.h"

#define PAGE_ROWS 250 /* about 3 ms of the loop */

struct export
{
    struct http_request *req;
    struct db *db;
    struct ledger_transaction_filter filter;
    struct ledger_place place;
    enum sheet_format format;
    struct sheet *sheet;
    bool begun, fetching, last_page, gone;
    bool writable;  /* the peer wants more */
    struct buf ids; /* the order, when it is not by date: "17,4,22" */
    struct str ids_left;
    bool ordered;
};

static void end(struct export *e, bool ok)
{
    sheet_close(e->sheet);
    e->sheet = NULL;
    buf_release(&e->ids);
    http_stream_end(e->req, ok);
}

static void fail(struct export *e, const struct err *err)
{
    if (e->begun) {
        log_event(LOG_WARNING, "export cut short", NULL, LS("request_id", e->req->id), LERR(err));
        end(e, false);
    } else {
        sheet_close(e->sheet);
        buf_release(&e->ids);
        http_reply_error(e->req, err);
    }
}

static void take_rows(struct export *e, const struct db_result *r)
{
    struct sheet_cell cells[EXTRACT_COLUMNS];
    int rows = db_rows(r);
    for (int row = 0; row < rows; row++) {
        extract_cells(r, row, cells);
        sheet_row(e->sheet, cells);
    }
    e->last_page = e->ordered ? e->ids_left.n == 0 : rows < PAGE_ROWS;
    if (rows > 0)
        e->place = (struct ledger_place){
            db_time(r, rows - 1, LC_TRANSACTION_DATE), db_i64(r, rows - 1, LC_ID)};
}

static void fetch(struct export *e);

static void advance(struct export *e)
{
    while (!e->fetching) {
        switch (sheet_step(e->sheet)) {
        case SHEET_ROWS:
            if (e->last_page)
                sheet_end(e->sheet);
            else
                fetch(e);
            break;
        case SHEET_BYTES:
            if (!e->writable)
                return;
            e->writable = false;
            http_stream_write(e->req, sheet_bytes(e->sheet));
            break;
        case SHEET_BUSY:
            return;
        case SHEET_ENDED:
            end(e, true);
            return;
        case SHEET_FAILED:
            fail(e, sheet_err(e->sheet));
            return;
        }
    }
}

static void on_ready(void *arg)
{
    struct export *e = arg;
    if (e->begun)
        advance(e);
}

static void on_more(void *arg)
{
    struct export *e = arg;
    e->writable = true;
    advance(e);
}

static void on_gone(void *arg)
{
    struct export *e = arg;
    e->gone = true;
    if (!e->fetching)
        end(e, false);
}

static void name_file(struct export *e)
{
    char from[TIME_TEXT] = "", to[TIME_TEXT] = "";
    if (e->filter.has_date_from)
        time_format_date(e->filter.date_from, from);
    if (e->filter.has_date_to)
        time_format_date(e->filter.date_to, to);
    attachment(e->req, arena_printf(&e->req->arena, "%s%s%s%s%s.%s", TR("Операции", "Transactions"),
                           *from ? TR(" с ", " from ") : "", from, *to ? TR(" по ", " to ") : "",
                           to, sheet_extension(e->format)));
}

static void begin(struct export *e)
{
    static const struct http_stream_events events = {on_more, on_gone};
    name_file(e);
    http_add_header(e->req, "Cache-Control", STR("private, no-store"));
    e->begun = true;
    http_stream_begin(e->req, 200, sheet_media_type(e->format), &events, e);
}

static void on_page(void *arg, const struct db_result *rows, const struct err *err)
{
    struct export *e = arg;
    e->fetching = false;
    if (e->gone) {
        end(e, false);
    } else if (err) {
        fail(e, err);
    } else {
        take_rows(e, rows);
        if (e->begun)
            advance(e);
        else
            begin(e); /* `more` comes */
    }
}

static void on_order(void *arg, struct str ids, const struct err *err)
{
    struct export *e = arg;
    e->fetching = false;
    if (err) {
        fail(e, err);
        return;
    }
    e->ordered = true;
    buf_add_str(&e->ids, ids);
    e->ids_left = buf_str(&e->ids);
    fetch(e);
}

static void fetch(struct export *e)
{
    e->fetching = true;
    if (e->filter.sort == LEDGER_BY_DATE)
        ledger_page(e->db, &e->filter, &e->place, on_page, e);
    else if (e->ordered)
        ledger_page_of(e->db, &e->ids_left, PAGE_ROWS, on_page, e);
    else
        ledger_order(e->db, &e->filter, on_order, e);
}

static void start(
    struct http_request *req, const struct ledger_transaction_filter *f, enum sheet_format format)
{
    struct api *api = api_call(req)->api;
    struct export *e = arena_alloc(&req->arena, sizeof *e);
    struct err err = ERR_INIT;
    *e = (struct export){.req = req, .db = api->db, .filter = *f, .format = format};
    e->filter.limit = PAGE_ROWS;
    e->sheet = sheet_open(api->loop,
        &(struct sheet_about){.format = format,
            .title = TR("Операции", "Transactions"),
            .columns = extract_columns,
            .count = EXTRACT_COLUMNS},
        on_ready, e, &err);
    if (e->sheet)
        fetch(e);
    else
        http_reply_error(req, &err);
}

static void get(void *ctx, struct http_request *req)
{
    static const char *const formats[] = {"csv", "xlsx", "jsonl", "json", NULL};
    static const char *const dialects[] = {"excel", "rfc4180", NULL};
    static const enum sheet_format made[] = {SHEET_CSV, SHEET_XLSX, SHEET_JSONL, SHEET_JSON};
    struct input in = input_begin(req);
    struct ledger_transaction_filter f = {.limit = 0};

    input_known(&in, TRANSACTION_FILTER, "format", "dialect", "sort", NULL);
    transaction_filter(&in, &f);
    int format = input_choice(&in, "format", formats),
        dialect = input_choice(&in, "dialect", dialects);
    struct str sort = input_text(&in, "sort", 50);
    f.ascending = true; /* as a statement reads */
    if (sort.p && !ledger_sort_parse(sort, &f.sort, &f.ascending))
        input_fault(&in, "sort", TR("допустимо: %s", "allowed: %s"),
            "[-]transaction_date, [-]amount, [-]counterparty_name");
    if (!input_ok(&in))
        return;
    enum sheet_format chosen = made[format < 0 ? 0 : format];
    if (chosen == SHEET_CSV && (dialect == 0 || (dialect < 0 && csv_for(req).mark)))
        chosen = SHEET_CSV_EXCEL;
    start(req, &f, chosen);
}

const struct http_route export_routes[] = {
    {"GET", "/api/v1/bank-transactions/export", get, API_USER, 0},
    {0},
};
