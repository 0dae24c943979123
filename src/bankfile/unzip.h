/*
 * A ZIP archive, unpacked in the thread pool one step at a time: it is put together in a temporary
 * file without a name, then read entry by entry. Bombs are refused: bounded are the bytes that come
 * out of one archive, and how many come out of one that went in.
 *
 * One step runs at a time; wake is called from the loop when it has ended.
 */
#ifndef BANKFILE_UNZIP_H
#define BANKFILE_UNZIP_H

#include <stdbool.h>
#include <uv.h>
#include "obmen/err.h"
#include "obmen/str.h"

#define UNZIP_MAX (1024LL * 1024 * 1024) /* bytes that may come out of one archive */
#define UNZIP_RATIO 200                  /* … for one that went in, beyond UNZIP_FREE */
#define UNZIP_FREE (16 * 1024 * 1024)

struct obm_task;
struct unzip;

bool unzip_is_archive(struct str head); /* by its first bytes */
/* "RAR" and the like: archives that are not read. NULL: it is none of them. */
const char *unzip_other_archive(struct str head);
struct unzip *unzip_new(uv_loop_t *loop, void (*wake)(struct obm_task *t), struct obm_task *task);
/* Accepts NULL. A step under way ends by itself and wakes nobody. */
void unzip_free(struct unzip *z);
bool unzip_busy(const struct unzip *z);
/* How the last step went. REFUSED: the archive is damaged or not to be read; FAILED: this machine
 * can't. Then ret_err says why. */
enum unzip_state { UNZIP_FINE, UNZIP_REFUSED, UNZIP_FAILED };
enum unzip_state unzip_state(const struct unzip *z, struct err *ret_err);

/* Steps. bytes: copied. */
void unzip_spool(struct unzip *z, struct str bytes);
void unzip_next_entry(struct unzip *z); /* then unzip_entry */
void unzip_read(struct unzip *z);       /* then unzip_bytes */
/* After a read that was refused: steps to the next entry, if only this one is damaged or locked. */
bool unzip_go_on(struct unzip *z);

/* UTF-8 path of the entry that was stepped to (entry_name.h); NULL: there are no more. */
const char *unzip_entry(const struct unzip *z);
/* What the last read gave; empty: the entry is whole. Valid until the read after the next ends. */
struct str unzip_bytes(const struct unzip *z);

#endif
