#include "api/csv.h"

struct csv csv_for(const struct http_request *req)
{
    struct str mode = http_header(req, "Sec-Fetch-Mode");
    bool browser = str_is(mode, "navigate") || str_is(mode, "no-cors");
    return (struct csv){.separator = browser ? ';' : ',', .mark = browser};
}

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

void csv_cell(struct buf *out, const struct csv *c, bool first, struct str text)
{
    bool quoted = looks_like_formula(text);

    if (!first)
        buf_addc(out, c->separator);
    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted =
            text.p[i] == '"' || text.p[i] == c->separator || text.p[i] == '\n' || text.p[i] == '\r';
    if (!quoted) {
        buf_add_str(out, text);
        return;
    }
    buf_addc(out, '"');
    if (looks_like_formula(text))
        buf_addc(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.p[i]);
    }
    buf_addc(out, '"');
}

void csv_json_cell(struct buf *out, const struct csv *c, bool first, const struct json *j)
{
    if (!j || j->type == JSON_NULL) {
        csv_cell(out, c, first, STR_NULL);
    } else if (j->type == JSON_STRING || j->type == JSON_NUMBER) {
        csv_cell(out, c, first, j->text);
    } else {
        struct buf text = BUF_INIT;
        json_write(&text, j);
        csv_cell(out, c, first, buf_str(&text));
        buf_release(&text);
    }
}
