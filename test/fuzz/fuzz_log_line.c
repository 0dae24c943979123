/* Whatever foreign text stands in a line, it stays one line, in UTF-8, without control characters,
 * and as JSON it can be read back. */
#include "base/log_line.h"
#include "base/log_mask.h"
#include "fuzz.h"
#include "obmen/json.h"
#include "obmen/utf8.h"

static void check(struct str line)
{
    PROMISE(line.n && line.p[line.n - 1] == '\n' && utf8_valid(line));
    for (size_t i = 0; i + 1 < line.n; i++)
        PROMISE((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7F);
    for (size_t i = 0; i + 2 < line.n; i++)
        PROMISE(
            !((unsigned char)line.p[i] == 0xC2 && (unsigned char)line.p[i + 1] < 0xA0)); /* C1 */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = ARENA_INIT;
    struct str text = {(const char *)data, size};
    struct log_field fields[] = {{0}, LSTR("field", text), LI("size", (int64_t)size)};
    struct log_line l = {.level = LOG_INFO,
        .event = "event",
        .message = arena_cstr(&a, text),
        .fields = fields,
        .count = 3};
    struct buf b = BUF_INIT;
    log_line_text(&b, &l);
    check(buf_str(&b));
    buf_clear(&b);
    log_line_json(&b, &l);
    check(buf_str(&b));
    if (!size || !memchr(data, 0, size)) {
        struct err e;
        struct json *j = json_parse(&a, buf_str(&b), &e);
        PROMISE(j && j->count == 6);
        struct buf masked = BUF_INIT;
        if (size && size <= LOG_VALUE_MAX && utf8_valid(text) && !log_mask(text, &masked))
            PROMISE(str_eq(json_text(json_get(j, "field")), text));
        buf_release(&masked);
    }
    buf_release(&b);
    arena_release(&a);
    return 0;
}
