/* A post of a wall as a row, and a page of them. */
#ifndef VK_POST_H
#define VK_POST_H

#include "obmen/db.h"
#include "obmen/json.h"

struct vk_post {
    int64_t id, from_id;
    usec_t date, edited; /* edited 0: never */
    struct str text, post_type;
    bool is_pinned, is_ad, is_deleted;
    int64_t likes, reposts, views, comments_count;
    struct str attachments, copy_of; /* JSON or NULL */
};

/* False: not a post (why); ret->id is its id or 0. Texts live in the arena. */
bool vk_post_read(struct arena *a, const struct json *item, struct vk_post *ret, struct err *why);

struct vk_posts; /* a batch */
struct vk_posts *vk_posts_new(void);
void vk_posts_free(struct vk_posts *b); /* accepts NULL */
void vk_posts_clear(struct vk_posts *b);
int vk_posts_count(const struct vk_posts *b);
void vk_posts_add(struct vk_posts *b, const struct vk_post *p);
/* Adds the upsert with its tally. */
void vk_posts_write(
    struct vk_posts *b, struct db_unit *u, int64_t owner_id, const struct uuid *task_id);

/* Stored posts of a stretch of the wall that were not met there, ids above `after`, at most 100:
 * one column, id. */
void vk_posts_suspects_add(struct db_unit *u, int64_t owner_id, usec_t from, usec_t to,
    const struct db_column *met, int64_t after);
/* These are gone in VK: kept with a mark, and tallied. */
void vk_posts_gone_add(
    struct db_unit *u, int64_t owner_id, const struct db_column *ids, const struct uuid *task_id);

#endif
