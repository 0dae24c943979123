#include "bankfile/encoding.h"

#include "obmen/utf8.h"

#define BOM_UTF8 "\xEF\xBB\xBF"
#define NO_LETTER 0xFFFD

/* Letters of the bytes 0x80 … 0xFF. */
static const uint16_t windows1251[128] = {
    0x0402,
    0x0403,
    0x201A,
    0x0453,
    0x201E,
    0x2026,
    0x2020,
    0x2021,
    0x20AC,
    0x2030,
    0x0409,
    0x2039,
    0x040A,
    0x040C,
    0x040B,
    0x040F,
    0x0452,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
    0x2013,
    0x2014,
    0xFFFD,
    0x2122,
    0x0459,
    0x203A,
    0x045A,
    0x045C,
    0x045B,
    0x045F,
    0x00A0,
    0x040E,
    0x045E,
    0x0408,
    0x00A4,
    0x0490,
    0x00A6,
    0x00A7,
    0x0401,
    0x00A9,
    0x0404,
    0x00AB,
    0x00AC,
    0x00AD,
    0x00AE,
    0x0407,
    0x00B0,
    0x00B1,
    0x0406,
    0x0456,
    0x0491,
    0x00B5,
    0x00B6,
    0x00B7,
    0x0451,
    0x2116,
    0x0454,
    0x00BB,
    0x0458,
    0x0405,
    0x0455,
    0x0457,
    0x0410,
    0x0411,
    0x0412,
    0x0413,
    0x0414,
    0x0415,
    0x0416,
    0x0417,
    0x0418,
    0x0419,
    0x041A,
    0x041B,
    0x041C,
    0x041D,
    0x041E,
    0x041F,
    0x0420,
    0x0421,
    0x0422,
    0x0423,
    0x0424,
    0x0425,
    0x0426,
    0x0427,
    0x0428,
    0x0429,
    0x042A,
    0x042B,
    0x042C,
    0x042D,
    0x042E,
    0x042F,
    0x0430,
    0x0431,
    0x0432,
    0x0433,
    0x0434,
    0x0435,
    0x0436,
    0x0437,
    0x0438,
    0x0439,
    0x043A,
    0x043B,
    0x043C,
    0x043D,
    0x043E,
    0x043F,
    0x0440,
    0x0441,
    0x0442,
    0x0443,
    0x0444,
    0x0445,
    0x0446,
    0x0447,
    0x0448,
    0x0449,
    0x044A,
    0x044B,
    0x044C,
    0x044D,
    0x044E,
    0x044F,
};

static const uint16_t cp866[128] = {
    0x0410,
    0x0411,
    0x0412,
    0x0413,
    0x0414,
    0x0415,
    0x0416,
    0x0417,
    0x0418,
    0x0419,
    0x041A,
    0x041B,
    0x041C,
    0x041D,
    0x041E,
    0x041F,
    0x0420,
    0x0421,
    0x0422,
    0x0423,
    0x0424,
    0x0425,
    0x0426,
    0x0427,
    0x0428,
    0x0429,
    0x042A,
    0x042B,
    0x042C,
    0x042D,
    0x042E,
    0x042F,
    0x0430,
    0x0431,
    0x0432,
    0x0433,
    0x0434,
    0x0435,
    0x0436,
    0x0437,
    0x0438,
    0x0439,
    0x043A,
    0x043B,
    0x043C,
    0x043D,
    0x043E,
    0x043F,
    0x2591,
    0x2592,
    0x2593,
    0x2502,
    0x2524,
    0x2561,
    0x2562,
    0x2556,
    0x2555,
    0x2563,
    0x2551,
    0x2557,
    0x255D,
    0x255C,
    0x255B,
    0x2510,
    0x2514,
    0x2534,
    0x252C,
    0x251C,
    0x2500,
    0x253C,
    0x255E,
    0x255F,
    0x255A,
    0x2554,
    0x2569,
    0x2566,
    0x2560,
    0x2550,
    0x256C,
    0x2567,
    0x2568,
    0x2564,
    0x2565,
    0x2559,
    0x2558,
    0x2552,
    0x2553,
    0x256B,
    0x256A,
    0x2518,
    0x250C,
    0x2588,
    0x2584,
    0x258C,
    0x2590,
    0x2580,
    0x0440,
    0x0441,
    0x0442,
    0x0443,
    0x0444,
    0x0445,
    0x0446,
    0x0447,
    0x0448,
    0x0449,
    0x044A,
    0x044B,
    0x044C,
    0x044D,
    0x044E,
    0x044F,
    0x0401,
    0x0451,
    0x0404,
    0x0454,
    0x0407,
    0x0457,
    0x040E,
    0x045E,
    0x00B0,
    0x2219,
    0x00B7,
    0x221A,
    0x2116,
    0x00A4,
    0x25A0,
    0x00A0,
};

