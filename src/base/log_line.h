/* One line of the log, as text or as JSON; foreign text in it cannot forge lines or steer a
 * terminal. */
#ifndef BASE_LOG_LINE_H
#define BASE_LOG_LINE_H

#include "obmen/buf.h"
#include "obmen/log.h"
#include "obmen/time.h"

#define LOG_VALUE_MAX 4096 /* bytes of one value; the rest is cut */

struct log_line {
    usec_t at;
    enum log_level level;
    const char *event, *message;    /* message may be NULL */
    const char *node;               /* NULL or "": not said; left out where a field says it */
    const struct log_field *fields; /* fields[0] is ignored */
    size_t count;
};

/* Appends the line with its "\n". */
void log_line_text(struct buf *b, const struct log_line *l);
void log_line_json(struct buf *b, const struct log_line *l);

#endif
