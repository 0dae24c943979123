#include "sheet/workbook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "obmen/arena.h"
#include "obmen/decimal.h"
#include "sheet/internal.h"

#define PIECE (256 * 1024)
#define EXACT                                                                                      \
    1000000000000000LL /* 10^15: what a double holds to the last digit, and Excel shows            \
                        */

struct workbook {
    struct sheet_about about;
    int fd;             /* of the finished file */
    lxw_workbook *book; /* NULL when finished */
    lxw_worksheet *page;
    lxw_format *heading, *amount, *date, *time;
    lxw_row_t row, max_rows; /* of this page */
    int pages;
    int64_t read;
    struct buf text; /* of a cell, where it could not stay as it was */
};

static int fault(struct err *ret_err, const char *what, const char *reason)
{
    err_set_passing(ret_err, ERR_INTERNAL_ERROR,
        TR("Не удалось записать файл xlsx: проверьте место во временном каталоге",
            "The xlsx file could not be written: look at the room in the temporary folder"));
    err_cause(ret_err, "%s: %s", what, reason);
    return -1;
}

static const char *temporary(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

static int width_of(const struct sheet_column *c)
{
    static const int widths[] = {[SHEET_TEXT] = 24,
        [SHEET_INT] = 10,
        [SHEET_AMOUNT] = 16,
        [SHEET_NUMBER] = 10,
        [SHEET_DATE] = 12,
        [SHEET_WALL] = 20,
        [SHEET_MOMENT] = 20,
        [SHEET_BOOL] = 10,
        [SHEET_RAW] = 24};
    return c->width ? c->width : widths[c->type];
}

static int begin_page(struct workbook *w, struct err *ret_err)
{
    char name[128];
    w->pages++;
    if (w->pages == 1)
        snprintf(name, sizeof name, "%s", w->about.title);
    else
        snprintf(name, sizeof name, "%s %d", w->about.title, w->pages);
    w->page = workbook_add_worksheet(w->book, name);
    if (!w->page)
        return fault(ret_err, "workbook_add_worksheet", name);
    worksheet_freeze_panes(w->page, 1, 0);
    for (int i = 0; i < w->about.count; i++) {
        const struct sheet_column *c = &w->about.columns[i];
        worksheet_set_column(w->page, (lxw_col_t)i, (lxw_col_t)i, width_of(c), NULL);
        worksheet_write_string(w->page, 0, (lxw_col_t)i, sheet_title(c), w->heading);
    }
    w->row = 1;
    return 0;
}

static void end_page(struct workbook *w)
{
    worksheet_autofilter(w->page, 0, 0, w->row - 1, (lxw_col_t)(w->about.count - 1));
}

struct workbook *workbook_begin(const struct sheet_about *about, struct err *ret_err)
{
    char path[64];
    int fd = open(temporary(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        fault(ret_err, temporary(), strerror(errno));
        return NULL;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct workbook *w = mem_alloc(sizeof *w);
    w->about = *about;
    w->fd = fd;
    w->max_rows = about->max_rows ? (lxw_row_t)about->max_rows : LXW_ROW_MAX;
    w->book = workbook_new_opt(
        path, &(lxw_workbook_options){.constant_memory = LXW_TRUE, .tmpdir = (char *)temporary()});
    if (w->book) {
        w->heading = workbook_add_format(w->book);
        format_set_bold(w->heading);
        w->amount = workbook_add_format(w->book);
        format_set_num_format(w->amount, "#,##0.00");
        w->date = workbook_add_format(w->book);
        format_set_num_format(w->date, "dd.mm.yyyy");
        w->time = workbook_add_format(w->book);
        format_set_num_format(w->time, "dd.mm.yyyy hh:mm:ss");
        if (begin_page(w, ret_err) == 0)
            return w;
    } else {
        fault(ret_err, "workbook_new_opt", path);
    }
    workbook_free(w);
    return NULL;
}

/* Days since the last day but one of 1899; Excel's calendar is wrong before March 1900. */
static lxw_error write_time(struct workbook *w, lxw_col_t col, enum sheet_type type, usec_t t)
{
    char text[TIME_TEXT];
    double serial = 25569.0 + (double)(t / USEC_PER_SEC) / 86400.0;
    if (serial >= 61)
        return worksheet_write_number(
            w->page, w->row, col, serial, type == SHEET_DATE ? w->date : w->time);
    if (type == SHEET_DATE)
        time_format_date(t, text);
    else
        time_format_wall(t, text);
    return worksheet_write_string(w->page, w->row, col, text, NULL);
}

/* More than 15 digits would be changed by Excel: they stay text. */
static lxw_error write_exact(struct workbook *w, lxw_col_t col, int64_t n, int decimals)
{
    char text[DECIMAL_TEXT];
    if (n > -EXACT && n < EXACT)
        return worksheet_write_number(w->page, w->row, col, decimals ? (double)n / 100 : (double)n,
            decimals ? w->amount : NULL);
    if (decimals)
        decimal_format(n, text);
    else
        snprintf(text, sizeof text, "%lld", (long long)n);
    return worksheet_write_string(w->page, w->row, col, text, NULL);
}

/* XML has no way to say U+FFFE and U+FFFF, and no reader opens a file that holds them; other signs
 * that it lacks are told by the library (_x0001_). They become U+FFFD, which is as long. */
static const char *sayable(struct workbook *w, struct str text)
{
    const char *sign = text.p, *end = text.p + text.n;
    bool copied = false;
    while ((sign = memchr(sign, 0xEF, (size_t)(end - sign)))) {
        bool bad = end - sign > 2 && (uint8_t)sign[1] == 0xBF && (uint8_t)sign[2] >= 0xBE;
        if (bad && !copied) {
            buf_clear(&w->text);
            buf_add_str(&w->text, text);
            buf_addc(&w->text, 0);
            copied = true;
        }
        if (bad)
            w->text.p[sign + 2 - text.p] = (char)0xBD;
        sign++;
    }
    return copied ? w->text.p : text.p;
}

static lxw_error write_cell(
    struct workbook *w, lxw_col_t col, enum sheet_type type, const struct sheet_cell *cell)
{
    if (!cell->set)
        return LXW_NO_ERROR;
    switch (type) {
    case SHEET_TEXT:
    case SHEET_RAW:
        return cell->text.n
                   ? worksheet_write_string(w->page, w->row, col, sayable(w, cell->text), NULL)
                   : LXW_NO_ERROR;
    case SHEET_NUMBER:
        return worksheet_write_number(w->page, w->row, col, strtod(cell->text.p, NULL), NULL);
    case SHEET_INT:
        return write_exact(w, col, cell->n, 0);
    case SHEET_AMOUNT:
        return write_exact(w, col, cell->n, 2);
    case SHEET_DATE:
    case SHEET_WALL:
    case SHEET_MOMENT:
        return write_time(w, col, type, cell->n);
    case SHEET_BOOL:
        return worksheet_write_boolean(w->page, w->row, col, cell->n != 0, NULL);
    }
    return LXW_NO_ERROR;
}

int workbook_row(struct workbook *w, const struct sheet_cell *cells, struct err *ret_err)
{
    if (w->row >= w->max_rows) {
        end_page(w);
        if (begin_page(w, ret_err) < 0)
            return -1;
    }
    for (int i = 0; i < w->about.count; i++) {
        lxw_error e = write_cell(w, (lxw_col_t)i, w->about.columns[i].type, &cells[i]);
        if (e != LXW_NO_ERROR)
            return fault(ret_err, w->about.columns[i].key, lxw_strerror(e));
    }
    w->row++;
    if (ferror(w->page->file))
        return fault(ret_err, temporary(), "a row was not written");
    return 0;
}

int workbook_finish(struct workbook *w, struct err *ret_err)
{
    end_page(w);
    lxw_error e = workbook_close(w->book); /* frees it, well or not */
    w->book = NULL;
    return e == LXW_NO_ERROR ? 0 : fault(ret_err, "workbook_close", lxw_strerror(e));
}

int workbook_read(struct workbook *w, struct buf *out, struct err *ret_err)
{
    buf_reserve(out, PIECE);
    ssize_t n = pread(w->fd, out->p + out->n, PIECE, w->read);
    if (n < 0)
        return fault(ret_err, temporary(), strerror(errno));
    out->n += (size_t)n;
    w->read += n;
    return 0;
}

void workbook_free(struct workbook *w)
{
    if (w->book)
        lxw_workbook_free(w->book);
    close(w->fd);
    buf_release(&w->text);
    free(w);
}
