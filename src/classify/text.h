/*
 * Text made fit for comparing: words of small letters with one blank between them, one byte a
 * letter.
 *
 *   'a'…'z', '0'…'9'   themselves          0xE0…0xFF   а…я (ё is е)
 *   '#'                №, #, N before a number: a word of its own
 *   0x80…0xDF          other letters, folded into 96 classes
 *
 * Everything else parts words. A Latin letter inside a Russian word is the Russian one it looks
 * like (people type "Oплата" with a Latin O).
 */
#ifndef CLASSIFY_TEXT_H
#define CLASSIFY_TEXT_H

#include "obmen/buf.h"

/* Appends the words of text, with a blank before them when something stands in out already. Any
 * bytes are fine: what is no UTF-8 parts words. */
void classify_prepare(struct buf *out, struct str text);
/* The same for a payment's purpose: its VAT clause is cut out first, since "НДС" and "налог" stand
 * in nearly every purpose and prove nothing there. */
void classify_prepare_purpose(struct buf *out, struct str purpose);

/* Is there a word that begins so? Both prepared. */
bool classify_has_word(struct str text, struct str beginning);

#endif
