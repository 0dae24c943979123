/*
 * The --config file: lines KEY=VALUE, blank lines and lines that begin with "#". A value may stand
 * in quotes, single (as it is) or double (\" and \\ stand for " and \). Nothing is expanded.
 */
#include <errno.h>
#include <stdio.h>
#include "base/config_parts.h"
#include "obmen/buf.h"
#include "obmen/utf8.h"

#define FILE_MAX (1u << 20)
#define SETTINGS_MAX 256

#define PATH_SHOWN 60

void config_where(char out[CONFIG_WHERE], const char *path, int line)
{
    *out = '\0';
    if (!path)
        return;
    size_t n = strlen(path), skip = n > PATH_SHOWN ? n - PATH_SHOWN : 0;
    while (skip && ((unsigned char)path[skip] & 0xC0) == 0x80) /* not from within a letter */
        skip++;
    snprintf(out, CONFIG_WHERE, TR("%s%s, строка %d: ", "%s%s, line %d: "), skip ? "…" : "",
        path + skip, line);
}

static int bad_line(const char *path, int line, const char *problem, struct err *ret_err)
{
    char where[CONFIG_WHERE];
    config_where(where, path, line);
    return err_set(ret_err, ERR_VALIDATION_ERROR, "%s%s", where, problem);
}

/* The value behind "=": NULL and *ret_problem when its quotes are wrong. */
static const char *unquote(struct arena *a, struct str v, const char **ret_problem)
{
    if (!v.n || (*v.p != '"' && *v.p != '\''))
        return arena_cstr(a, v);
    char quote = *v.p;
    char *out = arena_bytes(a, v.n + 1);
    size_t n = 0, i = 1;
    for (; i < v.n && v.p[i] != quote; i++) {
        if (quote == '"' && v.p[i] == '\\' && i + 1 < v.n &&
            (v.p[i + 1] == '"' || v.p[i + 1] == '\\'))
            i++;
        out[n++] = v.p[i];
    }
    if (i == v.n) {
        *ret_problem = TR("кавычка не закрыта", "the quote is not closed");
        return NULL;
    }
    if (i + 1 != v.n) {
        *ret_problem = TR("после закрывающей кавычки ничего быть не должно",
            "nothing may follow the closing quote");
        return NULL;
    }
    out[n] = '\0';
    return out;
}

static bool key_is_sane(struct str key)
{
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
                (i && c >= '0' && c <= '9')))
            return false;
    }
    return key.n > 0;
}

static struct config_line *parse_line(struct arena *a, struct str line, const char **ret_problem)
{
    struct str value = line;
    struct str key = str_trim(str_cut(&value, '='));
    if (!value.p || !key_is_sane(key)) {
        *ret_problem = TR("ожидается КЛЮЧ=ЗНАЧЕНИЕ", "KEY=VALUE is expected");
        return NULL;
    }
    struct config_line *l = arena_alloc(a, sizeof *l);
    l->key = arena_cstr(a, key);
    l->value = unquote(a, str_trim(value), ret_problem);
    return l->value ? l : NULL;
}

int config_file_parse(struct arena *a, const char *path, struct str text,
    struct config_line **ret_lines, struct err *ret_err)
{
    struct config_line *first = NULL, **end = &first;
    int number = 0, count = 0;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = (struct str){text.p + 3, text.n - 3};
    while (text.p) {
        struct str line = str_trim(str_cut(&text, '\n'));
        const char *problem = NULL;
        number++;
        if (!line.n || *line.p == '#')
            continue;
        if (!utf8_valid(line) || memchr(line.p, '\0', line.n))
            return bad_line(
                path, number, TR("это не текст в UTF-8", "this is no text in UTF-8"), ret_err);
        struct config_line *l = parse_line(a, line, &problem);
        if (!l)
            return bad_line(path, number, problem, ret_err);
        for (struct config_line *other = first; other; other = other->next)
            if (strcmp(other->key, l->key) == 0) {
                char text_of[128];
                snprintf(text_of, sizeof text_of,
                    TR("%.60s уже есть в строке %d", "%.60s stands in line %d already"), l->key,
                    other->line);
                return bad_line(path, number, text_of, ret_err);
            }
        if (++count > SETTINGS_MAX)
            return bad_line(
                path, number, TR("слишком много настроек", "too many settings"), ret_err);
        l->line = number;
        *end = l;
        end = &l->next;
    }
    *ret_lines = first;
    return 0;
}

int config_file_read(
    struct arena *a, const char *path, struct config_line **ret_lines, struct err *ret_err)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Не читается файл настроек %s: %s", "Cannot read the settings file %s: %s"), path,
            strerror(errno));
    struct buf b = BUF_INIT;
    buf_reserve(&b, 4096);
    size_t n;
    while (b.n <= FILE_MAX && (n = fread(b.p + b.n, 1, b.cap - b.n, f)) > 0) {
        b.n += n;
        buf_reserve(&b, 4096);
    }
    int failed = ferror(f) ? errno : 0;
    fclose(f);
    int r;
    if (failed)
        r = err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Не читается файл настроек %s: %s", "Cannot read the settings file %s: %s"), path,
            strerror(failed));
    else if (b.n > FILE_MAX)
        r = err_set(ret_err, ERR_VALIDATION_ERROR,
            TR("Файл настроек %s больше 1 МиБ", "The settings file %s is larger than 1 MiB"), path);
    else
        r = config_file_parse(a, path, buf_str(&b), ret_lines, ret_err);
    buf_release(&b);
    return r;
}
