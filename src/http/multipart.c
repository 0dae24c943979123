#include "http/multipart.h"

#include "http/strict.h"
#include "obmen/utf8.h"

static int broken(struct multipart *m, struct err *ret_err, const char *ru, const char *en)
{
    m->state = MULTIPART_BROKEN;
    err_set(ret_err, ERR_VALIDATION_ERROR, "%s: %s",
        TR("Тело multipart/form-data нарушено", "The multipart/form-data body is broken"),
        TR(ru, en));
    ret_err->http_status = 400;
    return -1;
}

/* ---- parameters: ; name=value, value a token or quoted ---- */

static struct str skip_blanks(struct str s)
{
    while (s.n && (*s.p == ' ' || *s.p == '\t'))
        s = (struct str){s.p + 1, s.n - 1};
    return s;
}

/* Takes one from *rest. False: there is none, or it is malformed (then *ret_bad). */
static bool next_param(
    struct arena *a, struct str *rest, struct str *ret_name, struct str *ret_value, bool *ret_bad)
{
    struct str s = skip_blanks(*rest);
    *ret_bad = false;
    if (s.n == 0)
        return false;
    *ret_bad = true;
    if (*s.p != ';')
        return false;
    s = skip_blanks((struct str){s.p + 1, s.n - 1});
    const char *equals = s.n ? memchr(s.p, '=', s.n) : NULL;
    if (!equals || !strict_token(s.p, (size_t)(equals - s.p)))
        return false;
    *ret_name = (struct str){s.p, (size_t)(equals - s.p)};
    s = (struct str){equals + 1, s.n - ret_name->n - 1};
    if (s.n && *s.p == '"') {
        char *out = arena_bytes(a, s.n);
        size_t n = 0, i = 1;
        for (; i < s.n && s.p[i] != '"'; i++) {
            /* only a quote is escaped so by those who send files: other backslashes are paths */
            if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '"')
                i++;
            out[n++] = s.p[i];
        }
        if (i >= s.n)
            return false;
        *ret_value = (struct str){out, n};
        s = (struct str){s.p + i + 1, s.n - i - 1};
    } else {
        size_t n = 0;
        while (n < s.n && s.p[n] != ';' && s.p[n] != ' ' && s.p[n] != '\t')
            n++;
        if (n == 0)
            return false;
        *ret_value = (struct str){s.p, n};
        s = (struct str){s.p + n, s.n - n};
    }
    *ret_bad = false;
    *rest = s;
    return true;
}

/* ---- the request's own header ---- */

static bool boundary_ok(struct str b)
{
    static const char marks[] = "'()+_,-./:=? ";
    if (b.n == 0 || b.n > MULTIPART_BOUNDARY_MAX || b.p[b.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && !memchr(marks, c, sizeof marks - 1))
            return false;
    }
    return true;
}

int multipart_begin(struct multipart *m, struct str content_type,
    const struct multipart_events *events, void *arg, struct err *ret_err)
{
    static const struct str kind = STR("multipart/form-data");
    struct arena a = ARENA_INIT;
    struct str rest = str_trim(content_type), name, value, boundary = STR_NULL;
    bool bad = false;
    *m = (struct multipart){.events = events, .arg = arg, .matched = 2};
    if (rest.n < kind.n || !str_eq_nocase((struct str){rest.p, kind.n}, kind)) {
        err_set(ret_err, ERR_UNSUPPORTED_MEDIA_TYPE, "%s",
            TR("Пришлите файлы как multipart/form-data", "Send the files as multipart/form-data"));
        return -1;
    }
    rest = (struct str){rest.p + kind.n, rest.n - kind.n};
    while (next_param(&a, &rest, &name, &value, &bad))
        if (str_eq_nocase(name, STR("boundary")))
            boundary = value;
    bool ok = !bad && boundary_ok(boundary);
    if (ok) {
        memcpy(m->delimiter, "\r\n--", 4);
        memcpy(m->delimiter + 4, boundary.p, boundary.n);
        m->delimiter_n = boundary.n + 4;
    }
    arena_release(&a);
    return ok ? 0 : broken(m, ret_err, "нет верного boundary", "there is no valid boundary");
}

