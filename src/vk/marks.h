/* What an analysis found, as rows: the matches of posts or comments, and a mark on each. */
#ifndef VK_MARKS_H
#define VK_MARKS_H

#include "obmen/db.h"
#include "vk/keywords.h"

enum vk_item_kind { VK_POSTS, VK_COMMENTS };

/* Adds a reading of up to 100 of the owner's, ids above `after`: id, post id, date, text (NULL when
 * it has been analysed with this version of the keywords), whether analysed before. */
void vk_marks_read_add(
    struct db_unit *u, enum vk_item_kind kind, int64_t owner_id, int64_t after, int64_t version);

struct vk_marks; /* a batch */
struct vk_marks *vk_marks_new(void);
void vk_marks_free(struct vk_marks *m); /* accepts NULL */
void vk_marks_clear(struct vk_marks *m);
void vk_marks_add(struct vk_marks *m, int64_t item_id, int64_t post_id, usec_t date,
    const struct vk_match *matches, int count);
/* Adds: matches that are there no longer go, new ones come, those that stay are not touched. */
void vk_marks_write(struct vk_marks *m, struct db_unit *u, enum vk_item_kind kind, int64_t owner_id,
    int64_t version);

#endif
