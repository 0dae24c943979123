#include "sheet/csv.h"

#include "obmen/decimal.h"

enum { EXCEL_DIGITS = 11 }; /* more are shown as 4,07028E+19 */

static bool is_number(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' ||
                (i == 0 && (s.p[i] == '-' || s.p[i] == '+'))))
            return false;
    return s.n > 1;
}

static bool looks_like_formula(struct str s)
{
    return s.n > 0 && memchr("=+-@\t\r", s.p[0], 6) && !is_number(s);
}

/* Excel makes a number of what has only digits: 044525225 loses its zero, an account its last
 * digits. */
static bool would_lose_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > EXCEL_DIGITS || (s.n > 1 && s.p[0] == '0');
}

void csv_text(struct buf *out, char separator, bool excel, struct str text)
{
    bool formula = excel && looks_like_formula(text), quoted = formula;

    if (excel && would_lose_digits(text)) {
        buf_printf(out, "\"=\"\"%.*s\"\"\"", STR_ARG(text));
        return;
    }

    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted =
            text.p[i] == '"' || text.p[i] == separator || text.p[i] == '\n' || text.p[i] == '\r';
    if (!quoted) {
        buf_add_str(out, text);
        return;
    }
    buf_addc(out, '"');
    if (formula)
        buf_addc(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.p[i]);
    }
    buf_addc(out, '"');
}

/* A number's text with the mark that Excel in Russia wants. */
static void add_number(struct buf *out, bool excel, struct str text)
{
    size_t at = out->n;
    buf_add_str(out, text);
    char *point = excel ? memchr(out->p + at, '.', text.n) : NULL;
    if (point)
        *point = ',';
}

/* "31.12.2025", "31.12.2025 23:59:59": from the ISO form. */
static void add_russian_time(struct buf *out, const char *iso, bool day_only)
{
    buf_printf(out, "%.2s.%.2s.%.4s", iso + 8, iso + 5, iso);
    if (!day_only)
        buf_printf(out, " %.8s", iso + 11);
}

static void add_time(struct buf *out, bool excel, enum sheet_type type, usec_t t)
{
    char text[TIME_TEXT];
    if (type == SHEET_MOMENT && !excel)
        time_format_utc(t, text);
    else if (type == SHEET_DATE)
        time_format_date(t, text);
    else
        time_format_wall(t, text);
    if (excel)
        add_russian_time(out, text, type == SHEET_DATE);
    else
        buf_adds(out, text);
}

void csv_value(struct buf *out, char separator, bool excel, enum sheet_type type,
    const struct sheet_cell *cell)
{
    char amount[DECIMAL_TEXT];

    if (!cell->set)
        return;
    switch (type) {
    case SHEET_TEXT:
    case SHEET_RAW:
        csv_text(out, separator, excel, cell->text);
        break;
    case SHEET_INT:
        buf_add_i64(out, cell->n);
        break;
    case SHEET_AMOUNT:
        decimal_format(cell->n, amount);
        add_number(out, excel, str_from(amount));
        break;
    case SHEET_NUMBER:
        add_number(out, excel, cell->text);
        break;
    case SHEET_DATE:
    case SHEET_WALL:
    case SHEET_MOMENT:
        add_time(out, excel, type, cell->n);
        break;
    case SHEET_BOOL:
        buf_adds(out,
            excel ? (cell->n ? TR("да", "yes") : TR("нет", "no")) : (cell->n ? "true" : "false"));
        break;
    }
}
