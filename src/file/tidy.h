/* Removes files that nobody will ask for again: those whose task is gone, whose time is over, and
 * uploads given up half-way. */
#ifndef FILE_TIDY_H
#define FILE_TIDY_H

#include <uv.h>
#include "obmen/db.h"

struct file_tidy;
/* Every few minutes from now on. */
struct file_tidy *file_tidy_open(uv_loop_t *loop, struct db *db);
/* At once too (tasks were removed). */
void file_tidy_now(struct file_tidy *t);
void file_tidy_close(struct file_tidy *t, void (*closed)(void *arg), void *arg);

#endif
