#include "sheet/sheet.h"

#include <stdlib.h>
#include "obmen/arena.h"
#include "sheet/csv.h"
#include "sheet/internal.h"

const char *sheet_media_type(enum sheet_format f)
{
    switch (f) {
    case SHEET_CSV:
    case SHEET_CSV_EXCEL:
        return "text/csv; charset=utf-8";
    case SHEET_JSONL:
        return "application/jsonl; charset=utf-8";
    case SHEET_JSON:
        return "application/json";
    case SHEET_XLSX:
        break;
    }
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

const char *sheet_extension(enum sheet_format f)
{
    static const char *const names[] = {[SHEET_CSV] = "csv",
        [SHEET_CSV_EXCEL] = "csv",
        [SHEET_JSONL] = "jsonl",
        [SHEET_JSON] = "json",
        [SHEET_XLSX] = "xlsx"};
    return names[f];
}

static char separator(const struct sheet *s)
{
    return s->about.format == SHEET_CSV_EXCEL ? ';' : ',';
}

static void csv_heading(struct sheet *s)
{
    bool excel = s->about.format == SHEET_CSV_EXCEL;
    if (excel)
        buf_adds(&s->out, "\xEF\xBB\xBF");
    for (int i = 0; i < s->about.count; i++) {
        const struct sheet_column *c = &s->about.columns[i];
        if (i > 0)
            buf_addc(&s->out, separator(s));
        csv_text(&s->out, separator(s), excel, str_from(excel ? sheet_title(c) : c->key));
    }
    buf_adds(&s->out, "\r\n");
}

struct sheet *sheet_open(uv_loop_t *loop, const struct sheet_about *about, void (*ready)(void *arg),
    void *arg, struct err *ret_err)
{
    struct sheet *s = mem_alloc(sizeof *s);
    *s = (struct sheet){.about = *about, .ready = ready, .arg = arg};
    if (about->format == SHEET_XLSX) {
        s->xlsx = xlsx_open(loop, s, ret_err);
        if (!s->xlsx) {
            free(s);
            return NULL;
        }
    } else if (about->format == SHEET_CSV || about->format == SHEET_CSV_EXCEL) {
        csv_heading(s);
    } else if (about->format == SHEET_JSON) {
        buf_addc(&s->out, '[');
    }
    return s;
}

struct sheet_cell sheet_in_words(const struct sheet_column *c, const struct sheet_cell *cell)
{
    for (const struct sheet_word *w = c->words; w && cell->set && w->code; w++)
        if (str_is(cell->text, w->code))
            return sheet_text(str_from(TR(w->ru, w->en)));
    return *cell;
}

static void drop_lent(struct sheet *s)
{
    if (s->lent)
        buf_clear(&s->out);
    s->lent = false;
}

static void csv_row(struct sheet *s, const struct sheet_cell *cells)
{
    bool excel = s->about.format == SHEET_CSV_EXCEL;
    for (int i = 0; i < s->about.count; i++) {
        if (i > 0)
            buf_addc(&s->out, separator(s));
        const struct sheet_column *c = &s->about.columns[i];
        struct sheet_cell cell = excel ? sheet_in_words(c, &cells[i]) : cells[i];
        csv_value(&s->out, separator(s), excel, c->type, &cell);
    }
    buf_adds(&s->out, "\r\n");
}

void sheet_row(struct sheet *s, const struct sheet_cell *cells)
{
    drop_lent(s);
    switch (s->about.format) {
    case SHEET_CSV:
    case SHEET_CSV_EXCEL:
        csv_row(s, cells);
        break;
    case SHEET_JSONL:
        sheet_json_row(&s->out, s->about.columns, s->about.count, cells);
        buf_addc(&s->out, '\n');
        break;
    case SHEET_JSON:
        buf_adds(&s->out, s->rows > 0 ? ",\n" : "\n");
        sheet_json_row(&s->out, s->about.columns, s->about.count, cells);
        break;
    case SHEET_XLSX:
        xlsx_row(s->xlsx, cells);
        break;
    }
    s->rows++;
}

void sheet_end(struct sheet *s)
{
    drop_lent(s);
    s->ended = true;
    if (s->about.format == SHEET_JSON)
        buf_adds(&s->out, "\n]\n");
}

enum sheet_step sheet_step(struct sheet *s)
{
    drop_lent(s);
    if (s->err.code)
        return SHEET_FAILED;
    if (s->xlsx && s->out.n == 0) {
        enum sheet_step step = xlsx_step(s->xlsx);
        s->waiting = step == SHEET_BUSY;
        return step;
    }
    if (s->out.n > 0)
        return SHEET_BYTES;
    return s->ended ? SHEET_ENDED : SHEET_ROWS;
}

struct str sheet_bytes(struct sheet *s)
{
    s->lent = true;
    return buf_str(&s->out);
}

const struct err *sheet_err(const struct sheet *s)
{
    return &s->err;
}

void sheet_close(struct sheet *s)
{
    if (!s)
        return;
    if (s->xlsx)
        xlsx_close(s->xlsx);
    buf_release(&s->out);
    free(s);
}
