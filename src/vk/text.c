#include "vk/text.h"

#include "obmen/time.h"
#include "obmen/utf8.h"

enum { ATTACHMENTS_MAX = 50 };
#define LAST_SECOND INT64_C(7258118400) /* 2200-01-01 */

static const struct {
    const char *name, *text;
} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"<br>", "\n"}};

static size_t put_letter(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* "&#8230;": bytes of it, 0 when it is none. The letter takes fewer bytes than its number. */
static size_t numbered(struct str s, uint32_t *ret_letter)
{
    uint32_t c = 0;
    size_t i = 2;
    if (s.n < 4 || s.p[0] != '&' || s.p[1] != '#')
        return 0;
    for (; i < s.n && i < 9 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        c = c * 10 + (uint32_t)(s.p[i] - '0');
    bool letter = c >= 0x20 && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF) && i > 2;
    *ret_letter = c;
    return letter && i < s.n && s.p[i] == ';' ? i + 1 : 0;
}

static size_t entity(struct str s, char *out, size_t *ret_out)
{
    uint32_t letter;
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (str_starts(s, str_from(entities[i].name))) {
            out[0] = entities[i].text[0];
            *ret_out = 1;
            return strlen(entities[i].name);
        }
    size_t n = numbered(s, &letter);
    if (n)
        *ret_out = put_letter(out, letter);
    return n;
}

struct str vk_text(struct arena *a, struct str raw)
{
    if (raw.n > VK_TEXT_MAX)
        raw = utf8_head(raw, VK_TEXT_MAX);
    char *out = arena_bytes(a, raw.n * 3 + 1); /* each broken byte becomes three */
    size_t n = 0, more;
    for (size_t i = 0; i < raw.n;) {
        struct str rest = {raw.p + i, raw.n - i};
        size_t used = *rest.p == '&' || *rest.p == '<' ? entity(rest, out + n, &more) : 0;
        if (used) {
            n += more;
            i += used;
            continue;
        }
        size_t letter = utf8_letter(rest);
        if (letter == 0) {
            memcpy(out + n, "\xEF\xBF\xBD", 3);
            n += 3;
            i++;
            continue;
        }
        if (*rest.p) {
            memcpy(out + n, rest.p, letter);
            n += letter;
        }
        i += letter;
    }
    out[n] = 0;
    return (struct str){out, n};
}

int64_t vk_number(const struct json *object, const char *key)
{
    int64_t n = 0;
    json_i64(json_get(object, key), &n);
    return n;
}

bool vk_flag(const struct json *object, const char *key)
{
    const struct json *j = json_get(object, key);
    bool b = false;
    int64_t n = 0;
    return (json_bool(j, &b) && b) || (json_i64(j, &n) && n == 1);
}

bool vk_date(const struct json *object, const char *key, int64_t *ret_usec)
{
    int64_t s;
    if (!json_i64(json_get(object, key), &s) || s < 0 || s >= LAST_SECOND)
        return false;
    *ret_usec = s * USEC_PER_SEC;
    return true;
}

/* {"type":"photo","photo":{"id","owner_id"}}; null in place of the object is normal. */
static bool note(struct json_writer *w, struct arena *a, const struct json *attachment)
{
    struct str type = json_text(json_get(attachment, "type"));
    if (!type.n || type.n > 40 || memchr(type.p, 0, type.n))
        return false;
    const struct json *what = json_get(attachment, arena_cstr(a, type));
    jw_object(w);
    jw_kstr(w, "type", type);
    int64_t owner = vk_number(what, "owner_id"), id = vk_number(what, "id");
    if (owner)
        jw_ki64(w, "owner_id", owner);
    if (id)
        jw_ki64(w, "id", id);
    jw_object_end(w);
    return true;
}

struct str vk_attachments(struct arena *a, const struct json *list)
{
    struct buf text = BUF_INIT;
    struct json_writer w = json_writer(&text);
    int count = 0;
    if (!json_is(list, JSON_ARRAY))
        return STR_NULL;
    jw_array(&w);
    for (const struct json *j = list->child; j && count < ATTACHMENTS_MAX; j = j->next)
        count += note(&w, a, j);
    jw_array_end(&w);
    struct str kept = count ? arena_str(a, buf_str(&text)) : STR_NULL;
    buf_release(&text);
    return kept;
}