/* ---- one part's head ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Browsers write %22, %0D and %0A for what may not stand in quotes; filename* is all so. */
static struct str unescape(struct arena *a, struct str s, bool all)
{
    char *out = arena_bytes(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;
        char c = (char)(high * 16 + low);
        if (low < 0 || !(all || c == '"' || c == '\r' || c == '\n')) {
            out[n++] = s.p[i];
            continue;
        }
        out[n++] = c;
        i += 2;
    }
    return (struct str){out, n};
}

/* The last step of a path; control characters become low lines. */
static struct str plain_name(struct arena *a, struct str s)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
            s = (struct str){s.p + i, s.n - i};
            break;
        }
    s = arena_str(a, s);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 32 || s.p[i] == 127)
            ((char *)s.p)[i] = '_';
    return s;
}

static int read_disposition(
    struct multipart *m, struct arena *a, struct str s, struct multipart_part *p, struct err *e)
{
    static const struct str kind = STR("form-data");
    struct str name, value, extended = STR_NULL;
    bool bad;
    if (s.n < kind.n || !str_eq_nocase((struct str){s.p, kind.n}, kind))
        return broken(m, e, "часть не form-data", "a part is no form-data");
    s = (struct str){s.p + kind.n, s.n - kind.n};
    while (next_param(a, &s, &name, &value, &bad)) {
        if (str_eq_nocase(name, STR("name")))
            p->name = unescape(a, value, false);
        else if (str_eq_nocase(name, STR("filename")))
            p->filename = plain_name(a, unescape(a, value, false));
        else if (str_eq_nocase(name, STR("filename*")) && value.n > 7 &&
                 str_eq_nocase((struct str){value.p, 7}, STR("UTF-8''")))
            extended = (struct str){value.p + 7, value.n - 7};
    }
    if (extended.n)
        p->filename = plain_name(a, unescape(a, extended, true));
    if (bad || !p->name.p)
        return broken(m, e, "неверный Content-Disposition", "a Content-Disposition is not valid");
    if (!utf8_valid(p->name) || !utf8_valid(p->filename))
        return broken(m, e, "имя не в UTF-8", "a name is not UTF-8");
    return 0;
}

static int read_head(struct multipart *m, struct err *ret_err)
{
    struct arena a = ARENA_INIT;
    struct multipart_part part = {.content_type = STR("")};
    struct str rest = buf_str(&m->head);
    int r = 0;
    bool described = false;
    rest.n -= 4; /* CR LF CR LF */
    while (r == 0 && rest.n) {
        const char *end = memmem(rest.p, rest.n, "\r\n", 2);
        struct str line = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
        rest = end ? (struct str){end + 2, rest.n - line.n - 2} : STR("");
        struct str value = line, name = str_cut(&value, ':');
        if (name.n == line.n || !strict_token(name.p, name.n) || !strict_value(value.p, value.n)) {
            r = broken(m, ret_err, "неверный заголовок части", "a part's header is not valid");
        } else if (str_eq_nocase(name, STR("Content-Disposition"))) {
            r = described ? broken(m, ret_err, "Content-Disposition повторяется",
                                "Content-Disposition is repeated")
                          : read_disposition(m, &a, str_trim(value), &part, ret_err);
            described = true;
        } else if (str_eq_nocase(name, STR("Content-Type"))) {
            part.content_type = str_trim(value);
        } else if (str_eq_nocase(name, STR("Content-Transfer-Encoding")) &&
                   !str_eq_nocase(str_trim(value), STR("binary")) &&
                   !str_eq_nocase(str_trim(value), STR("8bit")) &&
                   !str_eq_nocase(str_trim(value), STR("7bit"))) {
            r = broken(m, ret_err, "часть закодирована", "a part is encoded");
        }
    }
    if (r == 0 && !described)
        r = broken(m, ret_err, "нет Content-Disposition", "there is no Content-Disposition");
    if (r == 0)
        r = m->events->part(m->arg, &part, ret_err);
    if (r < 0)
        m->state = MULTIPART_BROKEN;
    arena_release(&a);
    return r;
}

/* ---- bytes ---- */

static int give(struct multipart *m, struct str bytes, struct err *ret_err)
{
    if (bytes.n == 0 || m->events->data(m->arg, bytes, ret_err) == 0)
        return 0;
    m->state = MULTIPART_BROKEN;
    return -1;
}

/* Content up to the next delimiter. CR stands only at its beginning, so what was taken for one and
 * is none is content as a whole. */
