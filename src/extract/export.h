/* The task type export_transactions: all transactions that a filter lets through as a file, which
 * stays as the task's artifact. For files that take long to make; short ones are streamed
 * (src/api/export.c). */
#ifndef EXTRACT_EXPORT_H
#define EXTRACT_EXPORT_H

#include <uv.h>
#include "obmen/task.h"

struct engine;
/* Once a program. loop: must outlive the engine. */
void extract_register(struct engine *e, uv_loop_t *loop);

#endif
