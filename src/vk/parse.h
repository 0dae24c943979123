/* parse_comments: the state of one attempt. */
#ifndef VK_PARSE_H
#define VK_PARSE_H

#include "vk/group.h"
#include "vk/levels.h"
#include "vk/wall.h"

struct vk_parse {
    struct obm_task *task; /* NULL until loaded */
    struct vk *service;
    struct vk_link link;
    struct vk_wall wall;
    struct vk_levels tops, threads;
    bool set_up;
    /* asked for */
    int64_t asked_id, post_id;
    struct str asked_name;
    bool full;
    /* known from phase `group` on */
    int64_t group_id;
    struct str group_name;
    bool ready; /* a phase's own progress */
    struct err err;
    int64_t requests_before, retries_before;
};

extern struct obm_task_type vk_parse_comments;

#endif
