/* The forms an answer of 1C or of the web server before it can have. */
#include "demo/service.h"

#include <string.h>
#include "obmen/json.h"

#include "demo/render.h"

void demo_call_done(struct demo_call *call)
{
    demo_session_leave(call);
    if (call->in_parallel)
        call->s->stats.parallel--;
    call->in_parallel = false;
}

void demo_reply(struct demo_call *call, int status, const char *type, struct buf body)
{
    if (call->s->troubles.no_bom && body.n >= 3 && memcmp(body.p, DEMO_BOM, 3) == 0)
        buf_consume(&body, 3);
    if (status == 200 &&
        (call->trouble.kind == TROUBLE_CUT || call->trouble.kind == TROUBLE_CUT_QUIETLY)) {
        demo_trouble_cut(call, type, body);
        return;
    }
    if (status >= 400)
        call->s->stats.refused++;
    struct http_request *req = call->req;
    demo_call_done(call);
    http_reply(req, status, type, body);
}

void demo_reply_html(struct demo_call *call, int status, const char *title)
{
    struct buf b = BUF_INIT;
    buf_printf(&b,
        "<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"><title>%s</title></head>\r\n"
        "<body><h1>%s</h1><p>Веб-сервер</p></body></html>\r\n",
        title, title);
    demo_reply(call, status, "text/html; charset=utf-8", b);
}

void demo_reply_fault(struct demo_call *call, const struct demo_fault *f)
{
    struct buf b = BUF_INIT;
    if (!call->query.json) {
        buf_printf(&b,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<m:error xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">\n"
            "\t<m:code>%d</m:code>\n\t<m:message xml:lang=\"ru\">",
            f->code);
        for (const char *p = f->text; *p; p++) {
            if (*p == '<' || *p == '&')
                buf_adds(&b, *p == '<' ? "&lt;" : "&amp;");
            else
                buf_addc(&b, *p);
        }
        buf_adds(&b, "</m:message>\n</m:error>\n");
        demo_reply(call, f->status, "application/xml;charset=utf-8", b);
        return;
    }
    buf_printf(&b,
        DEMO_BOM
        "{\n\"odata.error\": {\n\"code\": \"%d\",\n\"message\": {\n\"lang\": \"ru\",\n\"value\": ",
        f->code);
    json_quote(&b, str_from(f->text));
    buf_adds(&b, "\n}\n}\n}");
    demo_reply(call, f->status, "application/json;charset=utf-8", b);
}

void demo_reply_exception(struct demo_call *call, int status, const char *text)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, DEMO_BOM
        "{\"exception\": {\"descr\": \"Ошибка соединения с информационной базой\", \"inner\": "
        "{\"descr\": ");
    json_quote(&b, str_from(text));
    buf_adds(&b, "}}}");
    demo_reply(call, status, "application/json;charset=utf-8", b);
}
