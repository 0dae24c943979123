/*
 * Reads a community's posts: its whole wall, page by page, or one post. Each page is one commit.
 *
 *   ASK ─► ASKING ─page─► CHECK ─► CHECKING ─suspects─► PROVE ─► PROVING ─► CHECK …
 *                                     └─none─► STORE ─► STORING ─► ASK (the next page) … ENDED
 *
 * Posts that the table has and the wall does not show where they should stand are asked for by
 * number before they are called gone.
 */
#ifndef VK_WALL_H
#define VK_WALL_H

#include "vk/link.h"
#include "vk/post.h"

#define VK_WALL_PAGE 100

struct vk_wall {
    struct obm_task *task;
    struct vk_link *link;
    int64_t owner_id, only_post; /* only_post 0: the wall */
    enum {
        VK_WALL_ASK,
        VK_WALL_ASKING,
        VK_WALL_CONVERT,
        VK_WALL_CHECK,
        VK_WALL_CHECKING,
        VK_WALL_PROVE,
        VK_WALL_PROVING,
        VK_WALL_STORE,
        VK_WALL_STORING,
        VK_WALL_ENDED
    } state;
    /* checkpoint */
    int64_t offset;
    usec_t last_date; /* of the page before: 0 none */
    bool ended;
    int64_t posts, expected; /* posts taken; comments that they have */
    int64_t recent[VK_WALL_PAGE];
    int recent_count; /* ids of the page before: pages overlap, and new posts shift them */
    /* the present page */
    const struct json *item;
    int64_t count, met[VK_WALL_PAGE];
    int met_count, page;
    usec_t low, high; /* dates between which the page shows everything */
    bool last_page;
    int taken, failed;
    struct vk_posts *rows;          /* owned */
    struct arena texts;             /* of the page */
    struct db_column met_ids, gone; /* owned */
    int64_t suspects[VK_WALL_PAGE];
    int suspect_count;
    int64_t after; /* suspects up to this id are settled */
    struct err err;
};

/* task, link, owner_id, only_post and the checkpoint's part are set by the caller before. */
void vk_wall_init(struct vk_wall *w);
void vk_wall_release(struct vk_wall *w);
/* OBM_NEXT at the end. */
enum obm_step vk_wall_step(struct vk_wall *w);
void vk_wall_save(const struct vk_wall *w, struct json_writer *out);
void vk_wall_load(struct vk_wall *w, const struct json *j);

#endif
