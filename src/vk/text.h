/* Texts of VK made fit to store. */
#ifndef VK_TEXT_H
#define VK_TEXT_H

#include "obmen/json.h"

#define VK_TEXT_MAX (256 * 1024) /* bytes; VK itself allows about 16,000 letters */

/* Without NUL (PostgreSQL refuses it), broken UTF-8 as U+FFFD, entities (&amp; &lt; &gt; &quot;
 * &#33;) decoded once, <br> as a line's end; cut to VK_TEXT_MAX. Lives in the arena, never NULL. */
struct str vk_text(struct arena *a, struct str raw);

/* Members of an answer; a value of another type counts as absent. */
int64_t vk_number(const struct json *object, const char *key); /* 0 when absent */
bool vk_flag(const struct json *object, const char *key);      /* true or 1 */
/* Unix seconds that PostgreSQL and calendars can hold (1970…2200). */
bool vk_date(const struct json *object, const char *key, int64_t *ret_usec);
/* Known by kind and number only: [{"type":"photo","owner_id":1,"id":2}]; STR_NULL when there are
 * none. */
struct str vk_attachments(struct arena *a, const struct json *list);

#endif
