#include "api/csv.h"
#include "sheet/csv.h"

struct csv csv_for(const struct http_request *req)
{
    struct str mode = http_header(req, "Sec-Fetch-Mode");
    bool browser = str_is(mode, "navigate") || str_is(mode, "no-cors");
    return (struct csv){.separator = browser ? ';' : ',', .mark = browser};
}

void csv_cell(struct buf *out, const struct csv *c, bool first, struct str text)
{
    if (!first)
        buf_addc(out, c->separator);
    csv_text(out, c->separator, c->mark, text);
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
