/* The read side for the API, and the keywords: each call is one unit of the user lane and answers
 * with finished JSON. */
#ifndef VK_QUERY_H
#define VK_QUERY_H

#include "obmen/db.h"

/* json is borrowed until return; STR_NULL with err. Called once, never from inside the call. */
typedef void (*vk_json_fn)(void *arg, struct str json, const struct err *err);

/* Texts may be STR_NULL and numbers 0: not filtered. Copied by the call. */
struct vk_filter {
    int64_t group_id, post_id;
    struct str q;       /* a part of the text */
    struct str keyword; /* any form of it, or its id */
    int limit, offset;
};

void vk_list_groups(struct db *db, struct str q, int limit, int offset, vk_json_fn done, void *arg);
void vk_list_posts(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg);
void vk_list_comments(struct db *db, const struct vk_filter *f, vk_json_fn done, void *arg);

/* Keywords: their text is trimmed by the caller and has a word in it (vk_keyword_allowed). */
bool vk_keyword_allowed(struct str keyword);
void vk_list_keywords(
    struct db *db, struct str q, int limit, int offset, vk_json_fn done, void *arg);
void vk_get_keyword(struct db *db, int64_t id, vk_json_fn done, void *arg);
/* CONFLICT when another keyword has the same words. */
void vk_add_keyword(struct db *db, struct str keyword, bool is_active, vk_json_fn done, void *arg);
/* keyword STR_NULL, is_active NULL: as it is. */
void vk_change_keyword(struct db *db, int64_t id, struct str keyword, const bool *is_active,
    vk_json_fn done, void *arg);
/* Its matches go with it. json is empty. */
void vk_delete_keyword(struct db *db, int64_t id, vk_json_fn done, void *arg);

#endif
