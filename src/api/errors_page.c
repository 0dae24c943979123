/* GET /docs/errors: what each code means and what to do; the `type` of every problem points here.
 */
#include "api/input.h"
#include "api/routes.h"
#include "base/err_advice.h"

static const char *retried(enum err_retry retry)
{
    switch (retry) {
    case ERR_RETRY_NO:
        return TR("нет", "no");
    case ERR_RETRY_CALLER:
        return TR("отправьте ещё раз", "send it again");
    case ERR_RETRY_ITSELF:
        return TR("задачи повторяют сами", "tasks do it themselves");
    }
    return "";
}

/* The texts are the program's own: nothing in them needs an escape, `code` marks nothing here. */
static void write_row(struct buf *out, enum err_code code)
{
    const struct err_advice *advice = err_advice(code);
    buf_printf(out,
        "<tr id=\"%s\"><td><code>%s</code></td><td>%d</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
        err_code_name(code), err_code_name(code), err_code_status(code), err_code_title(code),
        retried(advice->retry), TR(advice->ru, advice->en));
}

static void page(void *ctx, struct http_request *req)
{
    struct buf out = BUF_INIT;
    struct input in = input_begin(req);
    input_no_query(&in);
    if (!input_ok(&in))
        return;
    const char *title = TR("Коды ошибок", "Error codes");
    buf_printf(&out,
        "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title></head>"
        "<body>\n<h1>%s</h1>\n<table border=\"1\" cellpadding=\"6\">\n<tr><th>%s</th><th>HTTP</th>"
        "<th>title</th><th>%s</th><th>%s</th></tr>\n",
        TR("ru", "en"), title, title, TR("код", "code"), TR("повторять?", "again?"),
        TR("что делать", "what to do"));
    for (int code = ERR_NONE + 1; code < ERR_CODE_COUNT; code++)
        write_row(&out, (enum err_code)code);
    buf_adds(&out, "</table>\n</body></html>\n");
    http_reply(req, 200, "text/html; charset=utf-8", out);
}

const struct http_route errors_page_routes[] = {
    {"GET", "/docs/errors", page, API_ANYONE | API_WHILE_DRAINING, 0},
    {0},
};
