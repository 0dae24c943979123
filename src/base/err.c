#include "obmen/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "obmen/utf8.h"

bool lang_english;

static const struct {
    const char *name, *title;
    int status;
} codes[ERR_CODE_COUNT] = {[ERR_NONE] = {"NONE", "No error", 200},
#define X(n, s, t) [ERR_##n] = {#n, t, s},
    ERR_CODES(X)
#undef X
};

static int known(enum err_code code)
{
    return (unsigned)code < ERR_CODE_COUNT ? (int)code : ERR_INTERNAL_ERROR;
}

const char *err_code_name(enum err_code code)
{
    return codes[known(code)].name;
}

int err_code_status(enum err_code code)
{
    return codes[known(code)].status;
}

const char *err_code_title(enum err_code code)
{
    return codes[known(code)].title;
}

enum err_code err_code_from_name(const char *name)
{
    for (int i = ERR_NONE + 1; name && i < ERR_CODE_COUNT; i++)
        if (strcmp(codes[i].name, name) == 0)
            return (enum err_code)i;
    return ERR_NONE;
}

/* Appends text to the NUL-ended out: whole letters only; what is no UTF-8 (foreign text) becomes
 * U+FFFD, because these texts go on into JSON and into PostgreSQL. */
static void append_letters(char *out, size_t size, const char *text)
{
    size_t at = strlen(out);
    for (struct str s = str_from(text); s.n;) {
        size_t n = utf8_letter(s);
        struct str letter = n ? (struct str){s.p, n} : STR("\xEF\xBF\xBD");
        if (letter.n >= size - at)
            break;
        memcpy(out + at, letter.p, letter.n);
        at += letter.n;
        s.p += n ? n : 1;
        s.n -= n ? n : 1;
    }
    out[at] = '\0';
}

static int set(struct err *e, enum err_code code, bool passing, const char *fmt, va_list args)
{
    /* Formatted aside first: the arguments may point into *e. */
    char text[2 * sizeof e->message];
    vsnprintf(text, sizeof text, fmt, args);
    if (!e)
        return -1;
    *e = (struct err){.code = code, .passing = passing};
    append_letters(e->message, sizeof e->message, text);
    return -1;
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int r = set(e, code, false, fmt, args);
    va_end(args);
    return r;
}

int err_set_passing(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int r = set(e, code, true, fmt, args);
    va_end(args);
    return r;
}

int err_set_field(struct err *e, const char *field, const char *fmt, ...)
{
    char text[2 * sizeof e->message];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_set(e, ERR_VALIDATION_ERROR, "%s: %s", field, text);
    if (e)
        e->field = field;
    return -1;
}

const char *err_field_message(const struct err *e)
{
    size_t name = e->field ? strlen(e->field) : 0;
    bool named = name && strncmp(e->message, e->field, name) == 0 &&
                 strncmp(e->message + name, ": ", 2) == 0;
    return named ? e->message + name + 2 : e->message;
}

void err_cause(struct err *e, const char *fmt, ...)
{
    char text[2 * sizeof e->cause];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!e)
        return;
    if (*e->cause)
        append_letters(e->cause, sizeof e->cause, "; ");
    append_letters(e->cause, sizeof e->cause, text);
}
