/*
 * The bytes of the files of one upload, in order, as a task reads them from the database: plain
 * files as they are, archives entry by entry. Reading the next piece goes on while the present one
 * is being used; memory is two pieces, whatever the files.
 */
#ifndef BANKFILE_SOURCE_H
#define BANKFILE_SOURCE_H

#include "bankfile/unzip.h"
#include "file/file.h"
#include "obmen/task.h"

#define BANKFILE_FILES_MAX 100   /* of an upload */
#define BANKFILE_ENTRIES_MAX 200 /* files and entries of archives, together */
#define BANKFILE_NAME_MAX 255

enum bankfile_source_state {
    SOURCE_WAIT,      /* OBM_WAIT: the phase is called again */
    SOURCE_ENTRY,     /* a file begins: `name`, `size` */
    SOURCE_BYTES,     /* a piece of it */
    SOURCE_ENTRY_END, /* it is whole */
    SOURCE_REFUSED,   /* it ends because it can't be read: `refused`; the next one may be */
    SOURCE_OVER,      /* there are no more */
    SOURCE_FAILED,    /* err */
};

struct bankfile_source {
    struct obm_task *task;
    uv_loop_t *loop;
    const struct json *files;         /* [{"id":…,"name":…}] of the task's params */
    char name[BANKFILE_NAME_MAX + 1]; /* of the present entry; "archive.zip/folder/kl.txt" */
    int64_t read_bytes;               /* of stored files, taken so far */
    struct err err, refused;
    /* its own */
    enum {
        SOURCE_NEXT_FILE,
        SOURCE_OPENING,
        SOURCE_PLAIN,
        SOURCE_SPOOLING,
        SOURCE_LISTING,
        SOURCE_UNPACKING,
        SOURCE_REFUSING, /* the archive, or the rest of it */
        SOURCE_DONE
    } state;
    int file, entries;
    struct uuid id;
    char file_name[BANKFILE_NAME_MAX + 1];
    int64_t pos, size;
    struct buf now, next; /* the piece that is used, the one that was read ahead */
    bool reading, begun, ended;
    bool has_entries, at_head; /* of the archive; of the entry */
    struct unzip *zip;         /* owned */
};

/* Begins with the first file; again after a pass over all of them. */
void bankfile_source_begin(
    struct bankfile_source *s, struct obm_task *task, uv_loop_t *loop, const struct json *files);
/* bytes: borrowed until the next call. */
enum bankfile_source_state bankfile_source_next(struct bankfile_source *s, struct str *ret_bytes);
/* Nothing of the database is under way any more; an archive's work may be, and ends by itself. */
void bankfile_source_release(struct bankfile_source *s);

#endif
