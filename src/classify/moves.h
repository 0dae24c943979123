/* What a second look at categories changes: how many rows go from which category to which, and
 * their sums. */
#ifndef CLASSIFY_MOVES_H
#define CLASSIFY_MOVES_H

#include "classify/rows.h"
#include "obmen/json.h"

struct side { /* of a move: a category, assigned or suggested; 0: none */
    int64_t category;
    bool suggested;
};
struct side side_of(int64_t assigned, int64_t suggested);
void sides_json(struct json_writer *w, struct side from, struct side to);

struct moves {
    struct move *move; /* owned */
    int count, room;
};
void moves_release(struct moves *m);
void moves_add(struct moves *m, const struct rows_row *row, struct side to);
int64_t moves_rows(const struct moves *m);
void moves_copy(struct moves *to, const struct moves *from);
/* [[from, suggested, to, suggested, rows, credit, debit], …], kopecks: of a checkpoint. */
void moves_save(const struct moves *m, struct json_writer *w);
void moves_load(struct moves *m, const struct json *saved); /* accepts NULL */
/* [{"from_category_id", "from_suggested", "to_category_id", "to_suggested", "count", "credit",
 * "debit"}, …]. */
void moves_json(const struct moves *m, struct json_writer *w);

#endif
