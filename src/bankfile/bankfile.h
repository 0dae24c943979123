/* Bank statement files as a task type. */
#ifndef BANKFILE_BANKFILE_H
#define BANKFILE_BANKFILE_H

#include "task/engine.h"

#define BANKFILE_TASK "import_bank_statement"

struct bankfile; /* the service: what the task type needs besides its task */
struct bankfile *bankfile_new(uv_loop_t *loop);
void bankfile_register(struct engine *e, struct bankfile *b);
void bankfile_free(struct bankfile *b); /* after the engine is closed */

#endif
