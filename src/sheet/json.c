#include "obmen/decimal.h"
#include "obmen/json.h"
#include "sheet/internal.h"

static void add_value(struct json_writer *w, enum sheet_type type, const struct sheet_cell *cell)
{
    char text[TIME_TEXT > DECIMAL_TEXT ? TIME_TEXT : DECIMAL_TEXT];

    switch (type) {
    case SHEET_TEXT:
        jw_str(w, cell->text);
        return;
    case SHEET_NUMBER:
    case SHEET_RAW:
        jw_raw(w, cell->text);
        return;
    case SHEET_INT:
        jw_i64(w, cell->n);
        return;
    case SHEET_BOOL:
        jw_bool(w, cell->n != 0);
        return;
    case SHEET_AMOUNT:
        decimal_format(cell->n, text);
        break;
    case SHEET_DATE:
        time_format_date(cell->n, text);
        break;
    case SHEET_WALL:
        time_format_wall(cell->n, text);
        break;
    case SHEET_MOMENT:
        time_format_utc(cell->n, text);
        break;
    }
    jw_cstr(w, text);
}

void sheet_json_row(
    struct buf *out, const struct sheet_column *columns, int count, const struct sheet_cell *cells)
{
    struct json_writer w = json_writer(out);
    jw_object(&w);
    for (int i = 0; i < count; i++) {
        jw_key(&w, columns[i].key);
        if (cells[i].set)
            add_value(&w, columns[i].type, &cells[i]);
        else
            jw_null(&w);
    }
    jw_object_end(&w);
}
