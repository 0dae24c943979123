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
#include "obmen/decimal.h"
#include "obmen/log.h"
#include "sheet/sheet.h"

#define PAGE_ROWS 250 /* about 3 ms of the loop */

/* What is shown, in this order. */
static const struct {
    enum ledger_column from;
    struct sheet_column column;
} shown[] = {
    {LC_ID, {"id", "№", "No", SHEET_INT, 0}},
    {LC_TRANSACTION_DATE, {"transaction_date", "Дата", "Date", SHEET_WALL, 0}},
    {LC_TRANSACTION_TYPE, {"transaction_type", "Вид", "Type", SHEET_TEXT, 10}},
    {LC_PAYMENT_SOURCE, {"payment_source", "Банк или касса", "Bank or cash", SHEET_TEXT, 10}},
    {LC_AMOUNT, {"amount", "Сумма", "Amount", SHEET_AMOUNT, 0}},
    {LC_CURRENCY, {"currency", "Валюта", "Currency", SHEET_TEXT, 8}},
    {LC_DOCUMENT_NUMBER, {"document_number", "Номер документа", "Document number", SHEET_TEXT, 16}},
    {LC_DOCUMENT_DATE, {"document_date", "Дата документа", "Document date", SHEET_DATE, 0}},
    {LC_COUNTERPARTY_NAME, {"counterparty_name", "Контрагент", "Counterparty", SHEET_TEXT, 32}},
    {LC_COUNTERPARTY_INN, {"counterparty_inn", "ИНН", "INN", SHEET_TEXT, 14}},
    {LC_COUNTERPARTY_KPP, {"counterparty_kpp", "КПП", "KPP", SHEET_TEXT, 12}},
    {LC_COUNTERPARTY_ACCOUNT,
        {"counterparty_account", "Счёт контрагента", "Counterparty's account", SHEET_TEXT, 24}},
    {LC_COUNTERPARTY_BANK,
        {"counterparty_bank", "Банк контрагента", "Counterparty's bank", SHEET_TEXT, 28}},
    {LC_COUNTERPARTY_BIK,
        {"counterparty_bik", "БИК контрагента", "Counterparty's BIK", SHEET_TEXT, 12}},
    {LC_PAYMENT_PURPOSE, {"payment_purpose", "Назначение платежа", "Purpose", SHEET_TEXT, 60}},
    {LC_BUSINESS_OPERATION,
        {"business_operation", "Хозяйственная операция", "Business operation", SHEET_TEXT, 0}},
    {LC_ORGANIZATION_NAME, {"organization_name", "Организация", "Organization", SHEET_TEXT, 28}},
    {LC_ACCOUNT_NUMBER, {"account_number", "Наш счёт", "Our account", SHEET_TEXT, 24}},
    {LC_OUR_BANK_NAME, {"our_bank_name", "Наш банк", "Our bank", SHEET_TEXT, 28}},
    {LC_OUR_BANK_BIK, {"our_bank_bik", "БИК нашего банка", "Our bank's BIK", SHEET_TEXT, 12}},
    {LC_VAT_AMOUNT, {"vat_amount", "НДС", "VAT", SHEET_AMOUNT, 0}},
    {LC_VAT_RATE, {"vat_rate", "Ставка НДС", "VAT rate", SHEET_TEXT, 10}},
    {LC_STATUS, {"status", "Статус", "Status", SHEET_TEXT, 16}},
    {LC_CATEGORY_ID, {"category_id", "№ категории", "Category id", SHEET_INT, 0}},
    {LC_CATEGORY_NAME, {"category_name", "Категория", "Category", SHEET_TEXT, 28}},
    {LC_CATEGORY_CONFIDENCE, {"category_confidence", "Уверенность", "Confidence", SHEET_NUMBER, 0}},
    {LC_CATEGORY_REASON,
        {"category_reason", "Почему эта категория", "Why this category", SHEET_TEXT, 40}},
    {LC_NOTES, {"notes", "Заметки", "Notes", SHEET_TEXT, 30}},
    {LC_IMPORT_SOURCE, {"import_source", "Откуда", "Import source", SHEET_TEXT, 12}},
    {LC_EXTERNAL_ID, {"external_id", "Ключ источника", "Source's key", SHEET_TEXT, 38}},
    {LC_IS_ACTIVE, {"is_active", "Действует", "Active", SHEET_BOOL, 0}},
    {LC_UPDATED_AT, {"updated_at", "Изменено (UTC)", "Updated (UTC)", SHEET_MOMENT, 0}},
};
enum { COLUMNS = sizeof shown / sizeof *shown };

static const struct sheet_column *sheet_columns(void)
{
    static struct sheet_column columns[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        columns[i] = shown[i].column;
    return columns;
}

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

static struct sheet_cell cell_of(const struct db_result *r, int row, int i)
{
    int at = shown[i].from;
    int64_t kopecks = 0;
    if (db_is_null(r, row, at))
        return (struct sheet_cell){0};
    switch (shown[i].column.type) {
    case SHEET_INT:
        return sheet_int(db_i64(r, row, at));
    case SHEET_AMOUNT: /* numeric(17,2) always fits */
        decimal_parse(db_text(r, row, at), &kopecks);
        return sheet_int(kopecks);
    case SHEET_DATE:
    case SHEET_WALL:
    case SHEET_MOMENT:
        return sheet_int(db_time(r, row, at));
    case SHEET_BOOL:
        return sheet_int(db_bool(r, row, at));
    case SHEET_TEXT:
    case SHEET_NUMBER:
    case SHEET_RAW:
        break;
    }
    return sheet_text(db_text(r, row, at));
}

static void take_rows(struct export *e, const struct db_result *r)
{
    struct sheet_cell cells[COLUMNS];
    int rows = db_rows(r);
    for (int row = 0; row < rows; row++) {
        for (int i = 0; i < COLUMNS; i++)
            cells[i] = cell_of(r, row, i);
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

static void fetch_next_ids(struct export *e)
{
    struct db_column ids;
    db_column_init(&ids, DB_INT8);
    for (int i = 0; i < PAGE_ROWS && e->ids_left.n; i++) {
        long long id = 0;
        str_to_i64(str_cut(&e->ids_left, ','), 1, INT64_MAX, &id);
        db_column_i64(&ids, id);
    }
    ledger_page_of(e->db, &ids, on_page, e);
    db_column_release(&ids);
}

static void fetch(struct export *e)
{
    e->fetching = true;
    if (e->filter.sort == LEDGER_BY_DATE)
        ledger_page(e->db, &e->filter, &e->place, on_page, e);
    else if (e->ordered)
        fetch_next_ids(e);
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
            .columns = sheet_columns(),
            .count = COLUMNS},
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
