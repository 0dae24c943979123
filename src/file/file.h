/*
 * Files in PostgreSQL (schema 0002): uploads of people, artifacts of tasks. Written and read a
 * piece at a time; nothing here holds a whole file.
 *
 *   a task writes      file_writer: its pieces are committed with the checkpoint that speaks of
 * them a request writes   file_sink: writes by itself, says when to pause whoever reads file_read,
 * or file_read_add within a unit of one's own removal            file_tidy: with the task, when
 * expired, when given up half-way
 */
#ifndef FILE_FILE_H
#define FILE_FILE_H

#include "obmen/db.h"

#define FILE_CHUNK (256 * 1024) /* bytes of one piece at most */
#define FILE_NAME_MAX 200       /* letters' bytes kept of a name */

enum file_kind { FILE_UPLOAD, FILE_ARTIFACT };

/* What is known before the first byte. Texts are borrowed and copied. */
struct file_new {
    struct uuid task_id; /* all zero: nobody's yet (file_adopt_add) */
    enum file_kind kind;
    struct str name;       /* as people call it; a path before it and control characters go */
    struct str media_type; /* "text/csv; charset=utf-8" */
    int keep_s;            /* 0: as long as its task */
};

/* Texts are borrowed from the result it was read from. */
struct file_info {
    struct uuid id;
    struct str name, media_type;
    int64_t size; /* bytes */
    struct str sha256;
    bool complete, expired;
};

/* Adds "which files has this task?", oldest first; file_info_read reads a row of the result. */
int file_find_add(struct db_unit *u, const struct uuid *task_id, enum file_kind kind);
/* Adds "what is this file?": one row or none. */
int file_info_add(struct db_unit *u, const struct uuid *id);
void file_info_read(const struct db_result *r, int row, struct file_info *ret);

/* Makes the task the owner of an upload: from then on it goes with the task. It affects no row when
 * there is no such upload, or a task that has not ended owns it. */
int file_adopt_add(struct db_unit *u, const struct uuid *id, const struct uuid *task_id);

/* Adds the bytes that begin at pos, up to the end of their piece; none at the end of the file. The
 * next pos is pos + their count. */
int file_read_add(struct db_unit *u, const struct uuid *id, int64_t pos);
/* Appends them to out; the number of bytes, -1 when the result is none of file_read_add. */
int64_t file_read_take(const struct db_result *r, struct buf *out);

/* The same as a call of its own. bytes is borrowed until return, empty at the end of the file.
 * Called once, never from inside. */
typedef void (*file_bytes_fn)(void *arg, struct str bytes, const struct err *err);
void file_read(struct db *db, const struct uuid *id, int64_t pos, file_bytes_fn done, void *arg);

#endif
