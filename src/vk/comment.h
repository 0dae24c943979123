/* A comment of VK as a row, and rows in batches. */
#ifndef VK_COMMENT_H
#define VK_COMMENT_H

#include "obmen/db.h"
#include "obmen/json.h"

struct vk_comment {
    int64_t id, post_id, parent_id; /* parent 0: top level */
    int64_t from_id;                /* 0: not said (deleted) */
    usec_t date;
    struct str text; /* NULL: not said (deleted): a text that is known stays */
    int64_t likes, reply_to_comment, reply_to_user;
    bool is_post_author, is_deleted;
    struct str attachments; /* JSON or NULL */
    int64_t thread_count;
    /* what is known of its thread afterwards: read with it, as before, or to be read again */
    enum { VK_THREAD_AS_WAS, VK_THREAD_READ, VK_THREAD_UNREAD } thread;
    int64_t thread_last_id; /* of VK_THREAD_READ */
};

/* False: not a comment (why); *ret_id is its id or 0. Texts live in the arena. */
bool vk_comment_read(struct arena *a, const struct json *item, int64_t post_id, int64_t parent_id,
    struct vk_comment *ret, struct err *why);

/* A stretch of one level that was read: what stands in the table between the two (both included)
 * and was not met is gone in VK. */
struct vk_stretch {
    int64_t post_id, parent_id, from, to;
};

struct vk_comments; /* a batch */
struct vk_comments *vk_comments_new(void);
void vk_comments_free(struct vk_comments *b); /* accepts NULL */
void vk_comments_clear(struct vk_comments *b);
int vk_comments_count(const struct vk_comments *b);
void vk_comments_add(struct vk_comments *b, const struct vk_comment *c);
/* An id that was met, though it may be no row of this batch. */
void vk_comments_met(struct vk_comments *b, int64_t id);
void vk_comments_stretch(struct vk_comments *b, const struct vk_stretch *s);
/* Adds to the unit: the upsert with its tally, and the marking of what is gone. */
void vk_comments_write(
    struct vk_comments *b, struct db_unit *u, int64_t owner_id, const struct uuid *task_id);

#endif
