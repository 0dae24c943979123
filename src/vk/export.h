/* export_data */
#ifndef VK_EXPORT_H
#define VK_EXPORT_H

#include "obmen/task.h"

extern struct obm_task_type vk_export_data;

#endif