static const uint16_t koi8r[128] = {
    0x2500,
    0x2502,
    0x250C,
    0x2510,
    0x2514,
    0x2518,
    0x251C,
    0x2524,
    0x252C,
    0x2534,
    0x253C,
    0x2580,
    0x2584,
    0x2588,
    0x258C,
    0x2590,
    0x2591,
    0x2592,
    0x2593,
    0x2320,
    0x25A0,
    0x2219,
    0x221A,
    0x2248,
    0x2264,
    0x2265,
    0x00A0,
    0x2321,
    0x00B0,
    0x00B2,
    0x00B7,
    0x00F7,
    0x2550,
    0x2551,
    0x2552,
    0x0451,
    0x2553,
    0x2554,
    0x2555,
    0x2556,
    0x2557,
    0x2558,
    0x2559,
    0x255A,
    0x255B,
    0x255C,
    0x255D,
    0x255E,
    0x255F,
    0x2560,
    0x2561,
    0x0401,
    0x2562,
    0x2563,
    0x2564,
    0x2565,
    0x2566,
    0x2567,
    0x2568,
    0x2569,
    0x256A,
    0x256B,
    0x256C,
    0x00A9,
    0x044E,
    0x0430,
    0x0431,
    0x0446,
    0x0434,
    0x0435,
    0x0444,
    0x0433,
    0x0445,
    0x0438,
    0x0439,
    0x043A,
    0x043B,
    0x043C,
    0x043D,
    0x043E,
    0x043F,
    0x044F,
    0x0440,
    0x0441,
    0x0442,
    0x0443,
    0x0436,
    0x0432,
    0x044C,
    0x044B,
    0x0437,
    0x0448,
    0x044D,
    0x0449,
    0x0447,
    0x044A,
    0x042E,
    0x0410,
    0x0411,
    0x0426,
    0x0414,
    0x0415,
    0x0424,
    0x0413,
    0x0425,
    0x0418,
    0x0419,
    0x041A,
    0x041B,
    0x041C,
    0x041D,
    0x041E,
    0x041F,
    0x042F,
    0x0420,
    0x0421,
    0x0422,
    0x0423,
    0x0416,
    0x0412,
    0x042C,
    0x042B,
    0x0417,
    0x0428,
    0x042D,
    0x0429,
    0x0427,
    0x042A,
};

const char *bankfile_encoding_name(enum bankfile_encoding e)
{
    static const char *const names[] = {[BANKFILE_UTF8] = "UTF-8",
        [BANKFILE_UTF8_BOM] = "UTF-8 BOM",
        [BANKFILE_WINDOWS] = "windows-1251",
        [BANKFILE_DOS] = "cp866",
        [BANKFILE_KOI8R] = "KOI8-R",
        [BANKFILE_UTF16LE] = "UTF-16LE",
        [BANKFILE_UTF16BE] = "UTF-16BE"};
    return names[e];
}

bool bankfile_encoding_said(struct str word, enum bankfile_encoding e)
{
    static const struct {
        const char *word;
        unsigned means; /* bits of enum bankfile_encoding */
    } words[] = {{"", ~0U}, {"windows", 1U << BANKFILE_WINDOWS},
        {"windows-1251", 1U << BANKFILE_WINDOWS}, {"win", 1U << BANKFILE_WINDOWS},
        {"cp1251", 1U << BANKFILE_WINDOWS}, {"1251", 1U << BANKFILE_WINDOWS},
        {"dos", 1U << BANKFILE_DOS}, {"cp866", 1U << BANKFILE_DOS}, {"866", 1U << BANKFILE_DOS},
        {"koi8-r", 1U << BANKFILE_KOI8R}, {"koi8", 1U << BANKFILE_KOI8R},
        {"utf-8", 1U << BANKFILE_UTF8 | 1U << BANKFILE_UTF8_BOM},
        {"utf8", 1U << BANKFILE_UTF8 | 1U << BANKFILE_UTF8_BOM},
        {"utf-16", 1U << BANKFILE_UTF16LE | 1U << BANKFILE_UTF16BE},
        {"utf-16le", 1U << BANKFILE_UTF16LE}, {"utf-16be", 1U << BANKFILE_UTF16BE}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq_nocase(word, str_from(words[i].word)))
            return (words[i].means >> e & 1U) != 0;
    return false;
}

/* ---- letters ---- */

static char *put(char *p, unsigned c)
{
    if (c < 0x80) {
        *p++ = (char)c;
    } else if (c < 0x800) {
        *p++ = (char)(0xC0 | c >> 6);
        *p++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *p++ = (char)(0xE0 | c >> 12);
        *p++ = (char)(0x80 | (c >> 6 & 63));
        *p++ = (char)(0x80 | (c & 63));
    } else {
        *p++ = (char)(0xF0 | c >> 18);
        *p++ = (char)(0x80 | (c >> 12 & 63));
        *p++ = (char)(0x80 | (c >> 6 & 63));
        *p++ = (char)(0x80 | (c & 63));
    }
    return p;
}

