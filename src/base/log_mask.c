#include "base/log_mask.h"

#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static bool starts_nocase(struct str s, const char *word)
{
    size_t n = strlen(word);
    return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

/* Where a secret that begins at s ends. */
static size_t secret_length(struct str s)
{
    size_t n = 0;
    while (n < s.n && !strchr(" \t\r\n&;,'\"<>)}]", s.p[n]))
        n++;
    return n;
}

/* "password=", "token: ", "\"secret\":\"": the length up to the secret itself, or 0. */
static size_t named_secret(struct str s)
{
    static const char *const names[] = {"password", "passwd", "pwd", "access_token", "token",
        "secret", "api_key", "apikey", "cookie", NULL};
    for (int i = 0; names[i]; i++) {
        size_t n = strlen(names[i]);
        if ((s.p[0] | 0x20) != names[i][0] || !starts_nocase(s, names[i]))
            continue;
        while (n < s.n && strchr("\" '", s.p[n]))
            n++;
        if (n >= s.n || (s.p[n] != '=' && s.p[n] != ':'))
            continue;
        n++;
        while (n < s.n && strchr("\" '", s.p[n]))
            n++;
        return n < s.n ? n : 0;
    }
    return 0;
}

/* "Bearer …", "Basic …": the length up to the secret, or 0. */
static size_t scheme_secret(struct str s)
{
    size_t n = starts_nocase(s, "bearer ") ? 7 : starts_nocase(s, "basic ") ? 6 : 0;
    /* "basic errors" is English; a credential has more to it */
    return n && secret_length((struct str){s.p + n, s.n - n}) >= 8 ? n : 0;
}

/* "://name:password@": the length of what stands between "://" and "@", or 0. */
static size_t address_secret(struct str s)
{
    if (!str_starts(s, STR("://")))
        return 0;
    for (size_t i = 3; i < s.n && !strchr("/?# \t\r\n\"'", s.p[i]); i++)
        if (s.p[i] == '@')
            return i - 3;
    return 0;
}

/* Alone, not part of an identifier: 10 or 12 digits (INN), 20 (account), 11 (telephone). */
static size_t personal_number(struct str text, size_t at)
{
    size_t n = 0;
    if (at > 0 && (is_word(text.p[at - 1]) || text.p[at - 1] == '.'))
        return 0;
    while (at + n < text.n && is_digit(text.p[at + n]))
        n++;
    if (at + n < text.n && (is_word(text.p[at + n]) || text.p[at + n] == '.'))
        return 0;
    return n == 10 || n == 11 || n == 12 || n == 20 ? n : 0;
}

static bool is_mailbox(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("._%+-", c));
}

/* The length of the name before the "@" of an e-mail address that begins here, or 0. */
static size_t mailbox(struct str text, size_t at)
{
    size_t n = 0, host = 0;
    if (at > 0 && is_mailbox(text.p[at - 1]))
        return 0;
    while (at + n < text.n && is_mailbox(text.p[at + n]))
        n++;
    if (!n || at + n >= text.n || text.p[at + n] != '@')
        return 0;
    for (size_t i = at + n + 1; i < text.n && is_mailbox(text.p[i]); i++)
        host += text.p[i] == '.';
    return host ? n : 0;
}

struct hidden {
    size_t kept, n, end; /* bytes shown before it, bytes hidden, how many of their last are shown */
};

static bool hides_secret(struct str s, struct hidden *ret)
{
    size_t n = named_secret(s);
    if (!n && !(n = scheme_secret(s)))
        return false;
    struct str rest = {s.p + n, s.n - n};
    size_t scheme = scheme_secret(rest); /* token: Bearer … */
    ret->kept = n + scheme;
    ret->n = secret_length((struct str){rest.p + scheme, rest.n - scheme});
    return ret->n > 0;
}

/* What begins at `at` and must be hidden. mail: there is an "@" somewhere. Every line goes through
 * here byte by byte: most bytes are let pass by their first look. */
static bool hides(struct str text, size_t at, bool mail, struct hidden *ret)
{
    struct str s = {text.p + at, text.n - at};
    *ret = (struct hidden){0};
    if (*s.p == ':') {
        ret->kept = 3;
        return mail && (ret->n = address_secret(s)) > 0;
    }
    bool begins = at == 0 || !is_word(text.p[at - 1]) || text.p[at - 1] == '_';
    if (!begins)
        return false;
    if (is_digit(*s.p) && (ret->n = personal_number(text, at)) > 0) {
        ret->end = ret->n == 20 ? 4 : 3;
        return true;
    }
    if (strchr("abcpstABCPST", *s.p) && hides_secret(s, ret))
        return true;
    *ret = (struct hidden){0};
    return mail && (ret->n = mailbox(text, at)) > 0;
}

bool log_mask(struct str text, struct buf *ret)
{
    bool mail = text.n && memchr(text.p, '@', text.n);
    struct hidden h;
    size_t done = 0;
    for (size_t at = 0; at < text.n;) {
        if (!hides(text, at, mail, &h)) {
            at++;
            continue;
        }
        at += h.kept + h.n;
        buf_add(ret, text.p + done, at - h.n - done);
        buf_adds(ret, "***");
        buf_add(ret, text.p + at - h.end, h.end);
        done = at;
    }
    if (done == 0)
        return false;
    buf_add(ret, text.p + done, text.n - done);
    return true;
}
