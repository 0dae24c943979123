#ifndef OBMEN_UTF8_H
#define OBMEN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include "obmen/str.h"

/* Well-formed by Unicode (no overlong forms, no surrogates, up to U+10FFFF). NUL is well-formed. */
bool utf8_valid(struct str s);
/* Bytes of the first letter of s: 1…4; 0 when s is empty or does not begin with a well-formed
 * letter. */
size_t utf8_letter(struct str s);
/* The longest prefix of at most max bytes that does not end inside a letter. */
struct str utf8_head(struct str s, size_t max);

#endif
