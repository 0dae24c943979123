#include "vk/call.h"

#include "obmen/json.h"
#include "vk/service.h"

void vk_call_number(struct vk_call *c, const char *key, int64_t value)
{
    c->args[c->count++] = (struct vk_arg){.key = key, .number = value};
}

void vk_call_text(struct vk_call *c, const char *key, const char *value)
{
    c->args[c->count++] = (struct vk_arg){.key = key, .text = value};
}

/* application/x-www-form-urlencoded */
static void add_encoded(struct buf *out, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '_' || c == '.') {
            buf_addc(out, (char)c);
        } else {
            buf_addc(out, '%');
            buf_addc(out, digits[c >> 4]);
            buf_addc(out, digits[c & 15]);
        }
    }
}

static void add_common(struct buf *out)
{
    buf_adds(out, "v=" VK_VERSION "&lang=ru");
}

void vk_call_form(struct buf *out, const struct vk_call *call)
{
    add_common(out);
    for (int i = 0; i < call->count; i++) {
        const struct vk_arg *arg = &call->args[i];
        buf_addc(out, '&');
        buf_adds(out, arg->key);
        buf_addc(out, '=');
        if (arg->text)
            add_encoded(out, str_from(arg->text));
        else
            buf_add_i64(out, arg->number);
    }
}

static void add_code(struct buf *out, const struct vk_call *call)
{
    buf_adds(out, "API.");
    buf_adds(out, call->method);
    buf_adds(out, "({");
    for (int i = 0; i < call->count; i++) {
        const struct vk_arg *arg = &call->args[i];
        if (i)
            buf_addc(out, ',');
        json_quote(out, str_from(arg->key));
        buf_addc(out, ':');
        if (arg->text)
            json_quote(out, str_from(arg->text));
        else
            buf_add_i64(out, arg->number);
    }
    buf_adds(out, "})");
}

void vk_call_execute(struct buf *out, const struct vk_call *calls, int count)
{
    struct buf code = BUF_INIT;
    buf_adds(&code, "return [");
    for (int i = 0; i < count; i++) {
        if (i)
            buf_addc(&code, ',');
        add_code(&code, &calls[i]);
    }
    buf_adds(&code, count ? "];" : "[]];");
    add_common(out);
    buf_adds(out, "&code=");
    add_encoded(out, buf_str(&code));
    buf_release(&code);
}
