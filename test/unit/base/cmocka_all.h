/* What every test includes: cmocka wants its headers in this order. */
#ifndef TEST_CMOCKA_ALL_H
#define TEST_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "obmen/str.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define assert_str(s, text)                                                                        \
    do {                                                                                           \
        struct str str_ = (s);                                                                     \
        assert_int_equal(str_.n, strlen(text));                                                    \
        assert_memory_equal(str_.p, (text), strlen(text));                                         \
    } while (0)
/* Runs all functions of the table `tests`. */
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
