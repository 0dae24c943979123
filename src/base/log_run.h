/* The log while the program runs: what only app touches. */
#ifndef BASE_LOG_RUN_H
#define BASE_LOG_RUN_H

#include "obmen/log.h"

/* Stands in every line from now on; "" = in none. Copied, at most 95 bytes. */
void log_set_node(const char *node);
/* One level more (error → warning → info → debug), one less. The new one; the same at the ends. */
enum log_level log_louder(void);
enum log_level log_quieter(void);
const char *log_level_name(enum log_level level);

#endif
