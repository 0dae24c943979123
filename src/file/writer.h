/*
 * A file that grows in units of its author's: a task's artifact, piece by piece with the records it
 * was made of.
 *
 *     file_writer_append(&s->file, bytes);         // any number of times
 *     if (file_writer_waiting(&s->file) >= FILE_CHUNK || last) {
 *         struct db_unit *u = obm_unit(t);
 *         file_writer_store(&s->file, u);          // or file_writer_finish: the last ones
 *         obm_commit(t, u, on_commit, NULL);       // save writes file_writer_save
 *     }
 *
 * The checkpoint then speaks of exactly the bytes that are stored, so that an attempt after a crash
 * goes on where the file ends. Every commit has to carry what waits.
 */
#ifndef FILE_WRITER_H
#define FILE_WRITER_H

#include <sodium.h>
#include "file/file.h"
#include "obmen/json.h"

struct file_writer {
    struct uuid id;
    struct file_new about;         /* texts owned */
    int64_t stored;                /* bytes given to units */
    struct buf waiting;            /* owned */
    crypto_hash_sha256_state hash; /* of what is stored */
    bool begun;                    /* the file's row was given to a unit */
};

void file_writer_begin(struct file_writer *w, const struct file_new *about);
/* Goes on after what the checkpoint tells: a member written by file_writer_save. -1: it is none. */
int file_writer_resume(
    struct file_writer *w, const struct file_new *about, const struct json *saved);
/* An object with everything resume needs. Nothing may wait. */
void file_writer_save(const struct file_writer *w, struct json_writer *json);
void file_writer_append(struct file_writer *w, struct str bytes);
size_t file_writer_waiting(const struct file_writer *w);
/* Adds all that waits to the unit. */
void file_writer_store(struct file_writer *w, struct db_unit *u);
/* The same, and the file is complete. */
void file_writer_finish(struct file_writer *w, struct db_unit *u);
void file_writer_release(struct file_writer *w);

#endif
