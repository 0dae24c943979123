#include "bankfile/lines.h"

#include "obmen/utf8.h"

void bankfile_lines_release(struct bankfile_lines *l)
{
    buf_release(&l->head);
    buf_release(&l->wide);
    buf_release(&l->part);
    buf_release(&l->text);
}

/* The cut may have gone through a letter of UTF-8: what is left of it would make the whole line one
 * of another encoding. */
static struct str whole_letters(struct str line)
{
    for (size_t n = 1; n < 4 && n <= line.n; n++) {
        struct str last = {line.p + line.n - n, n};
        if (((unsigned char)*last.p & 0xC0) == 0x80)
            continue;
        struct str head = {line.p, line.n - n};
        return !utf8_letter(last) && utf8_valid(head) ? head : line;
    }
    return line;
}

static void give(struct bankfile_lines *l, struct str raw, bool cut, struct str *ret_line)
{
    l->number++;
    l->odd = 0;
    l->cut = cut;
    if (cut)
        raw = whole_letters(raw);
    bool bytes = l->encoding != BANKFILE_UTF16LE && l->encoding != BANKFILE_UTF16BE;
    struct str line = bankfile_decode(bytes ? l->encoding : BANKFILE_UTF8, raw, &l->text, &l->odd);
    *ret_line = str_trim_right(line);
}

/* Bytes of one line's part, up to its end when that is among them. */
static bool take(struct bankfile_lines *l, struct str *input, struct str *ret_line)
{
    if (input->n == 0)
        return false;
    const char *end = memchr(input->p, '\n', input->n);
    size_t n = end ? (size_t)(end - input->p) : input->n;
    struct str piece = {input->p, n};
    *input = (struct str){input->p + n + (end != NULL), input->n - n - (end != NULL)};
    if (end && l->part.n == 0 && !l->dropping && n <= BANKFILE_LINE_MAX) {
        give(l, piece, false, ret_line);
        return true;
    }
    size_t room = BANKFILE_LINE_MAX - l->part.n;
    if (n > room) {
        l->dropping = true;
        piece.n = room;
    }
    buf_add_str(&l->part, piece);
    if (!end)
        return false;
    give(l, buf_str(&l->part), l->dropping, ret_line);
    l->dropping = false;
    buf_clear(&l->part);
    return true;
}

/* Through UTF-16 when it is that: what is decoded waits in `wide`. */
static bool take_decoded(struct bankfile_lines *l, struct str *input, struct str *ret_line)
{
    if (l->encoding != BANKFILE_UTF16LE && l->encoding != BANKFILE_UTF16BE)
        return take(l, input, ret_line);
    if (l->wide_at == l->wide.n && input->n > 0) {
        struct str some = {input->p, input->n < BANKFILE_HEAD ? input->n : BANKFILE_HEAD};
        buf_clear(&l->wide);
        l->wide_at = 0;
        bankfile_utf16_add(&l->utf16, l->encoding == BANKFILE_UTF16BE, some, &l->wide);
        *input = (struct str){input->p + some.n, input->n - some.n};
    }
    struct str wide = {l->wide.p + l->wide_at, l->wide.n - l->wide_at};
    bool got = take(l, &wide, ret_line);
    l->wide_at = l->wide.n - wide.n;
    return got;
}

static void detect(struct bankfile_lines *l)
{
    l->encoding = bankfile_encoding_detect(buf_str(&l->head), l->whole, &l->head_at);
    l->known = true;
}

static bool from_head(struct bankfile_lines *l, struct str *ret_line)
{
    struct str rest = {l->head.p + l->head_at, l->head.n - l->head_at};
    bool got = take_decoded(l, &rest, ret_line);
    l->head_at = l->head.n - rest.n;
    return got;
}

/* The line given last may stand in it: so not before the next one is asked for. */
static void forget_head(struct bankfile_lines *l)
{
    if (l->head.n > 0 && l->head_at == l->head.n) {
        buf_release(&l->head);
        l->head_at = 0;
    }
}

bool bankfile_lines_next(struct bankfile_lines *l, struct str *input, struct str *ret_line)
{
    if (!l->known) {
        size_t n = BANKFILE_HEAD - l->head.n;
        n = n < input->n ? n : input->n;
        if (n > 0) { /* there may be no input at all, not even a place */
            buf_add(&l->head, input->p, n);
            *input = (struct str){input->p + n, input->n - n};
        }
        if (l->head.n < BANKFILE_HEAD)
            return false;
        detect(l);
    }
    for (;;) {
        forget_head(l);
        bool more = l->head.n > 0 || input->n > 0 || l->wide_at < l->wide.n;
        if (!more)
            return false;
        if (l->head.n > 0 ? from_head(l, ret_line) : take_decoded(l, input, ret_line))
            return true;
    }
}

bool bankfile_lines_last(struct bankfile_lines *l, struct str *ret_line)
{
    struct str nothing = STR("");
    l->whole = true;
    if (!l->known)
        detect(l);
    if (bankfile_lines_next(l, &nothing, ret_line))
        return true;
    if (l->part.n == 0)
        return false;
    give(l, buf_str(&l->part), l->dropping, ret_line);
    l->dropping = false;
    buf_clear(&l->part);
    return true;
}
