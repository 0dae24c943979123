/*
 * One line per event that matters, as text or as JSON (OBMEN_LOG_FORMAT), to standard error. A
 * thread of its own writes, so a reader that does not read blocks nobody; lines that find the ring
 * full are counted and the count is logged. Only code that decides logs; code that returns an error
 * does not.
 */
#ifndef OBMEN_LOG_H
#define OBMEN_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/err.h"
#include "obmen/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_field {
    const char *key;
    enum { LOG_STR, LOG_INT } kind;
    struct str s;
    int64_t i;
};

#define LS(k, v) ((struct log_field){.key = (k), .kind = LOG_STR, .s = str_from(v)})
#define LSTR(k, v) ((struct log_field){.key = (k), .kind = LOG_STR, .s = (v)})
#define LI(k, v) ((struct log_field){.key = (k), .kind = LOG_INT, .i = (v)})

/* event: a fixed English word group ("task completed"); message: for a person or NULL.
 * log_event(LOG_INFO, "task started", NULL, LS("task_id", id), LI("attempt", 1)); */
#define log_event(level, event, message, ...)                                                      \
    log_write((level), (event), (message), (const struct log_field[]){{0}, ##__VA_ARGS__},         \
        sizeof((const struct log_field[]){{0}, ##__VA_ARGS__}) / sizeof(struct log_field))
void log_write(enum log_level level, const char *event, const char *message,
    const struct log_field *fields, size_t count); /* fields[0] is ignored */
/* The three fields of an error: …, LERR(&err)) */
#define LERR(e)                                                                                    \
    LS("error_code", err_code_name((e)->code)), LS("error", (e)->message), LS("cause", (e)->cause)
bool log_enabled(enum log_level level);
/* Since the start: lines of a level; lines nobody read fast enough. */
uint64_t log_lines(enum log_level level);
uint64_t log_lines_lost(void);

/* Called by main only. json: JSON lines instead of text. */
void log_start(enum log_level level, bool json);
void log_set_level(enum log_level level);
/* Writes what is waiting (at most 1 s) and ends the thread. */
void log_stop(void);

#endif
