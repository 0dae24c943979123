/* A file that a request writes: stores its pieces by itself, one unit after the other. */
#ifndef FILE_SINK_H
#define FILE_SINK_H

#include "file/file.h"

struct file_sink;

/* drained: there is room again (after file_sink_write said false). Also when storing has failed:
 * file_sink_finish then tells why, and what is written goes nowhere. */
struct file_sink *file_sink_open(
    struct db *db, const struct file_new *about, void (*drained)(void *arg), void *arg);
const struct uuid *file_sink_id(const struct file_sink *s);
/* Copies. False: taken, but pause until drained. */
bool file_sink_write(struct file_sink *s, struct str bytes);
/* Stores the rest. stored: the file stands complete (err NULL) or is removed. The sink is gone when
 * it is called. Never from inside. */
void file_sink_finish(
    struct file_sink *s, void (*stored)(void *arg, const struct err *err), void *arg);
/* Instead of finish: removes what was stored; calls nothing any more. */
void file_sink_abort(struct file_sink *s);

#endif
