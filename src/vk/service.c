#include "vk/service.h"

#include <stdlib.h>

#include "obmen/arena.h"

/* What VK lets a user or service token ask in a second. */
enum { STANDARD_RATE = 3 };

struct vk *vk_new(const struct config *settings, uv_loop_t *loop)
{
    struct vk *s = mem_alloc(sizeof *s);
    s->loop = loop;
    struct str base = str_from(settings->vk_url);
    while (base.n && base.p[base.n - 1] == '/')
        base.n--;
    s->base = arena_str(&s->memory, base);
    if (settings->vk_token && s->base.n) {
        s->token = arena_str(&s->memory, str_from(settings->vk_token));
        s->authorization =
            arena_printf(&s->memory, "Authorization: Bearer %s", settings->vk_token).p;
    }
    vk_limit_init(&s->limit, settings->vk_rate > 0 ? settings->vk_rate : STANDARD_RATE);
    s->figures.rate = s->limit.rate;
    return s;
}

void vk_free(struct vk *s)
{
    vk_limit_release(&s->limit);
    arena_release(&s->memory);
    free(s);
}

bool vk_configured(const struct vk *s)
{
    return s->token.n > 0;
}

void vk_figures(const struct vk *s, struct vk_figures *ret)
{
    *ret = s->figures;
}

void vk_heard(struct vk *s, const struct err *err)
{
    s->figures.heard = true;
    s->figures.well = !err;
    memcpy(s->figures.last_error, err ? err->message : "", err ? sizeof s->figures.last_error : 1);
}
