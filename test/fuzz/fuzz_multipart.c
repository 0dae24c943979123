/* A cut and a multipart body with the boundary "B": however it is cut the same parts come out, or
 * the same refusal. */
#include "fuzz.h"
#include "http/multipart.h"
#include "obmen/utf8.h"

static int on_part(void *arg, const struct multipart_part *p, struct err *e)
{
    PROMISE(utf8_valid(p->name) && utf8_valid(p->filename));
    buf_printf(
        arg, "<%.*s|%.*s|%.*s>", STR_ARG(p->name), STR_ARG(p->filename), STR_ARG(p->content_type));
    return 0;
}

static int on_data(void *arg, struct str bytes, struct err *e)
{
    PROMISE(bytes.n > 0);
    buf_add_str(arg, bytes);
    return 0;
}

static int on_part_end(void *arg, struct err *e)
{
    buf_adds(arg, "<end>");
    return 0;
}

static int feed(struct str body, size_t step, struct buf *out)
{
    static const struct multipart_events events = {on_part, on_data, on_part_end};
    struct multipart m;
    struct err e = ERR_INIT;
    int r = multipart_begin(&m, STR("multipart/form-data; boundary=B"), &events, out, &e);
    for (size_t at = 0; r == 0 && at < body.n; at += step)
        r = multipart_feed(
            &m, (struct str){body.p + at, step < body.n - at ? step : body.n - at}, &e);
    if (r == 0)
        r = multipart_end(&m, &e);
    PROMISE(r == 0 || e.message[0]);
    multipart_release(&m);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str body = {(const char *)data + 1, size - 1};
    struct buf whole = BUF_INIT, cut = BUF_INIT;
    int r = feed(body, body.n + 1, &whole);
    PROMISE(feed(body, 1 + data[0] % 32, &cut) == r);
    if (r == 0)
        PROMISE(str_eq(buf_str(&whole), buf_str(&cut)));
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
