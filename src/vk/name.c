/* How people name a community. */
#include "vk/vk.h"

enum { NAME_MAX_BYTES = 64 };

static struct str without(struct str s, struct str prefix)
{
    return str_starts(s, prefix) ? (struct str){s.p + prefix.n, s.n - prefix.n} : s;
}

static bool is_name(struct str s)
{
    if (s.n < 2 || s.n > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '.')
            return false;
    }
    return true;
}

bool vk_group_param(const struct json *value, int64_t *ret_id, struct str *ret_name)
{
    int64_t whole;
    if (json_is(value, JSON_NUMBER) && !json_i64(value, &whole))
        return false;
    return vk_group_parse(
        json_is(value, JSON_NUMBER) ? value->text : json_text(value), ret_id, ret_name);
}

bool vk_group_parse(struct str text, int64_t *ret_id, struct str *ret_name)
{
    static const char *const kinds[] = {"club", "public", "event"};
    struct str s = str_trim(text);
    long long id;

    *ret_id = 0;
    *ret_name = STR_NULL;
    s = without(without(s, STR("https://")), STR("http://"));
    s = without(without(s, STR("m.")), STR("www."));
    s = without(without(s, STR("vk.com/")), STR("vk.ru/"));
    s = without(s, STR("@"));
    struct str digits = without(s, STR("-"));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct str rest = without(s, str_from(kinds[i]));
        if (rest.n < s.n && str_to_i64(rest, 1, INT64_MAX, &id))
            digits = rest;
    }
    if (str_to_i64(digits, 1, INT64_MAX, &id)) {
        *ret_id = id;
        return true;
    }
    if (!is_name(s))
        return false;
    *ret_name = s;
    return true;
}
