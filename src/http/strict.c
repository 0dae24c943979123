#include "http/strict.h"

#include <string.h>

/* Character classes. */
#define TOKEN 1 /* method and header names */
#define TARGET                                                                                     \
    2 /* request target: visible ASCII but '#', and bytes of UTF-8 (checked when decoded) */
#define VALUE 4 /* field value: tab, blank, visible ASCII, obs-text */
#define HEX 8

#define ALNUM (TOKEN | TARGET | VALUE)
#define HEXAL (ALNUM | HEX)
#define SYMBOL (TOKEN | TARGET | VALUE) /* marks that a token may have */
#define DELIM (TARGET | VALUE)          /* marks that it may not */

static const uint8_t classes[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = SYMBOL,
    ['"'] = DELIM,
    ['#'] = SYMBOL & ~TARGET,
    ['$'] = SYMBOL,
    ['%'] = SYMBOL,
    ['&'] = SYMBOL,
    ['\''] = SYMBOL,
    ['('] = DELIM,
    [')'] = DELIM,
    ['*'] = SYMBOL,
    ['+'] = SYMBOL,
    [','] = DELIM,
    ['-'] = SYMBOL,
    ['.'] = SYMBOL,
    ['/'] = DELIM,
    ['0' ... '9'] = HEXAL,
    [':'] = DELIM,
    [';'] = DELIM,
    ['<'] = DELIM,
    ['='] = DELIM,
    ['>'] = DELIM,
    ['?'] = DELIM,
    ['@'] = DELIM,
    ['A' ... 'F'] = HEXAL,
    ['G' ... 'Z'] = ALNUM,
    ['['] = DELIM,
    ['\\'] = DELIM,
    [']'] = DELIM,
    ['^'] = SYMBOL,
    ['_'] = SYMBOL,
    ['`'] = SYMBOL,
    ['a' ... 'f'] = HEXAL,
    ['g' ... 'z'] = ALNUM,
    ['{'] = DELIM,
    ['|'] = SYMBOL,
    ['}'] = DELIM,
    ['~'] = SYMBOL,
    [0x80 ... 0xff] = DELIM,
};

static inline bool is(char c, uint8_t class)
{
    return classes[(unsigned char)c] & class;
}

bool strict_token(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is(p[i], TOKEN))
            return false;
    return n > 0;
}

bool strict_value(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is(p[i], VALUE))
            return false;
    return true;
}

#define METHOD_MAX 32 /* the longest that llhttp knows has 11 letters */

/*
 *  BLANK ⇄ BLANK_LF
 *    │
 *    ▼
 *  METHOD → TARGET → VERSION → LINE_LF → FIELD → NAME → VALUE → VALUE_LF ─┐
 *                                          │ ▲                            │
 *                                          │ └────────────────────────────┘
 *                                          └→ END_LF → done
 */
enum head_state {
    H_BLANK,
    H_BLANK_LF,
    H_METHOD,
    H_TARGET,
    H_VERSION,
    H_LINE_LF,
    H_FIELD,
    H_NAME,
    H_VALUE,
    H_VALUE_LF,
    H_END_LF,
};

static const char version_text[] = "HTTP/1."; /* then the digit, then CR */

static enum strict_result bad(uint8_t *why, enum strict_why w)
{
    *why = (uint8_t)w;
    return STRICT_BAD;
}

enum strict_result strict_head(struct strict_head *s, const struct strict_limits *limits,
    const char *p, size_t n, size_t *ret_used, size_t *ret_skip)
{
    *ret_skip = 0;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        if (s->state > H_LINE_LF) {
            if (++s->headers > limits->max_headers)
                return bad(&s->why, STRICT_HEADERS_LONG);
        } else if (s->state > H_BLANK_LF && s->state < H_LINE_LF && c != '\r') {
            if (++s->line > limits->max_line)
                return bad(&s->why, STRICT_LINE_LONG);
        }
        switch ((enum head_state)s->state) {
        case H_BLANK:
            if (c == '\r') {
                s->state = H_BLANK_LF;
                break;
            }
            *ret_skip = i;
            if (c == '\n')
                return bad(&s->why, STRICT_LINE_END);
            if (!is(c, TOKEN))
                return bad(&s->why, STRICT_METHOD);
            s->state = H_METHOD;
            s->line = s->word = 1;
            break;
        case H_BLANK_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            s->state = H_BLANK;
            break;
        case H_METHOD:
            if (c == ' ') {
                s->state = H_TARGET;
                s->word = 0;
            } else if (!is(c, TOKEN) || ++s->word > METHOD_MAX) {
                return bad(&s->why, STRICT_METHOD);
            }
            break;
        case H_TARGET: /* at least one byte */
            if (c == ' ' && s->word > 0) {
                s->state = H_VERSION;
                break;
            }
            if (c == '\r' && s->word > 0) /* "GET /": HTTP/0.9 */
                return bad(&s->why, STRICT_VERSION);
            if (!is(c, TARGET))
                return bad(&s->why, STRICT_TARGET);
            s->word = 1;
            /* Targets are most of a request line: the limit is checked once for the run. */
            while (i + 1 < n && is(p[i + 1], TARGET) && s->line < limits->max_line) {
                i++;
                s->line++;
            }
            break;
        case H_VERSION:
            if (s->version_at < sizeof version_text - 1) {
                if (c != version_text[s->version_at++])
                    return bad(&s->why, STRICT_VERSION);
            } else if (s->version_at == sizeof version_text - 1) {
                if (c != '0' && c != '1')
                    return bad(&s->why, STRICT_VERSION);
                s->minor = (uint8_t)(c - '0');
                s->version_at++;
            } else {
                if (c != '\r')
                    return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_VERSION);
                s->state = H_LINE_LF;
            }
            break;
        case H_LINE_LF:
        case H_VALUE_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            s->state = H_FIELD;
            break;
        case H_FIELD:
            if (c == '\r') {
                s->state = H_END_LF;
                break;
            }
            if (c == ' ' || c == '\t')
                return bad(&s->why, s->fields > 0 ? STRICT_FOLD : STRICT_NAME);
            if (!is(c, TOKEN)) /* an empty name, a bare LF too */
                return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_NAME);
            if (++s->fields > limits->max_fields)
                return bad(&s->why, STRICT_FIELDS_MANY);
            s->state = H_NAME;
            break;
        case H_NAME:
            if (c == ':')
                s->state = H_VALUE;
            else if (!is(c, TOKEN))
                return bad(&s->why, STRICT_NAME);
            break;
        case H_VALUE:
            if (c == '\r') {
                s->state = H_VALUE_LF;
                break;
            }
            if (!is(c, VALUE))
                return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_VALUE);
            while (i + 1 < n && is(p[i + 1], VALUE) && s->headers < limits->max_headers) {
                i++;
                s->headers++;
            }
            break;
        case H_END_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            *ret_used = i + 1;
            return STRICT_DONE;
        }
    }
    *ret_used = n;
    return STRICT_MORE;
}

