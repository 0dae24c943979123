#include "classify/text.h"

#include <stdint.h>

#include "ledger/vat.h"
#include "obmen/utf8.h"

/* The next letter's code point; what is ill-formed counts as one byte of U+FFFD. */
static uint32_t decode(const char *p, size_t length)
{
    static const uint8_t masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    if (!length)
        return 0xFFFD;
    uint32_t cp = (uint8_t)p[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        cp = cp << 6 | ((uint8_t)p[i] & 0x3F);
    return cp;
}

enum { PARTS = 0, NOTHING = 1 }; /* results of fold that are no letters */

/* The byte of a letter or digit. */
static uint8_t fold(uint32_t cp)
{
    if (cp >= 'a' && cp <= 'z')
        return (uint8_t)cp;
    if (cp >= '0' && cp <= '9')
        return (uint8_t)cp;
    if (cp >= 'A' && cp <= 'Z')
        return (uint8_t)(cp + 32);
    if (cp >= 0x430 && cp <= 0x44F) /* а…я */
        return (uint8_t)(cp - 0x430 + 0xE0);
    if (cp >= 0x410 && cp <= 0x42F) /* А…Я */
        return (uint8_t)(cp - 0x410 + 0xE0);
    if (cp == 0x401 || cp == 0x451) /* Ё ё */
        return 0xE5;
    if (cp == '#' || cp == 0x2116)
        return '#';
    /* soft hyphen, stress marks, zero widths: as if they were not there */
    if (cp == 0xAD || (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x200B && cp <= 0x200D) ||
        cp == 0xFEFF)
        return NOTHING;
    bool other_letter = (cp >= 0xC0 && cp < 0x2000 && cp != 0xD7 && cp != 0xF7) ||
                        (cp >= 0x3040 && cp < 0xFE00 && !(cp >= 0xE000 && cp < 0xF900));
    if (!other_letter)
        return PARTS;
    if (cp >= 0x400 && cp <= 0x40F)
        cp += 0x50;
    else if (cp >= 0x460 && cp <= 0x52F)
        cp |= 1; /* large and small stand side by side */
    return (uint8_t)(0x80 + cp % 0x60);
}

static uint8_t russian_twin(uint8_t latin)
{
    static const char twins[] = "a\xE0"
                                "b\xE2"
                                "c\xF1"
                                "e\xE5"
                                "h\xED"
                                "k\xEA"
                                "m\xEC"
                                "o\xEE"
                                "p\xF0"
                                "t\xF2"
                                "x\xF5"
                                "y\xF3";
    for (size_t i = 0; twins[i]; i += 2)
        if ((uint8_t)twins[i] == latin)
            return (uint8_t)twins[i + 1];
    return 0;
}

static bool latin(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

/* What stands from `start` on is a whole word now. */
static void end_word(struct buf *out, size_t start)
{
    uint8_t *word = (uint8_t *)out->p + start;
    size_t n = out->n - start, digits = 0;
    bool has_russian = false, has_latin = false, all_twins = true;
    for (size_t i = 0; i < n; i++) {
        has_russian = has_russian || word[i] >= 0xE0;
        digits += word[i] >= '0' && word[i] <= '9';
        if (!latin(word[i]))
            continue;
        has_latin = true;
        all_twins = all_twins && russian_twin(word[i]);
    }
    if (has_russian && has_latin && all_twins) {
        for (size_t i = 0; i < n; i++)
            if (latin(word[i]))
                word[i] = russian_twin(word[i]);
        return;
    }
    if (word[0] != 'n' || digits != n - 1)
        return;
    word[0] = '#'; /* N, N12 */
    if (n == 1)
        return;
    buf_addc(out, 0);
    word = (uint8_t *)out->p + start; /* it may have moved */
    memmove(word + 2, word + 1, n - 1);
    word[1] = ' ';
}

static size_t begin_word(struct buf *out)
{
    if (out->n)
        buf_addc(out, ' ');
    return out->n;
}

void classify_prepare(struct buf *out, struct str text)
{
    size_t start = 0;
    bool inside = false;
    buf_reserve(out, text.n + 2);
    for (size_t at = 0; at < text.n;) {
        struct str rest = {text.p + at, text.n - at};
        size_t length = (uint8_t)rest.p[0] < 0x80 ? 1 : utf8_letter(rest);
        uint32_t cp = decode(rest.p, length);
        at += length ? length : 1;
        uint8_t c = fold(cp);
        if (cp == 0x306 && inside && (uint8_t)out->p[out->n - 1] == 0xE8)
            out->p[out->n - 1] = (char)0xE9; /* и with a breve of its own is й */
        if (c == NOTHING)
            continue;
        if (inside && (c == PARTS || c == '#')) {
            end_word(out, start);
            inside = false;
        }
        if (c == PARTS)
            continue;
        if (!inside)
            start = begin_word(out);
        buf_addc(out, (char)c);
        inside = c != '#';
    }
    if (inside)
        end_word(out, start);
}

void classify_prepare_purpose(struct buf *out, struct str purpose)
{
    struct vat_clause clause;
    size_t at = 0;
    while (vat_clause_next(purpose, at, &clause)) {
        if (at < clause.from)
            classify_prepare(out, (struct str){purpose.p + at, clause.from - at});
        at = clause.to;
    }
    if (at < purpose.n)
        classify_prepare(out, (struct str){purpose.p + at, purpose.n - at});
}

bool classify_has_word(struct str text, struct str beginning)
{
    for (size_t at = 0; at + beginning.n <= text.n; at++) {
        if (memcmp(text.p + at, beginning.p, beginning.n) == 0)
            return true;
        const char *blank = memchr(text.p + at, ' ', text.n - at);
        if (!blank)
            return false;
        at = (size_t)(blank - text.p);
    }
    return false;
}