static size_t ascii_head(struct str s)
{
    size_t i = 0;
    uint64_t word;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&word, s.p + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

static struct str by_table(const uint16_t table[128], struct str s, struct buf *b, unsigned *odd)
{
    buf_clear(b);
    buf_reserve(b, 3 * s.n);
    char *p = b->p;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c && c < 0x80) {
            *p++ = (char)c;
            continue;
        }
        unsigned letter = c ? table[c - 0x80] : NO_LETTER;
        if (letter == NO_LETTER)
            *odd |= BANKFILE_ODD_LETTER;
        p = put(p, letter);
    }
    b->n = (size_t)(p - b->p);
    return buf_str(b);
}

/* PostgreSQL takes no NUL in a text. */
static struct str without_nul(struct str s, struct buf *b)
{
    buf_clear(b);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i])
            buf_addc(b, s.p[i]);
        else
            buf_adds(b, "\xEF\xBF\xBD");
    return buf_str(b);
}

/* NULL: UTF. */
static const uint16_t *table_of(enum bankfile_encoding e)
{
    return e == BANKFILE_WINDOWS ? windows1251
           : e == BANKFILE_DOS   ? cp866
           : e == BANKFILE_KOI8R ? koi8r
                                 : NULL;
}

struct str bankfile_decode(enum bankfile_encoding e, struct str line, struct buf *b, unsigned *odd)
{
    const uint16_t *table = table_of(e);
    bool ascii = ascii_head(line) == line.n, utf8 = ascii || utf8_valid(line);
    if (!ascii && (table != NULL) == utf8)
        *odd |= BANKFILE_ODD_MIXED;
    if (!utf8)
        return by_table(table ? table : windows1251, line, b, odd);
    if (!memchr(line.p, 0, line.n))
        return line;
    *odd |= BANKFILE_ODD_LETTER;
    return without_nul(line, b);
}

void bankfile_utf16_add(
    struct bankfile_utf16 *u, bool big_endian, struct str bytes, struct buf *out)
{
    buf_reserve(out, 2 * bytes.n + 8);
    char *p = out->p + out->n;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.p[i];
        if (!u->has_byte) {
            u->byte = byte;
            u->has_byte = true;
            continue;
        }
        u->has_byte = false;
        unsigned c = big_endian ? (unsigned)u->byte << 8 | byte : (unsigned)byte << 8 | u->byte;
        bool low = c >= 0xDC00 && c < 0xE000;
        if (u->high && !low)
            p = put(p, NO_LETTER);
        if (low)
            c = u->high ? 0x10000 + ((u->high - 0xD800) << 10) + (c - 0xDC00) : NO_LETTER;
        u->high = !low && c >= 0xD800 && c < 0xDC00 ? c : 0;
        if (!u->high)
            p = put(p, c);
    }
    out->n = (size_t)(p - out->p);
}

/* ---- detection ---- */

static bool has(struct str s, const char *word)
{
    return memmem(s.p, s.n, word, strlen(word)) != NULL;
}

/* Can the words of the format be read in this table? */
static bool readable(const uint16_t table[128], struct str head)
{
    struct buf b = BUF_INIT;
    unsigned odd = 0;
    struct str text = by_table(table, head, &b, &odd);
    bool found = has(text, "РасчСчет") || has(text, "Кодировка") || has(text, "ВерсияФормата") ||
                 has(text, "Секция") || has(text, "КонецФайла") || has(text, "СЕКЦИЯ");
    buf_release(&b);
    return found;
}

/* The longest head that does not end inside a letter, if it is UTF-8 at all. */
static struct str whole_letters(struct str head, bool whole)
{
    for (size_t cut = 0; !whole && cut < 3 && cut < head.n; cut++) {
        unsigned char c = (unsigned char)head.p[head.n - 1 - cut];
        if (c >= 0xC0)
            return (struct str){head.p, head.n - 1 - cut};
        if (c < 0x80)
            break;
    }
    return head;
}

enum bankfile_encoding bankfile_encoding_detect(struct str head, bool whole, size_t *ret_skip)
{
    *ret_skip = 0;
    if (str_starts(head, STR(BOM_UTF8))) {
        *ret_skip = 3;
        return BANKFILE_UTF8_BOM;
    }
    if (str_starts(head, STR("\xFF\xFE")) || str_starts(head, STR("\xFE\xFF"))) {
        *ret_skip = 2;
        return head.p[0] == '\xFF' ? BANKFILE_UTF16LE : BANKFILE_UTF16BE;
    }
    if (str_starts(head, STR("1\0C\0")))
        return BANKFILE_UTF16LE;
    if (str_starts(head, STR("\0001\0C")))
        return BANKFILE_UTF16BE;
    if (head.n == 0 || ascii_head(head) == head.n || utf8_valid(whole_letters(head, whole)))
        return BANKFILE_UTF8;
    struct str first = {head.p, head.n < 2048 ? head.n : 2048};
    bool dos = has(first, "=DOS") || has(first, "=dos") || has(first, "=Dos");
    if (dos && readable(cp866, head))
        return BANKFILE_DOS;
    if (readable(windows1251, head))
        return BANKFILE_WINDOWS;
    if (readable(cp866, head))
        return BANKFILE_DOS;
    return readable(koi8r, head) ? BANKFILE_KOI8R : dos ? BANKFILE_DOS : BANKFILE_WINDOWS;
}
