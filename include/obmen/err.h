/*
 * Errors are values (docs/decisions/0002): one taxonomy for REST, WebSocket, tasks and the inside.
 * A function that can fail returns int, 0 or -1, and takes `struct err *ret_err` last, which it
 * writes only on failure. The caller owns it. Errors are logged once, where they are decided.
 */
#ifndef OBMEN_ERR_H
#define OBMEN_ERR_H

#include <stdbool.h>
#include <stddef.h>

/* X(name, HTTP status, title) */
#define ERR_CODES(X)                                                                               \
    X(VALIDATION_ERROR, 422, "Input is not valid")                                                 \
    X(AUTHENTICATION_ERROR, 401, "Sign-in needed")                                                 \
    X(AUTHORIZATION_ERROR, 403, "Not allowed")                                                     \
    X(NOT_FOUND, 404, "Not found")                                                                 \
    X(METHOD_NOT_ALLOWED, 405, "Method not allowed")                                               \
    X(REQUEST_TIMEOUT, 408, "Request took too long")                                               \
    X(CONFLICT, 409, "Conflict")                                                                   \
    X(PAYLOAD_TOO_LARGE, 413, "Body too large")                                                    \
    X(URI_TOO_LONG, 414, "Request line too long")                                                  \
    X(UNSUPPORTED_MEDIA_TYPE, 415, "Unsupported media type")                                       \
    X(RATE_LIMIT_ERROR, 429, "Too many requests")                                                  \
    X(HEADERS_TOO_LARGE, 431, "Header fields too large")                                           \
    X(DATABASE_ERROR, 503, "Database error")                                                       \
    X(CACHE_ERROR, 500, "Cache error")                                                             \
    X(ONEC_API_ERROR, 502, "1C did not answer as expected")                                        \
    X(VK_API_ERROR, 502, "VK did not answer as expected")                                          \
    X(SERVICE_UNAVAILABLE, 503, "Service unavailable")                                             \
    X(INTERNAL_ERROR, 500, "Internal error")                                                       \
    X(TASK_TIMEOUT, 504, "Task took too long")

enum err_code {
    ERR_NONE,
#define X(name, status, title) ERR_##name,
    ERR_CODES(X)
#undef X
        ERR_CODE_COUNT
};

struct err {
    enum err_code code;
    int http_status;    /* 0 = the code's own */
    bool passing;       /* may go away by itself: worth a retry */
    bool cancelled;     /* the caller gave up; nothing is wrong */
    int retry_after_ms; /* what the other side asked for; 0 = nothing */
    const char *field;  /* VALIDATION_ERROR: of the input, static, NULL: of none alone */
    char sqlstate[6];   /* of PostgreSQL, else "" */
    char message[320];  /* for a person, in OBMEN_LANG; says what to do. UTF-8, never cut inside a
                           letter */
    char cause[320];    /* for the log; may be empty; never a secret */
};

#define ERR_INIT ((struct err){0})

const char *err_code_name(enum err_code code); /* "VALIDATION_ERROR"; "NONE" for ERR_NONE */
int err_code_status(enum err_code code);
const char *err_code_title(enum err_code code);
/* ERR_NONE when the name is unknown. */
enum err_code err_code_from_name(const char *name);

/* Fills *e (message) and returns -1, so that `return err_set(…)` reads well. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for something that may pass by itself. */
int err_set_passing(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* VALIDATION_ERROR of one field of the input: its name stands before the message. field: static. */
int err_set_field(struct err *e, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The message without the name. */
const char *err_field_message(const struct err *e);
/* Adds the part for the log. */
void err_cause(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Language of texts for people (OBMEN_LANG): err_set(&e, ERR_X, TR("Нет базы", "No base")). */
extern bool lang_english;
#define TR(ru, en) (lang_english ? (en) : (ru))

#endif
