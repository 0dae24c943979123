/* Inside of struct vk_levels: the page that is being walked. */
#ifndef VK_LEVELS_PAGE_H
#define VK_LEVELS_PAGE_H

#include "vk/levels.h"

enum {
    VK_PAGE_OVERLAP = 3,       /* records that two pages have in common: deletions shift them */
    VK_PAGE_OVERLAP_FROM = 10, /* of pages that are longer than this */
};

/* How far the next page is from one of that length. */
int vk_page_step(int page);
/* A level from its beginning, or from the end that it had when it was read last. */
void vk_level_begin(struct vk_cursor *c, const struct vk_level *level, bool full);
/* VK does not give it: that is kept, and the next one comes. */
void vk_level_refused(struct vk_levels *l, const struct vk_result *r);
/* What stands in the table up to `to` and was not met is gone. */
void vk_level_mark(struct vk_levels *l, int64_t to);

void vk_page_open(struct vk_levels *l, const struct json *node);
/* Takes the next record; false: there is none left. */
bool vk_page_next(struct vk_levels *l);
void vk_page_close(struct vk_levels *l, const struct json *node, int page);

#endif
