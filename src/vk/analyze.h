/* analyze_comments */
#ifndef VK_ANALYZE_H
#define VK_ANALYZE_H

#include "obmen/task.h"

extern struct obm_task_type vk_analyze_comments;

#endif