static int take_data(struct multipart *m, struct str *s, struct err *ret_err)
{
    while (s->n) {
        if (m->matched == 0) {
            const char *cr = memchr(s->p, '\r', s->n);
            size_t n = cr ? (size_t)(cr - s->p) : s->n;
            if (give(m, (struct str){s->p, n}, ret_err) < 0)
                return -1;
            *s = (struct str){s->p + n, s->n - n};
            if (s->n == 0)
                return 0;
        }
        if (*s->p == m->delimiter[m->matched]) {
            *s = (struct str){s->p + 1, s->n - 1};
            if (++m->matched < m->delimiter_n)
                continue;
            m->state = MULTIPART_LINE;
            m->line_n = m->matched = 0;
            if (m->events->part_end(m->arg, ret_err) == 0)
                return 0;
            m->state = MULTIPART_BROKEN;
            return -1;
        }
        size_t matched = m->matched;
        m->matched = 0;
        if (give(m, (struct str){m->delimiter, matched}, ret_err) < 0)
            return -1;
    }
    return 0;
}

static int take_start(struct multipart *m, struct str *s, struct err *ret_err)
{
    while (s->n && m->matched < m->delimiter_n) {
        if (*s->p != m->delimiter[m->matched])
            return broken(
                m, ret_err, "оно начинается не с boundary", "it does not begin with the boundary");
        m->matched++;
        *s = (struct str){s->p + 1, s->n - 1};
    }
    if (m->matched == m->delimiter_n) {
        m->state = MULTIPART_LINE;
        m->line_n = m->matched = 0;
    }
    return 0;
}

static int take_line(struct multipart *m, struct str *s, struct err *ret_err)
{
    while (s->n && m->line_n < 2) {
        m->line[m->line_n++] = *s->p;
        *s = (struct str){s->p + 1, s->n - 1};
    }
    if (m->line_n < 2)
        return 0;
    if (memcmp(m->line, "--", 2) == 0) {
        m->state = MULTIPART_OVER;
        m->line_n = 0;
        return 0;
    }
    if (memcmp(m->line, "\r\n", 2) != 0)
        return broken(
            m, ret_err, "после boundary нет конца строки", "no line end behind a boundary");
    if (m->parts++ == MULTIPART_PARTS_MAX)
        return broken(m, ret_err, "слишком много частей", "there are too many parts");
    buf_clear(&m->head);
    m->state = MULTIPART_HEAD;
    return 0;
}

static int take_head(struct multipart *m, struct str *s, struct err *ret_err)
{
    while (s->n) {
        buf_addc(&m->head, *s->p);
        *s = (struct str){s->p + 1, s->n - 1};
        if (m->head.n >= 4 && memcmp(m->head.p + m->head.n - 4, "\r\n\r\n", 4) == 0) {
            m->state = MULTIPART_DATA;
            m->matched = 0;
            return read_head(m, ret_err);
        }
        if (m->head.n > MULTIPART_HEAD_MAX)
            return broken(
                m, ret_err, "заголовки части слишком длинные", "a part's headers are too long");
    }
    return 0;
}

/* Only a line end may follow. */
static int take_over(struct multipart *m, struct str *s, struct err *ret_err)
{
    for (; s->n; *s = (struct str){s->p + 1, s->n - 1})
        if (m->line_n >= 2 || *s->p != "\r\n"[m->line_n++])
            return broken(m, ret_err, "после конца есть ещё байты", "bytes follow behind the end");
    return 0;
}

int multipart_feed(struct multipart *m, struct str bytes, struct err *ret_err)
{
    int r = 0;
    while (r == 0 && bytes.n) {
        switch (m->state) {
        case MULTIPART_START:
            r = take_start(m, &bytes, ret_err);
            break;
        case MULTIPART_LINE:
            r = take_line(m, &bytes, ret_err);
            break;
        case MULTIPART_HEAD:
            r = take_head(m, &bytes, ret_err);
            break;
        case MULTIPART_DATA:
            r = take_data(m, &bytes, ret_err);
            break;
        case MULTIPART_OVER:
            r = take_over(m, &bytes, ret_err);
            break;
        case MULTIPART_BROKEN:
            return broken(m, ret_err, "ошибка уже была", "it was broken before");
        }
    }
    return r;
}

int multipart_end(struct multipart *m, struct err *ret_err)
{
    if (m->state == MULTIPART_OVER && m->line_n != 1)
        return 0;
    return broken(m, ret_err, "оно оборвано", "it ends early");
}

void multipart_release(struct multipart *m)
{
    buf_release(&m->head);
}
