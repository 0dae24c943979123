/* Between the files of this benchmark. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdint.h>
#include "obmen/buf.h"

/* ---- page.c: what 1C would send ---- */
/* A page of bank receipts of about doc_bytes each, with a BOM, repeatable. */
void page_make(struct buf *b, int docs, int doc_bytes, unsigned seed);

/* ---- memory.c: every allocation of the process is counted ---- */
void memory_reset(void);     /* the peak counts from what is allocated now */
size_t memory_peak(void);    /* most bytes above that */
uint64_t memory_calls(void); /* allocations since the reset */

/* ---- ours.c, jansson.c, json_c.c: readers ---- */
struct outcome {
    int64_t docs, fields, bytes; /* what the reader took out: the same for all */
    int64_t longest_ns;          /* one turn of the loop */
    int64_t busy_ns;
};
struct parser {
    const char *name;
    size_t piece; /* bytes per turn; 0: the page is collected, then parsed in one turn */
    void (*read)(const struct parser *p, struct str page, struct outcome *o);
};
extern const struct parser parsers[]; /* ended by one without a name */

/* Helpers of json.c for them. */
int64_t cpu_ns(void); /* of this thread: what others run meanwhile does not count */
void turn(struct outcome *o, int64_t from); /* a turn of the loop that began at from has ended */
void take(struct outcome *o, size_t n);     /* one field of n bytes was read */
struct buf collect(struct str page); /* the body as it comes from the network, in one piece */

#define WANTED 20 /* fields taken out of each document, as an import does */
extern const char *const wanted[WANTED];

#endif
