/* What cmocka wants included before itself. */
#ifndef TEST_AUTH_CHECK_H
#define TEST_AUTH_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
