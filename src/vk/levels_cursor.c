/* The checkpoint of a reading. */
#include "vk/levels.h"

#include "vk/text.h"

void vk_cursor_save(const struct vk_cursor *c, struct json_writer *w)
{
    static const char *const ways[] = {"whole", "tail", "head"};
    jw_object(w);
    jw_ki64(w, "post", c->post);
    jw_ki64(w, "comment", c->comment);
    jw_kbool(w, "reading", c->reading);
    jw_kcstr(w, "way", ways[c->way]);
    jw_ki64(w, "offset", c->offset);
    jw_ki64(w, "top", c->top);
    jw_ki64(w, "reply", c->reply);
    jw_ki64(w, "flushed", c->flushed);
    jw_ki64(w, "until", c->until);
    jw_ki64(w, "explained", c->explained);
    jw_ki64(w, "last", c->last);
    jw_ki64(w, "level_count", c->level_count);
    jw_ki64(w, "total_count", c->total_count);
    jw_kbool(w, "begun", c->begun);
    jw_kbool(w, "in_page", c->in_page);
    jw_ki64(w, "posts", c->posts);
    jw_ki64(w, "comments", c->comments);
    jw_ki64(w, "refused", c->refused);
    jw_object_end(w);
}

void vk_cursor_load(struct vk_cursor *c, const struct json *j)
{
    struct str way = json_text(json_get(j, "way"));
    *c = (struct vk_cursor){.way = str_is(way, "tail")   ? VK_TAIL
                                   : str_is(way, "head") ? VK_HEAD
                                                         : VK_WHOLE,
        .post = vk_number(j, "post"),
        .comment = vk_number(j, "comment"),
        .offset = vk_number(j, "offset"),
        .top = vk_number(j, "top"),
        .reply = vk_number(j, "reply"),
        .flushed = vk_number(j, "flushed"),
        .until = vk_number(j, "until"),
        .explained = vk_number(j, "explained"),
        .last = vk_number(j, "last"),
        .level_count = vk_number(j, "level_count"),
        .total_count = vk_number(j, "total_count"),
        .posts = vk_number(j, "posts"),
        .comments = vk_number(j, "comments"),
        .refused = vk_number(j, "refused")};
    json_bool(json_get(j, "reading"), &c->reading);
    json_bool(json_get(j, "begun"), &c->begun);
    json_bool(json_get(j, "in_page"), &c->in_page);
}
