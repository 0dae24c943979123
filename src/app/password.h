/* A password from a person: asked twice on a terminal without echo, read once from a pipe, never
 * from argv. */
#ifndef APP_PASSWORD_H
#define APP_PASSWORD_H

#include <stddef.h>
#include "obmen/err.h"

/* At most size-1 bytes, NUL-terminated, without the line end. */
int password_read(char *ret_password, size_t size, struct err *ret_err);

#endif