#define SIZE_DIGITS 16    /* more leading zeros than this are no honest sender's */
#define SIZE_LINE_MAX 256 /* size and extensions of one chunk */

/*
 *  SIZE → (EXT) → SIZE_LF ─ 0 ──→ T_FIELD → T_NAME → T_VALUE → T_VALUE_LF ┐
 *   ▲                │               │ ▲                                  │
 *   │                ▼               │ └──────────────────────────────────┘
 *   └─ DATA_LF ← DATA_CR ← DATA      └→ T_END_LF → done
 */
enum chunk_state {
    C_SIZE,
    C_EXT,
    C_SIZE_LF,
    C_DATA,
    C_DATA_CR,
    C_DATA_LF,
    C_T_FIELD,
    C_T_NAME,
    C_T_VALUE,
    C_T_VALUE_LF,
    C_T_END_LF,
};

static unsigned hex_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
}

enum strict_result strict_chunks(struct strict_chunks *s, const struct strict_limits *limits,
    uint64_t max_body, const char *p, size_t n, size_t *ret_used)
{
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        *ret_used = i;
        if (s->state <= C_SIZE_LF && ++s->line > SIZE_LINE_MAX)
            return bad(&s->why, STRICT_CHUNK);
        if (s->state >= C_T_FIELD && ++s->headers > limits->max_headers)
            return bad(&s->why, STRICT_HEADERS_LONG);
        switch ((enum chunk_state)s->state) {
        case C_SIZE:
            if (is(c, HEX)) {
                if (++s->digits > SIZE_DIGITS || s->left >> 60)
                    return bad(&s->why, STRICT_CHUNK);
                s->left = s->left << 4 | hex_value(c);
                break;
            }
            if (s->digits == 0 || (c != '\r' && c != ';'))
                return bad(&s->why, STRICT_CHUNK);
            s->state = c == '\r' ? C_SIZE_LF : C_EXT;
            break;
        case C_EXT:
            if (c == '\r')
                s->state = C_SIZE_LF;
            else if (!is(c, VALUE))
                return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_CHUNK);
            break;
        case C_SIZE_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            if (s->left > max_body || s->total > max_body - s->left)
                return bad(&s->why, STRICT_BODY_LONG);
            s->total += s->left;
            s->state = s->left > 0 ? C_DATA : C_T_FIELD;
            break;
        case C_DATA: {
            uint64_t take = n - i < s->left ? n - i : s->left;
            s->left -= take;
            i += (size_t)take - 1;
            if (s->left == 0)
                s->state = C_DATA_CR;
            break;
        }
        case C_DATA_CR:
            if (c != '\r')
                return bad(&s->why, STRICT_CHUNK);
            s->state = C_DATA_LF;
            break;
        case C_DATA_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_CHUNK);
            s->digits = 0;
            s->line = 0;
            s->state = C_SIZE;
            break;
        case C_T_FIELD:
            if (c == '\r') {
                s->state = C_T_END_LF;
                break;
            }
            if (c == ' ' || c == '\t')
                return bad(&s->why, s->fields > 0 ? STRICT_FOLD : STRICT_NAME);
            if (!is(c, TOKEN))
                return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_NAME);
            if (++s->fields > limits->max_fields)
                return bad(&s->why, STRICT_FIELDS_MANY);
            s->state = C_T_NAME;
            break;
        case C_T_NAME:
            if (c == ':')
                s->state = C_T_VALUE;
            else if (!is(c, TOKEN))
                return bad(&s->why, STRICT_NAME);
            break;
        case C_T_VALUE:
            if (c == '\r')
                s->state = C_T_VALUE_LF;
            else if (!is(c, VALUE))
                return bad(&s->why, c == '\n' ? STRICT_LINE_END : STRICT_VALUE);
            break;
        case C_T_VALUE_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            s->state = C_T_FIELD;
            break;
        case C_T_END_LF:
            if (c != '\n')
                return bad(&s->why, STRICT_LINE_END);
            *ret_used = i + 1;
            return STRICT_DONE;
        }
    }
    *ret_used = n;
    return STRICT_MORE;
}
